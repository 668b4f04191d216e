import type { Registration } from './registration.ts';
import type { Settings } from './settings.ts';
import type { Sighting } from './sighting.ts';
import { scopeOfArn } from './scope.ts';
import { tagOf } from './tags.ts';

/** Where a deployment runs, as far as anybody said. UNKNOWN is judged by production rules, with severity at most HIGH. */
export interface EnvironmentFacts {
  readonly environment: string;
  readonly production: 'DECLARED' | 'UNKNOWN' | 'NO';
  readonly because: 'ACCOUNT' | 'REGISTRATION' | 'TAG' | 'LIFECYCLE' | 'NOBODY_SAID';
}

/** Whether a word of the configuration, a manifest or a tag means production. */
export const isProduction = (environment: string, settings: Settings): boolean =>
  settings.policy.productionEnvironments.some(word => word.toLowerCase() === environment.toLowerCase());

/** The environment whose approvals apply: where nobody said, production rules do. */
export const judgedAs = ({ environment, production }: EnvironmentFacts, settings: Settings): string =>
  production === 'UNKNOWN' ? (settings.policy.productionEnvironments[0] ?? environment) : environment;

/** Whether two words name one environment: all words for production do. */
export const sameEnvironment = (a: string, b: string, settings: Settings): boolean =>
  a.toLowerCase() === b.toLowerCase() || (isProduction(a, settings) && isProduction(b, settings));

const declared = (environment: string, because: EnvironmentFacts['because'], settings: Settings): EnvironmentFacts => ({
  environment,
  production: isProduction(environment, settings) ? 'DECLARED' : 'NO',
  because,
});

/** What the configuration says of the account that an ARN lies in. */
export const accountEnvironment = (arn: string, settings: Settings): string | undefined =>
  settings.accounts[scopeOfArn(arn)?.account ?? '']?.environment;

/** Account map, then registration. A tag is written by whoever deploys: it may raise to production and nothing else. */
export const environmentOf = (sighting: Sighting, registration: Registration | null, settings: Settings): EnvironmentFacts => {
  const said = declaredEnvironment(sighting.arn, registration, settings);
  const tags = settings.environmentTags.map(key => tagOf(sighting.tags, key)?.trim() ?? '');
  const raised = tags.find(value => isProduction(value, settings));
  if (raised !== undefined && said?.production !== 'DECLARED') return declared(raised, 'TAG', settings);
  return said ?? { environment: 'unknown', production: 'UNKNOWN', because: 'NOBODY_SAID' };
};

const declaredEnvironment = (arn: string, registration: Registration | null, settings: Settings): EnvironmentFacts | undefined => {
  const account = accountEnvironment(arn, settings);
  if (account !== undefined) return declared(account, 'ACCOUNT', settings);
  const own = registration?.deployments.find(each => each.arn.toLowerCase() === arn.toLowerCase())?.environment ?? undefined;
  return own === undefined ? undefined : declared(own, 'REGISTRATION', settings);
};

/** Where a model runs at its most critical: a declared deployment in production, or the lifecycle that says so. */
export const modelEnvironment = (registration: Registration, settings: Settings): EnvironmentFacts => {
  const declarations = registration.deployments.flatMap(({ arn }) => declaredEnvironment(arn, registration, settings) ?? []);
  const production = declarations.find(each => each.production === 'DECLARED');
  if (production) return production;
  if (registration.lifecycle === 'PRODUCTION') return { environment: 'production', production: 'DECLARED', because: 'LIFECYCLE' };
  return declarations[0] ?? { environment: 'unknown', production: 'UNKNOWN', because: 'NOBODY_SAID' };
};

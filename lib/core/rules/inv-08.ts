import { accountEnvironment, isProduction } from '../environment.ts';
import type { Verdict } from '../finding.ts';
import { tagOf } from '../tags.ts';
import { type MatchedCase, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear } from './verdict.ts';

/** Words of tags that surely mean something else than production; any other word (`blue`, `team-a`) contradicts nothing. */
const NOT_PRODUCTION = /^(dev|development|test|testing|stag|stage|staging|qa|uat|sandbox|experiment(al)?|non-?prod)$/i;

/** Stages of a model that has not come to production yet. */
const EARLY = ['PROPOSED', 'EXPERIMENT', 'DEVELOPMENT', 'STAGING'];

/** INV-08: what is said of where a deployment may run contradicts where it runs. Only words of people count; what nobody said contradicts nothing. */
export const judgeMisplaced = (c: MatchedCase): Verdict => {
  const said = contradiction(c);
  if (said === null && c.sighting.tags === null) return cannotTell('INV-08', subjectOf(c), 'TAGS_UNKNOWN', 'its tags could not be read');
  if (said === null) return clear('INV-08', subjectOf(c), 'IN_PLACE', 'nothing contradicts where it runs');
  const { code, reason, ...both } = said;
  return violatedBy(c, 'INV-08', { code, reason, facts: both, evidence: both });
};

interface Contradiction {
  readonly code: string;
  readonly reason: string;
  /** Where it runs, and what speaks against that. */
  readonly runsIn: string;
  readonly against: string;
}

const contradiction = (c: MatchedCase): Contradiction | null => {
  const { environment, registration } = c;
  if (environment.production === 'DECLARED') {
    const runsIn = environment.environment;
    if (registration.riskTier === 'EXPERIMENT')
      return { code: 'EXPERIMENT_IN_PRODUCTION', reason: 'an experiment runs in production', runsIn, against: 'riskTier EXPERIMENT' };
    if (registration.lifecycle !== null && EARLY.includes(registration.lifecycle)) {
      const reason = `a model in ${registration.lifecycle} runs in production`;
      return { code: 'EARLY_IN_PRODUCTION', reason, runsIn, against: `lifecycle ${registration.lifecycle}` };
    }
  }
  return againstAccount(c);
};

/** What the manifest or a tag says, against what the configuration says of the account. */
const againstAccount = ({ sighting, registration, settings }: MatchedCase): Contradiction | null => {
  const account = accountEnvironment(sighting.arn, settings);
  if (account === undefined) return null;
  const own = registration.deployments.find(({ arn }) => arn.toLowerCase() === sighting.arn.toLowerCase())?.environment ?? null;
  const inProduction = isProduction(account, settings);
  if (own !== null && isProduction(own, settings) !== inProduction)
    return {
      code: 'MANIFEST_SAYS_OTHERWISE',
      reason: `declared for ${own}, runs in ${account}`,
      runsIn: account,
      against: `manifest: ${own}`,
    };
  const tags = settings.environmentTags.map(key => tagOf(sighting.tags, key)?.trim() ?? '');
  const tag = tags.find(value => (inProduction ? NOT_PRODUCTION.test(value) : isProduction(value, settings)));
  if (tag === undefined) return null;
  return { code: 'TAG_SAYS_OTHERWISE', reason: `tagged ${tag}, runs in ${account}`, runsIn: account, against: `tag: ${tag}` };
};

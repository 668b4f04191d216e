import { partitionOf } from './partition.ts';

/** Who serves the models of a scope, and the service in its ARNs. A new provider is one more line here and one adapter. */
export const SERVICES = { sagemaker: 'sagemaker', bedrock: 'bedrock', agentcore: 'bedrock-agentcore' } as const;
export type Provider = keyof typeof SERVICES;
// The keys of a constant object are known, which Object.keys does not say.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const PROVIDERS = Object.keys(SERVICES) as Provider[];
const providerOf = (word: string | undefined): Provider | undefined => PROVIDERS.find(provider => provider === word);

/** What one listing covers. */
export interface CloudScope {
  readonly provider: Provider;
  readonly account: string;
  readonly region: string;
}

/** `sagemaker/111122223333/eu-west-1`, or `registry` for the pseudo-scope of models, owners and declared deployments. */
export type ScopeId = string;

export const REGISTRY_SCOPE: ScopeId = 'registry';

/** Pseudo-scopes of the lists that decide what is read: the accounts of the organisation, and the regions that are enabled in an account. */
export const ORGANIZATION_LIST: ScopeId = 'organization';
export const regionsOfAccount = (account: string): ScopeId => `regions/${account}`;
/** Whose regions it lists, or undefined for any other scope. */
export const accountOfRegions = (scope: ScopeId): string | undefined => /^regions\/(\d{12})$/.exec(scope)?.[1];

export const scopeId = (scope: CloudScope): ScopeId => `${scope.provider}/${scope.account}/${scope.region}`;

/** The parts of a scope id, or undefined for `registry` and for text that names no scope. */
export const parseScopeId = (id: ScopeId): CloudScope | undefined => {
  const [word, account, region, ...rest] = id.split('/');
  const provider = providerOf(word);
  if (!provider || !account || !region || rest.length > 0) return undefined;
  return { provider, account, region };
};

/** The scope that an ARN, or the key of a use (`model-use.ts`), belongs to; undefined when the text is none of a service that we read. */
export const scopeOfArn = (arn: string): CloudScope | undefined => {
  const [prefix, , service, region, account] = arn.split(':');
  const provider = PROVIDERS.find(each => SERVICES[each] === service);
  if ((prefix !== 'arn' && prefix !== 'use') || !provider || !region || !account) return undefined;
  return { provider, account, region };
};

/** The ARN of a resource of a scope, for services whose lists do not show one. */
export const arnOf = ({ provider, region, account }: CloudScope, resource: string): string =>
  `arn:${partitionOf(region)}:${SERVICES[provider]}:${region}:${account}:${resource}`;

/** The ARNs of a scope whose resource is as `resource` says. An item of another account means that we hold other credentials than we think. */
export const arnPattern = (scope: CloudScope, resource: string): RegExp => new RegExp(`^${arnOf(scope, resource)}$`);

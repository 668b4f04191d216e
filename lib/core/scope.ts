/** Who serves the models of a scope. A new provider is one more word here and one adapter. */
export type Provider = 'sagemaker';

/** What one listing covers. */
export interface CloudScope {
  readonly provider: Provider;
  readonly account: string;
  readonly region: string;
}

/** `sagemaker/111122223333/eu-west-1`, or `registry` for the pseudo-scope of models, owners and declared deployments. */
export type ScopeId = string;

export const REGISTRY_SCOPE: ScopeId = 'registry';

export const scopeId = (scope: CloudScope): ScopeId => `${scope.provider}/${scope.account}/${scope.region}`;

/** The parts of a scope id, or undefined for `registry` and for text that names no scope. */
export const parseScopeId = (id: ScopeId): CloudScope | undefined => {
  const [provider, account, region, ...rest] = id.split('/');
  if (provider !== 'sagemaker' || !account || !region || rest.length > 0) return undefined;
  return { provider, account, region };
};

/** The scope that a SageMaker ARN belongs to, or undefined when the text is no such ARN. */
export const scopeOfArn = (arn: string): CloudScope | undefined => {
  const [prefix, , service, region, account] = arn.split(':');
  if (prefix !== 'arn' || service !== 'sagemaker' || !region || !account) return undefined;
  return { provider: service, account, region };
};

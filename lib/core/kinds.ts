import type { Provider } from './scope.ts';

/** A kind of deployment, as data: a new one is an entry here, and a reader in the adapter of its provider. */
interface KindEntry {
  readonly provider: Provider;
  /** For people: what one of them is. */
  readonly title: string;
  /** What follows the account in the ARN of one. */
  readonly resource: string;
}

export const KINDS = {
  ENDPOINT: { provider: 'sagemaker', title: 'SageMaker endpoint', resource: 'endpoint/[^/:\\s]+' },
  INFERENCE_COMPONENT: { provider: 'sagemaker', title: 'SageMaker inference component', resource: 'inference-component/[^/:\\s]+' },
  PROVISIONED_THROUGHPUT: { provider: 'bedrock', title: 'Bedrock provisioned throughput', resource: 'provisioned-model/[^/:\\s]+' },
  CUSTOM_MODEL_DEPLOYMENT: { provider: 'bedrock', title: 'Bedrock custom model deployment', resource: 'custom-model-deployment/[^/:\\s]+' },
  IMPORTED_MODEL: { provider: 'bedrock', title: 'Bedrock imported model', resource: 'imported-model/[^/:\\s]+' },
  INFERENCE_PROFILE: { provider: 'bedrock', title: 'Bedrock inference profile', resource: 'application-inference-profile/[^/\\s]+' },
  PROMPT_ROUTER: { provider: 'bedrock', title: 'Bedrock prompt router', resource: 'prompt-router/[^/\\s]+' },
} as const satisfies Record<string, KindEntry>;

export type DeploymentKind = keyof typeof KINDS;

// The keys of a constant object are known, which Object.keys does not say.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const DEPLOYMENT_KINDS = Object.keys(KINDS) as DeploymentKind[];

/** The kinds that a listing of a provider's scope answers for. */
export const kindsOf = (provider: Provider): readonly DeploymentKind[] =>
  DEPLOYMENT_KINDS.filter(kind => KINDS[kind].provider === provider);

/** The kind whose ARNs look like this one, or undefined for an ARN of nothing that serves. */
export const kindOfArn = (arn: string): DeploymentKind | undefined =>
  DEPLOYMENT_KINDS.find(kind => new RegExp(`^arn:[^:]*:[^:]*:[^:]*:[^:]*:${KINDS[kind].resource}$`).test(arn));

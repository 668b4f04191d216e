import { type Provider, SERVICES } from './scope.ts';

/** A kind of deployment, as data: a new one is an entry here, and a reader in the adapter of its provider. */
interface KindEntry {
  readonly provider: Provider;
  /** For people: what one of them is. */
  readonly title: string;
  /** What follows the account in the ARN of one. */
  readonly resource: string;
  /** `use` of what is no resource and so has no ARN: it goes by a key of ours (`model-use.ts`). */
  readonly prefix?: 'arn' | 'use';
}

const ID = '[A-Za-z0-9._-]+';

export const KINDS = {
  ENDPOINT: { provider: 'sagemaker', title: 'SageMaker endpoint', resource: `endpoint/${ID}` },
  INFERENCE_COMPONENT: { provider: 'sagemaker', title: 'SageMaker inference component', resource: `inference-component/${ID}` },
  PROVISIONED_THROUGHPUT: { provider: 'bedrock', title: 'Bedrock provisioned throughput', resource: `provisioned-model/${ID}` },
  CUSTOM_MODEL_DEPLOYMENT: { provider: 'bedrock', title: 'Bedrock custom model deployment', resource: `custom-model-deployment/${ID}` },
  IMPORTED_MODEL: { provider: 'bedrock', title: 'Bedrock imported model', resource: `imported-model/${ID}` },
  INFERENCE_PROFILE: { provider: 'bedrock', title: 'Bedrock inference profile', resource: 'application-inference-profile/[A-Za-z0-9.:-]+' },
  PROMPT_ROUTER: { provider: 'bedrock', title: 'Bedrock prompt router', resource: 'prompt-router/[A-Za-z0-9.:-]+' },
  MODEL_USE: { provider: 'bedrock', title: 'use of a Bedrock foundation model', resource: 'model/[\\w.:%-]+', prefix: 'use' },
  AGENT_ALIAS: { provider: 'bedrock', title: 'Bedrock agent alias', resource: `agent-alias/${ID}/${ID}` },
  FLOW_ALIAS: { provider: 'bedrock', title: 'Bedrock flow alias', resource: `flow/${ID}/alias/${ID}` },
  PROMPT: { provider: 'bedrock', title: 'Bedrock prompt', resource: `prompt/${ID}` },
  AGENT_RUNTIME: { provider: 'agentcore', title: 'AgentCore runtime endpoint', resource: `runtime/${ID}/runtime-endpoint/${ID}` },
  HARNESS: { provider: 'agentcore', title: 'AgentCore harness endpoint', resource: `harness/${ID}/harness-endpoint/${ID}` },
  GATEWAY: { provider: 'agentcore', title: 'AgentCore gateway', resource: `gateway/${ID}` },
} as const satisfies Record<string, KindEntry>;

export type DeploymentKind = keyof typeof KINDS;

// The keys of a constant object are known, which Object.keys does not say.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const DEPLOYMENT_KINDS = Object.keys(KINDS) as DeploymentKind[];

/** The kinds that a listing of a provider's scope answers for. */
export const kindsOf = (provider: Provider): readonly DeploymentKind[] =>
  DEPLOYMENT_KINDS.filter(kind => KINDS[kind].provider === provider);

const arnOf = (kind: DeploymentKind): string => {
  const { provider, resource, prefix = 'arn' }: KindEntry = KINDS[kind];
  return `${prefix}:aws[a-z-]*:${SERVICES[provider]}:[a-z0-9-]+:\\d{12}:${resource}`;
};
const PATTERNS = DEPLOYMENT_KINDS.map(kind => [kind, new RegExp(`^${arnOf(kind)}$`)] as const);

/** The ARN of anything that serves, wherever it is, or the key of what has none. */
export const DEPLOYMENT_ARN = new RegExp(`^(${DEPLOYMENT_KINDS.map(arnOf).join('|')})$`);

/** The kind whose ARNs look like this one, or undefined for an ARN of nothing that serves. */
export const kindOfArn = (arn: string): DeploymentKind | undefined => PATTERNS.find(([, pattern]) => pattern.test(arn))?.[0];

/** For people: what an ARN is of. */
export const titleOf = (arn: string): string => {
  const kind = kindOfArn(arn);
  return kind ? KINDS[kind].title : 'resource';
};

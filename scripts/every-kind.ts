import { CustomModelDeploymentStatus, InferenceProfileStatus, PromptRouterStatus, ProvisionedModelStatus } from '@aws-sdk/client-bedrock';
import { AgentAliasStatus } from '@aws-sdk/client-bedrock-agent';
import { AgentRuntimeEndpointStatus, GatewayStatus, HarnessEndpointStatus } from '@aws-sdk/client-bedrock-agentcore-control';
import { EndpointStatus, InferenceComponentStatus } from '@aws-sdk/client-sagemaker';
import type { DeploymentKind } from '../lib/core/kinds.ts';
import type { EstateInput } from '../lib/simcloud/estate.ts';

export type RegionInput = EstateInput['accounts'][string][string];
export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** Every status that the SDK knows of a kind; none where a deployment has no status of its own. */
export const STATUSES: Readonly<Record<DeploymentKind, readonly string[]>> = {
  ENDPOINT: Object.values(EndpointStatus),
  INFERENCE_COMPONENT: Object.values(InferenceComponentStatus),
  PROVISIONED_THROUGHPUT: Object.values(ProvisionedModelStatus),
  CUSTOM_MODEL_DEPLOYMENT: Object.values(CustomModelDeploymentStatus),
  IMPORTED_MODEL: [],
  INFERENCE_PROFILE: Object.values(InferenceProfileStatus),
  PROMPT_ROUTER: Object.values(PromptRouterStatus),
  MODEL_USE: [],
  AGENT_ALIAS: Object.values(AgentAliasStatus),
  FLOW_ALIAS: [],
  PROMPT: [],
  AGENT_RUNTIME: Object.values(AgentRuntimeEndpointStatus),
  HARNESS: Object.values(HarnessEndpointStatus),
  GATEWAY: Object.values(GatewayStatus),
};
/** A status that no version of the SDK knows. */
export const UNKNOWN = 'Hibernating';

/** One of a kind in every status, and in one that nobody knows, by a name that Bedrock takes as the id of one as well. */
const each = <T>(kind: DeploymentKind, of: (status: string, id: string) => T, stem = 'a1b2c3d4e5f'): Readonly<Record<string, T>> =>
  Object.fromEntries([...STATUSES[kind], UNKNOWN].map((status, at) => [`${stem}${at}`, of(status, `${status}-1`)]));

export const TAGS = { owner: 'kim@example.com' };
const IMAGE = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/scorer@sha256:${'9c'.repeat(32)}`;
const FRAUD = {
  image: IMAGE,
  artefact: 's3://models/fraud/model.tar.gz',
  etag: '5d1c0c9b8f4e7a263b1f90d2c4a8e6b7',
  env: { THRESHOLD: '0.4' },
};
const custom = (id: string): string => `arn:aws:bedrock:${REGION}:${ACCOUNT}:custom-model/amazon.nova-lite-v1:0:300k/${id}`;

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
const TEMPLATE = { templateType: 'TEXT', templateConfiguration: { text: { text: 'Greet {{name}}.' } } };
const LAMBDA = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders:7`;
const PREPARED = {
  instruction: 'Answer what customers ask about their orders.',
  guardrailConfiguration: { guardrailIdentifier: 'g1a2b3', guardrailVersion: '4' },
  memoryConfiguration: { enabledMemoryTypes: ['SESSION_SUMMARY'], storageDays: 30 },
};
const TOOL = { name: 'cancel', description: 'Cancels an order.', inputSchema: { type: 'object' } };
const NODES = [
  { name: 'draft', type: 'Prompt', configuration: { prompt: { sourceConfiguration: { inline: { ...TEMPLATE, modelId: HAIKU } } } } },
  {
    name: 'ask',
    type: 'Agent',
    configuration: { agent: { agentAliasArn: `arn:aws:bedrock:${REGION}:${ACCOUNT}:agent-alias/AGENT00001/ALIAS00000` } },
  },
];

/** Agents, flows and prompts, and what serves models in AgentCore. */
const AGENTS: RegionInput = {
  agents: { AGENT00001: { agentName: 'support' } },
  agentVersions: { 'AGENT00001/1': PREPARED },
  agentActionGroups: { 'AGENT00001/1/GROUP00001': { actionGroupName: 'orders', actionGroupExecutor: { lambda: LAMBDA } } },
  agentKnowledgeBases: { 'AGENT00001/1/KNOWLEDGE1': {} },
  agentAliases: each(
    'AGENT_ALIAS',
    (status, name) => ({ agentAliasStatus: status, agentAliasName: name, tags: TAGS }),
    'AGENT00001/ALIAS0000',
  ),
  flows: { FLOW000001: { name: 'triage' } },
  flowVersions: { 'FLOW000001/1': { definition: { nodes: NODES, connections: [] } } },
  flowAliases: { 'FLOW000001/ALIAS00001': { name: 'prod', tags: TAGS } },
  prompts: { PROMPT0001: { name: 'greeting', tags: TAGS } },
  promptVersions: { 'PROMPT0001/1': { variants: [{ name: 'formal', ...TEMPLATE, modelId: HAIKU }] } },
  agentRuntimes: { 'bot-a1b2c3d4e5': { agentRuntimeName: 'bot' } },
  agentRuntimeVersions: {
    'bot-a1b2c3d4e5/1': { agentRuntimeArtifact: { containerConfiguration: { containerUri: IMAGE } } },
    'bot-a1b2c3d4e5/2': {},
  },
  agentRuntimeEndpoints: {
    ...each('AGENT_RUNTIME', status => ({ status, tags: TAGS }), 'bot-a1b2c3d4e5/a1b2c3d4e5f'),
    'bot-a1b2c3d4e5/changing': { status: 'UPDATING', targetVersion: '2', tags: TAGS },
  },
  harnesses: { 'aide-a1b2c3d4e5': { harnessName: 'aide' } },
  harnessVersions: { 'aide-a1b2c3d4e5/1': { model: { bedrockModelConfig: { modelId: HAIKU } } }, 'aide-a1b2c3d4e5/2': {} },
  harnessEndpoints: {
    ...each('HARNESS', status => ({ status, tags: TAGS }), 'aide-a1b2c3d4e5/a1b2c3d4e5f'),
    'aide-a1b2c3d4e5/changing': { status: 'UPDATING', targetVersion: '2', tags: TAGS },
  },
  gateways: each('GATEWAY', (status, name) => ({ status, name: name.replaceAll('_', '-'), tags: TAGS }), 'tools-a1b2c3d4e'),
  gatewayTargets: {
    'tools-a1b2c3d4e0/TARGET0001': {
      name: 'orders',
      targetConfiguration: { mcp: { lambda: { lambdaArn: LAMBDA, toolSchema: { inlinePayload: [TOOL] } } } },
    },
  },
};

/** One deployment of every kind in every status, and of everything that one can be made of; `denied`: operations that nobody may call there. */
export const everything = (denied: readonly string[] = []): RegionInput => ({
  denied: [...denied],
  ...AGENTS,
  packageGroups: { fraud: { tags: TAGS } },
  modelPackages: { 'fraud/1': { ...FRAUD, approval: 'Approved' }, 'fraud/2': { ...FRAUD, approval: 'Rejected' }, 'fraud/3': FRAUD },
  models: {
    fraud: { ...FRAUD, tags: TAGS },
    chain: { containers: [FRAUD, { ...FRAUD, additional: [{ artefact: 's3://models/words/' }] }], execution: 'Direct' },
    packaged: { package: 'fraud/1' },
  },
  endpointConfigs: { fraud: { variants: [{ model: 'fraud' }], tags: TAGS } },
  endpoints: {
    ...each('ENDPOINT', status => ({
      status,
      config: 'fraud',
      tags: TAGS,
      ...(status === 'Failed' && { failure: 'It does not answer.' }),
    })),
    changing: { status: 'Updating', config: 'fraud', pending: { variants: [{ model: 'chain' }] }, tags: TAGS },
    chained: { variants: [{ model: 'chain' }], shadow: [{ model: 'fraud' }], tags: TAGS },
    packaged: { variants: [{ model: 'packaged' }], tags: TAGS },
    asynchronous: { variants: [{ model: 'fraud' }], async: 's3://answers/fraud/', tags: TAGS },
    serverless: { variants: [{ model: 'fraud', serverless: { memory: 2048, concurrency: 5 } }], tags: TAGS },
    bought: { config: 'fraud', tags: TAGS },
    host: { variants: [{}], tags: TAGS },
  },
  inferenceComponents: {
    ...each('INFERENCE_COMPONENT', status => ({ status, endpoint: 'host', model: 'fraud', tags: TAGS })),
    base: { endpoint: 'host', image: IMAGE, artefact: 's3://models/base/', env: { THRESHOLD: '0.4' }, tags: TAGS },
    adapted: { endpoint: 'host', base: 'base', artefact: 's3://models/adapter.tar.gz', tags: TAGS },
  },
  provisionedModels: {
    ...each('PROVISIONED_THROUGHPUT', (status, name) => ({ status, provisionedModelName: name, tags: TAGS })),
    a1b2c3d4e5fz: { provisionedModelName: 'changing', status: 'Updating', desiredModelArn: custom('b2c3d4e5f6a1'), tags: TAGS },
  },
  customModelDeployments: {
    ...each('CUSTOM_MODEL_DEPLOYMENT', (status, name) => ({ status, customModelDeploymentName: name, tags: TAGS })),
    a1b2c3d4e5fz: {
      customModelDeploymentName: 'changing',
      lastUpdatedAt: '2026-02-01T09:00:00Z',
      updateDetails: { modelArn: custom('b2c3d4e5f6a1'), updateStatus: 'Updating' },
      tags: TAGS,
    },
  },
  importedModels: { a1b2c3d4e5f6: { modelName: 'own-llama', tags: TAGS } },
  inferenceProfiles: each('INFERENCE_PROFILE', (status, name) => ({ status, inferenceProfileName: name, tags: TAGS })),
  promptRouters: each('PROMPT_ROUTER', (status, name) => ({ status, promptRouterName: name, tags: TAGS })),
  marketplaceEndpoints: { bought: {} },
  foundationModels: {
    'anthropic.claude-3-haiku-20240307-v1:0': {
      modelName: 'Claude 3 Haiku',
      modelLifecycle: { status: 'LEGACY', legacyTime: '2026-09-01T00:00:00Z' },
    },
    'amazon.titan-text-express-v1': { modelName: 'Titan Text Express' },
  },
  invocationLogging: { s3Config: { bucketName: 'calls', keyPrefix: 'models' }, textDataDeliveryEnabled: true },
  modelUse: [
    { modelId: 'anthropic.claude-3-haiku-20240307-v1:0' },
    { modelId: 'openai.gpt-oss-120b', namespace: 'AWS/BedrockMantle', project: 'payments' },
  ],
});

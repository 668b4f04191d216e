import type { ActKind } from '../act.ts';
import type { DeploymentKind } from '../kinds.ts';
import type { Provider } from '../scope.ts';

/**
 * What a call does to a deployment, and how its parameters and its answer name that one: the first of `names` that makes one holds. A place in
 * braces is a field of either, in CloudTrail's lower camel case. Without a name it is about a part of some: their scope is looked at.
 */
export interface Operation {
  readonly does: ActKind;
  /** What it makes; null: nothing. */
  readonly makes: DeploymentKind | null;
  readonly names: readonly string[];
}

const creates = (makes: DeploymentKind, name: string): Operation => ({ does: 'created', makes, names: [name] });
const changes = (...names: readonly string[]): Operation => ({ does: 'changed', makes: null, names });

/** Calls that can change what serves. Source: the models of the services, against which a test holds each name and each place. */
const SAGEMAKER: Readonly<Record<string, Operation>> = {
  CreateEndpoint: creates('ENDPOINT', 'endpoint/{endpointName}'),
  UpdateEndpoint: changes('endpoint/{endpointName}'),
  DeleteEndpoint: changes('endpoint/{endpointName}'),
  CreateInferenceComponent: creates('INFERENCE_COMPONENT', 'inference-component/{inferenceComponentName}'),
  UpdateInferenceComponent: changes('inference-component/{inferenceComponentName}'),
  DeleteInferenceComponent: changes('inference-component/{inferenceComponentName}'),
  AddTags: changes('{resourceArn}'),
  DeleteTags: changes('{resourceArn}'),
};

/** Its agents, flows and prompts included: CloudTrail has one event source for both of its services. Working copies serve nobody. */
const BEDROCK: Readonly<Record<string, Operation>> = {
  CreateProvisionedModelThroughput: creates('PROVISIONED_THROUGHPUT', '{provisionedModelArn}'),
  UpdateProvisionedModelThroughput: changes('{provisionedModelId}'),
  DeleteProvisionedModelThroughput: changes('{provisionedModelId}'),
  CreateCustomModelDeployment: creates('CUSTOM_MODEL_DEPLOYMENT', '{customModelDeploymentArn}'),
  UpdateCustomModelDeployment: changes('{customModelDeploymentIdentifier}'),
  DeleteCustomModelDeployment: changes('{customModelDeploymentIdentifier}'),
  CreateInferenceProfile: creates('INFERENCE_PROFILE', '{inferenceProfileArn}'),
  DeleteInferenceProfile: changes('{inferenceProfileIdentifier}'),
  CreatePromptRouter: creates('PROMPT_ROUTER', '{promptRouterArn}'),
  DeletePromptRouter: changes('{promptRouterArn}'),
  DeleteImportedModel: changes('{modelIdentifier}'),
  CreateAgentAlias: creates('AGENT_ALIAS', '{agentAlias.agentAliasArn}'),
  UpdateAgentAlias: changes('agent-alias/{agentId}/{agentAliasId}'),
  DeleteAgentAlias: changes('agent-alias/{agentId}/{agentAliasId}'),
  DeleteAgent: changes(),
  DeleteAgentVersion: changes(),
  CreateFlowAlias: creates('FLOW_ALIAS', 'flow/{flowIdentifier}/alias/{id}'),
  UpdateFlowAlias: changes('flow/{flowIdentifier}/alias/{aliasIdentifier}'),
  DeleteFlowAlias: changes('flow/{flowIdentifier}/alias/{aliasIdentifier}'),
  DeleteFlow: changes(),
  DeleteFlowVersion: changes(),
  // The newest version is what counts as deployed: it comes into being by the second call, under the ARN of the first.
  CreatePrompt: creates('PROMPT', 'prompt/{id}'),
  CreatePromptVersion: changes('prompt/{promptIdentifier}', '{promptIdentifier}'),
  DeletePrompt: changes('prompt/{promptIdentifier}', '{promptIdentifier}'),
  TagResource: changes('{resourceARN}', '{resourceArn}'),
  UntagResource: changes('{resourceARN}', '{resourceArn}'),
};

/** The endpoint that comes with a runtime or a harness, and follows its newest version. */
const OWN = 'DEFAULT';
const runtime = (endpoint: string): string => `runtime/{agentRuntimeId}/runtime-endpoint/${endpoint}`;
const harness = (endpoint: string): string => `harness/{harnessId}/harness-endpoint/${endpoint}`;

const AGENTCORE: Readonly<Record<string, Operation>> = {
  CreateAgentRuntime: creates('AGENT_RUNTIME', runtime(OWN)),
  UpdateAgentRuntime: changes(runtime(OWN)),
  DeleteAgentRuntime: changes(runtime(OWN)),
  CreateAgentRuntimeEndpoint: creates('AGENT_RUNTIME', runtime('{name}')),
  UpdateAgentRuntimeEndpoint: changes(runtime('{endpointName}')),
  DeleteAgentRuntimeEndpoint: changes(runtime('{endpointName}')),
  CreateHarness: creates('HARNESS', `harness/{harness.harnessId}/harness-endpoint/${OWN}`),
  UpdateHarness: changes(harness(OWN)),
  DeleteHarness: changes(harness(OWN)),
  CreateHarnessEndpoint: creates('HARNESS', harness('{endpointName}')),
  UpdateHarnessEndpoint: changes(harness('{endpointName}')),
  DeleteHarnessEndpoint: changes(harness('{endpointName}')),
  CreateGateway: creates('GATEWAY', 'gateway/{gatewayId}'),
  UpdateGateway: changes('gateway/{gatewayIdentifier}'),
  DeleteGateway: changes('gateway/{gatewayIdentifier}'),
  CreateGatewayTarget: changes('gateway/{gatewayIdentifier}'),
  UpdateGatewayTarget: changes('gateway/{gatewayIdentifier}'),
  DeleteGatewayTarget: changes('gateway/{gatewayIdentifier}'),
  SynchronizeGatewayTargets: changes('gateway/{gatewayIdentifier}'),
  TagResource: changes('{resourceArn}'),
  UntagResource: changes('{resourceArn}'),
};

/** By `eventSource`: whose deployments the calls are about, and which `source` EventBridge gives their events. */
export const SERVICES: Readonly<
  Record<string, { readonly provider: Provider; readonly source: string; readonly operations: Readonly<Record<string, Operation>> }>
> = {
  'sagemaker.amazonaws.com': { provider: 'sagemaker', source: 'aws.sagemaker', operations: SAGEMAKER },
  'bedrock.amazonaws.com': { provider: 'bedrock', source: 'aws.bedrock', operations: BEDROCK },
  'bedrock-agentcore.amazonaws.com': { provider: 'agentcore', source: 'aws.bedrock-agentcore', operations: AGENTCORE },
};

const MAKING = Map.groupBy(
  Object.values(SERVICES).flatMap(({ operations }) => Object.entries(operations)),
  ([, { makes }]) => makes,
);

/** The calls that make a deployment of a kind; none: nothing that we know of does. */
export const operationsMaking = (kind: DeploymentKind): readonly string[] => (MAKING.get(kind) ?? []).map(([name]) => name);

export const CALL = 'AWS API Call via CloudTrail';

/**
 * Events that SageMaker sends by itself, with no trail. They name nobody. That a model or configuration came, went or was approved is
 * known from these: the calls themselves would bring environment values with them, and are not asked for.
 */
export const STATE_CHANGES: readonly string[] = ['Endpoint', 'Endpoint Config', 'Model', 'Model Package'].map(
  what => `SageMaker ${what} State Change`,
);

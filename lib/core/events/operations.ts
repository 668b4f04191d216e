import type { ActKind } from '../act.ts';
import type { Provider } from '../scope.ts';

/** What a call does to a deployment, and the parameter or answer that names it: as an ARN, or by a name after `prefix`. */
export interface Operation {
  readonly does: ActKind;
  readonly key?: string;
  readonly prefix?: string;
}

const creates = (key: string, prefix?: string): Operation => ({ does: 'created', key, ...(prefix === undefined ? {} : { prefix }) });
const changes = (key: string, prefix?: string): Operation => ({ ...creates(key, prefix), does: 'changed' });

/** Calls that can change what serves. Sources: the service's API model, and CloudTrail's lower camel case of its parameters. */
const SAGEMAKER: Readonly<Record<string, Operation>> = {
  CreateEndpoint: creates('endpointName', 'endpoint/'),
  UpdateEndpoint: changes('endpointName', 'endpoint/'),
  DeleteEndpoint: changes('endpointName', 'endpoint/'),
  CreateInferenceComponent: creates('inferenceComponentName', 'inference-component/'),
  UpdateInferenceComponent: changes('inferenceComponentName', 'inference-component/'),
  DeleteInferenceComponent: changes('inferenceComponentName', 'inference-component/'),
  AddTags: changes('resourceArn'),
  DeleteTags: changes('resourceArn'),
};

const BEDROCK: Readonly<Record<string, Operation>> = {
  CreateProvisionedModelThroughput: creates('provisionedModelArn'),
  UpdateProvisionedModelThroughput: changes('provisionedModelId'),
  DeleteProvisionedModelThroughput: changes('provisionedModelId'),
  CreateCustomModelDeployment: creates('customModelDeploymentArn'),
  UpdateCustomModelDeployment: changes('customModelDeploymentIdentifier'),
  DeleteCustomModelDeployment: changes('customModelDeploymentIdentifier'),
  CreateInferenceProfile: creates('inferenceProfileArn'),
  DeleteInferenceProfile: changes('inferenceProfileIdentifier'),
  CreatePromptRouter: creates('promptRouterArn'),
  DeletePromptRouter: changes('promptRouterArn'),
  DeleteImportedModel: changes('modelIdentifier'),
  CreateAgentAlias: creates('agentAlias.agentAliasArn'),
  UpdateAgentAlias: changes('agentAlias.agentAliasArn'),
  DeleteAgentAlias: { does: 'changed' },
  TagResource: changes('resourceARN'),
  UntagResource: changes('resourceARN'),
};

/** By `eventSource`: whose deployments the calls are about, and which `source` EventBridge gives their events. */
export const SERVICES: Readonly<
  Record<string, { readonly provider: Provider; readonly source: string; readonly operations: Readonly<Record<string, Operation>> }>
> = {
  'sagemaker.amazonaws.com': { provider: 'sagemaker', source: 'aws.sagemaker', operations: SAGEMAKER },
  'bedrock.amazonaws.com': { provider: 'bedrock', source: 'aws.bedrock', operations: BEDROCK },
};

export const CALL = 'AWS API Call via CloudTrail';

/**
 * Events that SageMaker sends by itself, with no trail. They name nobody. That a model or configuration came, went or was approved is
 * known from these: the calls themselves would bring environment values with them, and are not asked for.
 */
export const STATE_CHANGES: readonly string[] = ['Endpoint', 'Endpoint Config', 'Model', 'Model Package'].map(
  what => `SageMaker ${what} State Change`,
);

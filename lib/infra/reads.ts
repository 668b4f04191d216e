import type { Provider } from '../core/scope.ts';

/** What is asked of a provider, and what is denied once more. */
interface Reads {
  /** In the names of its statements. */
  readonly name: string;
  /** These have no resource type, so the region is all that can narrow them. */
  readonly lists: readonly string[];
  /** Further ones, of other services. */
  readonly elsewhere: readonly string[];
  readonly details: readonly string[];
  /** What the details are of, as in an ARN. */
  readonly types: readonly string[];
  /** What changes or invokes something. */
  readonly changes: readonly string[];
}

const words = (names: string): readonly string[] => names.split(' ');
const CHANGES = words('Create* Update* Delete* Put* Start* Stop*');

export const READS: Readonly<Record<Provider, Reads>> = {
  sagemaker: {
    name: 'SageMaker',
    lists: words('ListEndpoints ListInferenceComponents ListEndpointConfigs ListModels ListModelPackages Search'),
    elsewhere: ['cloudwatch:GetMetricData', 'cloudtrail:LookupEvents'],
    details: words('DescribeEndpoint DescribeEndpointConfig DescribeModel DescribeInferenceComponent BatchDescribeModelPackage ListTags'),
    types: words('endpoint endpoint-config model inference-component model-package'),
    changes: [...CHANGES, ...words('Add* InvokeEndpoint*')],
  },
  bedrock: {
    name: 'Bedrock',
    lists: [
      ...words('ListProvisionedModelThroughputs ListCustomModelDeployments ListImportedModels ListInferenceProfiles ListPromptRouters'),
      ...words('ListMarketplaceModelEndpoints ListFoundationModels ListAgents ListFlows ListPrompts'),
      'GetModelInvocationLoggingConfiguration',
    ],
    elsewhere: ['cloudwatch:ListMetrics', 'cloudwatch:GetMetricData', 'cloudtrail:LookupEvents'],
    details: [
      ...words('GetProvisionedModelThroughput GetCustomModelDeployment GetImportedModel GetInferenceProfile GetPromptRouter'),
      ...words('ListAgentAliases GetAgentAlias GetAgent GetAgentVersion ListAgentActionGroups GetAgentActionGroup'),
      ...words('ListAgentKnowledgeBases ListAgentCollaborators ListFlowAliases GetFlowAlias GetFlow GetFlowVersion GetPrompt'),
      'ListTagsForResource',
    ],
    types: [
      ...words('provisioned-model custom-model-deployment imported-model application-inference-profile prompt-router'),
      ...words('agent agent-alias flow prompt'),
    ],
    changes: [
      ...CHANGES,
      ...words('Register* Deregister* Associate* Disassociate* Prepare* Ingest* Tag* Untag* Invoke* Retrieve* Render*'),
    ],
  },
  agentcore: {
    name: 'AgentCore',
    lists: words('ListAgentRuntimes ListAgentRuntimeEndpoints ListHarnesses ListHarnessEndpoints ListGateways'),
    elsewhere: ['bedrock:ListFoundationModels', 'cloudtrail:LookupEvents'],
    details: [
      ...words('GetAgentRuntime GetAgentRuntimeEndpoint GetHarness GetHarnessEndpoint'),
      ...words('GetGateway ListGatewayTargets GetGatewayTarget ListTagsForResource'),
    ],
    types: words('runtime harness gateway'),
    changes: [
      ...CHANGES,
      ...words('Add* Batch* Save* Set* Submit* Synchronize* Tag* Untag* Invoke*'),
      // What agents get their credentials by.
      ...words('GetWorkloadAccessToken* GetResource*Token GetResource*Key'),
    ],
  },
};

import { ACCOUNT, REGION } from '../../scripts/every-kind.ts';

/** An operation that we use, and what boto3 asks it. A further one is a further row. */
export interface Row {
  /** As boto3 names the client. */
  readonly service: string;
  readonly operation: string;
  /** One request, or several. */
  readonly asked?: readonly object[];
  /** A request for what is not there, and the code that says so. */
  readonly missing?: readonly [params: object, code: string];
  /** Asked of a small estate that boto3 made in moto, and of the same in simcloud. */
  readonly beside?: object;
}

const sagemaker = (resource: string): string => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:${resource}`;
const bedrock = (resource: string): string => `arn:aws:bedrock:${REGION}:${ACCOUNT}:${resource}`;
const ID = 'a1b2c3d4e5f0';
const CHANGING = 'a1b2c3d4e5fz';
const GONE = 'zzzzzzzzzzzz';
const NOT_FOUND = 'ResourceNotFoundException';

/** What describes one resource by one field: these exist, the last is gone. */
const one = (service: string, operation: string, field: string, [missing = '', ...there]: readonly string[], code = NOT_FOUND): Row => ({
  service,
  operation,
  asked: there.map(id => ({ [field]: id })),
  missing: [{ [field]: missing }, code],
});
const described = (kind: string, ...names: readonly string[]): Row =>
  one('sagemaker', `Describe${kind}`, `${kind}Name`, ['gone', ...names], 'ValidationException');
const got = (operation: string, field: string, resource: string, ...ids: readonly string[]): Row =>
  one('bedrock', operation, field, [bedrock(`${resource}/${GONE}`), ...[ID, ...ids].map(id => bedrock(`${resource}/${id}`))]);
const agents = (operation: string, asked: object = {}, missing?: Row['missing']): Row => of('bedrock-agent', operation, asked, missing);
const agentcore = (operation: string, asked: object = {}, missing?: Row['missing']): Row =>
  of('bedrock-agentcore-control', operation, asked, missing);
const of = (service: string, operation: string, asked: object, missing?: Row['missing']): Row => ({
  service,
  operation,
  asked: [asked],
  ...(missing && { missing }),
});
const AGENT = { agentId: 'AGENT00001' };
const VERSION = { ...AGENT, agentVersion: '1' };
const FLOW = { flowIdentifier: 'FLOW000001' };
const RUNTIME = { agentRuntimeId: 'bot-a1b2c3d4e5' };
const HARNESS = { harnessId: 'aide-a1b2c3d4e5' };
const GATEWAY = { gatewayIdentifier: 'tools-a1b2c3d4e0' };

const WEEK = { StartTime: '2026-11-16T00:00:00Z', EndTime: '2026-11-23T00:00:00Z' };
const invocationsOf = (EndpointName: string): object => {
  const Dimensions = Object.entries({ EndpointName, VariantName: 'AllTraffic' }).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: 'AWS/SageMaker', MetricName: 'Invocations', Dimensions };
  return { Id: 'm0', MetricStat: { Metric, Period: 86_400, Stat: 'Sum' } };
};

const SMALL = { MaxResults: 100 };

export const ROWS: readonly Row[] = [
  { service: 'sagemaker', operation: 'ListEndpoints', beside: SMALL },
  { service: 'sagemaker', operation: 'ListInferenceComponents' },
  { service: 'sagemaker', operation: 'ListEndpointConfigs', beside: SMALL },
  { service: 'sagemaker', operation: 'ListModels', beside: SMALL },
  {
    service: 'sagemaker',
    operation: 'ListModelPackages',
    asked: [{ ModelPackageGroupName: 'fraud' }],
    beside: { ModelPackageGroupName: 'small' },
  },
  { service: 'sagemaker', operation: 'Search', asked: [{ Resource: 'Endpoint' }, { Resource: 'Model' }], beside: { Resource: 'Endpoint' } },
  { ...described('Endpoint', ID, 'changing', 'chained', 'asynchronous', 'serverless', 'host'), beside: { EndpointName: 'small' } },
  { ...described('EndpointConfig', 'fraud'), beside: { EndpointConfigName: 'small' } },
  { ...described('Model', 'fraud', 'chain', 'packaged'), beside: { ModelName: 'small' } },
  described('InferenceComponent', ID, 'base', 'adapted'),
  {
    service: 'sagemaker',
    operation: 'BatchDescribeModelPackage',
    asked: [{ ModelPackageArnList: ['1', '2', '9'].map(version => sagemaker(`model-package/fraud/${version}`)) }],
  },
  {
    service: 'sagemaker',
    operation: 'ListTags',
    asked: [{ ResourceArn: sagemaker('endpoint/host') }, { ResourceArn: sagemaker('inference-component/base') }],
    missing: [{ ResourceArn: sagemaker('endpoint/gone') }, 'ValidationException'],
    beside: { ResourceArn: 'arn:aws:sagemaker:us-west-2:111122223333:endpoint/small' },
  },
  { service: 'bedrock', operation: 'ListProvisionedModelThroughputs' },
  { service: 'bedrock', operation: 'ListCustomModelDeployments' },
  { service: 'bedrock', operation: 'ListImportedModels' },
  { service: 'bedrock', operation: 'ListInferenceProfiles', asked: [{ typeEquals: 'APPLICATION' }] },
  { service: 'bedrock', operation: 'ListPromptRouters', asked: [{ type: 'custom' }] },
  { service: 'bedrock', operation: 'ListFoundationModels' },
  { service: 'bedrock', operation: 'ListMarketplaceModelEndpoints' },
  { service: 'bedrock', operation: 'GetModelInvocationLoggingConfiguration' },
  got('GetProvisionedModelThroughput', 'provisionedModelId', 'provisioned-model', CHANGING),
  got('GetCustomModelDeployment', 'customModelDeploymentIdentifier', 'custom-model-deployment', CHANGING),
  one(
    'bedrock',
    'GetImportedModel',
    'modelIdentifier',
    [GONE, 'a1b2c3d4e5f6'].map(id => bedrock(`imported-model/${id}`)),
  ),
  got('GetInferenceProfile', 'inferenceProfileIdentifier', 'application-inference-profile'),
  got('GetPromptRouter', 'promptRouterArn', 'prompt-router'),
  one(
    'bedrock',
    'ListTagsForResource',
    'resourceARN',
    [GONE, ID].map(id => bedrock(`provisioned-model/${id}`)),
  ),
  agents('ListAgents'),
  agents('GetAgent', AGENT, [{ agentId: 'GONE000001' }, NOT_FOUND]),
  agents('GetAgentVersion', VERSION, [{ ...AGENT, agentVersion: '9' }, NOT_FOUND]),
  agents('ListAgentAliases', AGENT),
  agents('GetAgentAlias', { ...AGENT, agentAliasId: 'ALIAS00000' }, [{ ...AGENT, agentAliasId: 'GONE000001' }, NOT_FOUND]),
  agents('ListAgentActionGroups', VERSION),
  agents('GetAgentActionGroup', { ...VERSION, actionGroupId: 'GROUP00001' }),
  agents('ListAgentKnowledgeBases', VERSION),
  agents('ListAgentCollaborators', VERSION),
  agents('ListFlows'),
  agents('GetFlow', FLOW, [{ flowIdentifier: 'GONE000001' }, NOT_FOUND]),
  agents('GetFlowVersion', { ...FLOW, flowVersion: '1' }),
  agents('ListFlowAliases', FLOW),
  agents('GetFlowAlias', { ...FLOW, aliasIdentifier: 'ALIAS00001' }),
  agents('ListPrompts'),
  agents('GetPrompt', { promptIdentifier: 'PROMPT0001', promptVersion: '1' }, [{ promptIdentifier: 'GONE000001' }, NOT_FOUND]),
  agents('ListTagsForResource', { resourceArn: bedrock('prompt/PROMPT0001') }, [{ resourceArn: bedrock('prompt/GONE000001') }, NOT_FOUND]),
  agentcore('ListAgentRuntimes'),
  agentcore('GetAgentRuntime', { ...RUNTIME, agentRuntimeVersion: '1' }, [{ agentRuntimeId: 'gone-a1b2c3d4e5' }, NOT_FOUND]),
  agentcore('ListAgentRuntimeEndpoints', RUNTIME),
  agentcore('GetAgentRuntimeEndpoint', { ...RUNTIME, endpointName: 'changing' }, [{ ...RUNTIME, endpointName: 'gone' }, NOT_FOUND]),
  agentcore('ListHarnesses'),
  agentcore('GetHarness', { ...HARNESS, harnessVersion: '1' }),
  agentcore('ListHarnessEndpoints', HARNESS),
  agentcore('GetHarnessEndpoint', { ...HARNESS, endpointName: 'changing' }),
  agentcore('ListGateways'),
  agentcore('GetGateway', GATEWAY),
  agentcore('ListGatewayTargets', GATEWAY),
  agentcore('GetGatewayTarget', { ...GATEWAY, targetId: 'TARGET0001' }),
  agentcore('ListTagsForResource', { resourceArn: `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:gateway/tools-a1b2c3d4e0` }),
  {
    service: 'cloudwatch',
    operation: 'ListMetrics',
    asked: [{ Namespace: 'AWS/Bedrock' }, { Namespace: 'AWS/BedrockMantle', RecentlyActive: 'PT3H' }],
  },
  { service: 'cloudwatch', operation: 'GetMetricData', asked: [{ ...WEEK, MetricDataQueries: [invocationsOf('small')] }] },
  {
    service: 'cloudtrail',
    operation: 'LookupEvents',
    asked: [{ ...WEEK, LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateEndpoint' }] }],
  },
  { service: 'organizations', operation: 'ListAccounts', beside: {} },
  { ...one('organizations', 'ListAccountsForParent', 'ParentId', ['r-gone', 'r-sim1'], 'ParentNotFoundException') },
  { ...one('organizations', 'ListOrganizationalUnitsForParent', 'ParentId', ['r-gone', 'r-sim1'], 'ParentNotFoundException') },
  { service: 'account', operation: 'ListRegions' },
  { service: 'sts', operation: 'GetCallerIdentity', beside: {} },
  {
    service: 'sts',
    operation: 'AssumeRole',
    asked: [{ RoleArn: 'arn:aws:iam::444455556666:role/RollcallSpoke', RoleSessionName: 'rollcall', ExternalId: 'choose-one' }],
    missing: [{ RoleArn: 'arn:aws:iam::444455556666:role/Other', RoleSessionName: 'rollcall' }, 'AccessDenied'],
  },
  { ...one('s3', 'ListObjectsV2', 'Bucket', ['gone', 'models'], 'NoSuchBucket'), beside: { Bucket: 'small-models', Prefix: 'small/' } },
];

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
const SMALL = { MaxResults: 100 };

export const ROWS: readonly Row[] = [
  { service: 'sagemaker', operation: 'ListEndpoints', beside: SMALL },
  { service: 'sagemaker', operation: 'ListInferenceComponents' },
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
  {
    service: 'cloudwatch',
    operation: 'ListMetrics',
    asked: [{ Namespace: 'AWS/Bedrock' }, { Namespace: 'AWS/BedrockMantle', RecentlyActive: 'PT3H' }],
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

import { AGENT_RECORDS } from './agent-records.ts';
import { AGENTCORE_RECORDS } from './agentcore-records.ts';
import type { Doc, Place } from './world.ts';

/** An operation that shows records. `hides`: what it does not show of them though others do. */
interface Shown {
  readonly operation: string;
  readonly at: string;
  readonly hides?: readonly string[];
}

/** A kind of resource that is stored as its service describes it, field by field: all that simcloud knows of it. */
export interface RecordKind {
  /** The service in its ARN, and the name that its requests are signed for. */
  readonly service: 'bedrock' | 'bedrock-agentcore';
  /** What follows the account in its ARN. The fields in braces are the parts of its key in the estate, `/` between them. */
  readonly resource: string;
  /** What its ARN shows instead of that: a version shows the ARN of what it is a version of. */
  readonly shows?: string;
  /** The fields of its ARN, if it has one, and of its name, which is the last part of the key where the estate states none. */
  readonly arn?: string;
  readonly name: string;
  /** The fields that say when it was made and changed, as ISO times; the last one moves when the estate is edited. */
  readonly times: readonly [created: string, ...modified: string[]];
  /** A path with braces lists what lies under the first parts of a key. `pages`: items on a page unasked, and the most of them; null: it has none. */
  readonly list?: Shown & { readonly out: string; readonly pages: readonly [number, number] | null };
  /** Its path has the parts of a key in their order; the last may also be the ARN. `under`: the field that the answer lies in. */
  readonly get?: Shown & { readonly under?: string };
  /** Where its versions lie, and the fields of a request that ask for one of them, or for a list of them all. */
  readonly versions?: { readonly section: string; readonly get: string; readonly list?: string };
  /** Further fields of a summary, and what a Get adds to them. */
  readonly summary: readonly string[];
  readonly detail?: readonly string[];
  readonly defaults: Doc;
  /** Fields that are as another one where they are not stated. */
  readonly copies?: Readonly<Record<string, string>>;
}

/** AWS's bound for the lists of Bedrock's control plane; without a number it is also what they give. */
const THOUSAND = [1000, 1000] as const;
const CLAUDE = 'foundation-model/anthropic.claude-3-haiku-20240307-v1:0';
const TITAN = 'foundation-model/amazon.titan-text-express-v1';

/** Section of a region in the estate → what lies there. In defaults `$region` and `$account` are those of the place, `$name` that of the record, and so each part of its key. */
export const RECORDS = {
  ...AGENT_RECORDS,
  ...AGENTCORE_RECORDS,
  provisionedModels: {
    service: 'bedrock',
    resource: 'provisioned-model/{provisionedModelId}',
    arn: 'provisionedModelArn',
    name: 'provisionedModelName',
    times: ['creationTime', 'lastModifiedTime'],
    list: {
      operation: 'ListProvisionedModelThroughputs',
      at: 'GET /provisioned-model-throughputs',
      out: 'provisionedModelSummaries',
      pages: THOUSAND,
    },
    get: { operation: 'GetProvisionedModelThroughput', at: 'GET /provisioned-model-throughput/{provisionedModelId}' },
    summary: ['modelArn', 'desiredModelArn', 'foundationModelArn', 'modelUnits', 'desiredModelUnits', 'status', 'commitmentDuration'],
    detail: ['failureMessage'],
    defaults: {
      status: 'InService',
      modelArn: `arn:aws:bedrock:$region::${CLAUDE}`,
      foundationModelArn: `arn:aws:bedrock:$region::${CLAUDE}`,
      modelUnits: 1,
    },
    copies: { desiredModelArn: 'modelArn', desiredModelUnits: 'modelUnits' },
  },
  customModelDeployments: {
    service: 'bedrock',
    resource: 'custom-model-deployment/{customModelDeploymentIdentifier}',
    arn: 'customModelDeploymentArn',
    name: 'customModelDeploymentName',
    times: ['createdAt', 'lastUpdatedAt'],
    list: {
      operation: 'ListCustomModelDeployments',
      at: 'GET /model-customization/custom-model-deployments',
      out: 'modelDeploymentSummaries',
      pages: THOUSAND,
    },
    get: {
      operation: 'GetCustomModelDeployment',
      at: 'GET /model-customization/custom-model-deployments/{customModelDeploymentIdentifier}',
      hides: ['customModelDeploymentName'],
    },
    summary: ['modelArn', 'status', 'failureMessage'],
    detail: ['modelDeploymentName', 'description', 'updateDetails'],
    defaults: { status: 'Active', modelArn: 'arn:aws:bedrock:$region:$account:custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6' },
    copies: { modelDeploymentName: 'customModelDeploymentName' },
  },
  importedModels: {
    service: 'bedrock',
    resource: 'imported-model/{modelIdentifier}',
    arn: 'modelArn',
    name: 'modelName',
    times: ['creationTime'],
    list: { operation: 'ListImportedModels', at: 'GET /imported-models', out: 'modelSummaries', pages: THOUSAND },
    get: { operation: 'GetImportedModel', at: 'GET /imported-models/{modelIdentifier}' },
    summary: ['instructSupported', 'modelArchitecture'],
    detail: ['jobName', 'jobArn', 'modelDataSource', 'modelKmsKeyArn', 'customModelUnits'],
    defaults: { instructSupported: true, modelArchitecture: 'llama3' },
  },
  inferenceProfiles: {
    service: 'bedrock',
    resource: 'application-inference-profile/{inferenceProfileId}',
    arn: 'inferenceProfileArn',
    name: 'inferenceProfileName',
    times: ['createdAt', 'updatedAt'],
    list: { operation: 'ListInferenceProfiles', at: 'GET /inference-profiles', out: 'inferenceProfileSummaries', pages: THOUSAND },
    get: { operation: 'GetInferenceProfile', at: 'GET /inference-profiles/{inferenceProfileIdentifier}' },
    summary: ['inferenceProfileId', 'description', 'models', 'status', 'type'],
    defaults: { status: 'ACTIVE', type: 'APPLICATION', models: [{ modelArn: `arn:aws:bedrock:$region::${CLAUDE}` }] },
  },
  promptRouters: {
    service: 'bedrock',
    resource: 'prompt-router/{promptRouterArn}',
    arn: 'promptRouterArn',
    name: 'promptRouterName',
    times: ['createdAt', 'updatedAt'],
    list: { operation: 'ListPromptRouters', at: 'GET /prompt-routers', out: 'promptRouterSummaries', pages: THOUSAND },
    get: { operation: 'GetPromptRouter', at: 'GET /prompt-routers/{promptRouterArn}' },
    summary: ['description', 'routingCriteria', 'models', 'fallbackModel', 'status', 'type'],
    defaults: {
      status: 'AVAILABLE',
      type: 'custom',
      routingCriteria: { responseQualityDifference: 25 },
      models: [{ modelArn: `arn:aws:bedrock:$region::${CLAUDE}` }, { modelArn: `arn:aws:bedrock:$region::${TITAN}` }],
      fallbackModel: { modelArn: `arn:aws:bedrock:$region::${TITAN}` },
    },
  },
  /** AWS's own, which no account has made. */
  foundationModels: {
    service: 'bedrock',
    resource: 'foundation-model/{modelId}',
    arn: 'modelArn',
    name: 'modelName',
    times: ['startOfLifeTime'],
    list: {
      operation: 'ListFoundationModels',
      at: 'GET /foundation-models',
      out: 'modelSummaries',
      pages: null,
      hides: ['startOfLifeTime'],
    },
    summary: ['modelId', 'providerName', 'modelLifecycle'],
    defaults: { modelId: '$name', modelArn: 'arn:aws:bedrock:$region::foundation-model/$name', modelLifecycle: { status: 'ACTIVE' } },
  },
  /** What Bedrock calls an endpoint of SageMaker that serves a model from its Marketplace: `endpoints` may have it too. */
  marketplaceEndpoints: {
    service: 'bedrock',
    resource: 'marketplace-model-endpoint/{endpointName}',
    arn: 'endpointArn',
    name: 'endpointName',
    times: ['createdAt', 'updatedAt'],
    list: {
      operation: 'ListMarketplaceModelEndpoints',
      at: 'GET /marketplace-model/endpoints',
      out: 'marketplaceModelEndpoints',
      pages: THOUSAND,
      hides: ['endpointName'],
    },
    summary: ['modelSourceIdentifier', 'status', 'statusMessage'],
    defaults: {
      status: 'REGISTERED',
      endpointArn: 'arn:aws:sagemaker:$region:$account:endpoint/$name',
      modelSourceIdentifier: 'arn:aws:sagemaker:$region:aws:hub-content/SageMakerPublicHub/Model/huggingface-llm/1.0.0',
    },
  },
} as const satisfies Record<string, RecordKind>;

export type Section = keyof typeof RECORDS;
// The keys of a constant object are known, which Object.keys does not say.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const SECTIONS = Object.keys(RECORDS) as Section[];
export const RECORD_KINDS: readonly RecordKind[] = Object.values(RECORDS);
/** Every field that says when something was made, then every one that says when it was changed. */
export const RECORD_TIMES: readonly string[] = [
  ...RECORD_KINDS.map(({ times: [created] }) => created),
  ...RECORD_KINDS.flatMap(({ times: [, ...modified] }) => modified),
];

const BRACES = /\{(\w+)\}/g;
/** The names in braces of a resource or a path, in order. */
export const partsOf = (template: string): readonly string[] => [...template.matchAll(BRACES)].map(([, part = '']) => part);

/** The ARN of the record with these parts of a key. */
export const recordArn = (
  { account, region }: Place,
  { service, resource }: Pick<RecordKind, 'service' | 'resource'>,
  key: readonly string[],
): string => {
  const rest = [...key];
  return `arn:aws:${service}:${region}:${account}:${resource.replaceAll(BRACES, () => rest.shift() ?? '')}`;
};

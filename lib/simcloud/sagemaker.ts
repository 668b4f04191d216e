import {
  AwsError,
  type Call,
  existing,
  invalid,
  namedArn,
  type Operation,
  required,
  rows,
  type Site,
  sha256,
  text,
  without,
} from './call.ts';
import { list, page, sortKey, summaryOf } from './paging.ts';
import { arnOf, type Doc, type Kind, RESOURCES } from './world.ts';

/** An image as resolved when it was deployed; a tag that the estate's `images` lacks gets a digest of its own text. */
export const deployedImage = (site: Site, image: string): Doc => {
  const digest = site.images[image] ?? `sha256:${sha256(image)}`;
  const ResolvedImage = image.includes('@') ? image : `${image.replace(/:[^/:]*$/, '')}@${digest}`;
  return { SpecifiedImage: image, ResolvedImage, ResolutionTime: site.now / 1000 };
};

const imagesOf = (site: Site, modelName: string): Doc[] => {
  const { PrimaryContainer, Containers } = site.world.get(arnOf(site, 'model', modelName)) ?? {};
  return rows(Containers ?? [PrimaryContainer]).flatMap(({ Image }) => (typeof Image === 'string' ? [deployedImage(site, Image)] : []));
};

/** Variants as an endpoint shows them: a copy of what config and models say now, which outlives both. */
const summarise = (site: Site, variants: unknown): Doc[] =>
  rows(variants).map(({ VariantName, ModelName, InitialVariantWeight: weight, InitialInstanceCount: count, ServerlessConfig }) => ({
    VariantName,
    DeployedImages: imagesOf(site, text(ModelName)),
    CurrentWeight: weight,
    DesiredWeight: weight,
    ...(ServerlessConfig ? { CurrentServerlessConfig: ServerlessConfig } : { CurrentInstanceCount: count, DesiredInstanceCount: count }),
  }));

/** The part of an endpoint that its config decides. */
export const serving = (site: Site, config: Doc): Doc => ({
  EndpointConfigName: config.EndpointConfigName,
  ProductionVariants: summarise(site, config.ProductionVariants),
  ShadowProductionVariants: config.ShadowProductionVariants && summarise(site, config.ShadowProductionVariants),
  AsyncInferenceConfig: config.AsyncInferenceConfig,
});

/** What DescribeEndpoint adds while a change is under way. */
export const pendingDeployment = (site: Site, config: Doc): Doc => ({
  ...without(serving(site, config), 'AsyncInferenceConfig'),
  StartTime: site.now / 1000,
});

/** Shows the change under way at once, and its end when it has settled. */
const change = (call: Call, during: Doc, after: Doc | null): Doc => {
  const EndpointArn = text(during.EndpointArn);
  const settledAt = call.now + call.settleMs;
  call.world.put(EndpointArn, { ...during, LastModifiedTime: call.now / 1000 });
  call.world.put(EndpointArn, after && { ...during, ...after, EndpointStatus: 'InService', LastModifiedTime: settledAt / 1000 }, settledAt);
  return { EndpointArn };
};

const deploy = (call: Call, endpoint: Doc): Doc => {
  const config = existing(call, arnOf(call, 'endpoint-config', required(call, 'EndpointConfigName')));
  const pending = { PendingDeploymentSummary: pendingDeployment(call, config) };
  return change(call, { ...endpoint, ...pending }, { ...serving(call, config), PendingDeploymentSummary: undefined });
};

const createEndpoint: Operation = call => {
  const { EndpointName, EndpointConfigName, Tags } = call.body;
  const EndpointArn = refuseExisting(call, 'endpoint');
  return deploy(call, { EndpointName, EndpointArn, EndpointConfigName, EndpointStatus: 'Creating', CreationTime: call.now / 1000, Tags });
};

const updateEndpoint: Operation = call => {
  const arn = namedArn(call, 'endpoint');
  const current = existing(call, arn);
  if (!['InService', 'OutOfService', 'Failed'].includes(text(current.EndpointStatus)))
    throw invalid(`Cannot update in-progress endpoint "${arn}".`);
  return deploy(call, { ...current, EndpointStatus: 'Updating' });
};

const refuseExisting = (call: Call, kind: Kind): string => {
  const arn = namedArn(call, kind);
  if (call.world.get(arn)) throw invalid(`Cannot create already existing ${RESOURCES[kind].label} "${arn}".`);
  return arn;
};

const describe =
  (kind: Kind): Operation =>
  call =>
    without(existing(call, namedArn(call, kind)), 'Tags');

const remove =
  (kind: Kind): Operation =>
  call => {
    existing(call, namedArn(call, kind));
    call.world.put(namedArn(call, kind), null);
    return {};
  };

/** Stores the request itself as the resource, as immutable kinds are. */
const create =
  (kind: Kind): Operation =>
  call => {
    const arn = refuseExisting(call, kind);
    for (const { ModelName } of [...rows(call.body.ProductionVariants), ...rows(call.body.ShadowProductionVariants)])
      if (ModelName) existing(call, arnOf(call, 'model', text(ModelName)));
    const identity = { [`${RESOURCES[kind].field}Arn`]: arn };
    call.world.put(arn, { ...call.body, ...identity, CreationTime: call.now / 1000 });
    return identity;
  };

/** A group's versions have the type Versioned; without group and type AWS lists the others only. */
const ofType = (call: Call, doc: Doc): boolean => {
  const type = call.body.ModelPackageType ?? (call.body.ModelPackageGroupName ? 'Versioned' : 'Unversioned');
  return type === 'Both' || (type === 'Versioned') === (doc.ModelPackageVersion !== undefined);
};

const batchDescribe: Operation = call => {
  const arns = Array.isArray(call.body.ModelPackageArnList) ? call.body.ModelPackageArnList.map(text) : [];
  if (arns.length < 1 || arns.length > 100)
    throw invalid("1 validation error detected: Value at 'modelPackageArnList' must hold 1 to 100 ARNs");
  const found = arns.flatMap(arn => {
    const doc = call.world.get(arn);
    return doc
      ? [[arn, { ...without(summaryOf(doc, 'model-package'), 'ModelPackageName'), InferenceSpecification: doc.InferenceSpecification }]]
      : [];
  });
  const missing = arns.filter(arn => !call.world.get(arn));
  return {
    ModelPackageSummaries: Object.fromEntries(found),
    BatchDescribeModelPackageErrorMap: Object.fromEntries(
      missing.map(arn => [arn, { ErrorCode: 'ValidationException', ErrorResponse: `ModelPackage ${arn} does not exist.` }]),
    ),
  };
};

const updateModelPackage: Operation = call => {
  const arn = ownArn(call, 'ModelPackageArn');
  call.world.put(arn, { ...existing(call, arn), ...call.body, LastModifiedTime: call.now / 1000 });
  return { ModelPackageArn: arn };
};

const ownArn = (call: Call, field: string): string => {
  const arn = required(call, field);
  if (arn.startsWith(`arn:aws:sagemaker:${call.region}:${call.account}:`)) return arn;
  throw new AwsError('ValidationException', `Invalid resource ARN "${arn}" for account ${call.account} in ${call.region}.`);
};

const listTags: Operation = call => {
  const items = rows(existing(call, ownArn(call, 'ResourceArn')).Tags);
  const shown = page(call, { items, keyOf: tag => sortKey(tag.Key, ''), descending: false, size: 50, range: [50, 100] });
  return { Tags: shown.items, NextToken: shown.NextToken };
};

const addTags: Operation = call => {
  const arn = ownArn(call, 'ResourceArn');
  const merged = new Map([...rows(existing(call, arn).Tags), ...rows(call.body.Tags)].map(tag => [tag.Key, tag]));
  const Tags = [...merged.values()];
  call.world.amend(arn, doc => ({ ...doc, Tags }));
  return { Tags };
};

export const SAGEMAKER_OPERATIONS: Readonly<Record<string, Operation>> = {
  ListEndpoints: list('endpoint', 'Endpoints'),
  ListInferenceComponents: list('inference-component', 'InferenceComponents'),
  ListEndpointConfigs: list('endpoint-config', 'EndpointConfigs'),
  ListModels: list('model', 'Models'),
  ListModelPackages: list('model-package', 'ModelPackageSummaryList', { descending: false, only: ofType }),
  ListModelPackageGroups: list('model-package-group', 'ModelPackageGroupSummaryList', { descending: false }),
  DescribeEndpoint: describe('endpoint'),
  DescribeEndpointConfig: describe('endpoint-config'),
  DescribeModel: describe('model'),
  DescribeInferenceComponent: describe('inference-component'),
  DescribeModelPackage: describe('model-package'),
  BatchDescribeModelPackage: batchDescribe,
  UpdateModelPackage: updateModelPackage,
  CreateModel: create('model'),
  DeleteModel: remove('model'),
  CreateEndpointConfig: create('endpoint-config'),
  DeleteEndpointConfig: remove('endpoint-config'),
  CreateEndpoint: createEndpoint,
  UpdateEndpoint: updateEndpoint,
  DeleteEndpoint: call => change(call, { ...existing(call, namedArn(call, 'endpoint')), EndpointStatus: 'Deleting' }, null),
  ListTags: listTags,
  AddTags: addTags,
};

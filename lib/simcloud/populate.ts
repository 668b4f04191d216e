import { rows, type Site, sha256, text } from './call.ts';
import { type Estate, LONG_AGO, type RegionEstate } from './estate.ts';
import { putRecord } from './record-operations.ts';
import { RECORDS, SECTIONS } from './records.ts';
import { deployedImage, pendingDeployment, serving } from './sagemaker.ts';
import { arnOf, type Doc, type Kind, RESOURCES, type World } from './world.ts';

const HOUR_IN_SECONDS = 3600;

/** Writes an estate into a world as if it had been created through the API at the times it states; `loadedAt` in milliseconds. */
export const populate = (world: World, estate: Estate, loadedAt: number): void => {
  for (const [account, regions] of Object.entries(estate.accounts))
    for (const [region, contents] of Object.entries(regions))
      fill({ world, account, region, images: estate.images, now: loadedAt }, contents);
};

type Endpoint = RegionEstate['endpoints'][string];
type Component = RegionEstate['inferenceComponents'][string];
type Specification = NonNullable<Component['perInstanceType']>[string];
type Package = RegionEstate['modelPackages'][string];
type Variant = Endpoint['variants'][number];
type Model = NonNullable<Variant['model']>;
type Container = Model['containers'][number];
type Config = Pick<Endpoint, 'variants' | 'shadow' | 'async'>;
interface Birth {
  readonly createdAt: string;
  readonly tags?: Readonly<Record<string, string>>;
}

const fill = (site: Site, region: RegionEstate): void => {
  const groups = Object.keys(region.modelPackages).flatMap(id => (id.includes('/') ? [[id.split('/')[0], undefined] as const] : []));
  for (const [id, model] of Object.entries(region.models)) putModel(site, id, model, model);
  for (const [id, item] of Object.entries(region.modelPackages)) putPackage(site, id, item);
  for (const [id = '', group] of new Map([...groups, ...Object.entries(region.packageGroups)]))
    put(site, 'model-package-group', id, { ModelPackageGroupStatus: 'Completed', ...birth(group ?? { createdAt: LONG_AGO }) });
  for (const [id, config] of Object.entries(region.endpointConfigs)) putConfig(site, id, config, config);
  for (const [id, endpoint] of Object.entries(region.endpoints)) putEndpoint(site, id, endpoint);
  for (const [id, component] of Object.entries(region.inferenceComponents)) putComponent(site, id, component);
  for (const [id, endpoint] of Object.entries(region.endpoints)) severLineage(site, id, endpoint);
  for (const section of SECTIONS)
    for (const [key, stated] of Object.entries(region[section])) putRecord(site, RECORDS[section], key, stated);
};

const epoch = (time: string): number => Date.parse(time) / 1000;
const birth = ({ createdAt, tags = {} }: Birth): Doc => ({
  CreationTime: epoch(createdAt),
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});

/** What the file states exists at once, even with times to come; Search has known it since it last changed. */
const put = (site: Site, kind: Kind, id: string, doc: Doc): Doc => {
  const { field } = RESOURCES[kind];
  const stored = { [`${field}Name`]: id, [`${field}Arn`]: arnOf(site, kind, id), ...doc };
  site.world.put(arnOf(site, kind, id), stored, Math.min(Number(doc.LastModifiedTime ?? doc.CreationTime) * 1000, site.now));
  return stored;
};

const dataSource = ({ artefact = '', etag }: { artefact?: string | undefined; etag?: string | undefined }): Doc => {
  const shape = artefact.endsWith('.gz')
    ? { S3DataType: 'S3Object', CompressionType: 'Gzip' }
    : { S3DataType: 'S3Prefix', CompressionType: 'None' };
  return { S3DataSource: { S3Uri: artefact, ...shape, ETag: etag } };
};

const containerDoc = (site: Site, container: Container): Doc => ({
  Image: container.image,
  Mode: container.mode,
  ...(container.etag ? { ModelDataSource: dataSource(container) } : { ModelDataUrl: container.artefact }),
  AdditionalModelDataSources: container.additional.map((source, at) => ({ ChannelName: `additional-${at}`, ...dataSource(source) })),
  Environment: container.env,
  ModelPackageName: container.package?.startsWith('arn:') === false ? arnOf(site, 'model-package', container.package) : container.package,
  InferenceSpecificationName: container.specification,
});

const putModel = (site: Site, id: string, model: Model, born: Birth): void => {
  const several = {
    Containers: model.containers.map(each => containerDoc(site, each)),
    InferenceExecutionConfig: { Mode: model.execution },
  };
  const containers = model.containers.length > 0 ? several : { PrimaryContainer: containerDoc(site, model) };
  const ExecutionRoleArn = `arn:aws:iam::${site.account}:role/model-execution`;
  put(site, 'model', id, { ...containers, ExecutionRoleArn, EnableNetworkIsolation: false, ...birth(born) });
};

/** A name that changes with the content, as deployment tools make them. */
const nameAfter = (owner: string, content: unknown): string => `${owner.slice(0, 50)}-${sha256(JSON.stringify(content)).slice(0, 8)}`;

const modelName = (site: Site, owner: string, model: Model | undefined, createdAt: string): string | undefined => {
  if (model === undefined || model.named !== undefined) return model?.named;
  const id = nameAfter(owner, model);
  putModel(site, id, model, { createdAt });
  return id;
};

const putConfig = (site: Site, id: string, { variants, shadow, async }: Config, born: Birth): Doc => {
  const variant = (role: string) => (unit: Variant, at: number) => {
    const VariantName = unit.name ?? (at === 0 ? role : `${role}-${at + 1}`);
    const serverless = unit.serverless && { MemorySizeInMB: unit.serverless.memory, MaxConcurrency: unit.serverless.concurrency };
    const capacity = serverless
      ? { ServerlessConfig: serverless }
      : { InstanceType: unit.instanceType, InitialInstanceCount: unit.instances };
    return {
      VariantName,
      ModelName: modelName(site, `${id}-${VariantName}`, unit.model, born.createdAt),
      InitialVariantWeight: unit.weight,
      ...capacity,
    };
  };
  return put(site, 'endpoint-config', id, {
    ProductionVariants: variants.map(variant('primary')),
    ShadowProductionVariants: shadow.length > 0 ? shadow.map(variant('shadow')) : undefined,
    AsyncInferenceConfig: async === undefined ? undefined : { OutputConfig: { S3OutputPath: async } },
    ...birth(born),
  });
};

const putEndpoint = (site: Site, id: string, endpoint: Endpoint): void => {
  const { createdAt, lastModified = createdAt, pending, status = 'InService' } = endpoint;
  const then = { ...site, now: Date.parse(lastModified) };
  const configOf = ({ variants, shadow, async, config }: Config & Pick<Endpoint, 'config'>): Doc =>
    config === undefined
      ? putConfig(site, nameAfter(id, [variants, shadow, async]), { variants, shadow, async }, { createdAt: lastModified })
      : (site.world.get(arnOf(site, 'endpoint-config', config)) ?? {});
  put(site, 'endpoint', id, {
    EndpointStatus: status,
    FailureReason: endpoint.failure,
    LastModifiedTime: epoch(lastModified),
    ...birth(endpoint),
    ...serving(then, configOf(endpoint)),
    PendingDeploymentSummary: pending && pendingDeployment(then, configOf(pending)),
  });
};

/** Deletes or re-creates what the endpoint selected, once everything that shares it has been deployed. */
const severLineage = (site: Site, id: string, { lost, replaced, createdAt, lastModified = createdAt }: Endpoint): void => {
  const config = arnOf(site, 'endpoint-config', String(site.world.get(arnOf(site, 'endpoint', id))?.EndpointConfigName));
  const { ProductionVariants, ShadowProductionVariants } = site.world.get(config) ?? {};
  const models = rows([...rows(ProductionVariants), ...rows(ShadowProductionVariants)]).map(({ ModelName }) => text(ModelName));
  const arns = { config: [config], model: models.filter(Boolean).map(model => arnOf(site, 'model', model)) };
  const CreationTime = epoch(lastModified) + HOUR_IN_SECONDS;
  for (const arn of replaced.flatMap(what => arns[what])) site.world.amend(arn, doc => ({ ...doc, CreationTime }));
  for (const arn of lost.flatMap(what => arns[what])) site.world.put(arn, null);
};

const specification = (site: Site, owner: string, spec: Specification, createdAt: string): Doc => {
  const container = {
    DeployedImage: spec.image === undefined ? undefined : deployedImage({ ...site, now: Date.parse(createdAt) }, spec.image),
    ArtifactUrl: spec.artefact,
    Environment: spec.env,
  };
  return {
    ModelName: modelName(site, owner, spec.model, createdAt),
    BaseInferenceComponentName: spec.base,
    Container: spec.image === undefined && spec.artefact === undefined ? undefined : container,
    ComputeResourceRequirements: spec.base === undefined ? { MinMemoryRequiredInMb: 4096 } : undefined,
  };
};

const putComponent = (site: Site, id: string, component: Component): void => {
  const { createdAt, lastModified = createdAt, perInstanceType, endpoint } = component;
  put(site, 'inference-component', id, {
    EndpointName: endpoint,
    EndpointArn: arnOf(site, 'endpoint', endpoint),
    VariantName: component.variant,
    InferenceComponentStatus: component.status ?? 'InService',
    FailureReason: component.failure,
    Specification: perInstanceType ? undefined : specification(site, id, component, lastModified),
    Specifications:
      perInstanceType &&
      Object.entries(perInstanceType).map(([InstanceType, spec]) => ({ InstanceType, ...specification(site, id, spec, lastModified) })),
    LastModifiedTime: epoch(lastModified),
    ...birth(component),
  });
};

const putPackage = (site: Site, id: string, item: Package): void => {
  const [group, version] = id.split('/');
  put(site, 'model-package', id, {
    // A version goes by the name of its group.
    ...(version
      ? {
          ModelPackageName: group,
          ModelPackageGroupName: group,
          ModelPackageVersion: Number(version),
          ModelApprovalStatus: item.approval,
        }
      : {}),
    ModelPackageDescription: item.description,
    ModelPackageStatus: item.status ?? 'Completed',
    ModelPackageStatusDetails: { ValidationStatuses: [] },
    InferenceSpecification: { Containers: (item.containers.length > 0 ? item.containers : [item]).map(each => packaged(site, each)) },
    LastModifiedTime: epoch(item.lastModified ?? item.createdAt),
    ...birth(item),
  });
};

const packaged = (site: Site, { image, artefact, etag, env }: Container): Doc => ({
  Image: image,
  ImageDigest: image && text(deployedImage(site, image).ResolvedImage).split('@')[1],
  ModelDataUrl: artefact,
  ModelDataETag: etag,
  Environment: env,
});

import * as z from 'zod';

/** What is read of SageMaker's answers and of definitions. Fields that decide nothing are not named and so are dropped here. */
const text = z.string().min(1);
/** Instants once they were read: so what was kept as JSON is read by the shape of the answer it came from. */
export const time = z
  .union([z.date().transform(date => date.toISOString()), z.iso.datetime()])
  .nullish()
  .transform(instant => instant ?? null);
const s3Source = z.object({ S3Uri: text, ETag: text.optional(), ManifestEtag: text.optional() });
const modelDataSource = z.object({ S3DataSource: s3Source.optional() }).optional();
const additionalSources = z.array(z.object({ S3DataSource: s3Source })).optional();
/** CloudFormation writes numbers and booleans here and deploys them as text. */
const environment = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional();
const vpc = z.object({ SecurityGroupIds: z.array(text).optional(), Subnets: z.array(text).optional() }).optional();

const container = z.object({
  Image: text.optional(),
  Mode: z.string().optional(),
  ModelDataUrl: text.optional(),
  ModelDataSource: modelDataSource,
  AdditionalModelDataSources: additionalSources,
  Environment: environment,
  ModelPackageName: text.optional(),
  InferenceSpecificationName: text.optional(),
});
export type RawContainer = z.output<typeof container>;

/** A DescribeModel answer, a Search record of a model, a CreateModel request or the properties of AWS::SageMaker::Model. */
export const rawModel = z
  .object({
    PrimaryContainer: container.optional(),
    Containers: z.array(container).max(15).optional(),
    InferenceExecutionConfig: z.object({ Mode: z.string().optional() }).optional(),
    ExecutionRoleArn: z.string().optional(),
    VpcConfig: vpc,
    EnableNetworkIsolation: z.boolean().optional(),
    CreationTime: time,
  })
  .refine(model => model.PrimaryContainer ?? model.Containers?.length, 'a model without a container');
export type RawModel = z.output<typeof rawModel>;

export const rawModelRecord = z.object({ Model: z.object({ Model: z.looseObject({ ModelName: text }) }) });

const variant = z.object({ VariantName: text, ModelName: text.optional() });
export const rawEndpointConfig = z.object({
  ProductionVariants: z.array(variant),
  ShadowProductionVariants: z.array(variant).optional(),
  CreationTime: time,
  KmsKeyId: z.string().optional(),
  ExecutionRoleArn: z.string().optional(),
  VpcConfig: vpc,
  EnableNetworkIsolation: z.boolean().optional(),
  AsyncInferenceConfig: z.object({}).optional(),
});
export type RawEndpointConfig = z.output<typeof rawEndpointConfig>;

export const deployedImage = z.object({ SpecifiedImage: text.optional(), ResolvedImage: text.optional() });
export type RawDeployedImage = z.output<typeof deployedImage>;
const liveVariants = z.array(z.object({ VariantName: text, DeployedImages: z.array(deployedImage).optional() })).optional();

export const rawTag = z.object({ Key: z.string(), Value: z.string() });
export type RawTag = z.output<typeof rawTag>;

/** A DescribeEndpoint answer or a Search record of an endpoint; only the former has what is pending. */
export const rawEndpoint = z.object({
  EndpointName: text,
  EndpointStatus: text,
  EndpointConfigName: text.optional(),
  LastModifiedTime: time,
  ProductionVariants: liveVariants,
  ShadowProductionVariants: liveVariants,
  PendingDeploymentSummary: z.object({ EndpointConfigName: text }).optional(),
  Tags: z.array(rawTag).optional(),
});
export type RawEndpoint = z.output<typeof rawEndpoint>;
export const rawEndpointRecord = z.object({ Endpoint: rawEndpoint });

const specification = z.object({
  ModelName: text.optional(),
  Container: z.object({ DeployedImage: deployedImage.optional(), ArtifactUrl: text.optional(), Environment: environment }).optional(),
  BaseInferenceComponentName: text.optional(),
});
export type RawSpecification = z.output<typeof specification>;

export const rawComponent = z.object({
  InferenceComponentStatus: text.optional(),
  LastModifiedTime: time,
  Specification: specification.optional(),
  Specifications: z.array(specification).optional(),
});
export type RawComponent = z.output<typeof rawComponent>;

const packageContainer = z.object({
  Image: text.optional(),
  ImageDigest: text.optional(),
  ModelDataUrl: text.optional(),
  ModelDataETag: text.optional(),
  ModelDataSource: modelDataSource,
  AdditionalModelDataSources: additionalSources,
  AdditionalS3DataSource: s3Source.optional(),
  Environment: environment,
});
export type RawPackageContainer = z.output<typeof packageContainer>;

export const rawPackage = z.object({
  ModelPackageArn: text,
  ModelPackageVersion: z.number().optional(),
  ModelApprovalStatus: z.string().optional(),
  InferenceSpecification: z.object({ Containers: z.array(packageContainer) }).optional(),
});
export type RawPackage = z.output<typeof rawPackage>;

import type { ArtefactFacts, ContainerFacts, ModelFacts } from '../../../core/composition.ts';
import type { Instant } from '../../../core/time.ts';
import { type Posture, postureOf } from '../../aws/detail.ts';
import { type Harmless, hashedEnvironment } from '../../aws/fields.ts';
import type { RawContainer, RawDeployedImage, RawEndpointConfig, RawModel, RawPackageContainer } from '../shapes.ts';

/** What is kept of a model once it was read: no environment value gets this far. */
export interface ReadModel {
  readonly facts: ModelFacts;
  readonly createdAt: Instant | null;
  /** Of role, network isolation and VPC. */
  readonly posture: Posture;
}

export const readModel = (raw: RawModel, harmless: Harmless): ReadModel => ({
  facts: modelFacts(raw, harmless),
  createdAt: raw.CreationTime,
  posture: guardOf(raw),
});

/** The same for a live description and for a definition: whatever has the fields of a CreateModel request. */
export const modelFacts = (
  raw: Pick<RawModel, 'PrimaryContainer' | 'Containers' | 'InferenceExecutionConfig'>,
  harmless: Harmless,
): ModelFacts =>
  chained(
    [raw.PrimaryContainer ?? [], raw.Containers ?? []].flat().map(container => containerFacts(container, harmless)),
    raw.InferenceExecutionConfig?.Mode,
  );

/** Several containers without a word about their order are an inference pipeline: SageMaker's default is Serial. */
const chained = (containers: readonly ContainerFacts[], execution: string | undefined): ModelFacts => ({
  containers,
  execution: containers.length > 1 ? (execution ?? 'Serial') : null,
});

const containerFacts = (raw: RawContainer, harmless: Harmless): ContainerFacts => ({
  image: raw.Image ?? null,
  artefacts: artefactsOf(raw),
  parameters: hashedEnvironment(raw.Environment, harmless),
  packageArn: raw.ModelPackageName ?? null,
  inferenceSpecification: raw.InferenceSpecificationName ?? null,
  mode: raw.Mode === 'MultiModel' ? 'MultiModel' : 'SingleModel',
});

type RawArtefacts = Pick<RawContainer, 'ModelDataUrl' | 'ModelDataSource' | 'AdditionalModelDataSources'>;
type RawSource = NonNullable<NonNullable<RawContainer['ModelDataSource']>['S3DataSource']>;

const sourceFacts = (source: RawSource, role: ArtefactFacts['role']): ArtefactFacts => ({
  uri: source.S3Uri,
  etag: source.ManifestEtag ?? source.ETag ?? null,
  role,
});

/** SageMaker repeats a ModelDataSource as ModelDataUrl in some answers: one artefact, the form with the ETag. */
const artefactsOf = (raw: RawArtefacts, etag?: string): readonly ArtefactFacts[] => {
  const source = raw.ModelDataSource?.S3DataSource;
  const url = raw.ModelDataUrl && raw.ModelDataUrl !== source?.S3Uri ? { S3Uri: raw.ModelDataUrl, ETag: etag } : undefined;
  return [
    ...[url, source].flatMap(each => (each ? [sourceFacts(each, 'MODEL')] : [])),
    ...(raw.AdditionalModelDataSources ?? []).map(additional => sourceFacts(additional.S3DataSource, 'ADDITIONAL')),
  ];
};

/** What a model package says it holds, in the form of a model that was made from it. */
export const packageFacts = (containers: readonly RawPackageContainer[], harmless: Harmless): ModelFacts =>
  chained(
    containers.map(raw => ({
      image: raw.Image && raw.ImageDigest ? pinned(raw.Image, raw.ImageDigest) : (raw.Image ?? null),
      artefacts: [
        ...artefactsOf(raw, raw.ModelDataETag),
        ...(raw.AdditionalS3DataSource ? [sourceFacts(raw.AdditionalS3DataSource, 'ADDITIONAL')] : []),
      ],
      parameters: hashedEnvironment(raw.Environment, harmless),
      packageArn: null,
      inferenceSpecification: null,
      mode: 'SingleModel',
    })),
    undefined,
  );

/** `repo:tag` with its digest, in the form of a ResolvedImage: `repo@sha256:…`. A colon before a slash is a port. */
const pinned = (image: string, digest: string): string => `${image.replace(/(@|:(?!.*\/)).*$/, '')}@${digest}`;

/** Puts the digest that serves in place of the tag that was asked for, where exactly one deployed image answers to it. */
export const withDeployedImages = (facts: ModelFacts, deployed: readonly RawDeployedImage[]): ModelFacts => ({
  ...facts,
  containers: facts.containers.map(container => {
    const [match, ...others] = deployed.filter(({ SpecifiedImage }) => SpecifiedImage === container.image);
    return match?.ResolvedImage && others.length === 0 ? { ...container, image: match.ResolvedImage } : container;
  }),
});

export const packageArnsOf = (facts: ModelFacts): readonly string[] => [
  ...new Set(facts.containers.flatMap(({ packageArn }) => packageArn ?? [])),
];

type Guarded = Pick<RawModel | RawEndpointConfig, 'ExecutionRoleArn' | 'VpcConfig' | 'EnableNetworkIsolation'>;

/** How it is guarded: a change of role or network is not a change of what the model is. */
export const guardOf = (raw: Guarded & { readonly KmsKeyId?: string | undefined }): Posture =>
  postureOf({
    role: raw.ExecutionRoleArn ?? null,
    isolated: raw.EnableNetworkIsolation ?? false,
    groups: raw.VpcConfig?.SecurityGroupIds?.toSorted() ?? [],
    subnets: raw.VpcConfig?.Subnets?.toSorted() ?? [],
    key: raw.KmsKeyId ?? null,
  });

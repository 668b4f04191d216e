import type { Instant } from './time.ts';

/** The scheme that says which facts enter a digest. An approval is judged under the scheme it was given in. */
export const SCHEME = 'c1';

/**
 * What a part is. `PACKAGE` stands alone only where a package hides its containers; `MODEL` is one that its provider hosts, by ARN or id;
 * a `PROMPT` is the SHA-256 of its text, as are instructions. New kinds change no existing digest.
 */
export const PART_KINDS = [
  'IMAGE',
  'ARTEFACT',
  'PACKAGE',
  'ADAPTER',
  'PARAMETERS',
  'BEHAVIOUR',
  'MODEL',
  'PROMPT',
  'GUARDRAIL',
  'KNOWLEDGE_BASE',
  'TOOL',
  'COLLABORATOR',
] as const;
export type PartKind = (typeof PART_KINDS)[number];

/**
 * One fact that decides how a deployment behaves.
 * `identity` never holds an environment value: parameters are SHA-256 hashes by the time they get here.
 * `pinned` is false where the identity can change content under the same name (an image tag, an S3 key without ETag).
 */
export interface Part {
  readonly slot: string;
  readonly kind: PartKind;
  readonly identity: string;
  readonly pinned: boolean;
}

/** The parts in slot order and their digest, `c1:sha256:<hex>`. */
export interface Composition {
  readonly digest: string;
  readonly parts: readonly Part[];
}

/** One model container as any of our three sources states it: a live description, a definition, a model package. */
export interface ContainerFacts {
  /** `repo@sha256:…` where known, else the tag that was asked for. */
  readonly image: string | null;
  readonly artefacts: readonly ArtefactFacts[];
  /** One SHA-256 over all environment keys and values but the harmless ones; null: there are none. */
  readonly parameters: string | null;
  readonly packageArn: string | null;
  readonly inferenceSpecification: string | null;
  /** `MultiModel` serves whatever lies under its prefix: an unbounded artefact set, never pinned. */
  readonly mode: 'SingleModel' | 'MultiModel';
}

export interface ArtefactFacts {
  readonly uri: string;
  readonly etag: string | null;
  /** `ADAPTER` for the artefact that an inference component lays over its base. */
  readonly role: 'MODEL' | 'ADDITIONAL' | 'ADAPTER';
}

/** Everything one serving unit runs: its containers in order, and how they are chained. */
export interface ModelFacts {
  readonly containers: readonly ContainerFacts[];
  /** `Serial` or `Direct`; null for a single container. */
  readonly execution: string | null;
}

/** What SageMaker Model Registry says about one package version. */
export interface PackageFacts {
  readonly arn: string;
  readonly group: string | null;
  readonly version: number | null;
  readonly approval: 'APPROVED' | 'PENDING' | 'REJECTED';
  readonly approvedAt: Instant | null;
  /** What the package itself says it holds; null when it could not be read. */
  readonly composition: Composition | null;
}

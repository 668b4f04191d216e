import type { Instant } from './time.ts';

export const TIERS = ['EXPERIMENT', 'LOW', 'MEDIUM', 'HIGH'] as const;
export type Tier = (typeof TIERS)[number];

export const LIFECYCLES = ['PROPOSED', 'EXPERIMENT', 'DEVELOPMENT', 'STAGING', 'PRODUCTION', 'RETIRING', 'RETIRED'] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

export const APPROVAL_STATUSES = ['PENDING', 'APPROVED', 'REJECTED', 'REVOKED'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** What identifies a version, strongest first: exactly one form. */
export type VersionIdentity =
  | { readonly by: 'COMPOSITION'; readonly composition: string }
  | { readonly by: 'PACKAGE'; readonly packageArn: string }
  | { readonly by: 'IMAGE_AND_ARTEFACT'; readonly image: string; readonly artefact: string };

export interface ModelVersion {
  readonly version: string;
  readonly identity: VersionIdentity | null;
  /** What a composition digest is made of, a line for each part (`part-text.ts`): with it people see what differs. Empty: not said. */
  readonly parts: readonly string[];
  readonly evidence: readonly Evidence[];
}

export interface Evidence {
  readonly type: string;
  readonly uri: string;
  readonly digest: string | null;
  readonly passed: boolean | null;
  readonly at: Instant | null;
}

export interface DeclaredDeployment {
  readonly arn: string;
  readonly environment: string | null;
  readonly version: string | null;
}

export interface DataSource {
  readonly uri: string;
  readonly classification: string | null;
  readonly personalData: boolean | null;
}

/** Where a decision comes from. REPOSITORY: a manifest read by `scan --registry`, whose review is the authority. */
export type DecisionSource = 'REPOSITORY' | 'MANIFEST' | 'PERSON';

/** An approval carries the identity it was given for: changing the version afterwards does not move the approval with it. */
export interface ApprovalDecision {
  readonly type: 'APPROVAL';
  readonly version: string;
  readonly identity: VersionIdentity | null;
  readonly status: ApprovalStatus;
  readonly environment: string | null;
  readonly approver: string | null;
  readonly requester: string | null;
  readonly at: Instant;
  readonly expiresAt: Instant | null;
  readonly source: DecisionSource;
  readonly assertedBy: string | null;
}

export interface AttestationDecision {
  readonly type: 'ATTESTATION';
  readonly by: string;
  readonly at: Instant;
  readonly source: DecisionSource;
  readonly assertedBy: string | null;
}

export type Decision = ApprovalDecision | AttestationDecision;

/** Within which bounds a model may run, as far as a live configuration can show it. */
export interface OperatingConstraints {
  /** null: anywhere. */
  readonly regions: readonly string[] | null;
  readonly guardrailRequired: boolean;
  readonly loggingRequired: boolean;
  readonly networkIsolation: boolean;
  /** ARNs in which `*` stands for any text; null: any role. */
  readonly allowedRoles: readonly string[] | null;
}

/** The declared side of a model: what its manifest says. */
export interface Declaration {
  readonly name: string;
  readonly purpose: string | null;
  readonly riskTier: Tier | null;
  readonly businessOwner: string | null;
  readonly technicalOwner: string | null;
  readonly match: {
    readonly packageGroup: string | null;
    readonly tags: Readonly<Record<string, string>>;
    /** Models that accounts call, as `111122223333/anthropic.claude-sonnet-4*` (`model-use.ts`). */
    readonly uses: readonly string[];
  };
  readonly approvals: 'ROLLCALL' | 'SAGEMAKER';
  readonly governanceUnit: 'MODEL' | 'APPLICATION';
  readonly lifecycle: Lifecycle | null;
  /** null: never said. Empty: said to have none. */
  readonly dataSources: readonly DataSource[] | null;
  readonly downstreamSystems: readonly string[] | null;
  /** null: never said. */
  readonly operatingConstraints: OperatingConstraints | null;
  readonly versions: readonly ModelVersion[];
  readonly deployments: readonly DeclaredDeployment[];
}

/** The registry's record of a model: what was declared, and what people decided, oldest decision first. */
export interface Registration extends Declaration {
  readonly decisions: readonly Decision[];
  readonly registeredAt: Instant;
  readonly registeredBy: string;
  /** Where the manifest lies, for people: `registry/fraud-scorer.yaml`, with the line where it was read just now. */
  readonly origin: string;
  /** Rises by one with each write; the condition of the next. */
  readonly revision: number;
}

/** What the directory says of a person. A directory that fails is UNKNOWN, never NO_SUCH_PERSON. */
export type OwnerAnswer =
  | { readonly status: 'ACTIVE' | 'INACTIVE' | 'NO_SUCH_PERSON' }
  | { readonly status: 'UNKNOWN'; readonly reason: string };

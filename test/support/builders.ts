import { composeModel, composeUnits } from '../../lib/core/compose.ts';
import type { Composition, ContainerFacts, PackageFacts } from '../../lib/core/composition.ts';
import type { Answer, FindingRecord, FindingResponse, StoredFinding, Verdict, Violation } from '../../lib/core/finding.ts';
import type { InventoryItem, KindStatus, ScopeStatus } from '../../lib/core/inventory.ts';
import type { RegistryWorld, ScopeWorld } from '../../lib/core/plan.ts';
import type { ApprovalDecision, AttestationDecision, ModelVersion, Registration } from '../../lib/core/registration.ts';
import { untried } from '../../lib/core/scope-status.ts';
import { type Settings, settingsSchema } from '../../lib/core/settings.ts';
import type { Detail, KindListing, Listing, Sighting, Unit } from '../../lib/core/sighting.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const SCOPE = `sagemaker/${ACCOUNT}/${REGION}`;
export const SLOT = '2026-11-23T09:15:00.000Z';
export const NOW = '2026-11-23T09:15:20.000Z';
export const IMAGE = `${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/xgboost@sha256:${'9c'.repeat(32)}`;
export const endpointArn = (name: string) => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:endpoint/${name}`;
export const packageArn = (group: string, version: number) => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/${group}/${version}`;
export const groupArn = (group: string) => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package-group/${group}`;

/** One container serving `s3://models/<artefact>`, pinned by ETag. */
export const aContainer = (over: Partial<ContainerFacts> & { artefact?: string } = {}): ContainerFacts => {
  const { artefact = 'v3', ...rest } = over;
  return {
    image: IMAGE,
    artefacts: [{ uri: `s3://models/${artefact}`, etag: `etag-${artefact}`, role: 'MODEL' }],
    parameters: null,
    packageArn: null,
    inferenceSpecification: null,
    mode: 'SingleModel',
    ...rest,
  };
};

/** The composition of `aContainer({ artefact })`: one text, one digest. */
export const aComposition = (artefact = 'v3'): Composition => composeModel({ containers: [aContainer({ artefact })], execution: null });

export const aUnit = (over: Partial<Unit> = {}): Unit => ({
  name: 'AllTraffic',
  role: 'PRODUCTION',
  composition: aComposition(),
  packageArns: [],
  ...over,
});

export const knownDetail = (...units: Unit[]): Detail => ({ state: 'KNOWN', composition: composeUnits(units), units, posture: 'posture' });
export const unknownDetail = (cause: 'DENIED' | 'FAILED' | 'VANISHED' | 'LINEAGE_LOST' | 'LINEAGE_REPLACED' = 'DENIED'): Detail => ({
  state: 'UNKNOWN',
  cause,
  reason: `detail: ${cause}`,
});

/** Serves version 3 of `fraud-scorer`, tagged with its claim. `artefact` picks another version; `name` also decides the ARN. */
export const aSighting = (over: Partial<Sighting> & { artefact?: string } = {}): Sighting => {
  const { artefact = 'v3', ...rest } = over;
  const name = over.name ?? 'fraud-scorer';
  return {
    arn: endpointArn(name),
    kind: 'ENDPOINT',
    scope: SCOPE,
    name,
    status: 'InService',
    presence: 'SERVING',
    hosts: 'MODELS',
    createdAt: '2026-11-01T00:00:00.000Z',
    lastModified: '2026-11-23T09:12:00.000Z',
    tags: { 'rollcall:model': 'fraud-scorer' },
    pending: null,
    detail: knownDetail(aUnit({ composition: aComposition(artefact) })),
    ...rest,
  };
};

/** Version `n` is `aComposition('v<n>')`. */
export const aVersion = (version = '3', over: Partial<ModelVersion> = {}): ModelVersion => ({
  version,
  identity: { by: 'COMPOSITION', composition: aComposition(`v${version}`).digest },
  parts: [],
  evidence: [],
  ...over,
});

/** For the identity that its version has in `aVersion`. */
export const anApproval = (over: Partial<ApprovalDecision> = {}): ApprovalDecision => ({
  type: 'APPROVAL',
  version: '3',
  identity: aVersion(over.version).identity,
  status: 'APPROVED',
  environment: 'prod',
  approver: 'lee@example.com',
  requester: 'kim@example.com',
  at: '2026-11-01T10:00:00.000Z',
  expiresAt: null,
  source: 'REPOSITORY',
  assertedBy: null,
  ...over,
});

export const anAttestation = (over: Partial<AttestationDecision> = {}): AttestationDecision => ({
  type: 'ATTESTATION',
  by: 'kim@example.com',
  at: '2026-11-02T09:00:00.000Z',
  source: 'REPOSITORY',
  assertedBy: null,
  ...over,
});

/** Complete, HIGH, owned, with version 3 approved for prod: nothing to find where `aSighting()` runs in production. */
export const aRegistration = (over: Partial<Registration> = {}): Registration => ({
  name: 'fraud-scorer',
  purpose: 'Score card payments for fraud',
  riskTier: 'HIGH',
  businessOwner: 'dana@example.com',
  technicalOwner: 'kim@example.com',
  match: { packageGroup: null, tags: {}, uses: [] },
  approvals: 'ROLLCALL',
  governanceUnit: 'MODEL',
  lifecycle: 'PRODUCTION',
  dataSources: [{ uri: 's3://payments/2026', classification: 'confidential', personalData: true }],
  downstreamSystems: ['card-authoriser'],
  operatingConstraints: null,
  versions: [aVersion('3')],
  deployments: [],
  decisions: [anApproval(), anAttestation()],
  registeredAt: '2026-11-01T00:00:00.000Z',
  registeredBy: 'kim@example.com',
  origin: 'registry/fraud-scorer.yaml',
  revision: 1,
  ...over,
});

export const aPackage = (over: Partial<PackageFacts> = {}): PackageFacts => ({
  arn: packageArn('fraud', 3),
  group: groupArn('fraud'),
  version: 3,
  approval: 'APPROVED',
  approvedAt: '2026-11-01T10:00:00.000Z',
  composition: aComposition('v3'),
  ...over,
});

/** The account is production: what a deployment there lacks is CRITICAL on a HIGH model. */
export const someSettings = (over: Record<string, unknown> = {}): Settings =>
  settingsSchema.parse({ accounts: { [ACCOUNT]: { environment: 'prod' } }, ...over });

type Complete = Extract<KindListing, { status: 'COMPLETE' }>;
type NotChecked = Extract<KindListing, { status: 'NOT_CHECKED' }>;
export const endpointsOf = (sightings: readonly Sighting[], over: Partial<Complete> = {}): Complete => ({
  kind: 'ENDPOINT',
  status: 'COMPLETE',
  sightings,
  quarantined: [],
  ...over,
});

export const notChecked = (over: Partial<NotChecked> = {}): NotChecked => ({
  kind: 'ENDPOINT',
  status: 'NOT_CHECKED',
  failure: 'DENIED',
  reason: 'access denied: sagemaker:ListEndpoints',
  ...over,
});

export const aListing = (over: Partial<Listing> = {}): Listing => ({
  scope: SCOPE,
  kinds: [endpointsOf([aSighting()])],
  packages: [],
  calls: 3,
  ...over,
});

export const anItem = (over: Partial<InventoryItem> = {}): InventoryItem => ({
  scope: SCOPE,
  arn: endpointArn('fraud-scorer'),
  kind: 'ENDPOINT',
  sighting: aSighting(),
  model: 'fraud-scorer',
  version: '3',
  firstSeen: '2026-11-01T00:05:00.000Z',
  creationAsked: null,
  absentSince: null,
  ...over,
});

export const aKindStatus = (over: Partial<KindStatus> = {}): KindStatus => {
  const read = { lastCompleteAt: '2026-11-23T09:00:00.000Z', completeSeq: 10, count: 1 };
  return { ...read, failure: null, excluded: null, ...over };
};

export const aStatus = (over: Partial<ScopeStatus> = {}): ScopeStatus => ({
  ...untried(SCOPE, '2026-11-01T00:00:00.000Z'),
  lastSlot: '2026-11-23T09:00:00.000Z',
  kinds: { ENDPOINT: aKindStatus() },
  calls: 3,
  ...over,
});

export const aScopeWorld = (over: Partial<ScopeWorld> = {}): ScopeWorld => ({
  scope: SCOPE,
  slot: SLOT,
  now: NOW,
  mode: 'ROLL_CALL',
  epoch: 7,
  listing: aListing(),
  registrations: [aRegistration()],
  unreadable: [],
  items: [],
  acts: [],
  lookUp: undefined,
  status: undefined,
  findings: [],
  gone: new Map(),
  owners: new Map(),
  settings: someSettings(),
  ...over,
});

export const aRegistryWorld = (over: Partial<RegistryWorld> = {}): RegistryWorld => ({
  slot: SLOT,
  now: NOW,
  epoch: 7,
  registrations: [aRegistration()],
  unreadable: [],
  statuses: [aStatus({ lastSlot: SLOT, kinds: { ENDPOINT: aKindStatus({ lastCompleteAt: SLOT }) } })],
  scopes: [SCOPE],
  unlisted: [],
  declared: new Map(),
  memos: [],
  findings: [],
  owners: new Map([
    ['dana@example.com', { status: 'ACTIVE' }],
    ['kim@example.com', { status: 'ACTIVE' }],
  ]),
  settings: someSettings(),
  ...over,
});

/** An open CRITICAL APR-02 of `fraud-scorer`, generation 1, told to nobody yet. */
export const aRecord = (over: Partial<FindingRecord> = {}): FindingRecord => ({
  scope: SCOPE,
  rule: 'APR-02',
  subject: `dep:${endpointArn('fraud-scorer')}`,
  id: 'F-7K3Q9ZB2',
  condition: 'OPEN',
  cleared: null,
  generation: 1,
  code: 'NOT_COVERED',
  reason: 'version 4 live, approval covers 3',
  severity: 'CRITICAL',
  facts: { live: '4', approved: '3' },
  evidence: {},
  about: {
    name: 'fraud-scorer',
    arn: endpointArn('fraud-scorer'),
    model: 'fraud-scorer',
    composition: aComposition('v4').digest,
    createdAt: '2026-11-01T00:00:00.000Z',
    environment: 'prod',
    account: ACCOUNT,
    region: REGION,
    receivers: ['kim@example.com', 'dana@example.com'],
    receiversBecause: 'REGISTRATION',
  },
  openedAt: NOW,
  changedAt: NOW,
  head: { seq: 1, hash: 'hash-1' },
  told: {},
  epoch: 7,
  ...over,
});

export const anAnswer = (over: Partial<Answer> = {}): Answer => ({
  kind: 'ACKNOWLEDGEMENT',
  generation: 1,
  composition: aComposition('v4').digest,
  reason: 'rollback planned',
  by: 'kim@example.com',
  at: NOW,
  until: '2026-11-24T09:15:20.000Z',
  ...over,
});

export const aResponse = (over: Partial<FindingResponse> = {}): FindingResponse => ({
  scope: SCOPE,
  rule: 'APR-02',
  subject: `dep:${endpointArn('fraud-scorer')}`,
  id: 'F-7K3Q9ZB2',
  answer: anAnswer(),
  release: null,
  head: { seq: 1, hash: 'response-1' },
  ...over,
});

export const violated = (verdict: Verdict): Violation => {
  if (verdict.outcome !== 'VIOLATED') throw new Error(`${verdict.rule} is ${verdict.outcome} ${verdict.code}`);
  return verdict;
};
export const stored = (record: FindingRecord, response?: FindingResponse): StoredFinding => ({ record, response });

import { createHash } from 'node:crypto';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
/** A value in the environment of every model: it must never be seen again. */
export const CANARY = 'canary-7d1f-of-an-environment-value';

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
export const arnOf = (endpoint: string): string => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:endpoint/${endpoint}`;
const image = (model: string): string => `${ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/serving@sha256:${sha(model)}`;
const artifact = (model: string): string => `s3://models/${model}/model.tar.gz`;

export const modelOf = (name: string) => ({
  name,
  Image: image(name),
  ModelDataUrl: artifact(name),
  Environment: { API_TOKEN: CANARY, MODEL: name },
  role: `arn:aws:iam::${ACCOUNT}:role/serving`,
});

/** All that a registration should say, then what is special about it. */
export const manifest = (name: string, tier: string, special: string): string => `apiVersion: rollcall/v1
kind: Model
name: ${name}
purpose: Stands for one case of the scan
riskTier: ${tier}
${name === 'ownerless' ? '' : 'businessOwner: dana@example.com'}
technicalOwner: kim@example.com
dataSources: [{ uri: "s3://data/2026", classification: internal }]
downstreamSystems: [checkout]
${special}
`;

const decided = (until: string, more = ''): string =>
  `approval: { status: APPROVED, approver: lee@example.com, at: 2025-06-05T10:00:00Z, expiresAt: ${until}T00:00:00Z${more} }`;
export const APPROVED = decided('2099-01-01', ', requester: kim@example.com');
const EXPIRED = decided('2026-01-01');
const STAGING = decided('2099-01-01', ', environment: staging');
const PENDING = 'approval: { status: PENDING, requester: kim@example.com, at: 2026-01-05T10:00:00Z }';

const version = (identity: string, approval: string, number = 1): string => `  - version: "${number}"\n    ${identity}\n    ${approval}`;
/** Image and artefact; that of `model` unless said otherwise. */
export const parts = (model: string, file = artifact(model)): string => `image: "${image(model)}"\n    artifact: "${file}"`;
export const versions = (identity: string, approval: string): string => `versions:\n${version(identity, approval)}`;
const another = (model: string): string => `\n${version(parts(model), APPROVED, 2)}`;
const DIGEST = 'composition: "$DIGEST"';
const declared = (group: string, said = ''): string =>
  `\ndeployments:\n${namesOf(group)
    .map(endpoint => `  - { arn: "${arnOf(endpoint)}"${said} }`)
    .join('\n')}`;
const OVERDUE = '\nattestation: { by: kim@example.com, at: 2026-01-05T09:00:00Z }';

/** The fifty endpoints of a configuration. */
export const namesOf = (group: string): readonly string[] => Array.from({ length: 50 }, (_, index) => `${group}-${index + 100}`);

/** `RULE SEVERITY` where nobody said what the account is, in a production account, in a development account; '' is in order. */
type Expected = readonly [unknown: string, production: string, development: string];
const FINE: Expected = ['', '', ''];
const NOBODY: Expected = ['INV-01 HIGH', 'INV-01 HIGH', ''];
const NOT_APPROVED: Expected = ['APR-01 HIGH', 'APR-01 CRITICAL', ''];
const MEDIUM_NOT_APPROVED: Expected = ['APR-01 HIGH', 'APR-01 HIGH', ''];
const OTHER: Expected = ['APR-02 HIGH', 'APR-02 CRITICAL', 'INV-03 HIGH'];
const same = (finding: string, development = ''): Expected => [finding, finding, development];

export interface Group {
  readonly name: string;
  readonly matchedBy: string;
  readonly expected: Expected;
  /** What its endpoints claim to be. */
  readonly claim: string | undefined;
  /** $DIGEST stands for what `rollcall digest` prints of its first endpoint; '' where nobody registered it. */
  readonly manifest: string;
}
type Registered = readonly [tier: 'HIGH' | 'MEDIUM', special: string];
const group = (name: string, matchedBy: string, expected: Expected, registered?: Registered): Group => ({
  name,
  matchedBy,
  expected,
  claim: matchedBy === 'CLAIM' ? name : undefined,
  manifest: registered ? manifest(name, ...registered) : '',
});
const high = (...special: readonly string[]): Registered => ['HIGH', special.join('')];
const medium = (...special: readonly string[]): Registered => ['MEDIUM', special.join('')];
const as = (model: string, approval: string): string => versions(parts(model), approval);

/** Twenty configurations with a model each. What is found of a model is none of its endpoints: see MODEL_FINDINGS. */
export const GROUPS: readonly Group[] = [
  group('approved', 'CLAIM', FINE, high(as('approved', APPROVED))),
  group('pending', 'CLAIM', NOT_APPROVED, high(as('pending', PENDING))),
  group('pending-medium', 'DIGEST', MEDIUM_NOT_APPROVED, medium(versions(DIGEST, PENDING))),
  group('expired', 'PARTS', same('APR-03 HIGH'), high(as('expired', EXPIRED))),
  group('expired-medium', 'CLAIM', same('APR-03 MEDIUM'), medium(as('expired-medium', EXPIRED))),
  group('unattested', 'CLAIM', FINE, high(as('unattested', APPROVED), OVERDUE)),
  group('other', 'CLAIM', OTHER, high(versions(parts('other', 's3://models/other/2/model.tar.gz'), APPROVED))),
  group('other-medium', 'CLAIM', same('APR-02 HIGH', 'INV-03 HIGH'), medium(versions(`composition: "c1:sha256:${sha('else')}"`, APPROVED))),
  group('nobody', 'UNMATCHED', NOBODY),
  { ...group('ghost', 'UNMATCHED', NOBODY), claim: 'never-registered' },
  group('declared', 'ARN', FINE, high(as('declared', APPROVED), declared('declared'))),
  // A declared environment counts where the account map says nothing, and the account map counts more; that they differ is told.
  group('in-prod', 'ARN', same('APR-01 CRITICAL', 'INV-08 HIGH'), high(as('in-prod', PENDING), declared('in-prod', ', environment: prod'))),
  group('digested', 'DIGEST', FINE, high(versions(DIGEST, APPROVED))),
  { ...group('bare', 'CLAIM', MEDIUM_NOT_APPROVED), manifest: 'name: bare\n' },
  group('ownerless', 'PARTS', FINE, high(as('ownerless', APPROVED))),
  group('by-parts', 'PARTS', FINE, medium(as('by-parts', APPROVED), another('shared'))),
  group('shared', 'AMBIGUOUS by PARTS', same('INV-09 MEDIUM', 'INV-09 MEDIUM'), high(as('shared', APPROVED))),
  group('staging', 'CLAIM', NOT_APPROVED, high(as('staging', STAGING))),
  group(
    'drifted',
    'ARN',
    ['INV-03 HIGH', 'INV-03 CRITICAL', 'INV-03 HIGH'],
    high(as('drifted', APPROVED), another('drifted-2'), declared('drifted', ', version: "2"')),
  ),
  // The tag decides whose it is, even if the artefact is that of nobody.
  { ...group('borrowed', 'CLAIM', OTHER), claim: 'approved' },
];
export const MODEL_FINDINGS = [
  'model:bare INV-10 LOW',
  'model:bare OWN-01 HIGH',
  'model:ownerless OWN-01 HIGH',
  'model:unattested OWN-03 HIGH',
];

export const ESTATE = {
  models: GROUPS.map(({ name }) => modelOf(name)),
  endpoints: GROUPS.flatMap(({ name, claim }) =>
    namesOf(name).map(endpoint => ({
      name: endpoint,
      config: name,
      tags: claim === undefined ? { team: 'x' } : { 'rollcall:model': claim },
    })),
  ),
};
/** Three endpoints of another region that are in order. */
export const CLEAN_ESTATE = {
  models: [modelOf('clean')],
  endpoints: [1, 2, 3].map(number => ({ name: `clean-${number}`, config: 'clean', tags: { 'rollcall:model': 'clean' } })),
};

import { composeModel, composeUnits } from '../../lib/core/compose.ts';
import type { StoredFinding } from '../../lib/core/finding.ts';
import type { ReconcilePlan, ScopeWorld } from '../../lib/core/plan.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { Registration } from '../../lib/core/registration.ts';
import { settingsSchema } from '../../lib/core/settings.ts';
import type { Sighting } from '../../lib/core/sighting.ts';

/** Plans one scope of N deployments in this process and prints JSON: milliseconds, peak MiB, changes, and changes when planned again. */
const size = Number(process.argv[2]);
const SCOPE = 'sagemaker/111122223333/eu-west-1';
const NOW = '2026-11-23T09:15:00.000Z';
const IMAGE = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/xgboost@sha256:${'9c'.repeat(32)}`;

const composition = (artefact: string) => {
  const artefacts = [{ uri: `s3://models/${artefact}`, etag: 'e', role: 'MODEL' }] as const;
  const container = {
    image: IMAGE,
    artefacts,
    parameters: null,
    packageArn: null,
    inferenceSpecification: null,
    mode: 'SingleModel',
  } as const;
  return composeModel({ containers: [container], execution: null });
};

/** Half of the deployments run what was approved; the other half is the half with findings. */
const sighting = (index: number): Sighting => {
  const units = [
    { name: 'AllTraffic', role: 'PRODUCTION', composition: composition(index % 2 === 0 ? `m${index}` : `other-${index}`), packageArns: [] },
  ] as const;
  return {
    arn: `arn:aws:sagemaker:eu-west-1:111122223333:endpoint/e-${index}`,
    kind: 'ENDPOINT',
    scope: SCOPE,
    name: `e-${index}`,
    status: 'InService',
    presence: 'SERVING',
    hosts: 'MODELS',
    createdAt: '2026-11-01T00:00:00.000Z',
    lastModified: '2026-11-01T00:00:00.000Z',
    tags: { 'rollcall:model': `m-${index}` },
    pending: null,
    detail: { state: 'KNOWN', composition: composeUnits(units), units, posture: 'p' },
  };
};

const registration = (index: number): Registration => ({
  name: `m-${index}`,
  purpose: 'bench',
  riskTier: 'HIGH',
  businessOwner: 'dana@example.com',
  technicalOwner: 'kim@example.com',
  match: { packageGroup: null, tags: {}, uses: [] },
  approvals: 'ROLLCALL',
  governanceUnit: 'MODEL',
  lifecycle: null,
  dataSources: [],
  downstreamSystems: [],
  operatingConstraints: null,
  versions: [{ version: '1', identity: { by: 'COMPOSITION', composition: composition(`m${index}`).digest }, parts: [], evidence: [] }],
  deployments: [],
  decisions: [
    {
      type: 'APPROVAL',
      version: '1',
      identity: { by: 'COMPOSITION', composition: composition(`m${index}`).digest },
      status: 'APPROVED',
      environment: 'prod',
      approver: 'lee@example.com',
      requester: 'kim@example.com',
      at: '2026-11-01T00:00:00.000Z',
      expiresAt: null,
      source: 'PERSON',
      assertedBy: null,
    },
  ],
  registeredAt: '2026-11-01T00:00:00.000Z',
  registeredBy: 'bench',
  origin: 'bench',
  revision: 1,
});

const range = <T>(make: (index: number) => T): readonly T[] => Array.from({ length: size }, (_, index) => make(index));

const world: ScopeWorld = {
  scope: SCOPE,
  slot: NOW,
  now: NOW,
  mode: 'ROLL_CALL',
  epoch: 1,
  listing: {
    scope: SCOPE,
    kinds: [{ kind: 'ENDPOINT', status: 'COMPLETE', sightings: range(sighting), quarantined: [] }],
    packages: [],
    calls: 0,
  },
  registrations: range(registration),
  unreadable: [],
  items: [],
  acts: [],
  status: undefined,
  findings: [],
  gone: new Map(),
  owners: new Map(),
  settings: settingsSchema.parse({ accounts: { '111122223333': { environment: 'prod' } } }),
};

const applied = (before: ScopeWorld, plan: ReconcilePlan): ScopeWorld => ({
  ...before,
  items: plan.items.flatMap(change => (change.action === 'GONE' ? [] : [change.item])),
  findings: plan.findings.map(({ record }): StoredFinding => ({ record, response: undefined })),
  status: plan.status,
});

const first = planReconcile(world);
const steady = applied(world, first);
const started = performance.now();
const again = planReconcile({ ...steady, slot: '2026-11-23T09:30:00.000Z', now: '2026-11-23T09:30:00.000Z' });
const ms = performance.now() - started;
const counts = { changes: first.findings.length + first.items.length, again: again.findings.length + again.items.length };
process.stdout.write(`${JSON.stringify({ ms, mib: process.resourceUsage().maxRSS / 1_024, ...counts })}\n`);

import type { StoredFinding } from '../../lib/core/finding.ts';
import type { ReconcilePlan, ScopeWorld } from '../../lib/core/plan.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import { scopeId } from '../../lib/core/scope.ts';
import { settingsSchema } from '../../lib/core/settings.ts';
import { registration, sighting } from './world.ts';

/** Plans one scope of N deployments in this process and prints JSON: milliseconds, peak MiB, changes, and changes when planned again. */
const size = Number(process.argv[2]);
const PLACE = { provider: 'sagemaker', account: '111122223333', region: 'eu-west-1' } as const;
const SCOPE = scopeId(PLACE);
const NOW = '2026-11-23T09:15:00.000Z';

/** Half of the deployments run what was approved; the other half is the half with findings. */
const deployment = (index: number) =>
  sighting({ scope: PLACE, kind: 'ENDPOINT', name: `e-${index}`, model: index, approved: index % 2 === 0 });

const range = <T>(make: (index: number) => T): readonly T[] => Array.from({ length: size }, (_, index) => make(index));

const world: ScopeWorld = {
  scope: SCOPE,
  slot: NOW,
  now: NOW,
  mode: 'ROLL_CALL',
  epoch: 1,
  listing: {
    scope: SCOPE,
    kinds: [{ kind: 'ENDPOINT', status: 'COMPLETE', sightings: range(deployment), quarantined: [] }],
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

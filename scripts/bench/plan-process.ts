import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createStaticDirectory } from '../../lib/adapters/directory/static-directory.ts';
import { memoryFindingStore } from '../../lib/adapters/memory/finding-store.ts';
import { memoryInventoryStore } from '../../lib/adapters/memory/inventory-store.ts';
import { memoryRegistryStore } from '../../lib/adapters/memory/registry-store.ts';
import type { StoredFinding } from '../../lib/core/finding.ts';
import type { InventoryItem } from '../../lib/core/inventory.ts';
import { scopeId } from '../../lib/core/scope.ts';
import { settingsSchema } from '../../lib/core/settings.ts';
import type { FindingStore, InventoryStore } from '../../lib/ports.ts';
import { type ReconcileDeps, reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import { registration, sighting } from './world.ts';

/** Reconciles one scope of N deployments twice in this process and prints JSON: milliseconds of the second, peak MiB, and the changes of each. */
const size = Number(process.argv[2]);
const PLACE = { provider: 'sagemaker', account: '111122223333', region: 'eu-west-1' } as const;
const SCOPE = scopeId(PLACE);
const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-plan-'));

/** What the tables hold lies in files, and is read anew in each run, as a function that keeps nothing reads it. */
const lines = <T>(name: string) => {
  const file = path.join(directory, name);
  let [count, waiting] = [0, ''];
  const flush = (): void => {
    appendFileSync(file, waiting);
    waiting = '';
  };
  return {
    count: () => count,
    put: (value: T): void => {
      count += 1;
      waiting += `${JSON.stringify(value)}\n`;
      if (waiting.length > 1e6) flush();
    },
    all: (): readonly T[] => {
      flush();
      if (!existsSync(file)) return [];
      const text = readFileSync(file);
      const values: T[] = [];
      for (let at = 0, end = text.indexOf(10); end >= 0; at = end + 1, end = text.indexOf(10, at))
        values.push(JSON.parse(text.toString('utf8', at, end)));
      return values;
    },
  };
};

/** Half of the deployments run what was approved; the other half is the half with findings. */
const deployment = (index: number) =>
  sighting({ scope: PLACE, kind: 'ENDPOINT', name: `e-${index}`, model: index, approved: index % 2 === 0 });

const range = <T>(make: (index: number) => T): readonly T[] => Array.from({ length: size }, (_, index) => make(index));

const items = lines<InventoryItem>('items');
const findings = lines<StoredFinding>('findings');
const inventory: InventoryStore = {
  ...memoryInventoryStore(),
  items: async () => items.all(),
  putItem: async item => (items.put(item), { outcome: 'WRITTEN' }),
};
const findingStore: FindingStore = {
  ...memoryFindingStore(),
  inScope: async () => findings.all(),
  writeRecord: async ({ record }) => (findings.put({ record, response: undefined }), { outcome: 'WRITTEN' }),
};
const time = { now: '2026-11-23T09:15:00.000Z' };
const deps: ReconcileDeps = {
  source: {
    list: async () => ({
      scope: SCOPE,
      kinds: [{ kind: 'ENDPOINT', status: 'COMPLETE', sightings: range(deployment), quarantined: [] }],
      packages: [],
      calls: 0,
    }),
    confirmGone: async () => new Map(),
  },
  creators: undefined,
  directory: createStaticDirectory([]),
  registry: { ...memoryRegistryStore(), claiming: async () => ({ registrations: range(registration), unreadable: [] }) },
  inventory,
  findings: findingStore,
  settings: settingsSchema.parse({ accounts: { '111122223333': { environment: 'prod' } } }),
  clock: { now: () => time.now },
  log: { info: () => {}, warn: () => {} },
};

/** Milliseconds, and how much was written. */
const run = async (slot: string) => {
  time.now = slot;
  const [before, started] = [items.count() + findings.count(), performance.now()];
  const { outcome } = await reconcileScope(deps, { scope: SCOPE, slot, mode: 'ROLL_CALL', holder: 'bench', deadline: slot });
  if (outcome !== 'DONE') throw new Error(`${slot}: ${outcome}`);
  return { ms: performance.now() - started, changes: items.count() + findings.count() - before };
};

const first = await run('2026-11-23T09:15:00.000Z');
const next = await run('2026-11-23T09:30:00.000Z');
rmSync(directory, { recursive: true });
process.stdout.write(
  `${JSON.stringify({ ms: next.ms, mib: process.resourceUsage().maxRSS / 1_024, changes: first.changes, again: next.changes })}\n`,
);

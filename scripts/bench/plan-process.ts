import { appendFileSync, createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { createStaticDirectory } from '../../lib/adapters/directory/static-directory.ts';
import { memoryFindingStore } from '../../lib/adapters/memory/finding-store.ts';
import { memoryInventoryStore } from '../../lib/adapters/memory/inventory-store.ts';
import { memoryRegistryStore } from '../../lib/adapters/memory/registry-store.ts';
import type { StoredFinding } from '../../lib/core/finding.ts';
import type { InventoryItem } from '../../lib/core/inventory.ts';
import { scopeId } from '../../lib/core/scope.ts';
import { settingsSchema } from '../../lib/core/settings.ts';
import { HOUR, plus } from '../../lib/core/time.ts';
import type { Description, DescriptionCache, FindingStore, InventoryStore, ListingSource } from '../../lib/ports.ts';
import { WRITES_AT_ONCE } from '../../lib/usecases/apply-plan.ts';
import { type ReconcileDeps, reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import { CONNECTIONS } from '../../lib/wiring/client-config.ts';
import { liveSource } from '../../lib/wiring/live-source.ts';
import { ACCOUNT, REGION } from './estate.ts';
import type { ScopeRun } from './planning.ts';
import { runningIn, registration } from './world.ts';

/**
 * Reconciles one scope of N deployments twice in this process, as it is read from the cloud that AWS_ENDPOINT_URL names, and prints JSON.
 * `time`: after so many descriptions a run is out of time.
 */
const [size = 0, time = Number.POSITIVE_INFINITY] = process.argv.slice(2).map(Number);
const PLACE = { provider: 'sagemaker', account: ACCOUNT, region: REGION } as const;
const SCOPE = scopeId(PLACE);
const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-plan-'));
/** About what a conditional write of DynamoDB takes at best. */
const WRITE_MS = 2;

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
    each: async function* (): AsyncGenerator<T> {
      flush();
      for await (const line of existsSync(file) ? createInterface({ input: createReadStream(file) }) : []) yield JSON.parse(line);
    },
  };
};

const items = lines<InventoryItem>('items');
const findings = lines<StoredFinding>('findings');
const descriptions = lines<Description>('descriptions');
/** Of one that was saved anew the last counts. */
const cache: DescriptionCache = {
  load: () => descriptions.each(),
  save: async (_scope, all) => all.forEach(descriptions.put),
  forget: async () => {},
};
const inventory: InventoryStore = {
  ...memoryInventoryStore(),
  items: () => Array.fromAsync(items.each()),
  putItem: async item => {
    await pause(WRITE_MS);
    items.put(item);
    return { outcome: 'WRITTEN' };
  },
};
const findingStore: FindingStore = {
  ...memoryFindingStore(),
  inScope: () => Array.fromAsync(findings.each()),
  writeRecord: async ({ record }) => {
    await pause(WRITE_MS);
    findings.put({ record, response: undefined });
    return { outcome: 'WRITTEN' };
  },
};

const run = { slot: '', deadline: '', outOfTimeAt: Number.POSITIVE_INFINITY, listed: 0 };
const clock = { now: () => (descriptions.count() < run.outOfTimeAt ? run.slot : run.deadline) };
const settings = settingsSchema.parse({ accounts: { [ACCOUNT]: { environment: 'prod' } }, providers: ['sagemaker'] });
const optionsFor = () => ({ region: REGION, requestHandler: CONNECTIONS, retryMode: 'standard', maxAttempts: 5 }) as const;
const source = liveSource({ settings, clock, cache, optionsFor });
const timed: ListingSource = {
  ...source,
  list: async (...ask) => {
    const listing = await source.list(...ask);
    run.listed = performance.now();
    return listing;
  },
};
/** Half of them run what was approved; the other half is the half with findings. */
const registrations = () => Array.from({ length: size }, (_, index) => registration(index, index % 2 === 0 ? runningIn(index) : 'other'));
const deps: ReconcileDeps = {
  source: timed,
  creators: undefined,
  directory: createStaticDirectory([]),
  writesAtOnce: WRITES_AT_ONCE,
  registry: {
    ...memoryRegistryStore(),
    claiming: async keys => ({ registrations: keys.length === 0 ? [] : registrations(), unreadable: [] }),
  },
  inventory,
  findings: findingStore,
  settings,
  clock,
  log: { info: () => {}, warn: () => {} },
};

const reconcile = async (slot: string): Promise<ScopeRun> => {
  Object.assign(run, { slot, deadline: plus(slot, HOUR), outOfTimeAt: descriptions.count() + time });
  const [before, started] = [items.count() + findings.count(), performance.now()];
  const planned = { at: 0 };
  const putStatus: InventoryStore['putStatus'] = (...write) => {
    planned.at ||= performance.now();
    return inventory.putStatus(...write);
  };
  const done = await reconcileScope(
    { ...deps, inventory: { ...inventory, putStatus } },
    { scope: SCOPE, slot, mode: 'ROLL_CALL', holder: 'bench', deadline: run.deadline },
  );
  if (done.outcome !== 'DONE') throw new Error(`${slot}: ${done.outcome}: ${done.reason}`);
  const [endpoints] = done.listing.kinds;
  return {
    reading: run.listed - started,
    planning: planned.at - run.listed,
    writing: performance.now() - planned.at,
    calls: done.listing.calls,
    remembered: done.listing.callsByAction?.['sagemaker:DescribeEndpoint']?.spared['remembered'] ?? 0,
    unread: endpoints?.status === 'NOT_CHECKED' ? endpoints.reason : null,
    changes: items.count() + findings.count() - before,
    mib: process.resourceUsage().maxRSS / 1_024,
  };
};

const runs = [await reconcile('2026-11-23T09:15:00.000Z'), await reconcile('2026-11-23T09:30:00.000Z')];
rmSync(directory, { recursive: true });
process.stdout.write(`${JSON.stringify(runs)}\n`);

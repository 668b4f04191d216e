import { createStaticDirectory } from '../../lib/adapters/directory/static-directory.ts';
import { memoryFindingStore } from '../../lib/adapters/memory/finding-store.ts';
import { memoryInventoryStore } from '../../lib/adapters/memory/inventory-store.ts';
import { createMemoryPublisher } from '../../lib/adapters/memory/publisher.ts';
import { memoryRegistryStore } from '../../lib/adapters/memory/registry-store.ts';
import { type DeploymentKind, kindsOf } from '../../lib/core/kinds.ts';
import { registrationKeys } from '../../lib/core/match-keys.ts';
import { type CloudScope, type Provider, type ScopeId, scopeId } from '../../lib/core/scope.ts';
import { settingsSchema } from '../../lib/core/settings.ts';
import type { Listing, Sighting } from '../../lib/core/sighting.ts';
import { HOUR, type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import type { AccountSource, FindingStore, ListingSource, RegistryStore } from '../../lib/ports.ts';
import { WRITES_AT_ONCE } from '../../lib/usecases/apply-plan.ts';
import { scopePlanner } from '../../lib/usecases/plan-scopes.ts';
import type { RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { wrapPorts } from '../../test/simulation/simulated-world.ts';
import { deployedRun, type Step } from './deployed-run.ts';
import type { ScopeCalls, SimulatedRun } from './scale.ts';
import { liveIn, REGIONS } from './scale-world.ts';
import { registration, sighting } from './world.ts';

/** Roll calls of `accounts` accounts in `regions` regions in one process, stores and cloud in memory; prints JSON. `calls`: what a listing of such a scope takes, as measured. */
const [accounts = 0, regions = 0] = process.argv.slice(2, 4).map(Number);
const calls: ScopeCalls = JSON.parse(process.argv[4] ?? '{}');

const KIND: Readonly<Record<Provider, DeploymentKind>> = {
  sagemaker: 'ENDPOINT',
  bedrock: 'INFERENCE_PROFILE',
  agentcore: 'AGENT_RUNTIME',
};
const ACCOUNTS = Array.from({ length: accounts }, (_, index) => String(100_000_000_000 + index));

/** One of ten runs something else than what its model, one for each account, was approved for. */
const sightingsOf = (scope: CloudScope): readonly Sighting[] =>
  Array.from({ length: liveIn(scope) }, (_, index) => {
    const model = Number(scope.account) - 100_000_000_000;
    const name = KIND[scope.provider] === 'AGENT_RUNTIME' ? `r${index}/runtime-endpoint/e` : `e-${index}`;
    return sighting({ scope, kind: KIND[scope.provider], name, model, approved: index % 10 !== 0 });
  });

const read = new Set<ScopeId>();
const source: ListingSource = {
  list: async (scope): Promise<Listing> => {
    const known = read.has(scopeId(scope));
    read.add(scopeId(scope));
    const size = liveIn(scope);
    const sightings = sightingsOf(scope);
    return {
      scope: scopeId(scope),
      kinds: kindsOf(scope.provider).map(kind => ({
        kind,
        status: 'COMPLETE',
        sightings: kind === KIND[scope.provider] ? sightings : [],
        quarantined: [],
      })),
      packages: [],
      calls: calls[`${scope.provider} ${size}`]?.[known ? 'next' : 'first'] ?? Number.NaN,
    };
  },
  confirmGone: async () => new Map(),
};

/** The store in memory looks through all that it holds with each question: here each scope has one of its own. */
const findingsByScope = (): FindingStore => {
  const stores = new Map<ScopeId, FindingStore>();
  const of = (scope: ScopeId): FindingStore => {
    const store = stores.get(scope) ?? memoryFindingStore();
    stores.set(scope, store);
    return store;
  };
  return {
    inScope: scope => of(scope).inScope(scope),
    get: key => of(key.scope).get(key),
    withIdPrefix: async () => [],
    writeRecord: write => of(write.record.scope).writeRecord(write),
    copyToArchive: record => of(record.scope).copyToArchive(record),
    leavePartition: record => of(record.scope).leavePartition(record),
    writeTold: (key, receiver, told) => of(key.scope).writeTold(key, receiver, told),
    writeResponse: (write, seq) => of(write.response.scope).writeResponse(write, seq),
    history: key => of(key.scope).history(key),
  };
};

const registry = (): Pick<RegistryStore, 'all' | 'claiming'> => {
  const registrations = Array.from({ length: accounts }, (_, index) => registration(index, `m${index}`));
  const byKey = new Map(registrations.flatMap(each => registrationKeys(each).map(key => [key, each] as const)));
  const claiming = (keys: readonly string[]) => [...new Set(keys.flatMap(key => byKey.get(key) ?? []))];
  return {
    all: async () => ({ registrations, unreadable: [] }),
    claiming: async keys => ({ registrations: claiming(keys), unreadable: [] }),
  };
};

const time: { now: Instant } = { now: '2026-11-23T09:00:00.000Z' };
const counts = { writes: 0, reads: 0 };
const WRITES = /\.(take|release|put|update|start|write|remove|forget)/;
const settings = settingsSchema.parse({ regions: 'enabled', organization: {}, spoke: { roleName: 'RollcallSpoke', externalId: 'bench' } });
const organization: AccountSource = {
  members: async () => ({ ok: true, value: ACCOUNTS.map(account => ({ account, state: 'ACTIVE' })) }),
  enabledRegions: async () => ({ ok: true, value: REGIONS.slice(0, regions) }),
};
const publisher = createMemoryPublisher();
const deps: RollCallDeps = wrapPorts(
  {
    source,
    creators: undefined,
    registry: { ...memoryRegistryStore(), ...registry() },
    inventory: memoryInventoryStore(),
    findings: findingsByScope(),
    directory: createStaticDirectory([]),
    writesAtOnce: WRITES_AT_ONCE,
    publisher,
    planner: scopePlanner({
      home: { account: ACCOUNTS[0] ?? '', region: REGIONS[0] ?? '' },
      settings,
      providers: settings.providers,
      accounts: organization,
    }),
    settings,
    clock: { now: () => time.now },
    log: { info: () => {}, warn: () => {} },
  },
  async (name, call) => {
    if (/^(inventory|findings|registry)/.test(name)) counts[WRITES.test(name) ? 'writes' : 'reads'] += 1;
    return call();
  },
);

const run = async (title: string, slot: Instant): Promise<SimulatedRun> => {
  time.now = slot;
  const before = { ...counts, messages: publisher.accepted.length };
  const seconds: Record<Step, number> = { plan: 0, reconcile: 0, close: 0, notify: 0 };
  const { batches, scopesRead } = await deployedRun(deps, { slot, holder: 'bench' }, async (step, task) => {
    const started = process.cpuUsage();
    const result = await task();
    const { user, system } = process.cpuUsage(started);
    seconds[step] = (user + system) / 1e6;
    return result;
  });
  const { scopes = [], totals } = (await deps.inventory.run(slot)) ?? {};
  return {
    title,
    scopes: scopes.length,
    seconds,
    batches,
    scopesRead,
    calls: scopesRead === 0 ? 0 : (totals?.calls ?? Number.NaN),
    deployments: totals?.deployments ?? Number.NaN,
    writes: counts.writes - before.writes,
    reads: counts.reads - before.reads,
    messages: publisher.accepted.length - before.messages,
    mib: process.resourceUsage().maxRSS / 1_024,
  };
};

const FIRST = time.now;
const runs = [
  await run('first', FIRST),
  await run('all read again', plus(FIRST, 15 * MINUTE)),
  await run('empty scopes at rest', plus(FIRST, 30 * MINUTE)),
  await run('the next hour', plus(FIRST, HOUR)),
];
process.stdout.write(`${JSON.stringify(runs)}\n`);

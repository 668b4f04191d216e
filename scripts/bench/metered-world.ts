import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { createCreatorSource } from '../../lib/adapters/aws/creators.ts';
import { createStaticDirectory } from '../../lib/adapters/directory/static-directory.ts';
import { scan } from '../../lib/adapters/dynamo/client.ts';
import { startEmbeddedDynamo } from '../../lib/adapters/local/embedded-dynamo.ts';
import { memoryDescriptionCache } from '../../lib/adapters/memory/description-cache.ts';
import { memoryFindingStore } from '../../lib/adapters/memory/finding-store.ts';
import { memoryInventoryStore } from '../../lib/adapters/memory/inventory-store.ts';
import { createMemoryPublisher } from '../../lib/adapters/memory/publisher.ts';
import { memoryRegistryStore } from '../../lib/adapters/memory/registry-store.ts';
import { createLineLog } from '../../lib/adapters/system/log.ts';
import { type CloudScope, parseScopeId, PROVIDERS, type ScopeId, scopeId } from '../../lib/core/scope.ts';
import { type Settings, settingsSchema } from '../../lib/core/settings.ts';
import { type Sighting, sightingsOf } from '../../lib/core/sighting.ts';
import { type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import { readManifests } from '../../lib/manifests/read-manifests.ts';
import { WRITES_AT_ONCE } from '../../lib/usecases/apply-plan.ts';
import { applyManifests } from '../../lib/usecases/apply-manifests.ts';
import type { ListingSource } from '../../lib/ports.ts';
import { fixedPlanner } from '../../lib/usecases/plan-scopes.ts';
import { liveSource } from '../../lib/wiring/live-source.ts';
import { freshStores } from '../../test/support/dynamo-tables.ts';
import type { RunUsage } from './cost.ts';
import { deployedRun } from './deployed-run.ts';
import { ACCOUNT, inRegions, manifestsFor, type Region } from './estate.ts';
import { READING_MS } from './reading.ts';
import { startServer, total } from './server.ts';

export interface MeteredWorld {
  readonly regions: Readonly<Record<string, Region>>;
  readonly settings: Pick<Settings, 'spoke'>;
  readonly runs: number;
}

type Stores = Awaited<ReturnType<ReturnType<typeof freshStores>>>;
type Ports = Pick<Stores, 'registry' | 'inventory' | 'descriptions' | 'findings'>;

interface Metered {
  reads: number;
  writes: number;
}

/** The units that the database says it consumed for each request. */
const meter = ({ tables }: Stores): Metered => {
  const units: Metered = { reads: 0, writes: 0 };
  tables.registry.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async args => {
        const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
        const consumed = 'ConsumedCapacity' in answer.output ? [answer.output.ConsumedCapacity].flat() : [];
        const sum = consumed.reduce((all, each) => all + (each && 'CapacityUnits' in each ? (each.CapacityUnits ?? 0) : 0), 0);
        units[/Get|Query|Scan/.test(commandName) ? 'reads' : 'writes'] += sum;
        return answer;
      },
    { step: 'initialize' },
  );
  return units;
};

const storedBytes = async ({ tables }: Stores): Promise<number> => {
  const items = await Promise.all(Object.values(tables).map(table => scan(table, '')));
  return items.flat().reduce((sum, item) => sum + Buffer.byteLength(JSON.stringify(item)), 0);
};

const listed = async (source: ListingSource, scope: ScopeId): Promise<readonly Sighting[]> => {
  const place = parseScopeId(scope);
  return place ? sightingsOf(await source.list(place, { packageGroups: [], deadline: plus(FIRST_SLOT, MINUTE) })) : [];
};

const FIRST_SLOT: Instant = '2026-11-23T09:00:00.000Z';

/**
 * Roll calls of one account by the real use cases and readers, 20 ms a call, and what each of them uses. They are made twice: on an embedded
 * DynamoDB, which says the units, and on stores in memory, which take no time that would be its own.
 */
export const meteredRuns = async (world: MeteredWorld): Promise<readonly RunUsage[]> => {
  const dynamo = await startEmbeddedDynamo();
  const stores = await freshStores(() => dynamo.endpoint, 'cost')();
  const counted = await rollCalls(world, stores, meter(stores));
  const bytes = await storedBytes(stores);
  await dynamo.close();
  const memory = {
    registry: memoryRegistryStore(),
    inventory: memoryInventoryStore(),
    descriptions: memoryDescriptionCache(),
    findings: memoryFindingStore(),
  };
  const timed = await rollCalls(world, memory, { reads: 0, writes: 0 });
  return counted.map((usage, run) => {
    const { readingSeconds = Number.NaN, otherSeconds = Number.NaN } = timed[run] ?? {};
    return { ...usage, readingSeconds, otherSeconds, storedBytes: bytes };
  });
};

const rollCalls = async ({ regions, settings: given, runs }: MeteredWorld, stores: Ports, units: Metered): Promise<readonly RunUsage[]> => {
  const server = await startServer(inRegions(regions));
  await server.tell({ latencyMs: READING_MS });
  const settings = settingsSchema.parse({ ...given, manifestDecisions: 'trust' });
  const [time, logged] = [{ now: FIRST_SLOT }, { bytes: 0 }];
  const clock = { now: () => time.now };
  const endpoint = String(server.env['AWS_ENDPOINT_URL']);
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'bench' };
  const optionsFor = ({ region }: CloudScope) => ({ endpoint, region, credentials });
  const scopes = Object.keys(regions).flatMap(region => PROVIDERS.map(provider => scopeId({ provider, account: ACCOUNT, region })));
  const deps = {
    ...stores,
    creators: createCreatorSource({ clientFor: scope => new CloudTrailClient(optionsFor(scope)), clock }),
    source: liveSource({ settings, clock, cache: stores.descriptions, optionsFor }),
    directory: createStaticDirectory(settings.directory),
    writesAtOnce: WRITES_AT_ONCE,
    publisher: createMemoryPublisher(),
    planner: fixedPlanner(scopes),
    settings,
    clock,
    log: createLineLog(line => void (logged.bytes += Buffer.byteLength(line)), clock),
  };
  const by = { source: 'MANIFEST', by: 'registrar@example.com', now: FIRST_SLOT } as const;
  const running = await Promise.all(scopes.map(scope => listed(deps.source, scope)));
  const declared = readManifests({ from: 'bench', files: [{ file: 'models.yaml', content: manifestsFor(running.flat()) }] }, by);
  await applyManifests(deps, { ...by, declared, prune: false, dryRun: false });
  const usages: RunUsage[] = [];
  for (let run = 0; run < runs; run += 1) {
    time.now = plus(FIRST_SLOT, run * settings.schedule.everyMinutes * MINUTE);
    const before = { ...units, bytes: logged.bytes, messages: deps.publisher.accepted.length };
    const { result, calls } = await server.counting(() => deployedRun(deps, { slot: time.now, holder: 'bench' }, (_step, task) => task()));
    const { plan, reconcile, close, notify } = result.seconds;
    usages.push({
      batches: result.batches,
      readingSeconds: reconcile,
      otherSeconds: plan + close + notify,
      readUnits: units.reads - before.reads,
      writeUnits: units.writes - before.writes,
      logBytes: logged.bytes - before.bytes,
      calls: total(calls),
      metricLists: calls['ListMetrics'] ?? 0,
      messages: deps.publisher.accepted.length - before.messages,
      storedBytes: 0,
    });
  }
  await server.stop();
  return usages;
};

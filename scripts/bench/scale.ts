import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { PROVIDERS } from '../../lib/core/scope.ts';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { lineChart } from './chart.ts';
import type { Step } from './deployed-run.ts';
import { inRegions, region } from './estate.ts';
import type { Check, Part } from './part.ts';
import { startReader } from './reader.ts';
import { bundle } from '../bundles.ts';
import { DEPLOYMENTS_EACH, liveIn, PLACES_WITH, REGIONS } from './scale-world.ts';
import { startServer, total } from './server.ts';
import { counted, decimal, table } from './tables.ts';

/** Provider and how many deployments a scope holds → calls of its first listing, and of one in the next slot. */
export type ScopeCalls = Readonly<Record<string, { readonly first: number; readonly next: number }>>;

export interface SimulatedRun {
  readonly title: string;
  readonly scopes: number;
  readonly seconds: Readonly<Record<Step, number>>;
  readonly batches: number;
  readonly scopesRead: number;
  readonly calls: number;
  readonly deployments: number;
  readonly reads: number;
  readonly writes: number;
  readonly messages: number;
  readonly mib: number;
}

/** Four roll calls: the first, one right after it, one in which empty scopes rest, and one in the next hour. */
export type Simulated = readonly SimulatedRun[];

const record = <T>(size: number, name: string, of: T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: size }, (_, index) => [`${name}${index}`, of]));

/** A region of one account, as the simulation has it, for the real readers. */
const measuredRegion = (place: string): EstateInput['accounts'][string][string] => {
  const [endpoints = 0, profiles = 0, runtimes = 0] = PROVIDERS.map(provider => liveIn({ provider, region: place }));
  const bots = Array.from({ length: runtimes }, (_, index) => `bot${index}-a1b2c3d4e5`);
  return {
    ...(endpoints > 0 ? region('shared', endpoints) : {}),
    inferenceProfiles: record(profiles, 'a1b2c3d4e5f', {}),
    agentRuntimes: Object.fromEntries(bots.map(bot => [bot, {}])),
    agentRuntimeVersions: Object.fromEntries(bots.map(bot => [`${bot}/1`, {}])),
    agentRuntimeEndpoints: Object.fromEntries(bots.map(bot => [`${bot}/live`, {}])),
  };
};

/** Each way in which a region of the simulation differs. */
const MEASURED = REGIONS.slice(0, 3);

/** What the deployed reader takes for each scope that the simulation has, counted by the server. */
export const measureScopes = async (directory: string): Promise<ScopeCalls> => {
  const server = await startServer(inRegions(Object.fromEntries(MEASURED.map(place => [place, measuredRegion(place)]))));
  const reader = startReader(await bundle('scripts/bench/reader-process.ts', directory), server.env);
  const measured: Record<string, { first: number; next: number }> = {};
  for (const provider of PROVIDERS) {
    for (const place of MEASURED) {
      const size = liveIn({ provider, region: place });
      const list = async (): Promise<number> => {
        const { result, calls } = await server.counting(() => reader.ask({ region: place, providers: [provider] }));
        if (result.listed !== size || result.notChecked.length > 0)
          throw new Error(`${provider}/${place}: ${result.listed} of ${size} listed; ${result.notChecked.join('; ')}`);
        return total(calls);
      };
      measured[`${provider} ${size}`] = { first: await list(), next: await list() };
    }
  }
  await reader.stop();
  await server.stop();
  return measured;
};

const PROCESS = path.join(import.meta.dirname, 'scale-process.ts');
/** Of the heap: the process holds the three tables as well. */
const HEAP_MIB = 3_072;

export interface Organisation {
  readonly accounts: number;
  readonly regions: number;
}

export const simulate = ({ accounts, regions }: Organisation, calls: ScopeCalls): Simulated => {
  const args = [`--max-old-space-size=${HEAP_MIB}`, PROCESS, String(accounts), String(regions), JSON.stringify(calls)];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e8 });
  if (run.status !== 0) throw new Error(`simulating ${accounts} accounts failed: ${run.stderr.slice(-2_000)}`);
  return JSON.parse(run.stdout);
};

const callsTable = (calls: ScopeCalls): readonly string[] =>
  table(
    ['a scope of', 'deployments', 'calls, first', 'calls, next slot'],
    Object.entries(calls).map(([key, { first, next }]) => [...key.split(' '), first, next]),
  );

const runRow = (run: SimulatedRun): readonly (string | number)[] => [
  counted(run.scopes),
  counted(run.deployments),
  run.title,
  counted(run.scopesRead),
  counted(run.batches),
  counted(run.calls),
  counted(run.reads),
  counted(run.writes),
  run.messages,
  ...Object.values(run.seconds).map(decimal),
  Math.round(run.mib),
];

const HEAD = ['scopes', 'deployments', 'roll call', 'scopes read', 'batches', 'calls', 'store reads', 'store writes', 'messages'];

/** Of the store's questions and answers, a scope: what grows worse than the number of scopes shows here, and is the same on every machine. */
const perScope = (runs: Simulated): number => runs.reduce((sum, { scopes, reads, writes }) => sum + (reads + writes) / scopes, 0);
const MOST_GROWTH = 1.1;

/** The use cases on stores and a cloud in memory, as many accounts as an organisation has. */
export const scalePart: Part = async ({ directory, accounts, progress }) => {
  progress('scale: what a listing takes');
  const calls = await measureScopes(directory);
  const worlds = accounts.map(count => {
    progress(`scale: ${count} accounts`);
    return simulate({ accounts: count, regions: REGIONS.length }, calls);
  });
  const [smallest, largest] = [worlds[0], worlds.at(-1)];
  const growth = smallest && largest ? perScope(largest) / perScope(smallest) : Number.NaN;
  const checks: readonly Check[] = [
    {
      what: `store requests a scope grow by no more than ${MOST_GROWTH} from the fewest to the most scopes: ${growth.toFixed(2)}`,
      passed: growth <= MOST_GROWTH,
    },
    ...worlds.map(runs => ({
      what: `${counted(runs[0]?.scopes ?? 0)} scopes: what did not change is not written, but for the leases and statuses of what is read`,
      passed: runs.slice(1).every(({ scopesRead, writes }) => writes <= 3 * scopesRead + 10),
    })),
  ];
  return { text: section(calls, worlds), checks, charts: { 'bench-scale.svg': growthChart(worlds) } };
};

const section = (calls: ScopeCalls, worlds: readonly Simulated[]): readonly string[] => [
  '## Many accounts',
  '',
  '![A roll call by scopes](bench-scale.svg)',
  '',
  `Accounts in ${REGIONS.length} regions, a scope for each provider that is offered there; ${DEPLOYMENTS_EACH} deployments an account, in ${PLACES_WITH} of its scopes.`,
  'The use cases as deployed, in one process with the stores and the cloud in memory: seconds are those of the processor, without waiting for AWS, and the',
  'memory holds all three tables. The batches of the map run one after the other. Calls are a model: each scope counts with what the deployed reader',
  'took for one like it, counted by simcloud in the same run:',
  '',
  ...callsTable(calls),
  '',
  ...table([...HEAD, 'plan s', 'reconcile s', 'close s', 'notify s', 'peak MiB'], worlds.flat().map(runRow), 0),
];

const secondsOf = ({ seconds }: SimulatedRun): number => Object.values(seconds).reduce((sum, each) => sum + each, 0);

/** The second run reads all there is, and changes nothing. */
const growthChart = (worlds: readonly Simulated[]): string => {
  const points = (of: (run: SimulatedRun) => number) =>
    worlds.flatMap(([, run]) => (run ? [[run.scopes, Math.max(of(run), 1)] as const] : []));
  return lineChart(
    'A roll call that reads every scope and finds no change',
    ['scopes', ''],
    [
      { name: 'calls', colour: '#cf222e', points: points(({ calls }) => calls) },
      { name: 'store requests', colour: '#9a6700', points: points(({ reads, writes }) => reads + writes) },
      { name: 'peak MiB', colour: '#0969da', points: points(({ mib }) => Math.round(mib)) },
      { name: 'seconds', colour: '#1a7f37', points: points(run => Math.round(secondsOf(run))) },
    ],
  );
};

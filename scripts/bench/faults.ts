import path from 'node:path';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { endpointName, inRegions, REGION, region, unowned } from './estate.ts';
import { type OurRun, runOurs } from './ours.ts';
import type { Part } from './part.ts';
import { PEER, type PolicyRun, runPeer } from './peer.ts';
import { type Listed, startReader } from './reader.ts';
import { type Tools, withTools } from './reading.ts';
import { faultTable } from './tables.ts';
import { type Server, startServer, total } from './server.ts';

/** One page of Rollcall's, ten of the peer's. */
const SIZE = 100;
const OTHER_REGION = 'us-east-1';

interface Fault {
  readonly title: string;
  readonly faults?: EstateInput['faults'];
  /** Listed too, and every call there is denied. */
  readonly deniedRegion?: string;
}

/** The same for all: what goes wrong hits calls in the order in which they come. */
const FAULTS: readonly Fault[] = [
  { title: 'nothing' },
  // The peer lists the newest first and Rollcall the oldest: the newest of 100 stands on the first page of both.
  {
    title: 'one endpoint vanishes after it was listed',
    faults: [{ kind: 'vanish', operation: 'ListEndpoints', name: endpointName(SIZE - 1) }],
  },
  {
    title: '12 throttles, every third call',
    faults: Array.from({ length: 12 }, (_, index) => ({ kind: 'throttle' as const, nth: 3 * (index + 1) })),
  },
  { title: '12 throttles in a row, from the second call', faults: [{ kind: 'throttle', nth: 2, times: 12 }] },
  { title: 'one region of two denied', deniedRegion: OTHER_REGION },
];

export interface FaultRow {
  readonly fault: string;
  readonly who: string;
  /** null: no process ended. */
  readonly code: number | null;
  readonly calls: number;
  readonly seconds: number;
  readonly reports: string;
}

type Told = Pick<FaultRow, 'code' | 'seconds' | 'reports'>;
type Attempt = (server: Server, regions: readonly string[], directory: string) => Promise<Told>;

const attempts = ({ noPeer, reader }: Tools): Readonly<Record<string, Attempt>> => ({
  'rollcall scan': async (...where) => {
    const run = await runOurs(where[0].env, where[1], where[2]);
    return { ...run, reports: scanReport(run) };
  },
  'Rollcall, as deployed': async (server, regions) => {
    const worker = startReader(reader, server.env);
    const listed: Listed[] = [];
    for (const where of regions) listed.push(await worker.ask({ region: where, providers: ['sagemaker'] }));
    await worker.stop();
    return { code: null, seconds: listed.reduce((sum, { seconds }) => sum + seconds, 0), reports: readerReport(listed) };
  },
  ...(noPeer === null && {
    [PEER]: async (server, regions, directory): Promise<Told> => {
      const run = await runPeer(server.env, regions, directory);
      return { ...run, reports: peerReport(run.runs, regions) };
    },
  }),
});

export const faultsPart: Part = async bench => ({
  text: ['### When something goes wrong', '', ...faultTable(await readFaults(await withTools(bench)))],
  checks: [],
});

const readFaults = async (bench: Tools): Promise<readonly FaultRow[]> => {
  const rows: FaultRow[] = [];
  for (const { title, faults = [], deniedRegion } of FAULTS) {
    const whole = region('shared', SIZE);
    const regions = { [REGION]: whole, ...(deniedRegion && { [deniedRegion]: { ...whole, denied: ['*'] } }) };
    for (const [who, attempt] of Object.entries(attempts(bench))) {
      bench.progress(`fault: ${title}: ${who}`);
      const server = await startServer({ ...inRegions(regions), faults });
      const task = () => attempt(server, Object.keys(regions), path.join(bench.directory, 'fault'));
      const { result, calls } = await server.counting(task);
      await server.stop();
      rows.push({ fault: title, who, calls: total(calls), code: result.code, seconds: result.seconds, reports: result.reports });
    }
  }
  return rows;
};

/** What a reader of the output learns: how many deployments, of which it is unknown what they run, and where nobody could look. */
const sentence = (listed: number, unknown: readonly string[], holes: readonly string[]): string => {
  const named = `${unknown.slice(0, 3).join(', ')}${unknown.length > 3 ? ` and ${unknown.length - 3} more` : ''}`;
  return [`${listed} deployments`, ...(unknown.length > 0 ? [`what runs on ${named} is unknown`] : []), ...holes].join('; ');
};

export const scanReport = ({ scan: { sightings, scopes } }: Pick<OurRun, 'scan'>): string =>
  sentence(
    sightings.length,
    sightings.filter(({ detail }) => detail === 'UNKNOWN').map(({ arn }) => arn.split('/').at(-1) ?? arn),
    scopes.flatMap(({ provider, region: where, kinds }) =>
      hole(`${provider}/${where}`, kinds.find(({ reason }) => reason !== null)?.reason),
    ),
  );

/** The first reason stands for a scope. */
const hole = (scope: string, reason: string | null | undefined): readonly string[] => (reason ? [`${scope} not checked: ${reason}`] : []);

const readerReport = (listed: readonly Listed[]): string =>
  sentence(
    listed.reduce((sum, each) => sum + each.listed, 0),
    listed.flatMap(({ unknown }) => unknown),
    listed.flatMap(({ region: where, notChecked: [reason] }) => hole(`sagemaker/${where}`, reason)),
  );

/** The peer's output is the matched resources of each region that it could read. */
export const peerReport = (runs: readonly PolicyRun[], regions: readonly string[]): string =>
  regions
    .map(where => {
      const run = runs.find(each => each.region === where);
      return run ? `${where}: ${run.count} of ${unowned(SIZE)} without owner` : `${where}: no output`;
    })
    .join('; ');

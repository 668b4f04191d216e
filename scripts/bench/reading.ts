import path from 'node:path';
import { PROVIDERS } from '../../lib/core/scope.ts';
import { bundle } from '../bundles.ts';
import { inRegions, REGION, region, SHAPES, type Shape } from './estate.ts';
import type { Measured } from './measure.ts';
import { runOurs } from './ours.ts';
import { installPeer, PEER, runPeer } from './peer.ts';
import { startReader } from './reader.ts';
import { type Calls, type Counted, type Server, startServer } from './server.ts';

/** What one process did in one run. */
export interface Cell {
  readonly calls: Calls;
  /** Of the whole process. */
  readonly seconds: number;
  readonly mib: number;
  /** Processor of the server meanwhile: where it comes near `seconds`, the server is what is measured. */
  readonly serverSeconds: number;
  /** What the process itself says its reading took; NaN where it says nothing. */
  readonly inner: number;
}

export interface Row {
  readonly shape: Shape;
  readonly size: number;
  readonly latencyMs: number;
  readonly ours: Cell;
  readonly peer: Cell | 'NOT_RUN';
}

export interface Reading {
  readonly shape: Shape;
  readonly searchDenied: boolean;
  readonly size: number;
  readonly latencyMs: number;
  /** Of SageMaker's scope: the first, the next on the same estate, and one after 1 % of the endpoints changed; each in the slot after the one before. */
  readonly listings: readonly Pick<Cell, 'calls' | 'seconds' | 'serverSeconds'>[];
  /** Of the scopes of all other providers there, where nothing is. */
  readonly others: Calls;
  readonly mib: number;
}

/** How much is measured. */
export interface Sizes {
  readonly sizes: readonly number[];
  readonly latencies: readonly number[];
  readonly plans: readonly number[];
  /** Where Search is denied, how many of a run's descriptions there is time for. */
  readonly descriptions: number;
  readonly imports: number;
  readonly accounts: readonly number[];
  /** Of the scan path whose cost is told. */
  readonly endpoints: number;
  /** Whose costs are told. */
  readonly organisations: readonly { readonly accounts: number; readonly regions: number }[];
}

export interface Bench extends Sizes {
  /** For scratch. */
  readonly directory: string;
  readonly progress: (line: string) => void;
}

/** The two that read side by side. */
export interface Tools extends Bench {
  /** Why the peer cannot be run, or null. */
  readonly noPeer: string | null;
  /** The reader, bundled as deployed. */
  readonly reader: string;
}

export const withTools = async (bench: Bench): Promise<Tools> => {
  bench.progress(`installing ${PEER} unless it is there`);
  return { ...bench, noPeer: installPeer(), reader: await bundle('scripts/bench/reader-process.ts', bench.directory) };
};

/** The peer's minutes at more endpoints than this are spent at no latency only. */
const PEER_SIZE = 1_000;
/** The middle latency: about what a read of SageMaker takes from its own region. */
export const READING_MS = 20;

const OTHERS = PROVIDERS.filter(provider => provider !== 'sagemaker');

/** Whether a size is read at a latency by the parts of the bench that would take longest there. */
export const isRead = (size: number, latencyMs: number): boolean => size <= PEER_SIZE || latencyMs === 0;

export const readMatrix = async (bench: Tools): Promise<{ readonly rows: readonly Row[]; readonly readings: readonly Reading[] }> => {
  const rows: Row[] = [];
  const readings: Reading[] = [];
  for (const size of bench.sizes) {
    for (const shape of SHAPES) {
      const server = await startServer(inRegions({ [REGION]: region(shape, size) }));
      for (const latencyMs of bench.latencies) rows.push(await readRow(bench, server, { shape, size, latencyMs }));
      readings.push(await readAlone(bench, server, { shape, size, searchDenied: false }));
      await server.stop();
    }
    if (!isRead(size, READING_MS)) continue;
    const server = await startServer(inRegions({ [REGION]: { ...region('shared', size), denied: ['Search'] } }));
    readings.push(await readAlone(bench, server, { shape: 'shared', size, searchDenied: true }));
    await server.stop();
  }
  return { rows, readings };
};

const readRow = async (bench: Tools, server: Server, at: Pick<Row, 'shape' | 'size' | 'latencyMs'>): Promise<Row> => {
  const { shape, size, latencyMs } = at;
  const directory = path.join(bench.directory, `${shape}-${size}-${latencyMs}`);
  await server.tell({ latencyMs });
  bench.progress(`${size} endpoints, ${shape}, ${latencyMs} ms: Rollcall`);
  const ours = await server.counting(() => runOurs(server.env, [REGION], directory));
  const known = ours.result.scan.sightings.filter(({ detail }) => detail === 'KNOWN').length;
  if (known !== size) throw new Error(`Rollcall knows ${known} of ${size} endpoints: what it took to read them is no figure`);
  const row = { ...at, ours: cellOf(ours, Number.NaN), peer: 'NOT_RUN' } as const;
  if (bench.noPeer !== null || !isRead(size, latencyMs)) return row;
  bench.progress(`${size} endpoints, ${shape}, ${latencyMs} ms: peer`);
  const peer = await server.counting(() => runPeer(server.env, [REGION], directory));
  const { code, stderr, runs } = peer.result;
  if (code !== 0 || !runs[0]) throw new Error(`the peer ended with ${code}: ${stderr.slice(-2_000)}`);
  return { ...row, peer: cellOf(peer, runs[0].seconds) };
};

/** Of a run only its figures: what it printed may be megabytes. */
const cellOf = ({ result: { seconds, mib }, calls, serverSeconds }: Counted<Measured>, inner: number): Cell => ({
  calls,
  seconds,
  mib,
  serverSeconds,
  inner,
});

const readAlone = async (bench: Tools, server: Server, at: Pick<Reading, 'shape' | 'size' | 'searchDenied'>): Promise<Reading> => {
  const { shape, size, searchDenied } = at;
  const latencyMs = isRead(size, READING_MS) ? READING_MS : 0;
  await server.tell({ latencyMs });
  const worker = startReader(bench.reader, server.env);
  const list = async () => {
    bench.progress(`${size} endpoints, ${shape}${searchDenied ? ', Search denied' : ''}, ${latencyMs} ms: one listing`);
    const { result, ...counted } = await server.counting(() => worker.ask({ region: REGION, providers: ['sagemaker'] }));
    if (result.listed - result.unknown.length !== size) throw new Error(`the reader does not know all of ${size} endpoints`);
    return { ...result, ...counted };
  };
  const [first, next] = [await list(), await list()];
  const changed = { ...region(shape, size, Math.ceil(size / 100)), denied: searchDenied ? ['Search'] : [] };
  await server.tell({ estate: inRegions({ [REGION]: changed }) });
  const after = await list();
  const { calls: others } = await server.counting(() => worker.ask({ region: REGION, providers: OTHERS }));
  await worker.stop();
  return { ...at, latencyMs, listings: [first, next, after], others, mib: after.mib };
};

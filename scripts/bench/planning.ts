import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { MEMORY_MB } from '../../lib/infra/functions.ts';
import { inRegions, REGION } from './estate.ts';
import type { Check, Part } from './part.ts';
import { startServer } from './server.ts';
import { counted, decimal, table } from './tables.ts';
import { claimedOneByOne } from './world.ts';

const PROCESS = path.join(import.meta.dirname, 'plan-process.ts');

/** One reconcile; times in milliseconds. */
export interface ScopeRun {
  readonly reading: number;
  readonly planning: number;
  readonly writing: number;
  readonly calls: number;
  /** Deployments that were not described, as an earlier run had. */
  readonly remembered: number;
  /** Why the endpoints were not checked; null: they were. */
  readonly unread: string | null;
  readonly changes: number;
  /** The most memory so far. */
  readonly mib: number;
}

/** Of the function's memory, what stays for the heap: code, stacks and buffers take the rest. */
const HEAP_MIB = 850;

interface Row {
  readonly size: number;
  /** Where Search is denied, a run is out of time after so many descriptions; null: Search is allowed, and time enough. */
  readonly time: number | null;
  readonly first: ScopeRun;
  readonly next: ScopeRun;
}

const reconcile = async ({ size, time }: Pick<Row, 'size' | 'time'>): Promise<Row> => {
  const server = await startServer(inRegions({ [REGION]: { ...claimedOneByOne(size), denied: time === null ? [] : ['Search'] } }));
  const args = [`--max-old-space-size=${HEAP_MIB}`, PROCESS, String(size), ...(time === null ? [] : [String(time)])];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...server.env } });
  await server.stop();
  if (run.status !== 0) throw new Error(`reconciling ${size} deployments failed: ${run.stderr.slice(-2_000)}`);
  const [first, next]: [ScopeRun, ScopeRun] = JSON.parse(run.stdout);
  return { size, time, first, next };
};

/** Whether a scope as large as any fits into the function that reads, plans and writes it; one fresh process a row. */
export const planningPart: Part = async ({ plans, descriptions, progress }) => {
  const rows: Row[] = [];
  const largest = Math.max(...plans);
  for (const each of [...plans.map(size => ({ size, time: null })), { size: largest, time: descriptions }]) {
    progress(`planning: ${each.size} deployments${each.time === null ? '' : ', Search denied'}`);
    rows.push(await reconcile(each));
  }
  return { text: section(rows), checks: rows.flatMap(checksOf) };
};

const NOT_IN_TIME = 'out of time: sagemaker:DescribeEndpoint (the next run goes on from what was read)';

const checksOf = ({ size, time, first, next }: Row): readonly Check[] => [
  {
    what: `${counted(size)} deployments${time === null ? '' : ', Search denied,'} within the ${counted(MEMORY_MB)} MB of the function: ${Math.round(next.mib)} MiB`,
    passed: next.mib < MEMORY_MB,
  },
  time === null
    ? {
        what: `read again, ${counted(size)} deployments change nothing`,
        passed: first.unread === null && next.unread === null && next.changes === 0,
      }
    : {
        what: `out of time, ${counted(size)} deployments are not checked, and the next run goes on from what was read`,
        passed: first.unread === NOT_IN_TIME && next.unread === NOT_IN_TIME && next.remembered > time / 3,
      },
];

const seconds = (milliseconds: number): string => decimal(milliseconds / 1_000);

const runCells = (row: Row, title: string, run: ScopeRun): readonly (string | number)[] => [
  counted(row.size),
  row.time === null ? 'allowed' : 'denied',
  title,
  counted(run.calls),
  seconds(run.reading),
  seconds(run.planning),
  seconds(run.writing),
  counted(run.changes),
  `${Math.round(run.mib)} MiB`,
];

const section = (rows: readonly Row[]): readonly string[] => [
  '## One large scope',
  '',
  'A first and a next run of the whole reconcile: what the deployed reader reads from simcloud in another process, at no latency, with what is stored in',
  `files and a write that takes 2 ms. Deployments, as many registrations, and half as many findings; one fresh process for both runs, its heap capped at ${HEAP_MIB} MiB.`,
  `Where Search is denied, each deployment is described: such a run is ended here after ${counted(rows.at(-1)?.time ?? 0)} descriptions and is not checked; the next one goes on from there.`,
  '',
  ...table(
    ['deployments', 'Search', 'run', 'calls', 'reading s', 'planning s', 'writing s', 'changes', 'peak memory'],
    rows.flatMap(row => [runCells(row, 'first', row.first), runCells(row, 'next', row.next)]),
    0,
  ),
];

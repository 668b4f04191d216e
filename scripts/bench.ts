import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { lineChart } from './bench/chart.ts';
import { readFaults } from './bench/faults.ts';
import { bundle, functionsSection } from './bench/functions.ts';
import { withPrinted } from './bench/page.ts';
import { measure } from './bench/measure.ts';
import { CUSTODIAN, installPeer, PEER } from './bench/peer.ts';
import { planningSection } from './bench/planning.ts';
import { type Bench, readMatrix, type Row } from './bench/reading.ts';
import { total } from './bench/server.ts';
import * as tables from './bench/tables.ts';
import { targetsOf } from './bench/targets.ts';
import { threeRuns } from './bench/three-runs.ts';

/** `npm run bench` prints the figures of docs/benchmarks.md as Markdown; `-- --write` puts them there; `-- --quick` is a few minutes, for a look. */
const { write, quick } = parseArgs({ options: { write: { type: 'boolean' }, quick: { type: 'boolean' } } }).values;
if (write && quick) throw new Error('a quick run leaves out the sizes that matter: write without --quick');

const FULL = { sizes: [10, 200, 1_000, 10_000], latencies: [0, 20, 50], plans: [1_000, 10_000, 100_000], imports: 7 };
const QUICK = { sizes: [10, 200], latencies: [0, 20], plans: [1_000], imports: 1 };
const { sizes, latencies, plans, imports } = quick ? QUICK : FULL;
const RUNS_OF = 200;

const started = performance.now();
const [busy = Number.NaN] = loadavg();
const elapsed = (): string => `${Math.round((performance.now() - started) / 1_000)} s`;
const progress = (line: string): void => void process.stderr.write(`${elapsed().padStart(6)}  ${line}\n`);

/** What a process costs that reads nothing: it is in the seconds and MiB of whole processes. */
const startLine = async ({ directory, hasPeer }: Bench): Promise<string> => {
  const ways = [['npx', 'rollcall', '--version'], ...(hasPeer ? [[CUSTODIAN, 'version']] : [])];
  const starts: string[] = [];
  for (const [program = '', ...args] of ways) {
    const { seconds, mib } = await measure({ program, args, env: process.env, peakFile: path.join(directory, 'peak') });
    starts.push(`\`${[path.basename(program), ...args].join(' ')}\` ${tables.decimal(seconds)} s and ${Math.round(mib)} MiB`);
  }
  return `Start alone: ${starts.join(', ')}.`;
};

/** Both tools on the same estate, and where the calls of the largest size go that both read fully. */
const readingSection = async (bench: Bench, missing: string | null) => {
  const start = await startLine(bench);
  const { rows, readings } = await readMatrix(bench);
  const size = Math.max(...sizes.filter(each => each <= 1_000));
  const text = [
    '## Reading, beside a peer',
    '',
    `![Calls by endpoints](bench-calls.svg)`,
    '',
    `Whole processes. The peer is ${PEER}${missing === null ? '' : `: skipped, ${missing}`}. Ratios are Rollcall : peer. ${start}`,
    '',
    ...tables.matrixTable(rows),
    '',
    tables.serverLine(rows, readings),
    '',
    '### Targets',
    '',
    ...targetsOf({ rows, readings }).map(({ verdict, text: what }) => `- **${verdict}**: ${what}`),
    '',
    '### Where the calls go',
    '',
    ...tables.operationTable(size, rows, readings),
    '',
    '### The reader alone, as deployed',
    '',
    ...tables.readingTable(readings, rows),
    '',
    '### When something goes wrong',
    '',
    ...tables.faultTable(await readFaults(bench)),
    '',
    '### Three roll calls of an estate in which nothing changes',
    '',
    ...tables.runsTable(await threeRuns(RUNS_OF)),
  ];
  return { text, rows };
};

const callsChart = (rows: readonly Row[]): string => {
  const first = rows.filter(({ latencyMs }) => latencyMs === 0);
  const ours = (shape: Row['shape']) => first.filter(row => row.shape === shape).map(row => [row.size, total(row.ours.calls)] as const);
  const peer = first.flatMap(row => (row.shape === 'shared' && row.peer !== 'NOT_RUN' ? [[row.size, total(row.peer.calls)] as const] : []));
  return lineChart(
    'Calls to list every endpoint with its tags',
    ['endpoints', 'calls'],
    [
      ...(peer.length > 0 ? [{ name: 'Cloud Custodian', colour: '#cf222e', points: peer }] : []),
      { name: 'Rollcall, own models', colour: '#9a6700', points: ours('own') },
      { name: 'Rollcall, shared models', colour: '#1a7f37', points: ours('shared') },
    ],
  );
};

const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-bench-'));
progress(`installing ${PEER} unless it is there`);
const missing = installPeer();
const reader = await bundle('scripts/bench/reader-process.ts', directory);
const reading = await readingSection({ sizes, latencies, hasPeer: missing === null, reader, directory, progress }, missing);
progress('planning');
const planning = planningSection(plans);
progress('functions');
const functions = await functionsSection(directory, imports);
rmSync(directory, { recursive: true });
const text = [
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), load average ${busy.toFixed(1)} at the start; ${elapsed()} in all.`,
  '',
  ...reading.text,
  '',
  ...planning,
  '',
  ...functions,
  '',
].join('\n');
process.stdout.write(text);
if (write) {
  writeFileSync('docs/bench-calls.svg', callsChart(reading.rows));
  writeFileSync('docs/benchmarks.md', withPrinted(readFileSync('docs/benchmarks.md', 'utf8'), text));
}

import path from 'node:path';
import { lineChart } from './chart.ts';
import { measure } from './measure.ts';
import type { Part } from './part.ts';
import { CUSTODIAN, PEER } from './peer.ts';
import { readMatrix, type Row, type Tools, withTools } from './reading.ts';
import { total } from './server.ts';
import * as tables from './tables.ts';
import { targetsOf } from './targets.ts';

/** What a process costs that reads nothing: it is in the seconds and MiB of whole processes. */
const startLine = async ({ directory, noPeer }: Tools): Promise<string> => {
  const ways = [['npx', 'rollcall', '--version'], ...(noPeer === null ? [[CUSTODIAN, 'version']] : [])];
  const starts: string[] = [];
  for (const [program = '', ...args] of ways) {
    const { seconds, mib } = await measure({ program, args, env: process.env, peakFile: path.join(directory, 'peak') });
    starts.push(`\`${[path.basename(program), ...args].join(' ')}\` ${tables.decimal(seconds)} s and ${Math.round(mib)} MiB`);
  }
  return `Start alone: ${starts.join(', ')}.`;
};

/** Both tools on the same estate, and where the calls of the largest size go that both read fully. */
export const readingPart: Part = async given => {
  const bench = await withTools(given);
  const start = await startLine(bench);
  const { rows, readings } = await readMatrix(bench);
  const size = Math.max(...bench.sizes.filter(each => each <= 1_000));
  const targets = targetsOf({ rows, readings });
  const text = [
    '## Reading, beside a peer',
    '',
    `![Calls by endpoints](bench-calls.svg)`,
    '',
    `Whole processes. The peer is ${PEER}${bench.noPeer === null ? '' : `: skipped, ${bench.noPeer}`}. Ratios are Rollcall : peer. ${start}`,
    '',
    ...tables.matrixTable(rows),
    '',
    tables.serverLine(rows, readings),
    '',
    '### Targets',
    '',
    ...targets.map(({ verdict, text: what }) => `- **${verdict}**: ${what}`),
    '',
    '### Where the calls go',
    '',
    ...tables.operationTable(size, rows, readings),
    '',
    '### The reader alone, as deployed',
    '',
    ...tables.readingTable(readings, rows),
  ];
  const checks = targets.flatMap(({ law, verdict, text: what }) => (law ? [{ what, passed: verdict === 'met' }] : []));
  return { text, checks, charts: { 'bench-calls.svg': callsChart(rows) } };
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

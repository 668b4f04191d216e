import type { FaultRow } from './faults.ts';
import type { Cell, Reading, Row } from './reading.ts';
import { total } from './server.ts';
import type { RunFigures } from './three-runs.ts';

/** A Markdown table; the first `words` columns are words, the others figures. */
export const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[], words = 1): readonly string[] =>
  [head, head.map((_, index) => (index < words ? '---' : '---:')), ...rows].map(row => `| ${row.join(' | ')} |`);

export const counted = (count: number): string => count.toLocaleString('en-US');
export const decimal = (value: number): string => (Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : 1) : '–');
const whole = (value: number): string => (Number.isFinite(value) ? counted(Math.round(value)) : '–');

/** `1 : 42` says that the peer takes 42 times as much. */
export const ratio = (ours: number, peer: number): string => {
  const times = peer / ours;
  return Number.isFinite(times) ? `1 : ${times < 10 ? times.toFixed(1) : Math.round(times)}` : '–';
};

const HEAD = ['estate', 'endpoints', 'ms a call', 'calls', 'peer', 'ratio', 'seconds', 'peer', 'ratio', 'peak MiB', 'peer', 'calls each'];
const NONE: Cell = { calls: {}, seconds: Number.NaN, mib: Number.NaN, serverSeconds: Number.NaN, inner: Number.NaN };

const matrixRow = ({ shape, size, latencyMs, ours, peer }: Row): readonly (string | number)[] => {
  const other = peer === 'NOT_RUN' ? NONE : peer;
  const [own, others] = [total(ours.calls), peer === 'NOT_RUN' ? Number.NaN : total(other.calls)];
  return [
    shape,
    counted(size),
    latencyMs,
    counted(own),
    peer === 'NOT_RUN' ? 'not run' : counted(others),
    ratio(own, others),
    decimal(ours.seconds),
    peer === 'NOT_RUN' ? 'not run' : decimal(other.seconds),
    ratio(ours.seconds, other.seconds),
    whole(ours.mib),
    peer === 'NOT_RUN' ? 'not run' : whole(other.mib),
    decimal(own / size),
  ];
};

export const matrixTable = (rows: readonly Row[]): readonly string[] =>
  table(HEAD, rows.toSorted((a, b) => (a.shape === b.shape ? 0 : a.shape === 'shared' ? -1 : 1)).map(matrixRow));

/** The peer's own time of its policy, without its start: it keeps nothing between two runs, so that it is the same each time. */
const peerSeconds = (rows: readonly Row[], { shape, size, latencyMs }: Reading): number => {
  const row = rows.find(each => each.shape === shape && each.size === size && each.latencyMs === latencyMs);
  return row === undefined || row.peer === 'NOT_RUN' ? Number.NaN : row.peer.inner;
};

export const readingTable = (readings: readonly Reading[], rows: readonly Row[]): readonly string[] =>
  table(
    [
      'estate',
      'endpoints',
      'ms a call',
      'first: calls',
      'seconds',
      'next: calls',
      'seconds',
      '1 % changed: calls',
      'seconds',
      'peer: seconds',
      'ratio (next)',
      'other providers: calls',
      'peak MiB',
    ],
    readings.map(reading => [
      reading.shape + (reading.searchDenied ? ', Search denied' : ''),
      counted(reading.size),
      reading.latencyMs,
      ...reading.listings.flatMap(({ calls, seconds }) => [counted(total(calls)), decimal(seconds)]),
      decimal(peerSeconds(rows, reading)),
      ratio(reading.listings[1]?.seconds ?? Number.NaN, peerSeconds(rows, reading)),
      counted(total(reading.others)),
      whole(reading.mib),
    ]),
  );

/** By operation: where the calls of one size go. */
export const operationTable = (size: number, rows: readonly Row[], readings: readonly Reading[]): readonly string[] => {
  const [shared, own] = ['shared', 'own'].map(shape => rows.find(row => row.shape === shape && row.size === size));
  const alone = (searchDenied: boolean) =>
    readings.find(reading => reading.size === size && reading.shape === 'shared' && reading.searchDenied === searchDenied)?.listings;
  const peer = shared?.peer === 'NOT_RUN' ? undefined : shared?.peer.calls;
  const columns = [shared?.ours.calls, own?.ours.calls, alone(false)?.[1]?.calls, ...[0, 1].map(at => alone(true)?.[at]?.calls), peer];
  const operations = [...new Set(columns.flatMap(calls => Object.keys(calls ?? {})))];
  return table(
    [`calls at ${counted(size)} endpoints`, 'shared', 'own', 'reader alone, shared: next', 'Search denied: first', 'next', 'peer'],
    [
      ...operations.map(operation => [operation, ...columns.map(calls => (calls ? counted(calls[operation] ?? 0) : '–'))]),
      ['**all**', ...columns.map(calls => (calls ? counted(total(calls)) : '–'))],
    ],
  );
};

export const faultTable = (rows: readonly FaultRow[]): readonly string[] =>
  table(
    ['what goes wrong', 'who', 'what it reports', 'exit', 'calls', 'seconds'],
    rows.map(({ fault, who, reports, code, calls, seconds }) => [fault, who, reports, code ?? '–', counted(calls), decimal(seconds)]),
    3,
  );

export const runsTable = (runs: readonly RunFigures[]): readonly string[] =>
  table(
    ['run', 'messages sent', 'findings stored', 'writes to findings'],
    runs.map(({ messages, findings, writes }, index) => [index + 1, messages, counted(findings), counted(writes)]),
  );

/** How much of what was measured is the server itself: of the run with the largest share. */
export const serverLine = (rows: readonly Row[], readings: readonly Reading[]): string => {
  const runs = [
    ...rows.flatMap(row => [
      { ...row, ...row.ours, who: 'rollcall scan' },
      ...(row.peer === 'NOT_RUN' ? [] : [{ ...row, ...row.peer, who: 'peer' }]),
    ]),
    ...readings.flatMap(reading => reading.listings.map(listing => ({ ...reading, ...listing, who: 'reader' }))),
  ].map(run => ({ ...run, share: run.serverSeconds / run.seconds }));
  const most = runs.reduce((a, b) => (b.share > a.share ? b : a));
  const where = `${most.who}, ${most.shape}, ${counted(most.size)} endpoints, ${most.latencyMs} ms`;
  return `The server's own processor is in every figure; its largest share is ${Math.round(most.share * 100)} % of the seconds (${where}).`;
};

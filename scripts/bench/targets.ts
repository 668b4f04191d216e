import type { Shape } from './estate.ts';
import { READING_MS, type Reading, type Row } from './reading.ts';
import { total } from './server.ts';
import { counted, decimal } from './tables.ts';

/** At so many endpoints the promises are checked. */
const SIZE = 1_000;
const MOST_CALLS = 50;
const TIMES_FASTER = 50;
/** A description and the tags of each endpoint, as the peer reads; pages, configurations and models are the rest. */
const MOST_EACH = 2.1;

export interface Target {
  readonly verdict: 'met' | 'NOT MET' | 'not measured';
  readonly text: string;
}

export interface Measurements {
  readonly rows: readonly Row[];
  readonly readings: readonly Reading[];
}

/** What is promised of 1,000 endpoints, for either estate. */
export const targetsOf = (all: Measurements): readonly Target[] => [
  ...(['shared', 'own'] as const).flatMap(shape => targetsOfShape(all, shape)),
  deniedTarget(all),
];

/** `figures` are what `ours` and `most` are made of, as people read them. */
const target = (claim: string, [ours, most]: readonly [number, number], figures: string): Target => {
  if (!Number.isFinite(ours) || !Number.isFinite(most)) return { verdict: 'not measured', text: claim };
  return { verdict: ours <= most ? 'met' : 'NOT MET', text: `${claim}: ${figures}` };
};

const targetsOfShape = ({ rows, readings }: Measurements, shape: Shape): readonly Target[] => {
  const row = rows.find(each => each.shape === shape && each.size === SIZE && each.latencyMs === READING_MS);
  const alone = readings.find(each => each.shape === shape && each.size === SIZE && !each.searchDenied);
  const peer = row === undefined || row.peer === 'NOT_RUN' ? undefined : row.peer;
  const calls = row ? total(row.ours.calls) : Number.NaN;
  return [
    target(`${shape}: at most ${MOST_CALLS} calls with nothing known before, Search allowed`, [calls, MOST_CALLS], counted(calls)),
    faster(`${shape}: whole processes`, row?.ours.seconds, peer?.seconds),
    faster(`${shape}: first reading alone, without the start of a process`, alone?.listings[0]?.seconds, peer?.inner),
    smaller(`${shape}: \`rollcall scan\``, row?.ours.mib, peer?.mib),
    smaller(`${shape}: the reader as deployed`, alone?.mib, peer?.mib),
  ];
};

const faster = (what: string, ours = Number.NaN, peer = Number.NaN): Target =>
  target(
    `${what}, ${TIMES_FASTER} times less wall time than the peer at ${READING_MS} ms a call`,
    [ours, peer / TIMES_FASTER],
    `${decimal(peer / ours)} times (${decimal(ours)} s, peer ${decimal(peer)} s)`,
  );

const smaller = (what: string, ours = Number.NaN, peer = Number.NaN): Target =>
  target(`${what}, less memory than the peer's process`, [ours, peer], `${ours.toFixed(0)} MiB, peer ${peer.toFixed(0)} MiB`);

const deniedTarget = ({ readings }: Measurements): Target => {
  const [first] = readings.find(each => each.size === SIZE && each.searchDenied)?.listings ?? [];
  const each = first ? total(first.calls) / SIZE : Number.NaN;
  return target(`shared, Search denied: at most ${MOST_EACH} calls an endpoint`, [each, MOST_EACH], decimal(each));
};

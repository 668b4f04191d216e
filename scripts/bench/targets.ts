import type { Shape } from './estate.ts';
import { READING_MS, type Reading, type Row } from './reading.ts';
import { type Calls, total } from './server.ts';
import { counted, decimal } from './tables.ts';

/** At so many endpoints the promises are checked. */
const SIZE = 1_000;
const MOST_CALLS = 50;
/** Of the scopes of all other providers in a region, where nothing of theirs runs. */
const MOST_OTHERS = 20;
/** Of the next reading, which has what is kept. */
const MOST_STEADY = 30;
/** Where each endpoint has a configuration and a model of its own: a share of the configurations is due in each slot, and pages of Search say what the models are. */
const MOST_STEADY_OWN = 50;
const MOST_STEADY_DENIED = 70;
const TIMES_FASTER = 50;
/** A description and the tags of each endpoint, as the peer reads; pages, configurations and models are the rest. */
const MOST_EACH = 2.1;

export interface Target {
  readonly verdict: 'met' | 'NOT MET' | 'not measured';
  readonly text: string;
  /** The same on every machine, and so a law: it fails the bench where it is not met. Seconds and memory are told, and so is what cannot be met. */
  readonly law: boolean;
}

export interface Measurements {
  readonly rows: readonly Row[];
  readonly readings: readonly Reading[];
}

/** What is promised of 1,000 endpoints, for either estate. */
export const targetsOf = (all: Measurements): readonly Target[] => [
  ...(['shared', 'own'] as const).flatMap(shape => targetsOfShape(all, shape)),
  ...deniedTargets(all),
];

/** `figures` are what `ours` and `most` are made of, as people read them. */
const target = (claim: string, [ours, most]: readonly [number, number], figures: string, law = false): Target => {
  if (!Number.isFinite(ours) || !Number.isFinite(most)) return { verdict: 'not measured', text: claim, law };
  return { verdict: ours <= most ? 'met' : 'NOT MET', text: `${claim}: ${figures}`, law };
};

const calls = (what: string, made: Calls | undefined, most: number): Target => {
  const count = made ? total(made) : Number.NaN;
  return target(what, [count, most], counted(count), true);
};

const steady = (what: string, made: Calls | undefined, most: number): Target =>
  calls(`${what}, in the next slot, at most ${most} calls`, made, most);

/** What cannot be met, or not yet, is no law. */
const told = (one: Target): Target => ({ ...one, law: false });

const targetsOfShape = ({ rows, readings }: Measurements, shape: Shape): readonly Target[] => {
  const sized = rows.filter(each => each.shape === shape && each.size === SIZE);
  const row = sized.find(({ latencyMs }) => latencyMs === READING_MS);
  const alone = readings.find(each => each.shape === shape && each.size === SIZE && !each.searchDenied);
  const peer = row === undefined || row.peer === 'NOT_RUN' ? undefined : row.peer;
  const whole = sized[0]?.ours.calls;
  const [first, next] = alone?.listings ?? [];
  const isShared = shape === 'shared';
  const everyConfig = 'a call for each configuration, which no list shows, and';
  return [
    told(calls(`${shape}: \`rollcall scan\` of all kinds, at most ${MOST_CALLS} calls`, whole, MOST_CALLS)),
    isShared
      ? calls(`shared: SageMaker's scope with nothing known before, at most ${MOST_CALLS} calls`, first?.calls, MOST_CALLS)
      : calls(
          `own: SageMaker's scope with nothing known before, ${everyConfig} at most ${MOST_CALLS} more`,
          first?.calls,
          SIZE + MOST_CALLS,
        ),
    calls(`${shape}: the scopes of all other providers, at most ${MOST_OTHERS} calls`, alone?.others, MOST_OTHERS),
    ...(isShared ? [] : [told(steady("own: SageMaker's scope", next?.calls, MOST_STEADY))]),
    steady(`${shape}: SageMaker's scope`, next?.calls, isShared ? MOST_STEADY : MOST_STEADY_OWN),
    faster(`${shape}: whole processes`, row?.ours.seconds, peer?.seconds),
    faster(`${shape}: first reading alone, without the start of a process`, first?.seconds, peer?.inner),
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

const deniedTargets = ({ readings }: Measurements): readonly Target[] => {
  const [first, next] = readings.find(reading => reading.size === SIZE && reading.searchDenied)?.listings ?? [];
  return [
    calls(`shared, Search denied: at most ${MOST_EACH} calls an endpoint with nothing known before`, first?.calls, MOST_EACH * SIZE),
    steady('shared, Search denied', next?.calls, MOST_STEADY_DENIED),
  ];
};

import { parseScopeId, type ScopeId } from '../../../lib/core/scope.ts';
import type { Settings } from '../../../lib/core/settings.ts';
import { DAY, HOUR, type Instant, MINUTE, plus, roundDown } from '../../../lib/core/time.ts';
import { closeRun } from '../../../lib/usecases/close-run.ts';
import { finishRun, tellBetween } from '../../../lib/usecases/finish-run.ts';
import { planScopes, type PlannedScopes } from '../../../lib/usecases/plan-scopes.ts';
import { recheckScopes } from '../../../lib/usecases/recheck-scopes.ts';
import { reconcileBatch } from '../../../lib/usecases/reconcile-batch.ts';
import { aCall, aStateChange } from '../../support/events.ts';
import { midnight } from '../people.ts';
import { Crash, mortal, type SimulatedDeps } from '../simulated-world.ts';
import type { Plant } from '../timeline.ts';
import { Broken, type Truth } from './estate.ts';
import { begin, type Live } from './live.ts';
import { type Death, perform, type Step, type World } from './world.ts';

/** What was done to the application. */
export interface Happened {
  readonly kind: 'RUN' | 'PART' | 'LATE' | 'AGAIN' | 'DUPLICATE' | 'RECHECK' | 'END';
  readonly slot: Instant;
  /** The last function of a roll call that came to its end. */
  readonly reached: 'NOTHING' | 'PLANNED' | 'CLOSED' | 'TOLD' | 'DUPLICATE';
  readonly batches: readonly (readonly ScopeId[])[];
  /** Scopes whose reconcile came to its end. */
  readonly finished: ReadonlySet<ScopeId>;
  /** A crash, or a topic that accepts nothing, is part of it. */
  readonly faulty: boolean;
}
/** Does something and looks at what it changed. */
export type Watch = (live: Live, doing: () => Promise<Happened>) => Promise<void>;

/** How a world is played. What must make no difference is turned here. */
export interface Playing {
  readonly plant: Plant;
  readonly settings: Settings;
  readonly watch: Watch;
  /** The order in which batches, and the scopes in them, are read. */
  readonly inOrder: <T>(values: readonly T[]) => readonly T[];
  /** How often each function is started. */
  readonly times: number;
  /** Added to what is wrong in the `index`-th step. */
  readonly alsoWrong: (index: number) => Truth['troubles'];
}

interface Execution extends Pick<Playing, 'inOrder' | 'times'> {
  readonly slot: Instant;
  readonly holder: string;
  readonly death: Death | null;
  planned?: PlannedScopes | undefined;
  /** Batches still to be read. */
  left: readonly (readonly ScopeId[])[];
  readonly finished: Set<ScopeId>;
}

/** A function of the state machine. undefined: it failed, and was not started again. */
const invoke = async <T>(live: Live, { death, times }: Execution, of: Death['of'], task: (deps: SimulatedDeps) => Promise<T>) => {
  try {
    const first = await task(death?.of === of ? mortal(live.deps, death.at) : live.deps);
    for (let again = 1; again < times; again += 1) await task(live.deps);
    return first;
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    return death?.after === 'RETRIED' ? task(live.deps) : undefined;
  }
};
const isStopped = ({ death }: Execution) => death?.after === 'STOPPED';
const deadlineOf = ({ clock }: SimulatedDeps) => plus(clock.now(), 10 * MINUTE);

const plan = async (live: Live, ask: Execution): Promise<Happened['reached']> => {
  const { slot, holder } = ask;
  ask.planned = await invoke(live, ask, 'PLAN', deps => planScopes(deps, { slot, holder, manual: false }));
  ask.left = ask.inOrder(ask.planned?.batches ?? []);
  if (ask.planned === undefined) return 'NOTHING';
  return ask.planned.outcome === 'DUPLICATE' ? 'DUPLICATE' : 'PLANNED';
};

/** Reads one batch. A scope that throws is one that was not read; a crash ends all that were under way. */
const readNext = async (live: Live, ask: Execution, isMortal: boolean): Promise<boolean> => {
  const { slot, holder } = ask;
  const [batch = [], ...rest] = ask.left;
  ask.left = rest;
  const scopes = ask.inOrder(batch);
  const read = async (deps: SimulatedDeps) => {
    const outcomes = await reconcileBatch(deps, { scopes, slot, holder, mode: 'ROLL_CALL', deadline: deadlineOf(deps) }).catch(rethrow);
    return outcomes ? scopes.filter((_scope, index) => outcomes[index] === 'DONE') : scopes.filter(scope => !live.said.threw.has(scope));
  };
  const done = await invoke(live, isMortal ? ask : { ...ask, death: null }, 'READ', read);
  for (const scope of done ?? []) ask.finished.add(scope);
  return done !== undefined;
};
const rethrow = (error: unknown): undefined => {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const other = errors.find(each => !(each instanceof Broken));
  if (other !== undefined) throw other;
};

/** Reads what is left, closes and tells, as the state machine goes on after a function that failed. */
const goOn = async (live: Live, ask: Execution): Promise<Happened['reached']> => {
  const { slot, holder, death } = ask;
  const mortalBatch = (death?.at ?? 0) % Math.max(ask.left.length, 1);
  for (let index = 0; ask.left.length > 0; index += 1) {
    const ended = await readNext(live, ask, index === mortalBatch);
    if (!ended && isStopped(ask)) return 'PLANNED';
  }
  const closed = await invoke(live, ask, 'CLOSE', deps => closeRun(deps, { slot, holder, deadline: deadlineOf(deps) }));
  if (closed === undefined && isStopped(ask)) return 'PLANNED';
  const told = await invoke(live, ask, 'TELL', deps => finishRun(deps, { slot, holder }).catch(ignoreRefusal));
  if (closed?.outcome !== 'CLOSED') return 'PLANNED';
  return told?.outcome === 'TOLD' ? 'TOLD' : 'CLOSED';
};
const ignoreRefusal = (error: unknown): undefined => {
  if (!String(error).includes('were not accepted')) throw error;
};

const happened = (live: Live, kind: Happened['kind'], ask: Execution, reached: Happened['reached']): Happened => ({
  kind,
  slot: ask.slot,
  reached,
  batches: ask.planned?.batches ?? [],
  finished: ask.finished,
  faulty: ask.death !== null || live.refusing,
});
const execute = async (live: Live, kind: Happened['kind'], ask: Execution): Promise<Happened> => {
  const reached = await plan(live, ask);
  return happened(live, kind, ask, reached === 'PLANNED' ? await goOn(live, ask) : reached);
};

const aboutScope = ({ account, region, provider }: NonNullable<ReturnType<typeof parseScopeId>>, at: Instant) => {
  const place = { account, region };
  if (provider === 'sagemaker')
    return aStateChange('Endpoint', { EndpointArn: `arn:aws:sagemaker:${region}:${account}:endpoint/ep-a` }, place);
  const resourceARN = `arn:aws:bedrock:${region}:${account}:provisioned-model/a1b2c3`;
  const call = {
    eventSource: 'bedrock.amazonaws.com',
    requestParameters: { resourceARN },
    eventTime: at,
    eventID: `event-${Date.parse(at)}`,
  };
  return aCall('TagResource', call, { ...place, source: 'aws.bedrock' });
};
/** Every scope that events come from is announced, twice; then what cannot wait is told. */
const recheck = async (live: Live, slot: Instant): Promise<Happened> => {
  const announced = live.scopes.flatMap(scope => parseScopeId(scope) ?? []).filter(({ provider }) => provider !== 'agentcore');
  const messages = [...announced, ...announced].map((place, id) => ({ id: `m-${id}`, body: JSON.stringify(aboutScope(place, live.now)) }));
  await recheckScopes(live.deps, { messages, holder: `recheck-${slot}`, deadline: deadlineOf(live.deps) });
  await tellBetween(live.deps, { messages, holder: `tell-${slot}` }).catch(ignoreRefusal);
  const nothing = { reached: 'NOTHING', batches: [], finished: new Set<ScopeId>() } as const;
  return { kind: 'RECHECK', slot, ...nothing, faulty: live.refusing };
};

/** Plays a world, and then a calm week in which everything has to come right. */
export const play = async (world: World, playing: Playing): Promise<Live> => {
  const live = begin(playing.plant, playing.settings);
  const seen = (doing: () => Promise<Happened>) => playing.watch(live, doing);
  const execution = (slot: Instant, holder: string, death: Death | null): Execution => ({
    ...playing,
    slot,
    holder,
    death,
    left: [],
    finished: new Set(),
  });
  let waiting: Execution | undefined;
  for (const [index, step] of world.entries()) {
    const slot = plus(roundDown(live.now, 15), step.wait * MINUTE);
    live.now = plus(slot, -MINUTE);
    for (const act of step.acts) await perform(live, act);
    live.now = plus(slot, 20_000);
    sufferFrom(live, step, playing.alsoWrong(index));
    const late = waiting;
    const ask = execution(slot, `execution-${index}`, step.next === 'LATE' ? null : step.death);
    waiting = step.next === 'LATE' ? ask : undefined;
    await seen(() => (step.next === 'LATE' ? partOf(live, ask) : execute(live, 'RUN', ask)));
    live.now = plus(slot, 5 * MINUTE);
    if (step.next === 'AGAIN' && isWhole(live, ask)) await seen(() => execute(live, 'AGAIN', execution(slot, ask.holder, null)));
    if (late) await seen(() => goOnLate(live, late));
    if (step.next === 'DUPLICATE' && ask.planned) await seen(() => execute(live, 'DUPLICATE', execution(slot, 'another', null)));
    for (const act of step.between) await perform(live, act);
    if (step.next === 'RECHECK') await seen(() => recheck(live, slot));
  }
  const last = waiting;
  if (last) await seen(() => goOnLate(live, last));
  heal(live);
  for (const slot of calmSlots(live.now)) {
    live.now = plus(slot, 20_000);
    await seen(() => execute(live, 'RUN', execution(slot, `calm-${slot}`, null)));
  }
  await seen(async () => happened(live, 'END', execution(roundDown(live.now, 15), 'nobody', null), 'NOTHING'));
  return live;
};

/** Only what came to its end changes nothing when it is done again: a scope that somebody else was reading then may be free by now. */
const isWhole = (live: Live, { death, planned, finished }: Execution): boolean =>
  death === null && !live.refusing && finished.size === planned?.batches.flat().length;

/** A roll call that is held up half way. */
const partOf = async (live: Live, ask: Execution): Promise<Happened> => {
  const reached = await plan(live, ask);
  const half = Math.floor(ask.left.length / 2);
  while (ask.left.length > half) await readNext(live, ask, false);
  return happened(live, 'PART', ask, reached);
};

const goOnLate = async (live: Live, late: Execution): Promise<Happened> => happened(live, 'LATE', late, await goOn(live, late));

/** What lasts goes on for its runs; what is added is there for this one. */
const sufferFrom = (live: Live, step: Step, more: Truth['troubles']): void => {
  const { truth } = live;
  const lasting = truth.troubles.filter(({ runs }) => runs > 0);
  truth.troubles = [...more, ...step.troubles, ...lasting].map(each => ({ ...each, runs: each.runs - 1 }));
  truth.unanswered.clear();
  for (const what of ['organization', 'regions'] as const) if (step.unanswered[what]) truth.unanswered.set(what, step.unanswered[what]);
  live.refusing = step.refusing;
};

/** From now on nothing fails, and whoever has not left for good is there. */
const heal = (live: Live): void => {
  const { truth } = live;
  live.refusing = false;
  truth.troubles = [];
  truth.unanswered.clear();
  truth.off.clear();
  for (const [account, state] of truth.states) if (state !== 'CLOSED') truth.states.set(account, 'ACTIVE');
};

/** Enough for absences, for scopes that rest and for the summary of a day, then all of it a week later. */
const calmSlots = (now: Instant): readonly Instant[] => {
  const noon = plus(midnight(now, 1), 12 * HOUR);
  const days = (count: number, ...minutes: readonly number[]) => minutes.map(each => plus(noon, count * DAY + each * MINUTE));
  return [...days(0, 0, 15, 30, 45, 60, 75), ...days(7, 0, 15, 30)];
};

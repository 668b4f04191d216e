import { type EventMessage, planRechecks, type RecheckPlan } from '../core/events/plan-rechecks.ts';
import type { RunRecord, ScopeStatus } from '../core/inventory.ts';
import type { ScopeId } from '../core/scope.ts';
import { isAtRest } from '../core/scope-status.ts';
import { type FailureClass, isPassing, type Listing } from '../core/sighting.ts';
import { elapsed, type Instant, isDue, MINUTE, plus, roundDown } from '../core/time.ts';
import { inBatches } from './in-batches.ts';
import { latestRun, type WatchDeps, watchIn } from './known-runs.ts';
import { type ReconcileDeps, reconcileScope, WRITING_MS } from './reconcile-scope.ts';

export interface RecheckAsk {
  /** Events as the queue holds them. */
  readonly messages: readonly EventMessage[];
  readonly holder: string;
  readonly deadline: Instant;
}

/** Scopes that are read at the same time; each has the limits of its own account and region. */
const AT_ONCE = 10;
/** Less than this is not enough to list a scope: it is left to the next invocation. */
const ENOUGH = MINUTE / 4;

/**
 * Keeps who did what, then reads each scope that something was announced of, once, whatever was announced. The events themselves are
 * believed nothing: a scope is as it is found. Answers with the messages that are to come back: refused ones, which end in the
 * dead-letter queue, and those of scopes that somebody else is reading or about to read, that failed, or for which no time was left.
 */
export const recheckScopes = async (deps: ReconcileDeps & WatchDeps, ask: RecheckAsk): Promise<readonly string[]> => {
  const run = await latestRun(deps);
  const watch = await watchIn(deps, run);
  if (watch === undefined) return waitForRollCall(deps, ask);
  const plan = planRechecks(ask.messages, watch);
  logEvents(deps, plan, ask.messages.length);
  for (const { act, ...of } of plan.acts) await deps.inventory.recordAct(of, act);
  const refused = plan.refused.map(({ message }) => message);
  return [...refused, ...(await inBatches(plan.rechecks, AT_ONCE, each => recheckOnItsOwn(deps, { ...ask, run }, each))).flat()];
};

/** Which scopes are watched is not known before the first roll call is planned, and who did what is kept by scope: all of it comes back. */
const waitForRollCall = ({ log }: ReconcileDeps, { messages }: RecheckAsk): readonly string[] => {
  log.info('events.wait', { reason: 'NO_ROLL_CALL_YET', messages: messages.length });
  return messages.map(({ id }) => id);
};

interface ScopeAsk extends Pick<RecheckAsk, 'holder' | 'deadline'> {
  readonly run: RunRecord | undefined;
}

/** Not `done`: its messages come back, at most twice more. */
interface Rechecked {
  readonly done: boolean;
  readonly reason: string;
}

type Wanted = RecheckPlan['rechecks'][number];

/** Whatever keeps one scope from being read, the next one is. Answers with the messages that are to come back. */
const recheckOnItsOwn = async (deps: ReconcileDeps, ask: ScopeAsk, { scope, messages }: Wanted): Promise<readonly string[]> => {
  const { done, reason } = await recheck(deps, ask, scope).catch((cause: unknown): Rechecked => {
    deps.log.warn('recheck.failed', { scope, reason: String(cause) });
    return { done: false, reason: 'FAILED' };
  });
  deps.log.info('scope.rechecked', { scope, done, reason, messages: messages.length });
  return done ? [] : messages;
};

const recheck = async (deps: ReconcileDeps, { holder, deadline, run }: ScopeAsk, scope: ScopeId): Promise<Rechecked> => {
  const now = deps.clock.now();
  if (elapsed(now, deadline) < ENOUGH) return { done: false, reason: 'NO_TIME' };
  const status = await deps.inventory.status(scope);
  // What a scope is like for the first time, a roll call tells.
  if (status?.lastSlot == null) return { done: false, reason: 'NEVER_READ' };
  // Whoever has the scope when the roll call comes to it makes it one that was not read, of which absence is never proved.
  if (run?.state === 'RUNNING' && isStillToRead(status, run.slot)) return { done: false, reason: 'ROLL_CALL_UNDER_WAY' };
  const { everyMinutes } = deps.settings.schedule;
  const slot = roundDown(now, everyMinutes);
  const next = plus(slot, everyMinutes * MINUTE);
  const end = isStillToRead(status, next) ? earlier(deadline, plus(next, -WRITING_MS)) : deadline;
  if (elapsed(now, end) < ENOUGH) return { done: true, reason: 'ROLL_CALL_NEXT' };
  const read = await reconcileScope(deps, { scope, slot, mode: 'RECHECK', holder, deadline: end });
  // Who superseded this reader looked later than it did.
  return read.outcome === 'DONE' ? howRead(read.listing) : { done: read.outcome === 'SUPERSEDED', reason: read.outcome };
};

const earlier = (a: Instant, b: Instant): Instant => (isDue(a, b) ? a : b);

/** Whether the roll call of `slot` reads a scope, and has not read it. */
const isStillToRead = (status: ScopeStatus, slot: Instant): boolean =>
  (status.lastSlot === null || elapsed(slot, status.lastSlot) < 0) && !isAtRest(status, slot);

/** What was refused will be refused again, and roll calls say so; what only failed just now is looked at again. */
const howRead = ({ kinds }: Listing): Rechecked => {
  const failures = kinds.flatMap((kind): readonly FailureClass[] => (kind.status === 'NOT_CHECKED' ? [kind.failure] : []));
  if (failures.length === 0) return { done: true, reason: 'DONE' };
  return { done: !failures.some(isPassing), reason: `NOT_CHECKED ${[...new Set(failures)].toSorted().join(' ')}` };
};

const logEvents = ({ log }: ReconcileDeps, plan: RecheckPlan, messages: number): void => {
  const { rechecks, acts, attempts, refused, passed } = plan;
  for (const { scope, act, error } of attempts) log.warn('event.attempt', { scope, error, ...act });
  for (const each of refused) log.warn('event.refused', each);
  const counts = { messages, rechecks: rechecks.length, acts: acts.length, attempts: attempts.length, refused: refused.length };
  log.info('events.read', { ...counts, ...passed });
};

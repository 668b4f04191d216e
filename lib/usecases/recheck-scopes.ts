import { planRechecks, type RecheckPlan } from '../core/events/plan-rechecks.ts';
import { readEvent } from '../core/events/read-event.ts';
import type { ScopeStatus } from '../core/inventory.ts';
import { REGISTRY_SCOPE, type ScopeId } from '../core/scope.ts';
import { isAtRest } from '../core/scope-status.ts';
import { elapsed, type Instant, MINUTE, roundDown } from '../core/time.ts';
import { type ReconcileDeps, reconcileScope } from './reconcile-scope.ts';

export interface RecheckAsk {
  /** Events as the queue holds them. */
  readonly messages: readonly { readonly id: string; readonly body: string }[];
  readonly holder: string;
  readonly deadline: Instant;
}

/** Less than this is not enough to list a scope: it is left to the next invocation. */
const ENOUGH = MINUTE / 4;

/**
 * Keeps who did what, then reads each scope that something was announced of, once, whatever was announced. The events themselves are
 * believed nothing: a scope is as it is found. Answers with the messages that are to come back: refused ones, which end in the
 * dead-letter queue, and those of scopes that somebody else is reading or about to read, that failed, or for which no time was left.
 */
export const recheckScopes = async (deps: ReconcileDeps, ask: RecheckAsk): Promise<readonly string[]> => {
  const watched = await watchedScopes(deps);
  // Before the first roll call has ended everything is new still: that tells it as one, and is at most an interval away.
  if (watched === undefined) return [];
  const messages = ask.messages.map(({ id, body }) => ({ id, event: readEvent(body) }));
  const plan = planRechecks(messages, watched);
  logEvents(deps, plan, messages.length);
  for (const { act, ...of } of plan.acts) await deps.inventory.recordAct(of, act);
  const again: string[] = plan.refused.map(({ message }) => message);
  for (const { scope, messages: asking } of plan.rechecks) {
    const announced = plan.acts.flatMap(act => (act.scope === scope ? (act.resource.split('/').at(-1) ?? []) : []));
    const { done, reason } = await recheckOnItsOwn(deps, { ...ask, announced }, scope);
    deps.log.info('scope.rechecked', { scope, done, reason, messages: asking.length });
    if (!done) again.push(...asking);
  }
  return again;
};

/** The scopes of the roll call that was closed last: an event about any other is not looked at. undefined: none was closed yet. */
const watchedScopes = async ({ inventory }: ReconcileDeps): Promise<readonly ScopeId[] | undefined> => {
  const closed = (await inventory.status(REGISTRY_SCOPE))?.lastSlot ?? null;
  return closed === null ? undefined : (await inventory.run(closed))?.scopes;
};

interface ScopeAsk extends Pick<RecheckAsk, 'holder' | 'deadline'> {
  readonly announced: readonly string[];
}

interface Rechecked {
  readonly done: boolean;
  readonly reason: string;
}

/** Whatever keeps one scope from being read, the next one is. */
const recheckOnItsOwn = async (deps: ReconcileDeps, ask: ScopeAsk, scope: ScopeId): Promise<Rechecked> => {
  try {
    return await recheck(deps, ask, scope);
  } catch (cause) {
    deps.log.warn('recheck.failed', { scope, reason: String(cause) });
    return { done: false, reason: 'FAILED' };
  }
};

const recheck = async (deps: ReconcileDeps, { holder, deadline, announced }: ScopeAsk, scope: ScopeId): Promise<Rechecked> => {
  const now = deps.clock.now();
  if (elapsed(now, deadline) < ENOUGH) return { done: false, reason: 'NO_TIME' };
  const status = await deps.inventory.status(scope);
  // As before the first roll call of all.
  if (status?.lastSlot == null) return { done: true, reason: 'NEVER_READ' };
  const slot = roundDown(now, deps.settings.schedule.everyMinutes);
  // Whoever has the scope when the roll call comes to it makes it one that was not read, of which absence is never proved.
  if (await isNextInRollCall(deps, status, slot)) return { done: false, reason: 'ROLL_CALL_UNDER_WAY' };
  const { outcome } = await reconcileScope(deps, { scope, slot, mode: 'RECHECK', holder, deadline, announced });
  // Who superseded this reader looked later than it did.
  return { done: outcome === 'DONE' || outcome === 'SUPERSEDED', reason: outcome };
};

/** Whether the roll call of `slot` has still to read a scope. */
const isNextInRollCall = async ({ inventory }: ReconcileDeps, status: ScopeStatus, slot: Instant): Promise<boolean> => {
  const isRead = status.lastSlot !== null && elapsed(slot, status.lastSlot) >= 0;
  return !isRead && !isAtRest(status, slot) && (await inventory.run(slot))?.state === 'RUNNING';
};

const logEvents = ({ log }: ReconcileDeps, plan: RecheckPlan, messages: number): void => {
  const { rechecks, acts, attempts, refused, passed } = plan;
  for (const { scope, act, error } of attempts) log.warn('event.attempt', { scope, error, ...act });
  for (const each of refused) log.warn('event.refused', each);
  const counts = { messages, rechecks: rechecks.length, acts: acts.length, attempts: attempts.length, refused: refused.length };
  log.info('events.read', { ...counts, ...passed });
};

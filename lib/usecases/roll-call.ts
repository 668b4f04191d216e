import type { ScopeId } from '../core/scope.ts';
import { type Instant, plus } from '../core/time.ts';
import type { Publisher } from '../ports.ts';
import { type CloseOutcome, closeDeadline, closeRun } from './close-run.ts';
import { collectDamage } from './damage.ts';
import { finishRun } from './finish-run.ts';
import type { notify } from './notify.ts';
import { planScopes, type ScopePlanner } from './plan-scopes.ts';
import { type ReconcileDeps, type ReconcileOutcome, reconcileScope } from './reconcile-scope.ts';

export interface RollCallDeps extends ReconcileDeps {
  readonly publisher: Publisher;
  readonly planner: ScopePlanner;
}

export interface RollCallResult {
  readonly slot: Instant;
  readonly outcome: 'COMPLETE' | 'DUPLICATE';
  readonly scopes: ReadonlyMap<ScopeId, ReconcileOutcome>;
  readonly closed: CloseOutcome | undefined;
  readonly told: Awaited<ReturnType<typeof notify>> | undefined;
}

/** How long one scope may take in a roll call of a single process. */
const SCOPE_DEADLINE = 10 * 60_000;

export interface RollCallAsk {
  readonly slot: Instant;
  readonly holder: string;
}

/** One whole roll call in one process: the same use cases that the state machine runs, one after the other. */
export const rollCall = async (deps: RollCallDeps, ask: RollCallAsk): Promise<RollCallResult> => {
  const read = await readRollCall(deps, ask);
  if (read.outcome === 'DUPLICATE') return read;
  const told = await finishRun(deps, ask);
  if (read.closed?.outcome === 'UNREADABLE') throw new Error(`the run of ${ask.slot} is not complete: ${read.closed.reason}`);
  return { ...read, told };
};

/** A roll call up to its closing: everything is recorded, and nobody is told yet. */
export const readRollCall = async (deps: RollCallDeps, ask: RollCallAsk): Promise<RollCallResult> => {
  const planned = await planScopes(deps, { ...ask, manual: false });
  if (planned.outcome === 'DUPLICATE')
    return { slot: ask.slot, outcome: 'DUPLICATE', scopes: new Map(), closed: undefined, told: undefined };
  const scopes = new Map<ScopeId, ReconcileOutcome>();
  const damage = collectDamage(deps.log);
  for (const scope of planned.batches.flat()) {
    const deadline = plus(deps.clock.now(), SCOPE_DEADLINE);
    const outcome = await damage.spare(scope, () => reconcileScope(deps, { scope, ...ask, mode: 'ROLL_CALL', deadline }));
    scopes.set(scope, outcome ?? { outcome: 'UNREADABLE', reason: 'something stored of it is unreadable' });
  }
  const closed = await closeRun(deps, { ...ask, deadline: closeDeadline(deps.clock.now()) });
  return { slot: ask.slot, outcome: 'COMPLETE', scopes, closed, told: undefined };
};

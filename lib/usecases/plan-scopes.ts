import type { ScopeId } from '../core/scope.ts';
import type { Instant } from '../core/time.ts';
import type { Clock, InventoryStore, Log } from '../ports.ts';

export interface PlanScopesDeps {
  readonly inventory: InventoryStore;
  readonly clock: Clock;
  readonly log: Log;
  /** The scopes of every roll call, exclusions already taken out. */
  readonly scopes: readonly ScopeId[];
}

export interface PlannedScopes {
  readonly outcome: 'STARTED' | 'RESUMED' | 'DUPLICATE';
  readonly slot: Instant;
  readonly scopes: readonly ScopeId[];
}

/** Claims the slot for `holder` and says which scopes to read. DUPLICATE: another execution has the slot, and this one ends. */
export const planScopes = async (
  deps: PlanScopesDeps,
  ask: { readonly slot: Instant; readonly manual: boolean; readonly holder: string },
): Promise<PlannedScopes> => {
  const { outcome, run } = await deps.inventory.startRun({
    slot: ask.slot,
    holder: ask.holder,
    startedAt: deps.clock.now(),
    manual: ask.manual,
    scopes: deps.scopes,
    state: 'RUNNING',
    totals: null,
    completedAt: null,
  });
  deps.log.info('run.planned', { slot: ask.slot, outcome, scopes: run.scopes.length });
  return { outcome, slot: run.slot, scopes: outcome === 'DUPLICATE' ? [] : run.scopes };
};

import type { ItemChange, MemoChange, ReconcilePlan } from '../core/plan.ts';
import type { ScopeId } from '../core/scope.ts';
import type { FindingStore, InventoryStore, WriteOutcome } from '../ports.ts';

export interface ApplyDeps {
  readonly inventory: InventoryStore;
  readonly findings: FindingStore;
}

/**
 * Carries a plan out: findings, then what was seen, then the status, which says that the scope is done.
 * A crash in between leaves the status old, so the same slot plans again and writes only what is missing.
 * CONFLICT: an observer with a later epoch has written; the caller stops.
 */
export const applyPlan = async (deps: ApplyDeps, plan: ReconcilePlan, epoch: number): Promise<WriteOutcome> => {
  for (const write of writesOf(deps, plan, epoch)) {
    const done = await write();
    if (done.outcome === 'CONFLICT') return done;
  }
  return { outcome: 'WRITTEN' };
};

const writesOf = (deps: ApplyDeps, plan: ReconcilePlan, epoch: number): readonly (() => Promise<WriteOutcome>)[] => [
  ...plan.findings.map(change => () => deps.findings.writeRecord(change)),
  ...plan.items.map(change => () => writeItem(deps.inventory, plan.scope, change, epoch)),
  ...plan.memos.map(change => () => writeMemo(deps.inventory, change, epoch)),
  ...(plan.status === undefined ? [] : [plan.status].map(status => () => deps.inventory.putStatus(status, epoch))),
];

const writeItem = (inventory: InventoryStore, scope: ScopeId, change: ItemChange, epoch: number): Promise<WriteOutcome> =>
  change.action === 'GONE' ? inventory.removeItem(scope, change.arn, epoch) : inventory.putItem(change.item, epoch);

const writeMemo = (inventory: InventoryStore, change: MemoChange, epoch: number): Promise<WriteOutcome> =>
  change.action === 'SET' ? inventory.putMemo(change.memo, epoch) : inventory.removeMemo(change.key, epoch);

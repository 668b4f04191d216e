import type { DeploymentActs } from '../core/act.ts';
import type { FindingChange, MemoChange, ReconcilePlan } from '../core/plan.ts';
import { reopenArchived } from '../core/reconcile-findings.ts';
import type { FindingStore, InventoryStore, WriteOutcome } from '../ports.ts';

export interface ApplyDeps {
  readonly inventory: InventoryStore;
  readonly findings: FindingStore;
}

/**
 * Carries a plan out: what was seen, then findings, then what is gone, then the status, which says that the scope is done.
 * A crash in between leaves the status old, so the same slot plans again and writes only what is missing.
 * No finding of a deployment stands without its item: absence is only ever noticed of what is remembered.
 * CONFLICT: an observer with a later epoch has written; the caller stops.
 */
export const applyPlan = async (deps: ApplyDeps, plan: ReconcilePlan, epoch: number): Promise<WriteOutcome> => {
  for (const write of writesOf(deps, plan, epoch)) {
    const done = await write();
    if (done.outcome === 'CONFLICT') return done;
  }
  return { outcome: 'WRITTEN' };
};

function* writesOf({ inventory, findings }: ApplyDeps, plan: ReconcilePlan, epoch: number): Generator<() => Promise<WriteOutcome>> {
  for (const change of plan.items) if (change.action !== 'GONE') yield () => inventory.putItem(change.item, epoch);
  for (const change of plan.findings) yield () => writeFinding(findings, change);
  for (const change of plan.items) if (change.action === 'GONE') yield () => inventory.removeItem(plan.scope, change.arn, epoch);
  for (const change of plan.memos) yield () => writeMemo(inventory, change, epoch);
  for (const acts of plan.forgotten) yield () => forget(inventory, acts);
  const { status } = plan;
  if (status !== undefined) yield () => inventory.putStatus(status, epoch);
}

/** Whether the archive has what is new in its partition, the store says when it refuses it as new: a run reads nothing there that it does not need. */
const writeFinding = async (findings: FindingStore, change: FindingChange): Promise<WriteOutcome> => {
  const done = await findings.writeRecord(change);
  if (done.outcome === 'WRITTEN' || change.action !== 'OPEN') return done;
  const stored = await findings.get(change.record);
  const again = stored && reopenArchived(change, stored.record);
  return again ? findings.writeRecord(again) : done;
};

const forget = async (inventory: InventoryStore, acts: DeploymentActs): Promise<WriteOutcome> => {
  await inventory.forgetActs(acts);
  return { outcome: 'WRITTEN' };
};

const writeMemo = (inventory: InventoryStore, change: MemoChange, epoch: number): Promise<WriteOutcome> =>
  change.action === 'SET' ? inventory.putMemo(change.memo, epoch) : inventory.removeMemo(change.key, epoch);

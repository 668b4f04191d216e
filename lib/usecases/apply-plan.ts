import type { DeploymentActs } from '../core/act.ts';
import type { FindingChange, MemoChange, ReconcilePlan } from '../core/plan.ts';
import { reopenArchived } from '../core/reconcile-findings.ts';
import type { FindingStore, InventoryStore, WriteOutcome } from '../ports.ts';

/** At 5 ms each as many as one partition of a table takes: a thousand units a second, and an item is one or two. */
export const WRITES_AT_ONCE = 10;

export interface ApplyDeps {
  readonly inventory: InventoryStore;
  readonly findings: FindingStore;
  /** Writes in flight, of items that have nothing to do with each other. 1: one after the other. */
  readonly writesAtOnce: number;
}

/**
 * Carries a plan out: what was seen, then findings, then what is gone, then the status, which says that the scope is done.
 * A crash in between leaves the status old, so the same slot plans again and writes only what is missing.
 * No finding of a deployment stands without its item: absence is only ever noticed of what is remembered.
 * CONFLICT: an observer with a later epoch has written; the caller stops.
 */
export const applyPlan = async (deps: ApplyDeps, plan: ReconcilePlan, epoch: number): Promise<WriteOutcome> => {
  for (const writes of phasesOf(deps, plan, epoch)) {
    const done = await writeAll(writes, deps.writesAtOnce);
    if (done.outcome === 'CONFLICT') return done;
  }
  return { outcome: 'WRITTEN' };
};

type Write = () => Promise<WriteOutcome>;

/** Writes of a phase are of different items, and may be made in any order. */
const phasesOf = ({ inventory, findings }: ApplyDeps, plan: ReconcilePlan, epoch: number): readonly (readonly Write[])[] => [
  plan.items.flatMap(change => (change.action === 'GONE' ? [] : [() => inventory.putItem(change.item, epoch)])),
  plan.findings.map(change => () => writeFinding(findings, change)),
  plan.items.flatMap(change => (change.action === 'GONE' ? [() => inventory.removeItem(plan.scope, change.arn, epoch)] : [])),
  plan.memos.map(change => () => writeMemo(inventory, change, epoch)),
  plan.forgotten.map(acts => () => forget(inventory, acts)),
  [plan.status ?? []].flat().map(status => () => inventory.putStatus(status, epoch)),
];

/** None is begun once one was refused or has failed. */
const writeAll = async (writes: readonly Write[], atOnce: number): Promise<WriteOutcome> => {
  const left = inTurn(writes);
  const work = async (): Promise<WriteOutcome> => {
    for (const write of left) {
      const done = await write();
      if (done.outcome === 'CONFLICT') return done;
    }
    return { outcome: 'WRITTEN' };
  };
  const ended = await Promise.all(Array.from({ length: atOnce }, work));
  return ended.find(({ outcome }) => outcome === 'CONFLICT') ?? { outcome: 'WRITTEN' };
};

/** Unlike an array's own iterator a generator ends for all that share it once one of them leaves its loop. */
function* inTurn<T>(all: readonly T[]): Generator<T> {
  yield* all;
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

import type { DeploymentActs } from '../core/act.ts';
import { chunksOf } from '../core/chunks.ts';
import type { FindingChange, MemoChange, ReconcilePlan } from '../core/plan.ts';
import { afterStored } from '../core/reconcile-findings.ts';
import type { FindingStore, InventoryStore, WriteOutcome } from '../ports.ts';

/** At 5 ms each some thousand a second: about the units that one partition of a table takes, and one key of its index. */
export const WRITES_AT_ONCE = 5;

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

/** Batch by batch: once one was refused or has failed none is begun, and none is still under way that a later observer might meet. */
const writeAll = async (writes: readonly Write[], atOnce: number): Promise<WriteOutcome> => {
  for (const batch of chunksOf(writes, atOnce)) {
    const begun = batch.map(write => write());
    await Promise.allSettled(begun);
    const refused = (await Promise.all(begun)).find(({ outcome }) => outcome === 'CONFLICT');
    if (refused) return refused;
  }
  return { outcome: 'WRITTEN' };
};

/** Of two that reopen one archived finding at once each may find what the other has just written, but no oftener. */
const OPEN_TRIES = 3;

/**
 * Whether the archive has what is new in its partition, the store says when it refuses it as new: a run reads nothing there that it does not
 * need. Who else has opened it meanwhile, under no later epoch, has only done the same.
 */
const writeFinding = async (findings: FindingStore, change: FindingChange): Promise<WriteOutcome> => {
  let done = await findings.writeRecord(change);
  for (let tried = 1; done.outcome === 'CONFLICT' && change.action === 'OPEN' && tried < OPEN_TRIES; tried += 1) {
    const record = (await findings.get(change.record))?.record;
    if (record === undefined || (record.condition === 'OPEN' && record.epoch > change.record.epoch)) return done;
    const again = afterStored(change, record);
    done = again === null ? { outcome: 'WRITTEN' } : await findings.writeRecord(again);
  }
  return done;
};

const forget = async (inventory: InventoryStore, acts: DeploymentActs): Promise<WriteOutcome> => {
  await inventory.forgetActs(acts);
  return { outcome: 'WRITTEN' };
};

const writeMemo = (inventory: InventoryStore, change: MemoChange, epoch: number): Promise<WriteOutcome> =>
  change.action === 'SET' ? inventory.putMemo(change.memo, epoch) : inventory.removeMemo(change.key, epoch);

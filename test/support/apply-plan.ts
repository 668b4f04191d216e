import type { StoredFinding } from '../../lib/core/finding.ts';
import type { InventoryItem, Memo } from '../../lib/core/inventory.ts';
import { planRegistry } from '../../lib/core/plan-registry.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { FindingChange, ReconcilePlan, RegistryWorld, ScopeWorld } from '../../lib/core/plan.ts';
import { stored } from './builders.ts';

const keyOf = ({ record }: StoredFinding) => `${record.rule}#${record.subject}`;

export const findingsAfter = (findings: readonly StoredFinding[], changes: readonly FindingChange[]): readonly StoredFinding[] => {
  const after = new Map(findings.map(each => [keyOf(each), each]));
  for (const { record } of changes)
    after.set(`${record.rule}#${record.subject}`, stored(record, after.get(`${record.rule}#${record.subject}`)?.response));
  return [...after.values()];
};

const itemsAfter = (items: readonly InventoryItem[], plan: ReconcilePlan): readonly InventoryItem[] => {
  const after = new Map(items.map(item => [item.arn, item]));
  for (const change of plan.items) {
    if (change.action === 'GONE') after.delete(change.arn);
    else after.set(change.item.arn, change.item);
  }
  return [...after.values()];
};

/** The world as it is once a plan was carried out. */
export const scopeAfter = (world: ScopeWorld, plan = planReconcile(world)): ScopeWorld => ({
  ...world,
  items: itemsAfter(world.items, plan),
  status: plan.status,
  findings: findingsAfter(world.findings, plan.findings),
});

export const registryAfter = (world: RegistryWorld, plan = planRegistry(world)): RegistryWorld => {
  const memos = new Map<string, Memo>(world.memos.map(memo => [memo.key, memo]));
  for (const change of plan.memos) {
    if (change.action === 'SET') memos.set(change.memo.key, change.memo);
    else memos.delete(change.key);
  }
  return { ...world, memos: [...memos.values()], findings: findingsAfter(world.findings, plan.findings) };
};

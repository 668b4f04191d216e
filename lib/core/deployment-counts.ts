import type { InventoryItem, ScopeStatus } from './inventory.ts';
import type { ItemChange } from './plan.ts';

/** How many deployments were listed when they were last read, and how many of these belong to a model, once the changes are made. */
export const countDeployments = (items: readonly InventoryItem[], changes: readonly ItemChange[]): ScopeStatus['deployments'] => {
  const after = new Map(items.map(item => [item.arn, item]));
  for (const change of changes)
    if (change.action === 'GONE') after.delete(change.arn);
    else after.set(change.item.arn, change.item);
  const listed = [...after.values()].filter(({ absentSince }) => absentSince === null);
  return { listed: listed.length, registered: listed.filter(({ model }) => model !== null).length };
};

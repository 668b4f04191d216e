import type { Composition } from './composition.ts';
import { isDeepStrictEqual } from 'node:util';
import type { InventoryItem } from './inventory.ts';
import type { ItemChange, JudgedSighting } from './plan.ts';
import type { Sighting } from './sighting.ts';
import { isRecreated } from './judge.ts';
import type { Instant } from './time.ts';

const withoutParts = ({ digest }: Composition): Composition => ({ digest, parts: [] });

/** A sighting as the inventory keeps it: digests without their parts, so that an item stays small whatever runs, and nothing that is asked of what is read now alone. */
const inventorySighting = (sighting: Sighting): Sighting => {
  const { detail } = sighting;
  if (detail.state === 'UNKNOWN') return sighting;
  const { shown: _shown, ...kept } = detail;
  const units = detail.units.map(unit => ({ ...unit, composition: withoutParts(unit.composition) }));
  return { ...sighting, detail: { ...kept, composition: withoutParts(detail.composition), units } };
};

/** What the inventory learns from a deployment that is listed; null: nothing. */
export const itemChange = (
  judged: JudgedSighting & Pick<InventoryItem, 'creationAsked'>,
  before: InventoryItem | undefined,
  now: Instant,
): ItemChange | null => {
  const { sighting, creationAsked } = judged;
  const { scope, arn, kind } = sighting;
  const unread = sighting.detail.state === 'UNKNOWN';
  const recreated = before !== undefined && isRecreated(before.sighting.createdAt, sighting.createdAt);
  const item: InventoryItem = {
    scope,
    arn,
    kind,
    sighting: inventorySighting(sighting),
    model: judged.model,
    absentSince: null,
    version: unread && before && !recreated ? before.version : judged.version,
    firstSeen: before && !recreated ? before.firstSeen : now,
    creationAsked,
  };
  if (!before) return { action: 'APPEARED', item, reason: 'listed for the first time' };
  if (before.absentSince !== null) return { action: 'RETURNED', item, reason: 'listed again' };
  if (isDeepStrictEqual(item, before)) return null;
  return { action: 'CHANGED', item, reason: recreated ? 'created anew under its name' : 'what is listed of it changed' };
};

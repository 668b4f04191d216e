import type { ScopeStatus } from './inventory.ts';
import { kindsOf } from './kinds.ts';
import { parseScopeId, type ScopeId } from './scope.ts';
import { elapsed, HOUR, type Instant, isDue, plus, roundDown } from './time.ts';

/** A scope of which nothing is known yet. */
export const untried = (scope: ScopeId, slot: Instant): ScopeStatus => ({
  scope,
  firstTriedAt: slot,
  lastSlot: null,
  kinds: {},
  held: null,
  emptySince: null,
  invocationsCountedAt: null,
  retiredSince: null,
  creators: null,
  deployments: { listed: 0, registered: 0 },
  calls: 0,
});

/** When a scope that was found empty is read again: in the first slot of the next hour. */
export const restsUntil = (slot: Instant): Instant => plus(roundDown(slot, 60), HOUR);

/**
 * Whether a scope need not be read in `slot`: its last two listings at least were complete and empty, and the last one was in this hour.
 * It is not read now and not said to be; what is known of it is as old as its `lastSlot`.
 */
export const isAtRest = (status: ScopeStatus | undefined, slot: Instant): boolean => {
  const place = status && parseScopeId(status.scope);
  if (!place || status.lastSlot === null || status.emptySince === null || isDue(status.lastSlot, status.emptySince)) return false;
  const isWhole = kindsOf(place.provider).every(kind => status.kinds[kind]?.failure === null);
  return isWhole && elapsed(status.lastSlot, slot) > 0 && !isDue(restsUntil(status.lastSlot), slot);
};

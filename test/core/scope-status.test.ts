import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScopeStatus } from '../../lib/core/inventory.ts';
import type { ScopeWorld } from '../../lib/core/plan.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import { isAtRest, restsUntil, untried } from '../../lib/core/scope-status.ts';
import type { KindListing } from '../../lib/core/sighting.ts';
import { elapsed, HOUR, type Instant, isDue, MINUTE, plus } from '../../lib/core/time.ts';
import {
  aKindStatus,
  aListing,
  anItem,
  aScopeWorld,
  aSighting,
  aStatus,
  endpointsOf,
  notChecked,
  SCOPE,
  SLOT,
  someSettings,
} from '../support/builders.ts';

const time = (clock: string): Instant => `2026-11-23T${clock}:00.000Z`;
const kindsWith = (over: Parameters<typeof aKindStatus>[0] = {}) => {
  const kind = aKindStatus({ count: 0, ...over });
  return { ENDPOINT: kind, INFERENCE_COMPONENT: kind };
};
/** Empty since 08:00 and last read at 09:00. */
const empty = (over: Partial<ScopeStatus> = {}) =>
  aStatus({ emptySince: time('08:00'), lastSlot: time('09:00'), kinds: kindsWith(), ...over });
const failure = { failure: 'DENIED', reason: 'denied', since: SLOT, slots: 1 } as const;

describe('a scope is at rest', () => {
  it.each<[boolean, string, ScopeStatus | undefined, string]>([
    [true, 'in the hour in which it was read, after two empty listings', empty(), '09:15'],
    [true, 'to the end of that hour', empty(), '09:59'],
    [false, 'in the first slot of the next hour', empty(), '10:00'],
    [false, 'in an hour in which it was not read', empty({ lastSlot: time('08:45') }), '09:15'],
    [false, 'in the slot in which it was read', empty(), '09:00'],
    [false, 'in a slot before it was read', empty(), '08:45'],
    [false, 'after one empty listing', empty({ emptySince: time('09:00') }), '09:15'],
    [false, 'where something was there', empty({ emptySince: null }), '09:15'],
    [false, 'where it could not be read the last time', empty({ kinds: kindsWith({ failure }) }), '09:15'],
    [false, 'where a kind was never read', empty({ kinds: { ENDPOINT: aKindStatus({ count: 0 }) } }), '09:15'],
    [false, 'where it was never read', untried(SCOPE, time('08:00')), '09:15'],
    [false, 'where nothing is known of it', undefined, '09:15'],
    [false, 'where it is no scope of a provider', empty({ scope: 'registry' }), '09:15'],
  ])('%s: %s', (expected, _when, status, slot) => {
    expect(isAtRest(status, time(slot))).toBe(expected);
  });

  it('never past the hour in which it was read, so that none goes unread in any hour of roll calls', () => {
    const minutes = fc.integer({ min: 0, max: 600 }).map(count => plus(time('00:00'), count * MINUTE));
    fc.assert(
      fc.property(minutes, minutes, minutes, (emptySince, lastSlot, slot) => {
        const rests = isAtRest(empty({ emptySince, lastSlot }), slot);
        expect(rests && (elapsed(lastSlot, slot) >= HOUR || isDue(restsUntil(lastSlot), slot) || isDue(lastSlot, emptySince))).toBe(false);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});

describe('since when a scope is empty', () => {
  const many = someSettings({ spoke: { roleName: 'R', externalId: 'x-1' } });
  const [nothing, something] = [endpointsOf([]), endpointsOf([aSighting()])];
  const after = (kind: KindListing, before: Instant | null, over: Partial<ScopeWorld> = {}) =>
    planReconcile(aScopeWorld({ settings: many, listing: aListing({ kinds: [kind] }), status: aStatus({ emptySince: before }), ...over }))
      .status?.emptySince;
  const arn = anItem().arn;

  it.each<[string, Instant | null | undefined, Instant | null]>([
    ['a complete listing saw nothing: from now on', after(nothing, null), SLOT],
    ['another one saw nothing: as before', after(nothing, time('08:00')), time('08:00')],
    ['something is there', after(something, time('08:00')), null],
    ['what was not read is as it was', after(notChecked(), time('08:00')), time('08:00')],
    ['an unreadable item is not nothing', after(endpointsOf([], { quarantined: [{ text: '', reason: 'no ARN' }] }), null), null],
    ['what is missing for the first time may be there still', after(nothing, null, { items: [anItem()] }), null],
    [
      'what is gone for certain is not',
      after(nothing, null, { items: [anItem({ absentSince: 10 })], gone: new Map([[arn, { answer: 'GONE' }]]) }),
      SLOT,
    ],
    ['with one account nobody counts: it is read in every slot', after(nothing, null, { settings: someSettings() }), null],
  ])('%s', (_what, found, expected) => expect(found).toBe(expected));
});

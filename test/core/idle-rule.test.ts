import { describe, expect, test } from 'vitest';
import { invocationsToCount } from '../../lib/core/invocations.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { Invocations, Sighting } from '../../lib/core/sighting.ts';
import { DAY, type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import {
  aListing,
  anItem,
  aScopeWorld,
  aSighting,
  aStatus,
  endpointsOf,
  NOW,
  notChecked,
  SCOPE,
  someSettings,
  violated,
} from '../support/builders.ts';
import { everyVerdict, judge, model, none, of, type Over, said, stranger } from '../support/deployment-vocabulary.ts';

const ago = (days: number): Instant => plus(NOW, -days * DAY);
const old = aSighting({ createdAt: ago(400) });
const counted = (last: Instant | null, { arn } = old): Invocations => ({
  state: 'COUNTED',
  since: '2026-09-24T00:00:00.000Z',
  lastDays: new Map([[arn, last]]),
});
const UNREAD: Invocations = { state: 'UNREAD', failure: 'DENIED', reason: 'access denied: cloudwatch:GetMetricData' };
const judged = (sighting: Sighting, invocations: Invocations | undefined, over: Over = {}) =>
  of(judge(sighting, { ...over, listing: aListing({ kinds: [endpointsOf([sighting])], invocations }) }), 'LIF-03');
const tier = (riskTier: 'EXPERIMENT' | 'LOW' | 'MEDIUM' | 'HIGH' | null): Over => model({ riskTier });

describe('LIF-03', () => {
  test.each<[string, Sighting, Invocations | undefined, string]>([
    ['was called this week', old, counted(ago(3)), 'CLEAR IN_USE'],
    ['was never called', old, counted(null), 'VIOLATED IDLE'],
    ['was called on a day that ended 30 days ago', old, counted(ago(31)), 'VIOLATED IDLE'],
    ['was called on a day that ended a millisecond later', old, counted(plus(ago(31), 1)), 'CLEAR IN_USE'],
    ['is 30 days old', aSighting({ createdAt: ago(30) }), counted(null), 'VIOLATED IDLE'],
    ['is a millisecond younger', aSighting({ createdAt: plus(ago(30), 1) }), counted(null), 'CLEAR YOUNG'],
    ['was first seen just now and does not say its age', aSighting({ createdAt: null }), counted(null), 'CLEAR YOUNG'],
    ['does not serve', aSighting({ createdAt: ago(400), presence: 'NOT_SERVING' }), counted(null), 'CLEAR NOT_SERVING'],
    ['was not to be counted now', old, undefined, 'CANNOT_TELL NOT_COUNTED_NOW'],
    ['could not be counted', old, UNREAD, 'CANNOT_TELL INVOCATIONS_UNREAD'],
    ['is of a kind that nothing counts', old, counted(null, aSighting({ name: 'another' })), 'CANNOT_TELL NOT_COUNTED'],
  ])('what %s', (_name, sighting, invocations, expected) => {
    expect(said(judged(sighting, invocations))).toBe(expected);
  });

  test.each([
    ['EXPERIMENT', 7, 'INFO'],
    ['LOW', 60, 'LOW'],
    ['MEDIUM', 30, 'LOW'],
    ['HIGH', 30, 'MEDIUM'],
    [null, 30, 'MEDIUM'],
  ] as const)('on %s is idle after %i days', (riskTier, days, severity) => {
    const after = judged(old, counted(ago(days + 1)), tier(riskTier));
    expect([violated(after).severity, violated(after).reason]).toEqual([severity, `nobody called it for ${days} days`]);
    expect(said(judged(old, counted(ago(days)), tier(riskTier)))).toBe('CLEAR IN_USE');
  });

  test('is told of what nobody registered too, by the days of the highest tier', () => {
    const shadow = stranger({ createdAt: ago(400) });
    expect(said(judged(shadow, counted(ago(31), shadow), none))).toBe('VIOLATED IDLE');
  });

  test('goes by the days of the policy', () => {
    const settings = someSettings({ policy: { idleDays: { HIGH: 2 } } });
    expect(said(judged(old, counted(ago(3)), { settings }))).toBe('VIOLATED IDLE');
  });

  test('says when it was called last as evidence, and as no fact: what moves with time is told once', () => {
    const [never, once] = [counted(null), counted(ago(45))].map(each => violated(judged(old, each)));
    expect([never!.evidence['lastCall'], once!.evidence['lastCall']]).toEqual(['none since 2026-09-24', '2026-10-09']);
    expect(once!.facts).toEqual({ ...never!.facts, idleDays: '30' });
  });
});

describe('invocations are counted', () => {
  const reading = (over: object = {}) =>
    invocationsToCount({ scope: SCOPE, mode: 'ROLL_CALL', status: aStatus(), settings: someSettings(), now: NOW, ...over });
  const countedAt = (at: Instant | null) => ({ status: aStatus({ invocationsCountedAt: at }) });

  test('of what may be idle on any tier, over the days of every tier', () => {
    expect(reading()).toEqual({ createdBy: ago(7), since: '2026-09-24T00:00:00.000Z' });
  });

  test("once a day, at a moment of the scope's own", () => {
    const asked = (minutes: number) => reading({ ...countedAt(NOW), now: plus(NOW, minutes * MINUTE) }) !== undefined;
    const moments = Array.from({ length: 96 }, (_, slot) => slot * 15).filter((at, slot, all) => asked(at) !== asked(all[slot - 1] ?? 0));
    expect([moments.length, asked(0), asked(24 * 60)]).toEqual([1, false, true]);
  });

  test('never in a recheck, which leaves no word of it', () => {
    expect(reading({ mode: 'RECHECK' })).toBeUndefined();
  });

  test.each([
    ['counted', counted(null), NOW],
    ['refused', UNREAD, NOW],
    ['not asked for', undefined, ago(1)],
  ])('and that they were is remembered where they were %s, whatever came of it', (_name, invocations, at) => {
    const world = aScopeWorld({ listing: aListing({ invocations }), ...countedAt(ago(1)) });
    const { status } = planReconcile(world);
    expect([status?.invocationsCountedAt, status?.kinds.ENDPOINT?.failure]).toEqual([at, null]);
  });

  test('without a word about what could not be listed', () => {
    const items = [anItem({ sighting: old })];
    const world = aScopeWorld({ listing: aListing({ kinds: [notChecked()], invocations: counted(null) }), items });
    expect(everyVerdict(world).map(({ rule }) => rule)).not.toContain('LIF-03');
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CreationWindow,
  type CreatorAnswer,
  creationsOf,
  creatorsAfter,
  type CreatorStatus,
  creatorsToLookUp,
  creatorUnread,
  NONE_ASKED,
  withCreations,
} from '../../lib/core/creators.ts';
import { DEPLOYMENT_KINDS, type DeploymentKind } from '../../lib/core/kinds.ts';
import type { KindListing, Sighting } from '../../lib/core/sighting.ts';
import { DAY, elapsed, HOUR, type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import { aSighting, endpointArn, endpointsOf, notChecked, NOW, SCOPE } from '../support/builders.ts';
import { anAct, someActs } from '../support/events.ts';

const ago = (milliseconds: number): Instant => plus(NOW, -milliseconds);
const UP_TO = ago(15 * MINUTE);
const made = (name: string, createdAt: Instant | null, over: Partial<Sighting> = {}): Sighting => aSighting({ name, createdAt, ...over });
const ASK = { scope: SCOPE, mode: 'ROLL_CALL', creators: NONE_ASKED, acts: [], now: NOW } as const;
type Over = Partial<Omit<Parameters<typeof creatorsToLookUp>[0], 'listing'>>;
const asked = (sightings: readonly Sighting[], over: Over = {}) =>
  creatorsToLookUp({ ...ASK, listing: { kinds: [endpointsOf(sightings)] }, ...over });
const spans = (sightings: readonly Sighting[], over: Over = {}) => asked(sightings, over)?.windows.map(({ first, last }) => [first, last]);
const upTo = (at: Instant): CreatorStatus => ({ askedUpTo: { ENDPOINT: at }, refused: null });
const refusedAt = (at: Instant): CreatorStatus => ({ askedUpTo: {}, refused: { at, reason: 'access denied: cloudtrail:LookupEvents' } });

describe('a roll call looks up who made', () => {
  const week = ago(7 * DAY);
  it.each<[string, readonly Sighting[], Over, readonly Instant[][]]>([
    ['what no event told of', [made('a', week)], {}, [[week, week]]],
    ['nothing where an event told', [made('fraud-scorer', NOW)], { acts: [someActs()], now: plus(NOW, HOUR) }, []],
    [
      'it where the event told of an earlier one of that name',
      [made('fraud-scorer', NOW)],
      { acts: [someActs({ created: anAct({ at: ago(6 * MINUTE) }) })], now: plus(NOW, HOUR) },
      [[NOW, NOW]],
    ],
    [
      'it where the event told of a change',
      [made('fraud-scorer', week)],
      { acts: [someActs({ created: null, changed: anAct() })] },
      [[week, week]],
    ],
    ['nothing that was asked before', [made('a', week)], { creators: upTo(week) }, []],
    ['what came after that', [made('a', week), made('b', plus(week, 1))], { creators: upTo(week) }, [[plus(week, 1), plus(week, 1)]]],
    [
      'nothing of another kind for it',
      [made('a', week)],
      { creators: { askedUpTo: { INFERENCE_COMPONENT: NOW }, refused: null } },
      [[week, week]],
    ],
    ['nothing that CloudTrail has forgotten', [made('a', ago(90 * DAY))], {}, []],
    ['what it is about to forget', [made('a', plus(ago(90 * DAY), 1))], {}, [[plus(ago(90 * DAY), 1), plus(ago(90 * DAY), 1)]]],
    ['nothing that it may not show yet', [made('a', plus(UP_TO, 1))], {}, []],
    ['what it shows by now', [made('a', UP_TO)], {}, [[UP_TO, UP_TO]]],
    ['nothing that no one knows the time of', [made('a', null)], {}, []],
    ['nothing that no call makes', [made('a', week, { kind: 'MODEL_USE' })], {}, []],
    ['what was made within a day in one', [made('b', plus(week, DAY)), made('a', week)], {}, [[week, plus(week, DAY)]]],
    [
      'what was made further apart one by one, the earliest first',
      [made('b', plus(week, DAY + 1)), made('a', week)],
      {},
      [
        [week, week],
        [plus(week, DAY + 1), plus(week, DAY + 1)],
      ],
    ],
  ])('%s', (_what, sightings, over, expected) => expect(spans(sightings, over)).toEqual(expected));

  it('by the calls that make one, and up to what they may be late', () => {
    expect(asked([made('a', week)])).toEqual({
      at: NOW,
      upTo: UP_TO,
      windows: [{ kind: 'ENDPOINT', operations: ['CreateEndpoint'], first: week, last: week }],
    });
  });

  it('not what could not be listed', () => {
    const listing = { kinds: [notChecked()] };
    expect(creatorsToLookUp({ ...ASK, listing })?.windows).toEqual([]);
  });

  it('never in a recheck', () => expect(asked([made('a', week)], { mode: 'RECHECK' })).toBeUndefined());

  it('once a day where it was refused', () => {
    const at = (minutes: number) => asked([made('a', week)], { creators: refusedAt(NOW), now: plus(NOW, minutes * MINUTE) }) !== undefined;
    const times = Array.from({ length: 97 }, (_, slot) => at(slot * 15));
    expect([times[0], times[96], times.filter((one, slot) => one !== times[slot - 1]).length]).toEqual([false, true, 2]);
  });

  it.each(DEPLOYMENT_KINDS)('%s by calls of its own, or by none', kind => {
    const [window] =
      creatorsToLookUp({ ...ASK, listing: { kinds: [{ ...endpointsOf([made('a', week, { kind })]), kind }] } })?.windows ?? [];
    const none: readonly DeploymentKind[] = ['IMPORTED_MODEL', 'MODEL_USE'];
    expect(window?.operations.every(operation => operation.startsWith('Create')) ?? false).toBe(!none.includes(kind));
  });
});

const window = (first: Instant, kind: DeploymentKind = 'ENDPOINT'): CreationWindow => ({
  kind,
  operations: ['Create'],
  first,
  last: first,
});
const answer = (answered: number, failure: CreatorAnswer['failure'] = null): CreatorAnswer => ({
  acts: [],
  answered,
  failure,
  calls: 1,
  callsByAction: {},
});
const DENIED = { failure: 'DENIED', reason: 'denied' } as const;
const THROTTLED = { failure: 'TRANSIENT', reason: 'throttled' } as const;
const [early, late] = [ago(9 * DAY), ago(5 * DAY)];
const both = [endpointsOf([]), { ...endpointsOf([]), kind: 'INFERENCE_COMPONENT' } as const];

describe('what is left to ask', () => {
  const after = (
    windows: readonly CreationWindow[],
    said: CreatorAnswer,
    before: CreatorStatus = NONE_ASKED,
    kinds: readonly KindListing[] = [endpointsOf([])],
  ) => creatorsAfter(before, { kinds }, { question: { at: NOW, windows, upTo: UP_TO }, answer: said });

  it.each<[string, CreatorStatus, CreatorStatus]>([
    ['nothing, where all was answered', after([window(early), window(late)], answer(2)), upTo(UP_TO)],
    ['nothing, where nothing was to be asked', after([], answer(0)), upTo(UP_TO)],
    ['what was not answered, where a part was', after([window(early), window(late)], answer(1)), upTo(early)],
    ['the same, where it failed for now', after([window(early), window(late)], answer(1, THROTTLED)), upTo(early)],
    ['all, where nothing was answered', after([window(early)], answer(0, THROTTLED), upTo(ago(10 * DAY))), upTo(ago(10 * DAY))],
    [
      'all, and that it was refused',
      after([window(early)], answer(0, DENIED), upTo(ago(10 * DAY))),
      { ...upTo(ago(10 * DAY)), refused: { at: NOW, reason: 'denied' } },
    ],
    ['no refusal that has passed', after([window(early)], answer(1), refusedAt(early)), upTo(UP_TO)],
    [
      'the refusal, where nothing was asked since',
      after([], answer(0), refusedAt(early)),
      { ...refusedAt(early), askedUpTo: { ENDPOINT: UP_TO } },
    ],
    [
      'the refusal, where the next question failed for now',
      after([window(late)], answer(0, THROTTLED), refusedAt(early)),
      refusedAt(early),
    ],
    [
      'of each kind its own',
      after([window(early), window(late, 'INFERENCE_COMPONENT')], answer(1), NONE_ASKED, both),
      { askedUpTo: { ENDPOINT: UP_TO }, refused: null },
    ],
    ['of a kind that was not listed all', after([], answer(0), upTo(early), [notChecked()]), upTo(early)],
    ['what was left, where nothing was asked', creatorsAfter(upTo(early), { kinds: both }, undefined), upTo(early)],
  ])('is %s', (_what, status, expected) => expect(status).toEqual(expected));

  it('says of what is still to be asked that it was refused, and of nothing else', () => {
    const unread = creatorUnread(refusedAt(NOW), [someActs()], NOW);
    expect([made('a', early), made('fraud-scorer', NOW), made('b', ago(91 * DAY)), made('c', null)].map(unread)).toEqual([
      'access denied: cloudtrail:LookupEvents',
      null,
      null,
      null,
    ]);
    expect(creatorUnread(NONE_ASKED, [], NOW)(made('a', early))).toBeNull();
  });
});

describe('of what was found', () => {
  const found = (resource: string, at: Instant) =>
    ({ scope: SCOPE, resource, kind: 'created', act: anAct({ at, heard: 'LOOKED_UP' }) }) as const;
  const listing = { kinds: [endpointsOf([made('fraud-scorer', NOW), made('old', null)])] };
  const creations = (...acts: readonly ReturnType<typeof found>[]) => creationsOf(listing, { acts });

  it('only the call that made what is listed is kept', () => {
    const own = found('endpoint/fraud-scorer', ago(5 * MINUTE));
    expect(
      creations(own, found('endpoint/fraud-scorer', ago(5 * MINUTE + 1)), found('endpoint/gone', NOW), found('endpoint/old', NOW)),
    ).toEqual([own]);
  });

  it('an event that came all the same stays what is known', () => {
    const own = found('endpoint/fraud-scorer', NOW);
    expect(withCreations([someActs()], [own])).toEqual([someActs()]);
    expect(withCreations([], [own])).toEqual([someActs({ created: own.act })]);
    const changed = someActs({ created: null, changed: anAct({ at: plus(NOW, HOUR) }) });
    expect(withCreations([changed], [own])).toEqual([{ ...changed, created: own.act }]);
  });
});

it('each creation is asked for once, whatever is answered, and in bounded questions', () => {
  const run = fc.record({ created: fc.integer({ min: 0, max: 30 * 24 * 60 }), answered: fc.nat(3), fails: fc.boolean() });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), runs => {
      let creators: CreatorStatus = NONE_ASKED;
      const sightings: Sighting[] = [];
      const answeredFor: string[] = [];
      for (const [index, { created, answered, fails }] of [
        ...runs,
        ...runs.map(each => ({ ...each, answered: 9, fails: false })),
      ].entries()) {
        const now = plus(NOW, index * HOUR);
        sightings.push(made(`e${index}`, plus(now, -HOUR + Math.min(created, 59) * MINUTE)));
        const listing = { kinds: [endpointsOf(sightings)] };
        const question = creatorsToLookUp({ ...ASK, creators, listing, now })!;
        const done = Math.min(answered, question.windows.length);
        const failure = fails && done < question.windows.length ? THROTTLED : null;
        for (const { first, last } of question.windows.slice(0, done)) {
          expect(elapsed(first, last)).toBeLessThanOrEqual(DAY);
          const within = sightings.filter(({ createdAt }) => elapsed(first, createdAt!) >= 0 && elapsed(createdAt!, last) >= 0);
          answeredFor.push(...within.map(({ arn }) => arn));
        }
        creators = creatorsAfter(creators, listing, { question, answer: answer(done, failure) });
      }
      expect(new Set(answeredFor).size).toBe(answeredFor.length);
      const shown = sightings.filter(({ createdAt }) => elapsed(createdAt!, plus(NOW, (2 * runs.length - 1) * HOUR)) >= 15 * MINUTE);
      expect(shown.map(({ arn }) => arn).filter(arn => !answeredFor.includes(arn))).toEqual([]);
      expect(endpointArn('e0')).toBe(answeredFor[0]);
    }),
    { seed: 17, numRuns: 200 },
  );
});

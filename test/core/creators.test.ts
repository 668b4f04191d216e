import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  creationAsked,
  type CreationSpan,
  type CreatorAnswer,
  creationsOf,
  creatorsAfter,
  type CreatorStatus,
  creatorsToLookUp,
  creatorUnread,
  withCreations,
} from '../../lib/core/creators.ts';
import type { InventoryItem } from '../../lib/core/inventory.ts';
import { DEPLOYMENT_KINDS, type DeploymentKind } from '../../lib/core/kinds.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import { DAY, elapsed, HOUR, type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import { anItem, aSighting, endpointArn, endpointsOf, notChecked, NOW, SCOPE } from '../support/builders.ts';
import { anAct, someActs } from '../support/events.ts';

const ago = (milliseconds: number): Instant => plus(NOW, -milliseconds);
const UP_TO = ago(15 * MINUTE);
const made = (name: string, createdAt: Instant | null, over: Partial<Sighting> = {}): Sighting => aSighting({ name, createdAt, ...over });
const ASK = { scope: SCOPE, mode: 'ROLL_CALL', creators: null, items: [], acts: [], now: NOW } as const;
type Over = Partial<Omit<Parameters<typeof creatorsToLookUp>[0], 'listing'>>;
const asked = (sightings: readonly Sighting[], over: Over = {}) =>
  creatorsToLookUp({ ...ASK, listing: { kinds: [endpointsOf(sightings)] }, ...over });
const spans = (sightings: readonly Sighting[], over: Over = {}) => asked(sightings, over)?.windows.map(({ first, last }) => [first, last]);
/** What is remembered of a deployment whose creation then was asked about. */
const remembered = (name: string, at: Instant | null): InventoryItem => anItem({ arn: endpointArn(name), creationAsked: at });
const refusedAt = (at: Instant): CreatorStatus => ({ refused: { at, reason: 'access denied: cloudtrail:LookupEvents' } });

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
    ['nothing that was asked about before', [made('a', week)], { items: [remembered('a', week)] }, []],
    ['what was listed before and not asked about', [made('a', week)], { items: [remembered('a', null)] }, [[week, week]]],
    ['what was made anew since it was asked about', [made('a', week)], { items: [remembered('a', ago(9 * DAY))] }, [[week, week]]],
    [
      'what is listed late, where later ones were asked about',
      [made('a', ago(9 * DAY)), made('b', week)],
      { items: [remembered('b', week)] },
      [[ago(9 * DAY), ago(9 * DAY)]],
    ],
    ['nothing that CloudTrail has forgotten', [made('a', ago(90 * DAY))], {}, []],
    ['what it is about to forget', [made('a', plus(ago(90 * DAY), 1))], {}, [[plus(ago(90 * DAY), 1), plus(ago(90 * DAY), 1)]]],
    ['nothing that it may not show yet', [made('a', plus(UP_TO, 1))], {}, []],
    ['what it shows by now', [made('a', UP_TO)], {}, [[UP_TO, UP_TO]]],
    ['nothing that no one knows the time of', [made('a', null)], {}, []],
    ['nothing that no call makes', [made('a', week, { kind: 'MODEL_USE' })], {}, []],
    ['what was made within a day in one', [made('b', plus(week, DAY)), made('a', week)], {}, [[week, plus(week, DAY)]]],
    [
      'what was made further apart one by one, the latest first',
      [made('b', plus(week, DAY + 1)), made('a', week)],
      {},
      [
        [plus(week, DAY + 1), plus(week, DAY + 1)],
        [week, week],
      ],
    ],
  ])('%s', (_what, sightings, over, expected) => expect(spans(sightings, over)).toEqual(expected));

  it('by the calls that make one', () => {
    expect(asked([made('a', week)])).toEqual({
      at: NOW,
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

const span = (first: Instant, last = first, kind: DeploymentKind = 'ENDPOINT'): CreationSpan => ({ kind, first, last });
const answer = (answered: readonly CreationSpan[], failure: CreatorAnswer['failure'] = null): CreatorAnswer => ({
  acts: [],
  answered,
  failure,
  calls: 1,
  callsByAction: {},
});
const DENIED = { failure: 'DENIED', reason: 'denied' } as const;
const THROTTLED = { failure: 'TRANSIENT', reason: 'throttled' } as const;
const [early, late] = [ago(9 * DAY), ago(5 * DAY)];
const lookUp = (said: CreatorAnswer, windows: readonly CreationSpan[] = [span(early)]) => ({
  question: { at: NOW, windows: windows.map(each => ({ ...each, operations: ['Create'] })) },
  answer: said,
});

it.each<[string, Sighting, Instant | null, readonly CreationSpan[], Instant | null]>([
  ['what was asked about just now', made('a', early), null, [span(late), span(early)], early],
  ['what was made anew and asked about again', made('a', late), early, [span(late)], late],
  ['the first of those that were asked about in one', made('a', early), null, [span(early, late)], early],
  ['the last of them', made('a', late), null, [span(early, late)], late],
  ['nothing of one that is earlier', made('a', plus(early, -1)), null, [span(early, late)], null],
  ['nothing of one that is later', made('a', plus(late, 1)), null, [span(early, late)], null],
  ['nothing of another kind', made('a', early), null, [span(early, late, 'PROMPT')], null],
  ['what was asked about before', made('a', early), early, [], early],
  ['that also where its time cannot be read now', made('a', null), early, [span(early, late)], early],
])('remembered of a deployment is %s', (_what, sighting, before, answered, expected) => {
  expect(creationAsked(sighting, remembered('a', before), lookUp(answer(answered)))).toBe(expected);
});

describe('after a roll call', () => {
  const [never, now] = [{ refused: null }, { refused: { at: NOW, reason: 'denied' } }];
  it.each<[string, CreatorStatus | null, CreatorStatus | null]>([
    ['nobody was refused where all was answered', creatorsAfter(null, lookUp(answer([span(early)]))), never],
    ['nor where nothing was to be asked', creatorsAfter(null, lookUp(answer([]), [])), never],
    ['nor where it failed for now', creatorsAfter(null, lookUp(answer([], THROTTLED))), never],
    ['it is known who was refused', creatorsAfter(null, lookUp(answer([], DENIED))), now],
    ['and for how long', creatorsAfter(refusedAt(early), lookUp(answer([], DENIED))), now],
    ['no refusal is left that has passed', creatorsAfter(refusedAt(early), lookUp(answer([span(early)]))), never],
    ['a refusal is where nothing was asked since', creatorsAfter(refusedAt(early), lookUp(answer([]), [])), refusedAt(early)],
    ['and where the next question failed for now', creatorsAfter(refusedAt(early), lookUp(answer([], THROTTLED))), refusedAt(early)],
    ['and where it was not to be asked', creatorsAfter(refusedAt(early), undefined), refusedAt(early)],
    ['and that nobody was ever asked', creatorsAfter(null, undefined), null],
  ])('%s', (_what, status, expected) => expect(status).toEqual(expected));
});

it.each<[string, Sighting, CreatorStatus | null, Instant | null, string | null]>([
  ['that it was refused', made('a', early), refusedAt(NOW), null, 'access denied: cloudtrail:LookupEvents'],
  ['that it is to be asked yet', made('a', early), { refused: null }, null, 'not looked up yet'],
  ['also of what CloudTrail does not show yet', made('a', NOW), { refused: null }, null, 'not looked up yet'],
  ['that it is too old', made('a', ago(90 * DAY)), { refused: null }, null, 'older than the 90 days that CloudTrail keeps'],
  ['also where it was refused until then', made('a', ago(90 * DAY)), refusedAt(NOW), null, 'older than the 90 days that CloudTrail keeps'],
  ['nothing of what was asked about, whatever became of it', made('a', ago(90 * DAY)), refusedAt(NOW), ago(90 * DAY), null],
  ['nothing where an event told', made('fraud-scorer', NOW), refusedAt(NOW), null, null],
  ['nothing of what nobody knows the time of', made('a', null), refusedAt(NOW), null, null],
  ['nothing of what no call makes', made('a', early, { kind: 'MODEL_USE' }), refusedAt(NOW), null, null],
  ['nothing where nobody is ever asked', made('a', early), null, null, null],
])('why nobody was asked who made a deployment: %s', (_what, sighting, creators, askedOf, expected) => {
  expect(creatorUnread(creators, [someActs()], NOW)(sighting, { creationAsked: askedOf })).toBe(expected);
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
    expect(withCreations([someActs({ created: anAct({ heard: 'LOOKED_UP' }) })], [{ ...own, act: anAct() }])).toEqual([someActs()]);
    const changed = someActs({ created: null, changed: anAct({ at: plus(NOW, HOUR) }) });
    expect(withCreations([changed], [own])).toEqual([{ ...changed, created: own.act }]);
  });
});

it('each creation is asked for once, in whatever order they are listed and whatever is answered, and in bounded questions', () => {
  const run = fc.record({ created: fc.nat(59), listed: fc.nat(5), answered: fc.nat(3), fails: fc.boolean() });
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), runs => {
      let creators: CreatorStatus | null = null;
      const items = new Map<string, InventoryItem>();
      const all = runs.map(({ created, listed }, index) => ({
        from: index + listed,
        of: made(`e${index}`, ago(-index * HOUR + created * MINUTE)),
      }));
      for (const [index, { answered, fails }] of [...runs, ...Array.from({ length: 7 }, () => ({ answered: 9, fails: false }))].entries()) {
        const now = plus(NOW, index * HOUR);
        const sightings = all.filter(({ from }) => from <= index).map(({ of }) => of);
        const question = creatorsToLookUp({
          ...ASK,
          creators,
          items: [...items.values()],
          listing: { kinds: [endpointsOf(sightings)] },
          now,
        })!;
        const done = question.windows.slice(0, answered);
        const unasked = sightings.filter(({ arn }) => !items.get(arn)?.creationAsked).map(({ createdAt }) => createdAt);
        for (const { first, last } of done) {
          expect(elapsed(first, last)).toBeLessThanOrEqual(DAY);
          expect(unasked).toEqual(expect.arrayContaining([first, last]));
        }
        const looked = { question, answer: answer(done, fails && done.length < question.windows.length ? THROTTLED : null) };
        for (const sighting of sightings) {
          items.set(sighting.arn, remembered(sighting.name, creationAsked(sighting, items.get(sighting.arn), looked)));
        }
        creators = creatorsAfter(creators, looked);
      }
      expect(all.map(({ of }) => items.get(of.arn)?.creationAsked)).toEqual(all.map(({ of }) => of.createdAt));
    }),
    { seed: 17, numRuns: 200 },
  );
});

import { describe, expect, test } from 'vitest';
import { absencesToConfirm } from '../../lib/core/absence.ts';
import type { FindingRecord } from '../../lib/core/finding.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { ReconcilePlan, ScopeWorld } from '../../lib/core/plan.ts';
import type { GoneAnswer, KindListing, Sighting } from '../../lib/core/sighting.ts';
import { DAY, MINUTE, plus } from '../../lib/core/time.ts';
import { scopeAfter } from '../support/apply-plan.ts';
import {
  ACCOUNT,
  aKindStatus,
  aListing,
  anApproval,
  aRegistration,
  aScopeWorld,
  aSighting,
  aStatus,
  endpointArn,
  endpointsOf,
  notChecked,
  SLOT,
  someSettings,
  unknownDetail,
} from '../support/builders.ts';
import { UNREAD } from '../support/deployment-vocabulary.ts';

/** The scope one slot later, or in the same slot again, with another answer of the provider. */
const then = (world: ScopeWorld, kind: KindListing, over: Partial<ScopeWorld> & { slots?: number } = {}): ScopeWorld => {
  const { slots = 1, ...rest } = over;
  const slot = plus(world.slot, slots * 15 * MINUTE);
  const next = { ...scopeAfter(world), slot, now: plus(slot, 20_000), epoch: world.epoch + 1, listing: aListing({ kinds: [kind] }) };
  return { ...next, ...rest };
};
const answers = (answer: GoneAnswer['answer'], ...arns: string[]) => new Map(arns.map(arn => [arn, { answer, reason: '' }]));
const items = ({ items: changes }: ReconcilePlan) => changes.map(({ action }) => action);
const findings = (plan: ReconcilePlan) => plan.findings.map(({ action, record, reason }) => `${action} ${record.rule} ${reason}`);
const unapproved = (...sightings: Sighting[]) =>
  aScopeWorld({ registrations: [aRegistration({ decisions: [] })], listing: aListing({ kinds: [endpointsOf(sightings)] }) });

const ARN = endpointArn('fraud-scorer');
const first = unapproved(aSighting());
const empty = endpointsOf([]);

const kind = (world: ScopeWorld) => planReconcile(world).status?.kinds.ENDPOINT;
const recordOf = (world: ScopeWorld): FindingRecord | undefined => scopeAfter(world).findings[0]?.record;

describe('absence', () => {
  test('a deployment ends by two complete listings without it and a describe that says gone', () => {
    const once = then(first, empty);
    expect(absencesToConfirm(once)).toEqual([]);
    expect(items(planReconcile(once))).toEqual(['ABSENT']);
    expect(findings(planReconcile(once))).toEqual([]);
    const twice = then(once, empty, { gone: answers('GONE', ARN) });
    expect(absencesToConfirm(twice)).toEqual([ARN]);
    expect(items(planReconcile(twice))).toEqual(['GONE']);
    expect(findings(planReconcile(twice))).toEqual(['CLEAR APR-01 ABSENT']);
    expect(planReconcile(twice).findings[0]?.record.cleared?.code).toBe('ABSENT');
    const back = then(twice, endpointsOf([aSighting()]));
    expect(planReconcile(back).findings.map(({ action, record }) => [action, record.generation])).toEqual([['REOPEN', 2]]);
  });

  test.each<[string, (once: ScopeWorld) => ScopeWorld, string[]]>([
    ['the describe finds it', once => then(once, empty, { gone: answers('PRESENT', ARN) }), []],
    ['the describe fails', once => then(once, empty, { gone: answers('UNKNOWN', ARN) }), []],
    ['nobody was asked', once => then(once, empty), []],
    ['the second listing fails', once => then(once, notChecked(), { gone: answers('GONE', ARN) }), []],
    [
      'something in it is unreadable',
      once => then(once, endpointsOf([], { quarantined: [{ text: '{}', reason: 'no ARN' }] }), { gone: answers('GONE', ARN) }),
      [],
    ],
    ['it is the same slot again', once => then(once, empty, { slots: 0, gone: answers('GONE', ARN) }), []],
    ['it is a recheck', once => then(once, empty, { mode: 'RECHECK', gone: answers('GONE', ARN) }), []],
    ['another kind was listed', once => then(once, { ...empty, kind: 'INFERENCE_COMPONENT' }, { gone: answers('GONE', ARN) }), []],
    ['it is listed again', once => then(once, endpointsOf([aSighting()])), ['RETURNED']],
  ])('nothing ends where %s', (_name, second, expected) => {
    const plan = planReconcile(second(then(first, empty)));
    expect(items(plan)).toEqual(expected);
    expect(findings(plan)).toEqual([]);
  });

  test('a crash after the items and before the status counts an absence once', () => {
    const once = then(first, empty);
    const crashed = { ...once, items: scopeAfter(once).items, gone: answers('GONE', ARN) };
    expect(items(planReconcile(crashed))).toEqual([]);
    expect(planReconcile(crashed).status).toEqual(planReconcile(once).status);
  });
});

const fleet = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => aSighting({ name: `m-${from + index}` }));
const held = ({ status }: ReconcilePlan) => status?.held?.arns.length ?? 0;

describe('the absence guard', () => {
  test.each<[string, number, number, number]>([
    ['five of ten are not above the count', 10, 5, 0],
    ['six of ten are', 10, 6, 6],
    ['six of thirty are exactly 20 percent', 30, 6, 0],
    ['seven of thirty are above', 30, 7, 7],
    ['all of five are not', 5, 5, 0],
  ])('%s', (_name, known, gone, expected) => {
    const plan = planReconcile(then(unapproved(...fleet(0, known)), endpointsOf(fleet(gone, known))));
    expect([held(plan), items(plan).length]).toEqual(expected > 0 ? [expected, 0] : [0, gone]);
  });

  test('the next complete listing that agrees releases the set; the same slot again does not agree with itself', () => {
    const mass = then(unapproved(...fleet(0, 10)), endpointsOf(fleet(8, 10)));
    const again = planReconcile(then(mass, endpointsOf(fleet(8, 10)), { slots: 0 }));
    expect([held(again), items(again)]).toEqual([8, []]);
    const agreed = planReconcile(then(mass, endpointsOf(fleet(8, 10))));
    expect([held(agreed), items(agreed).length]).toEqual([0, 8]);
  });

  test('a listing that failed keeps the set, one that disagrees starts it anew, one that is whole forgets it', () => {
    const mass = then(unapproved(...fleet(0, 20)), endpointsOf(fleet(10, 20)));
    const before = planReconcile(mass).status?.held;
    expect(planReconcile(then(mass, notChecked())).status?.held).toEqual(before);
    const other = planReconcile(then(mass, endpointsOf(fleet(9, 20))));
    expect([held(other), items(other), other.status?.held?.since]).toEqual([9, [], plus(SLOT, 30 * MINUTE)]);
    expect(held(planReconcile(then(mass, endpointsOf(fleet(0, 20)))))).toBe(0);
  });
});

describe('a scope that could not be read', () => {
  const expiring = aScopeWorld({ registrations: [aRegistration({ decisions: [anApproval({ expiresAt: plus(SLOT, 10 * MINUTE) })] })] });
  test('freezes presence and configuration, and still judges the date of an approval', () => {
    expect(findings(planReconcile(expiring))).toEqual([]);
    const plan = planReconcile(then(expiring, notChecked()));
    expect(findings(plan)).toEqual(['OPEN APR-03 EXPIRED']);
    expect(items(plan)).toEqual([]);
    const renewed = then(then(expiring, notChecked()), notChecked(), { registrations: [aRegistration()] });
    expect(findings(planReconcile(renewed))).toEqual(['CLEAR APR-03 IN_FORCE']);
  });

  test.each<[string, ScopeWorld]>([
    ['was missing already', then(expiring, empty)],
    ['was on its way out', { ...expiring, listing: aListing({ kinds: [endpointsOf([aSighting({ presence: 'LEAVING' })])] }) }],
  ])('judges no date of a deployment that %s', (_name, before) => {
    expect(findings(planReconcile(then(before, notChecked(), { slots: 2 })))).toEqual([]);
  });

  test('counts the slots of a failure once each, and keeps what was known', () => {
    const failed = then(first, notChecked());

    const since = failed.slot;
    expect(kind(failed)).toEqual({
      lastCompleteAt: SLOT,
      completeSeq: 1,
      count: 1,
      excluded: null,
      failure: { failure: 'DENIED', reason: 'access denied: sagemaker:ListEndpoints', since, slots: 1 },
    });
    expect(kind(then(failed, notChecked(), { slots: 0 }))?.failure?.slots).toBe(1);
    expect(kind(then(failed, notChecked()))?.failure).toMatchObject({ slots: 2, since });
    expect(kind(then(failed, endpointsOf([aSighting()])))).toMatchObject({ failure: null, completeSeq: 2 });
  });

  test.each<[string, Partial<Sighting>, string | undefined, string | undefined]>([
    ['the detail of one deployment was denied', { detail: unknownDetail('DENIED') }, 'DENIED', 'detail: DENIED'],
    ['the detail of one deployment failed', { detail: unknownDetail('FAILED') }, 'TRANSIENT', 'detail: FAILED'],
    ['tags could not be read', { tags: null }, 'UNKNOWN', 'tags could not be read'],
    ['a lost lineage is no failure to read', { detail: unknownDetail('LINEAGE_LOST') }, undefined, undefined],
  ])('a listing proves presence even where %s', (_name, over, failure, reason) => {
    const { status } = planReconcile(then(first, endpointsOf([aSighting(over)])));
    expect(status?.kinds.ENDPOINT).toMatchObject({ completeSeq: 2, lastCompleteAt: plus(SLOT, 15 * MINUTE) });
    expect(status?.kinds.ENDPOINT?.failure ?? {}).toMatchObject(failure === undefined ? {} : { failure, reason });
  });

  test('a package group that was not read is told as a failure, and what was listed is proven all the same', () => {
    const listing = aListing({ kinds: [endpointsOf([aSighting()])], packagesUnread: [UNREAD] });
    const { status } = planReconcile(aScopeWorld({ listing }));
    expect(status?.kinds.ENDPOINT).toMatchObject({ failure: { failure: 'DENIED', reason: UNREAD.reason, slots: 1 }, completeSeq: 1 });
  });

  test('an unreadable item proves no absence and is told as a failure', () => {
    const { status } = planReconcile(then(first, endpointsOf([aSighting()], { quarantined: [{ text: '{}', reason: 'no ARN' }] })));
    expect(status?.kinds.ENDPOINT).toMatchObject({
      completeSeq: 1,
      lastCompleteAt: SLOT,
      failure: { failure: 'MALFORMED', reason: 'unreadable item: no ARN' },
    });
  });
});

test('a recheck finds what changed and leaves the status alone', () => {
  const status = aStatus({ kinds: { ENDPOINT: aKindStatus() } });
  const world = { ...then(first, endpointsOf([]), { mode: 'RECHECK', registrations: [aRegistration()] }), status };
  expect(planReconcile(world)).toMatchObject({ status, items: [], findings: [] });
  const seen = { ...world, listing: aListing() };
  expect(findings(planReconcile(seen))).toEqual(['CLEAR APR-01 APPROVED']);
});

describe('what is remembered of a deployment', () => {
  test('the inventory keeps digests and no parts, and only changes are written', () => {
    const [change] = planReconcile(first).items;
    expect(change).toMatchObject({ action: 'APPEARED', item: { model: 'fraud-scorer', version: '3', firstSeen: first.now } });
    expect(JSON.stringify(change)).not.toContain('s3://models');
    const moved = planReconcile(then(first, endpointsOf([aSighting({ artefact: 'v4' })])));
    expect(moved.items).toMatchObject([{ action: 'CHANGED', item: { version: null, firstSeen: first.now } }]);
  });

  test('what could not be read keeps the model and the version that were read before', () => {
    const blind = then(first, endpointsOf([aSighting({ tags: null, detail: unknownDetail() })]));
    expect(planReconcile(blind)).toMatchObject({
      items: [{ item: { model: 'fraud-scorer', version: '3' } }],
      sightings: [{ matchedBy: 'MEMORY' }],
    });
    const other = aRegistration({ name: 'other', deployments: [{ arn: ARN, environment: null, version: null }] });
    const moved = then(first, endpointsOf([aSighting({ tags: {}, detail: unknownDetail() })]), { registrations: [aRegistration(), other] });
    expect(planReconcile(moved).sightings).toMatchObject([{ model: 'other', matchedBy: 'ARN' }]);
    const lost = then(first, endpointsOf([aSighting()]), { registrations: [], unreadable: ['fraud-scorer'] });
    expect(planReconcile(lost)).toMatchObject({ items: [], findings: [] });
  });

  test('tags that cannot be read leave a deployment where its tags put it, however often', () => {
    const tags = { 'rollcall:model': 'fraud-scorer', environment: 'prod' };
    const inDev = { ...unapproved(aSighting({ tags })), settings: someSettings({ accounts: { [ACCOUNT]: { environment: 'dev' } } }) };
    expect(findings(planReconcile(inDev))).toEqual(['OPEN APR-01 NO_APPROVAL', 'OPEN INV-08 TAG_SAYS_OTHERWISE']);
    const blind = then(inDev, endpointsOf([aSighting({ tags: null })]));
    const again = then(blind, endpointsOf([aSighting({ tags: null })]));
    expect([blind, again].map(world => findings(planReconcile(world)))).toEqual([[], []]);
    const cleaned = then(again, endpointsOf([aSighting({ tags: { 'rollcall:model': 'fraud-scorer' } })]));
    expect(findings(planReconcile(cleaned))).toEqual(['CLEAR APR-01 NOT_PRODUCTION', 'CLEAR INV-08 IN_PLACE']);
  });

  test('a deployment that is created anew under its name starts its findings anew', () => {
    const anew = then(first, endpointsOf([aSighting({ createdAt: SLOT })]));
    const plan = planReconcile(anew);
    expect(findings(plan)).toEqual(['REOPEN APR-01 RECREATED']);
    expect(plan.items).toMatchObject([{ item: { firstSeen: anew.now }, reason: 'created anew under its name' }]);
  });

  test('a deployment that two pages show is one deployment, as it was seen last', () => {
    const twice = [aSighting({ lastModified: SLOT, artefact: 'v4' }), aSighting()];
    const plan = planReconcile(aScopeWorld({ listing: aListing({ kinds: [endpointsOf(twice)] }) }));
    expect(plan.sightings).toHaveLength(1);
    expect(findings(plan)).toEqual(['OPEN APR-02 NOT_COVERED']);
    expect(plan.status?.kinds.ENDPOINT?.count).toBe(1);
  });

  test('a directory that fails does not take a finding from the person an owner tag names', () => {
    const known = {
      ...unapproved(aSighting({ tags: { owner: 'sam' }, createdAt: plus(SLOT, -DAY) })),
      registrations: [],
      owners: new Map([['sam', { status: 'ACTIVE' } as const]]),
    };
    const failing = then(known, endpointsOf([aSighting({ tags: { owner: 'sam' }, createdAt: plus(SLOT, -DAY) })]), {
      owners: new Map([['sam', { status: 'UNKNOWN', reason: 'time-out' }]]),
    });
    expect(planReconcile(failing).findings).toEqual([]);
  });

  test('nor does a tag that cannot be read, as then the directory is not asked', () => {
    const tags = { 'rollcall:model': 'fraud-scorer', owner: 'sam' };
    const known = {
      ...unapproved(aSighting({ tags })),
      registrations: [aRegistration({ decisions: [], technicalOwner: null, businessOwner: null })],
      owners: new Map([['sam', { status: 'ACTIVE' } as const]]),
    };
    expect(recordOf(known)?.about.receivers).toEqual(['sam']);
    const blind = then(known, endpointsOf([aSighting({ tags: null })]), { owners: new Map() });
    expect(planReconcile(blind).findings).toEqual([]);
  });

  test('an unreadable composition leaves the one that a finding is about', () => {
    const blind = then(first, endpointsOf([aSighting({ detail: unknownDetail() })]));
    expect(first.registrations[0]?.decisions).toEqual([]);
    expect(planReconcile(blind).findings).toEqual([]);

    expect(recordOf(blind)?.about.composition).toBe(recordOf(first)?.about.composition);
  });
});

test('a reading of an older slot that comes late takes no slot back, counts no failure twice and no listing once more', () => {
  const failing = then(first, notChecked(), { slots: 2 });
  const later = planReconcile(failing).status!;
  const late = (kindRead: KindListing) => planReconcile(then(failing, kindRead, { slots: -1, status: later })).status!;
  expect([late(notChecked()).lastSlot, late(notChecked()).kinds.ENDPOINT?.failure?.slots]).toEqual([failing.slot, 1]);
  const complete = planReconcile(then(failing, empty, { slots: 1 })).status!;
  const after = planReconcile(then(failing, empty, { status: complete })).status!;
  expect([after.lastSlot, after.kinds.ENDPOINT?.completeSeq]).toEqual([complete.lastSlot, complete.kinds.ENDPOINT?.completeSeq]);
  expect(after.lastSlot).toBe(plus(failing.slot, 15 * MINUTE));
});

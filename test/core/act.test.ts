import { describe, expect, it } from 'vitest';
import { type Actor, actEvidence, actorText, announcedSince, resourceOf } from '../../lib/core/act.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { ScopeWorld } from '../../lib/core/plan.ts';
import { DAY, MINUTE, plus } from '../../lib/core/time.ts';
import { scopeAfter } from '../support/apply-plan.ts';
import { aListing, anItem, aRegistration, aScopeWorld, aSighting, endpointArn, endpointsOf, notChecked, NOW } from '../support/builders.ts';
import { anAct, someActs } from '../support/events.ts';

const update = (minutes: number) => anAct({ operation: 'UpdateEndpoint', at: plus(NOW, minutes * MINUTE), eventId: 'event-2' });
const created = ['kim (role Deploy)', 'CreateEndpoint', NOW];
const changedAt = (minutes: number) => ['kim (role Deploy)', 'UpdateEndpoint', plus(NOW, minutes * MINUTE)];

describe('what events say of a deployment', () => {
  it.each([
    ['nothing, where there were none', undefined, NOW, {}],
    ['its creation, which is its last change as well', someActs(), NOW, { createdBy: created, changedBy: created }],
    ['its creation and a later change', someActs({ changed: update(60) }), NOW, { createdBy: created, changedBy: changedAt(60) }],
    [
      'its creation alone where that was looked up, as changes are not',
      someActs({ created: anAct({ heard: 'LOOKED_UP' }) }),
      NOW,
      { createdBy: created },
    ],
    ['a change alone', someActs({ created: null, changed: update(60) }), NOW, { changedBy: changedAt(60) }],
    ['what they can, where its creation is not known', someActs(), null, { createdBy: created, changedBy: created }],
    ['nothing of its making, where that was another one', someActs({ changed: update(-20) }), plus(NOW, 20 * MINUTE), {}],
    ['nothing of a later one of its name that was not seen yet', someActs(), plus(NOW, -20 * MINUTE), {}],
  ])('is %s', (_what, acts, createdAt, expected) => expect(actEvidence(acts, createdAt)).toEqual(expected));

  it.each<[Actor, string]>([
    [{ name: 'kim', role: 'Deploy', because: 'SOURCE_IDENTITY' }, 'kim (role Deploy)'],
    [{ name: 'kim', role: null, because: 'IAM_USER' }, 'kim'],
    [{ name: 'Deploy', role: null, because: 'ROLE' }, 'role Deploy'],
  ])('names %o', (actor, text) => expect(actorText(actor)).toBe(text));

  it('belongs to the ARN, however its name was written', () => {
    expect(resourceOf(endpointArn('Fraud-Scorer'))).toBe('endpoint/fraud-scorer');
  });
});

describe('a finding', () => {
  const strange = aSighting({ artefact: 'v4', createdAt: NOW });
  const world = (acts: ScopeWorld['acts'] = []) => aScopeWorld({ listing: aListing({ kinds: [endpointsOf([strange])] }), acts });

  it('has who did it in its evidence, and not in the facts that people were told', () => {
    const [change] = planReconcile(world([someActs()])).findings;
    expect(change?.record.evidence).toMatchObject({ createdBy: created, changedBy: created });
    expect(JSON.stringify(change?.record.facts)).not.toContain('kim');
  });

  it('learns it from an event that comes later, once', () => {
    const first = scopeAfter(world());
    const later = { ...first, acts: [someActs()], epoch: 8 };
    const plan = planReconcile(later);
    expect(plan.findings.map(({ action, reason }) => [action, reason])).toEqual([['UPDATE', 'changed: createdBy, changedBy']]);
    expect(planReconcile({ ...scopeAfter(later), acts: later.acts }).findings).toEqual([]);
  });
});

describe('what is kept of a deployment is not believed', () => {
  const since = (minutes: number, lastSlot: string | null = NOW) =>
    announcedSince([someActs({ created: null, changed: anAct({ at: plus(NOW, minutes * MINUTE) }) })], lastSlot);
  it.each([
    ['where a call on it came after the roll call that read it', since(5), ['fraud-scorer']],
    ['where the call was before, and its event may have come after', since(-59), ['fraud-scorer']],
    ['but where the event had come by then', since(-60), []],
    ['where no roll call has read it yet', since(-500, null), ['fraud-scorer']],
    [
      'but not for a call that was looked up',
      announcedSince([someActs({ created: anAct({ at: plus(NOW, 5 * MINUTE), heard: 'LOOKED_UP' }) })], NOW),
      [],
    ],
  ])('%s', (_what, names, expected) => expect(names).toEqual(expected));
});

describe('acts are forgotten', () => {
  const late = plus(NOW, DAY + 1);
  const none = aListing({ kinds: [endpointsOf([])] });
  const forgotten = (over: Partial<ScopeWorld>) =>
    planReconcile(
      aScopeWorld({ listing: none, acts: [someActs({ changed: update(0) })], now: late, registrations: [aRegistration()], ...over }),
    ).forgotten.map(({ resource }) => resource);

  it.each<[string, Partial<ScopeWorld>]>([
    ['it is listed', { listing: aListing() }],
    ['it is remembered', { items: [anItem()] }],
    ['something was not read', { listing: aListing({ kinds: [notChecked()] }) }],
    ['the last of them is not a day old', { now: plus(NOW, DAY) }],
    ['it is a recheck', { mode: 'RECHECK' }],
  ])('not while %s', (_what, over) => expect(forgotten(over)).toEqual([]));

  it('a day after the last one, once their deployment is no more', () => {
    expect(forgotten({})).toEqual(['endpoint/fraud-scorer']);
    const gone = new Map([[anItem().arn, { answer: 'GONE' as const }]]);
    const status = scopeAfter(aScopeWorld({ listing: none })).status;
    expect(forgotten({ items: [anItem({ absentSince: 1 })], status, gone, slot: late })).toEqual(['endpoint/fraud-scorer']);
  });
});

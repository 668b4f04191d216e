import { describe, expect, it, test } from 'vitest';
import { effectiveState } from '../../lib/core/effective-state.ts';
import { judgeWorld, planReconcile } from '../../lib/core/plan-scope.ts';
import type { Registration } from '../../lib/core/registration.ts';
import { HIDES } from '../../lib/core/rule-catalog.ts';
import type { Sighting, UpstreamModel } from '../../lib/core/sighting.ts';
import { DAY, type Instant, plus } from '../../lib/core/time.ts';
import {
  ACCOUNT,
  aListing,
  anItem,
  aRecord,
  aRegistration,
  aScopeWorld,
  aSighting,
  endpointsOf,
  notChecked,
  NOW,
  REGION,
  someSettings,
  unknownDetail,
  violated,
} from '../support/builders.ts';
import {
  CLAUDE,
  CUSTOM,
  dev,
  everyVerdict,
  judge,
  nobodySaid,
  of,
  type Over,
  said,
  serving,
  SONNET,
} from '../support/deployment-vocabulary.ts';

const inDays = (days: number): Instant => plus(NOW, days * DAY);
const soonest = (ms: number, days: number): Instant => plus(inDays(days), ms);
const lifecycle = (over: Partial<UpstreamModel> = {}): UpstreamModel => ({
  model: SONNET,
  status: 'ACTIVE',
  legacyAt: null,
  endOfLifeAt: null,
  ...over,
});
const legacy = (endOfLifeAt: Instant | null, legacyAt: Instant | null = inDays(-200)) =>
  lifecycle({ status: 'LEGACY', legacyAt, endOfLifeAt });
const resting = (upstream: Sighting['upstream'], over: Partial<Sighting> = {}) => aSighting({ detail: serving(CLAUDE), upstream, ...over });
const brought = (as: string) => `arn:aws:bedrock:${REGION}:${ACCOUNT}:${as}/a1b2c3d4e5f6`;
const tier = (riskTier: Registration['riskTier']): Over => ({ registrations: [aRegistration({ riskTier })] });

describe('LIF-02', () => {
  test.each<[string, Sighting, string]>([
    ['rests on no model of a provider', aSighting(), 'CLEAR NO_UPSTREAM'],
    ['a model that is kept', resting([lifecycle()]), 'CLEAR KEPT'],
    [
      'a model whose legacy lies ahead, to the millisecond',
      resting([lifecycle({ legacyAt: plus(NOW, 1), endOfLifeAt: inDays(300) })]),
      'CLEAR KEPT',
    ],
    ['a model that became legacy now', resting([lifecycle({ legacyAt: NOW, endOfLifeAt: inDays(300) })]), 'VIOLATED LEGACY'],
    ['a model that its provider calls legacy, with no dates', resting([legacy(null, null)]), 'VIOLATED LEGACY'],
    ['90 days to live', resting([legacy(inDays(90))]), 'VIOLATED LEGACY'],
    ['less than 90 days', resting([legacy(soonest(-1, 90))]), 'VIOLATED SOON'],
    ['less than 90 days, and not legacy', resting([lifecycle({ endOfLifeAt: soonest(-1, 90) })]), 'VIOLATED SOON'],
    ['half of a short legacy', resting([legacy(inDays(40), inDays(-40))]), 'VIOLATED LEGACY'],
    ['less than half of a short legacy', resting([legacy(soonest(-2, 40), inDays(-40))]), 'VIOLATED SOON'],
    ['30 days', resting([legacy(inDays(30))]), 'VIOLATED SOON'],
    ['less than 30 days', resting([legacy(soonest(-1, 30))]), 'VIOLATED LAST_DAYS'],
    ['less than 30 days of a legacy of 45', resting([legacy(inDays(29), inDays(-16))]), 'VIOLATED LAST_DAYS'],
    ['no time to live', resting([legacy(NOW)]), 'VIOLATED ENDED'],
    ['lifecycles that could not be read', resting(null), 'CANNOT_TELL LIFECYCLES_UNREAD'],
    ['a model that its provider does not list', resting([]), 'CANNOT_TELL NOT_LISTED'],
    ['one of two that is not listed', resting([lifecycle()], { detail: serving(CLAUDE, 'zai.glm-4.6') }), 'CANNOT_TELL NOT_LISTED'],
    [
      'one of two that is not listed, and the other legacy',
      resting([legacy(null)], { detail: serving(CLAUDE, 'zai.glm-4.6') }),
      'VIOLATED LEGACY',
    ],
    ['the model behind a custom one', aSighting({ detail: serving(CUSTOM), upstream: [legacy(null)] }), 'VIOLATED LEGACY'],
    ['weights that somebody imported', aSighting({ detail: serving(brought('imported-model')), upstream: [] }), 'CLEAR NO_UPSTREAM'],
    [
      'a custom model whose base its ARN does not say',
      aSighting({ detail: serving(brought('custom-model/imported')), upstream: [] }),
      'CANNOT_TELL NOT_LISTED',
    ],
    ['what does not serve', resting([legacy(NOW)], { presence: 'NOT_SERVING' }), 'CLEAR NOT_SERVING'],
    ['what nobody registered', resting([legacy(NOW)], { name: 'stranger', tags: {} }), 'VIOLATED ENDED'],
  ])('%s', (_name, sighting, expected) => {
    expect(said(of(judge(sighting), 'LIF-02'))).toBe(expected);
  });

  const production = someSettings();
  test.each([
    ['EXPERIMENT', production, ['LOW', 'LOW', 'LOW', 'LOW']],
    ['LOW', production, ['MEDIUM', 'MEDIUM', 'MEDIUM', 'MEDIUM']],
    ['MEDIUM', production, ['MEDIUM', 'HIGH', 'HIGH', 'HIGH']],
    ['HIGH', production, ['HIGH', 'HIGH', 'CRITICAL', 'CRITICAL']],
    ['HIGH', dev, ['HIGH', 'HIGH', 'HIGH', 'HIGH']],
    ['HIGH', nobodySaid, ['HIGH', 'HIGH', 'HIGH', 'HIGH']],
    [null, production, ['HIGH', 'HIGH', 'HIGH', 'HIGH']],
  ] as const)('on %s is as urgent as the model is near its end', (riskTier, settings, severities) => {
    const near = [120, 60, 10, -1].map(days => resting([legacy(inDays(days))]));
    expect(near.map(each => violated(of(judge(each, { ...tier(riskTier), settings }), 'LIF-02')).severity)).toEqual(severities);
  });

  it('goes by the days of the policy', () => {
    const settings = someSettings({ policy: { upstreamWarningDays: 10, upstreamLastDays: 5 } });
    const stages = [20, 8, 4].map(days => of(judge(resting([legacy(inDays(days))]), { settings }), 'LIF-02').code);
    expect(stages).toEqual(['LEGACY', 'SOON', 'LAST_DAYS']);
  });

  it('tells of several the most urgent, and all of them as evidence; no word moves with time', () => {
    const models = [
      legacy('2027-06-01T00:00:00.000Z'),
      legacy(null, null),
      { model: 'zai.glm-4.6', status: 'ACTIVE', legacyAt: null, endOfLifeAt: '2026-12-01T00:00:00.000Z' },
    ].map((each, n) => ({ ...each, model: `${each.model}.${n}` }));
    const at = (now: Instant) => violated(of(judge(resting(models), { now, items: [anItem()] }), 'LIF-02'));
    expect(at(NOW)).toMatchObject({
      reason: 'its model ends on 2026-12-01 and 2 more',
      facts: { model: 'zai.glm-4.6.2', ends: '2026-12-01', models: '3' },
      evidence: {
        models: [
          'zai.glm-4.6.2: ACTIVE, ends on 2026-12-01',
          `${SONNET}.0: LEGACY, legacy from 2026-05-07, ends on 2027-06-01`,
          `${SONNET}.1: LEGACY`,
        ],
      },
    });
    expect(at(plus(NOW, DAY))).toEqual(at(NOW));
    expect(at('2026-12-01T00:00:00.000Z').facts).toEqual(at(NOW).facts);
    expect(violated(of(judge(resting([legacy(null)])), 'LIF-02')).reason).toBe('its model is legacy, no end is set');
    expect(at('2026-12-01T00:00:00.000Z').reason).toBe('its model ended on 2026-12-01 and 2 more');
  });

  it.each(['INV-01', 'INV-02', 'INV-07'] as const)('is not told beside %s', rule => {
    expect(HIDES[rule]).toContain('LIF-02');
    expect(effectiveState(aRecord({ rule: 'LIF-02' }), undefined, [aRecord({ rule })], NOW).hiddenBy).toBe(rule);
  });
});

describe('what was said of the life of a model', () => {
  const remembering = (upstream: Sighting['upstream'], over: Partial<Sighting> = {}) => [anItem({ sighting: resting(upstream, over) })];
  const planned = (sighting: Sighting, items = remembering([legacy(inDays(10))])) => {
    const [first] = judgeWorld(aScopeWorld({ listing: aListing({ kinds: [endpointsOf([sighting])] }), items }));
    return { lif02: said(of(first?.said ?? [], 'LIF-02')), kept: first?.judged?.sighting.upstream };
  };

  it('holds where it cannot be read now', () => {
    expect(planned(resting(null))).toEqual({ lif02: 'VIOLATED LAST_DAYS', kept: [legacy(inDays(10))] });
    expect(planned(resting(null, { detail: unknownDetail('FAILED') }))).toMatchObject({ lif02: 'VIOLATED LAST_DAYS' });
  });

  it('holds where the provider does not list the model any more', () => {
    expect(planned(resting([]))).toEqual({ lif02: 'VIOLATED LAST_DAYS', kept: [legacy(inDays(10))] });
  });

  it('is no word that it is kept, where the provider does not list it any more', () => {
    expect(planned(resting([]), remembering([lifecycle()]))).toEqual({ lif02: 'CANNOT_TELL NOT_LISTED', kept: [] });
    expect(planned(resting(null), remembering([lifecycle()]))).toEqual({ lif02: 'CLEAR KEPT', kept: [lifecycle()] });
  });

  it('ends with what the provider says now, and with the model', () => {
    expect(planned(resting([lifecycle()]))).toEqual({ lif02: 'CLEAR KEPT', kept: [lifecycle()] });
    expect(planned(resting(null, { detail: serving('zai.glm-4.6') }))).toEqual({ lif02: 'CANNOT_TELL LIFECYCLES_UNREAD', kept: null });
    expect(planned(aSighting())).toEqual({ lif02: 'CLEAR NO_UPSTREAM', kept: undefined });
  });

  test.each<[string, Sighting['upstream'], Partial<Sighting>, string]>([
    ['is judged by its dates', [legacy(inDays(10))], {}, 'VIOLATED LAST_DAYS'],
    ['clears nothing', [lifecycle()], {}, 'CANNOT_TELL NOT_CHECKED'],
    ['is not judged where it did not serve', [legacy(inDays(10))], { presence: 'NOT_SERVING' }, 'CANNOT_TELL NOT_CHECKED'],
  ])('in a scope that could not be read %s', (_name, upstream, over, expected) => {
    const world = aScopeWorld({ listing: aListing({ kinds: [notChecked()] }), items: remembering(upstream, over) });
    expect(said(of(everyVerdict(world), 'LIF-02'))).toBe(expected);
  });

  it('that could not be read is lost coverage of the scope', () => {
    const upstreamUnread = { failure: 'DENIED', reason: 'access denied: bedrock:ListFoundationModels' } as const;
    const { status } = planReconcile(aScopeWorld({ listing: aListing({ upstreamUnread }) }));
    expect(status?.kinds.ENDPOINT).toMatchObject({ failure: upstreamUnread, completeSeq: 1 });
  });
});

import { describe, expect, it, test } from 'vitest';
import { composeParts } from '../../lib/core/compose.ts';
import { matchSighting } from '../../lib/core/match.ts';
import { useKey } from '../../lib/core/model-use.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { Registration, VersionIdentity } from '../../lib/core/registration.ts';
import type { RuleId } from '../../lib/core/rule-catalog.ts';
import type { Detail, Sighting } from '../../lib/core/sighting.ts';
import {
  ACCOUNT,
  aListing,
  anApproval,
  anItem,
  aRegistration,
  aScopeWorld,
  aSighting,
  aUnit,
  aVersion,
  endpointsOf,
  knownDetail,
  notChecked,
  REGION,
  someSettings,
  violated,
} from '../support/builders.ts';
import { CLAUDE, CUSTOM, dev, everyVerdict, judge, none, of, type Over, said, serving, SONNET } from '../support/deployment-vocabulary.ts';

const identityOf = (detail: Detail): VersionIdentity | null =>
  detail.state === 'KNOWN' ? { by: 'COMPOSITION', composition: detail.composition.digest } : null;
/** Version 4 of a model is Sonnet 4, whoever calls it. */
const sonnet4 = identityOf(serving(SONNET));
const aUse = (over: Partial<Sighting> = {}): Sighting =>
  aSighting({
    kind: 'MODEL_USE',
    arn: useKey({ provider: 'bedrock', account: ACCOUNT, region: REGION }, SONNET),
    name: SONNET,
    status: `called as eu.${SONNET}`,
    createdAt: null,
    lastModified: null,
    tags: {},
    detail: serving(SONNET),
    ...over,
  });
const assistant = (over: Partial<Registration> = {}) =>
  aRegistration({ name: 'assistant', versions: [aVersion('4', { identity: sonnet4 })], decisions: [], ...over });
const claiming = (...uses: string[]): Partial<Registration> => ({ match: { packageGroup: null, tags: {}, uses } });
const registered = (over: Partial<Registration> = {}): Over => ({
  registrations: [assistant({ ...claiming(`${ACCOUNT}/anthropic.claude-sonnet-*`), ...over })],
});
const approved = registered({ decisions: [anApproval({ version: '4', identity: sonnet4 })] });

describe('INV-02', () => {
  test.each<[string, Sighting, Over, string]>([
    ['nobody registered it', aUse(), none, 'VIOLATED UNREGISTERED'],
    ['somebody registered the model for another account', aUse(), registered(claiming('444455556666/anthropic*')), 'VIOLATED UNREGISTERED'],
    ['somebody registered it', aUse(), registered(), 'CLEAR REGISTERED'],
    [
      'somebody declared its key',
      aUse(),
      registered({ ...claiming(), deployments: [{ arn: aUse().arn, environment: null, version: '4' }] }),
      'CLEAR REGISTERED',
    ],
    ['somebody registered a version with its digest, and no use', aUse(), registered(claiming()), 'VIOLATED UNREGISTERED'],
    [
      'two did',
      aUse(),
      { registrations: [assistant(claiming(`${ACCOUNT}/anthropic*`)), assistant({ name: 'chat', ...claiming(`${ACCOUNT}/${SONNET}`) })] },
      'CLEAR AMBIGUOUS',
    ],
    ['a registration cannot be read', aUse(), { ...none, unreadable: ['chat'] }, 'CANNOT_TELL REGISTRY_UNREADABLE'],
    ['outside production, seen for the first time', aUse(), { ...none, settings: dev }, 'CLEAR IN_GRACE'],
    [
      'outside production, seen for longer',
      aUse(),
      { ...none, settings: dev, items: [anItem({ arn: aUse().arn, sighting: aUse(), model: null })] },
      'VIOLATED UNREGISTERED',
    ],
  ])('%s', (_name, sighting, over, expected) => {
    const verdicts = judge(sighting, over);
    expect(said(of(verdicts, 'INV-02'))).toBe(expected);
    expect(of(verdicts, 'INV-01')).toBeUndefined();
  });

  it('is of an endpoint never said', () => {
    expect(judge(aSighting(), none).map(({ rule }) => rule)).not.toContain('INV-02');
  });

  it('names the model, how it was called and nothing that is no ARN as one', () => {
    const { severity, reason, about, evidence } = violated(of(judge(aUse(), none), 'INV-02'));
    expect({ severity, reason, status: evidence['status'], runs: evidence['runs'] }).toEqual({
      severity: 'HIGH',
      reason: 'called, but nobody registered its use',
      status: `called as eu.${SONNET}`,
      runs: [`model ${SONNET}`],
    });
    expect(about).toMatchObject({ name: SONNET, arn: null, account: ACCOUNT, region: REGION });
  });
});

describe('a registered use is held against its registration like any deployment', () => {
  test.each<[RuleId, string, Sighting, Over, string]>([
    ['APR-01', 'in production, without an approval', aUse(), registered(), 'VIOLATED NO_APPROVAL'],
    ['APR-01', 'approved', aUse(), approved, 'CLEAR APPROVED'],
    ['APR-02', 'the approved model', aUse(), approved, 'CLEAR COVERED'],
    [
      'APR-02',
      'a later model of the claim',
      aUse({ name: 'anthropic.claude-sonnet-5', detail: serving('anthropic.claude-sonnet-5') }),
      approved,
      'VIOLATED NOT_COVERED',
    ],
    ['INV-07', 'of a retired model', aUse(), registered({ lifecycle: 'RETIRED' }), 'VIOLATED RETIRED'],
    ['INV-09', 'claimed by one', aUse(), registered(), 'CLEAR ONE_REGISTRATION'],
  ])('%s %s', (rule, _name, sighting, over, expected) => {
    expect(said(of(judge(sighting, over), rule))).toBe(expected);
  });
});

describe('whose a deployment is that serves what a provider offers to everybody', () => {
  const byDigest = (name: string, detail = serving(CLAUDE)) =>
    aRegistration({ name, versions: [aVersion('1', { identity: identityOf(detail) })], decisions: [] });
  const throughput = (over: Partial<Sighting> = {}) => aSighting({ name: 'stranger', tags: {}, detail: serving(CLAUDE), ...over });
  const match = (sighting: Sighting, ...registrations: Registration[]) => {
    const found = matchSighting(sighting, registrations, someSettings());
    return found.state === 'MATCHED'
      ? `${found.registration.name} by ${found.by}`
      : found.state === 'UNMATCHED'
        ? found.resembles
        : found.state;
  };

  it('is not said by its digest, which is a hint', () => {
    expect(match(throughput(), byDigest('fraud'))).toEqual(['fraud']);
    expect(match(throughput(), byDigest('fraud'), byDigest('chat'))).toEqual(['chat', 'fraud']);
    expect(said(of(judge(throughput(), { registrations: [byDigest('fraud'), byDigest('chat')] }), 'INV-01'))).toBe('VIOLATED UNREGISTERED');
  });

  it('is not said either by how it routes between such models', () => {
    const routing = { slot: 'routing', kind: 'BEHAVIOUR', identity: 'responseQualityDifference=25', pinned: true } as const;
    const models = [CLAUDE, `${CLAUDE}-2`].map((identity, n) => ({ slot: `model.${n}`, kind: 'MODEL', identity, pinned: true }) as const);
    const router = knownDetail(aUnit({ composition: composeParts([...models, routing]) }));
    expect(match(throughput({ detail: router }), byDigest('fraud', router))).toEqual(['fraud']);
  });

  it('is said by a claim, its ARN or its tags', () => {
    expect(match(throughput({ tags: { 'rollcall:model': 'fraud' } }), byDigest('fraud'))).toBe('fraud by CLAIM');
    const declared = { ...byDigest('fraud'), deployments: [{ arn: throughput().arn, environment: null, version: null }] };
    expect(match(throughput(), declared, byDigest('chat'))).toBe('fraud by ARN');
    const tagged = { ...byDigest('fraud'), match: { packageGroup: null, tags: { team: 'risk' }, uses: [] } };
    expect(match(throughput({ tags: { team: 'risk' } }), tagged, byDigest('chat'))).toBe('fraud by TAGS');
  });

  it('is said by its digest where one of its parts is of the account itself', () => {
    for (const detail of [serving(CUSTOM), serving(CLAUDE, CUSTOM)])
      expect(match(throughput({ detail }), byDigest('fraud', detail))).toBe('fraud by DIGEST');
  });

  it('is remembered where it was said by a digest, and what is remembered has no parts', () => {
    const remembered = (model: string | null) => {
      const { items } = planReconcile(aScopeWorld({ listing: aListing({ kinds: [endpointsOf([aSighting({ tags: {} })])] }) }));
      const [seen] = items;
      if (seen?.action !== 'APPEARED') throw new Error('it did not appear');
      const past = aRegistration({ decisions: [anApproval({ expiresAt: '2026-11-02T00:00:00.000Z' })] });
      const listing = aListing({ kinds: [notChecked()] });
      return everyVerdict(aScopeWorld({ listing, items: [{ ...seen.item, model }], registrations: [past] }));
    };
    expect(said(of(remembered('fraud-scorer'), 'APR-03'))).toBe('VIOLATED EXPIRED');
    expect(of(remembered(null), 'APR-03')).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { Registration } from '../../lib/core/registration.ts';
import { type RuleId, type Severity } from '../../lib/core/rule-catalog.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import {
  ACCOUNT,
  aComposition,
  aListing,
  anApproval,
  aPackage,
  aScopeWorld,
  aSighting,
  aUnit,
  aVersion,
  endpointsOf,
  knownDetail,
  someSettings,
  stored,
} from '../support/builders.ts';
import {
  type Over,
  judge,
  of,
  said,
  violation,
  model,
  dev,
  nobodySaid,
  stranger,
  none,
  declared,
  approved,
  hoursAgo,
  fromPackage,
  v2,
  v3,
  v4,
  embeds,
  byPackage,
  blind,
} from '../support/deployment-vocabulary.ts';

const unpinned = aSighting({
  detail: knownDetail(aUnit({ composition: { ...aComposition(), parts: aComposition().parts.map(part => ({ ...part, pinned: false })) } })),
});
test.each<[Registration['riskTier'], string]>([
  ['HIGH', 'VIOLATED UNPINNED'],
  [null, 'VIOLATED UNPINNED'],
  ['MEDIUM', 'CLEAR COVERED_UNPINNED'],
])('content that is not pinned is a finding on HIGH only: %s', (riskTier, expected) => {
  expect(said(of(judge(unpinned, model({ riskTier })), 'APR-02'))).toBe(expected);
});

describe('what people read', () => {
  const versions = [aVersion('2'), aVersion('3'), aVersion('4')];
  test.each<[string, RuleId, Sighting, Over, string, Severity]>([
    ['a version over its approval', 'APR-02', v4, model({ versions }), 'version 4 live, approval covers 3', 'CRITICAL'],
    [
      'a composition that nobody knows',
      'APR-02',
      aSighting({ artefact: 'v9' }),
      model({ riskTier: 'LOW' }),
      'unregistered composition live, approval covers 3',
      'MEDIUM',
    ],
    [
      'an undeclared production is never CRITICAL',
      'APR-02',
      v4,
      { settings: nobodySaid },
      'unregistered composition live, approval covers 3',
      'HIGH',
    ],
    [
      'an undeclared tier is never CRITICAL',
      'APR-01',
      v3,
      model({ riskTier: null, decisions: [anApproval({ status: 'PENDING' })] }),
      'in production, approval pending',
      'HIGH',
    ],
    [
      'drift',
      'INV-03',
      v2,
      model({ versions, ...declared('3'), riskTier: 'LOW', decisions: [anApproval({ version: '2' })] }),
      'runs approved v2, registry says v3',
      'MEDIUM',
    ],
    ['an expired approval', 'APR-03', v3, approved(anApproval({ expiresAt: hoursAgo(9 * 24 + 1) })), 'approval expired 9 days ago', 'HIGH'],
    ['a stranger with an owner tag', 'INV-01', stranger({ tags: { owner: 'sam' } }), none, 'nobody registered it; owner tag: sam', 'HIGH'],
    ['a claim that nobody registered', 'INV-01', v3, none, 'nobody registered it; it claims fraud-scorer, which is not registered', 'HIGH'],
    ['two candidates', 'INV-09', stranger(), embeds('LOW'), 'fits embed and embed-v2', 'LOW'],
  ])('%s', (_name, rule, sighting, over, reason, severity) => {
    expect(violation(sighting, rule, over)).toMatchObject({ outcome: 'VIOLATED', reason, severity });
  });

  test('APR-02 fills the remedy, and shows what differs in three columns', () => {
    const { facts, evidence } = violation(v4, 'APR-02', { ...model({ versions }), packages: [aPackage()] });
    expect(facts).toMatchObject({ version: 'version 4', approved: 'version 3', tier: 'HIGH' });
    expect(evidence).toMatchObject({
      differs: ['artefact container.1/model'],
      approved: ['s3://models/v3 etag:etag-v3'],
      live: ['s3://models/v4 etag:etag-v4'],
      origin: 'registry/fraud-scorer.yaml',
    });
  });

  test('INV-01 holds what a manifest needs, and no value of a tag but the owner and the claim', () => {
    const { evidence, facts } = violation(stranger({ tags: { owner: 'sam', secret: 'hunter2' } }), 'INV-01', none);
    expect(evidence).toMatchObject({ ownerTag: 'sam', tagKeys: ['owner', 'secret'], composition: aComposition().digest });
    expect(JSON.stringify({ evidence, facts })).not.toContain('hunter2');
  });
});

const tagged = (owner: string) => stranger({ tags: { owner } });

describe('who is told besides security', () => {
  const contact = someSettings({ accounts: { [ACCOUNT]: { environment: 'prod', contact: 'ops@example.com' } } });
  const sam = { owners: new Map([['sam', { status: 'ACTIVE' } as const]]) };
  test.each<[string, RuleId, Sighting, Over, string[], string]>([
    ['the owners of the registration, the technical one first', 'APR-02', v4, {}, ['kim@example.com', 'dana@example.com'], 'REGISTRATION'],
    ['an owner tag that the directory knows', 'INV-01', tagged('sam'), { ...none, ...sam, settings: contact }, ['sam'], 'OWNER_TAG'],
    ['an owner tag that it does not know', 'INV-01', tagged('sam'), { ...none, settings: contact }, ['ops@example.com'], 'ACCOUNT_CONTACT'],
    ['an owner tag that names several', 'INV-01', tagged('sam, kim'), { ...none, ...sam }, [], 'SECURITY_ALONE'],
  ])('%s', (_name, rule, sighting, over, receivers, receiversBecause) => {
    expect(violation(sighting, rule, over).about).toMatchObject({ receivers, receiversBecause });
  });
});

test.each<[string, Record<string, string>, Over, string]>([
  ['the account', { env: 'Production' }, {}, 'prod (ACCOUNT)'],
  ['the registration', {}, { settings: nobodySaid, ...model({ ...declared(null, 'prod'), decisions: [] }) }, 'prod (REGISTRATION)'],
  ['a tag', { env: 'Production' }, { settings: dev }, 'Production (TAG)'],
  ['nobody, as a tag only raises', { env: 'dev' }, { settings: nobodySaid }, 'unknown (NOBODY_SAID)'],
])('its environment is said by %s', (_name, tags, over, expected) => {
  const sighting = aSighting({ tags: { 'rollcall:model': 'fraud-scorer', ...tags } });
  expect(violation(sighting, 'APR-01', { ...approved(), ...over }).evidence).toMatchObject({ environment: expected });
});

test('a group that could not be read neither clears an open APR-02 nor opens one', () => {
  const world = aScopeWorld({
    ...model(byPackage),
    listing: aListing({ kinds: [endpointsOf([fromPackage(3, 'v4')])], packages: [aPackage()] }),
  });
  const open = planReconcile(world);
  expect(open.findings.map(({ action, record }) => `${action} ${record.rule}`)).toEqual(['OPEN APR-02']);
  const unreadNow = { ...world, ...blind(fromPackage(3, 'v4')), findings: open.findings.map(({ record }) => stored(record)) };
  expect(planReconcile(unreadNow).findings).toEqual([]);
  expect(planReconcile({ ...unreadNow, ...blind(v3), findings: [] }).findings).toEqual([]);
});

test('an inherited property is no tag that says an environment or an owner', () => {
  const settings = { ...dev, environmentTags: ['constructor'], ownerTags: ['toString'] };
  expect(said(of(judge(v3, { settings, ...approved() }), 'APR-01'))).toBe('CLEAR NOT_PRODUCTION');
});

test('a registered, owned, approved deployment in production has nothing against it', () => {
  expect(judge(aSighting()).map(verdict => `${verdict.rule} ${said(verdict)}`)).toEqual([
    'APR-01 CLEAR APPROVED',
    'APR-02 CLEAR COVERED',
    'APR-03 CLEAR IN_FORCE',
    'EVD-05 CLEAR NOTHING_ASKED',
    'INV-01 CLEAR REGISTERED',
    'INV-03 CLEAR KNOWN_VERSION',
    'INV-04 CLEAR KNOWN_VERSION',
    'INV-05 CLEAR KNOWN_VERSION',
    'INV-07 CLEAR NOT_WITHDRAWN',
    'INV-08 CLEAR IN_PLACE',
    'INV-09 CLEAR ONE_REGISTRATION',
    'LIF-02 CLEAR NO_UPSTREAM',
    'LIF-03 CLEAR YOUNG',
  ]);
});

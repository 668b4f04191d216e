import { describe, expect, test } from 'vitest';
import { composeModel } from '../../lib/core/compose.ts';
import type { Verdict } from '../../lib/core/finding.ts';
import type { ScopeWorld } from '../../lib/core/plan.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { ApprovalDecision, Registration } from '../../lib/core/registration.ts';
import { RULE_IDS, type RuleId, type Severity } from '../../lib/core/rule-catalog.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import {
  ACCOUNT,
  aComposition,
  aContainer,
  aListing,
  anApproval,
  anItem,
  aPackage,
  aRegistration,
  aScopeWorld,
  aSighting,
  aUnit,
  aVersion,
  endpointArn,
  endpointsOf,
  groupArn,
  IMAGE,
  knownDetail,
  NOW,
  packageArn,
  someSettings,
  stored,
  unknownDetail,
  violated,
} from '../support/builders.ts';

type Over = Partial<ScopeWorld> & { packages?: readonly ReturnType<typeof aPackage>[] };
const judge = (sighting: Sighting, { packages = [], ...over }: Over = {}): readonly Verdict[] =>
  planReconcile(aScopeWorld({ listing: aListing({ kinds: [endpointsOf([sighting])], packages }), ...over })).verdicts;
const of = (verdicts: readonly Verdict[], rule: RuleId) => verdicts.find(verdict => verdict.rule === rule)!;
const said = (verdict: Verdict) => `${verdict.outcome} ${verdict.code}`;
const violation = (sighting: Sighting, rule: RuleId, over: Over = {}) => violated(of(judge(sighting, over), rule));
const model = (over: Partial<Registration> = {}): Over => ({ registrations: [aRegistration(over)] });

const dev = someSettings({ accounts: { [ACCOUNT]: { environment: 'dev' } } });
const nobodySaid = someSettings({ accounts: {} });
const stranger = (over: Partial<Sighting> = {}) => aSighting({ name: 'chat-helper-test', tags: {}, ...over });
const none = { registrations: [] };
const declared = (version: string | null, environment: string | null = null) => ({
  deployments: [{ arn: endpointArn('fraud-scorer'), environment, version }],
});
const approved = (...decisions: ApprovalDecision[]): Over => model({ decisions });
const running = (...artefacts: string[]) =>
  aSighting({ detail: knownDetail(...artefacts.map((each, index) => aUnit({ name: `unit-${index}`, composition: aComposition(each) }))) });
const hoursAgo = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();
const sagemaker = { approvals: 'SAGEMAKER', match: { packageGroup: groupArn('fraud'), tags: {} }, versions: [], decisions: [] } as const;
const fromPackage = (version: number, artefact = `v${version}`) =>
  aSighting({ detail: knownDetail(aUnit({ composition: aComposition(artefact), packageArns: [packageArn('fraud', version)] })) });
const pending4 = aPackage({ arn: packageArn('fraud', 4), version: 4, approval: 'PENDING', composition: aComposition('v4') });

test('a registered, owned, approved deployment in production has nothing against it', () => {
  expect(judge(aSighting()).map(verdict => `${verdict.rule} ${said(verdict)}`)).toEqual([
    'APR-01 CLEAR APPROVED',
    'APR-02 CLEAR COVERED',
    'APR-03 CLEAR IN_FORCE',
    'INV-01 CLEAR REGISTERED',
    'INV-03 CLEAR KNOWN_VERSION',
    'INV-09 CLEAR ONE_REGISTRATION',
  ]);
});
const v2 = aSighting({ artefact: 'v2' });
const v3 = aSighting();
const v4 = aSighting({ artefact: 'v4' });
const v9 = aSighting({ artefact: 'v9' });
const unread = (cause: Parameters<typeof unknownDetail>[0]) => aSighting({ detail: unknownDetail(cause) });
const inDev = { settings: dev };
const strangerInDev = { ...none, ...inDev };
const churn = { registrations: [aRegistration({ name: 'churn', versions: [], decisions: [] })] };
const embeds = (riskTier: Registration['riskTier'] = 'HIGH'): Over => ({
  registrations: ['embed', 'embed-v2'].map(name => aRegistration({ name, riskTier })),
});
const untagged = aSighting({ tags: {} });
const unread0 = aSighting({ name: 'shadow', tags: {}, detail: unknownDetail('FAILED') });
const others = { registrations: [aRegistration({ name: 'other' })] };
const unversioned = { versions: [], decisions: [] };
const ofPackage = { by: 'PACKAGE', packageArn: packageArn('fraud', 3) } as const;
const byPackage = { versions: [aVersion('3', { identity: ofPackage })], decisions: [anApproval({ identity: ofPackage })] };
const blind = (sighting: Sighting, packages: readonly ReturnType<typeof aPackage>[] = []) => ({
  listing: aListing({ kinds: [endpointsOf([sighting])], packages, packagesUnread: [groupArn('fraud')] }),
});
const loose = aSighting({
  detail: knownDetail(
    aUnit({ composition: composeModel({ containers: [aContainer({ image: `${IMAGE.split('@')[0]}:4` })], execution: null }) }),
  ),
});
const foreign = aSighting({ detail: knownDetail(aUnit({ composition: aComposition('v4'), packageArns: [packageArn('other', 3)] })) });
const threeAndFour = [aVersion('3'), aVersion('4')];

const cases: Partial<Record<RuleId, readonly [string, Sighting, Over, string][]>> = {
  'INV-01': [
    ['nobody registered it', stranger(), none, 'VIOLATED UNREGISTERED'],
    ['a deployment that is being deleted still serves', stranger({ presence: 'LEAVING' }), none, 'VIOLATED UNREGISTERED'],
    ['a failed one', stranger({ presence: 'NOT_SERVING' }), none, 'CLEAR NOT_SERVING'],
    ['one that starts', stranger({ presence: 'STARTING', createdAt: hoursAgo(0.99) }), none, 'CLEAR STARTING'],
    [
      'one that has been starting for the whole grace',
      stranger({ presence: 'STARTING', createdAt: hoursAgo(1) }),
      none,
      'VIOLATED UNREGISTERED',
    ],
    ['outside production within the grace', stranger({ createdAt: hoursAgo(3.99) }), strangerInDev, 'CLEAR IN_GRACE'],
    ['outside production at the end of the grace', stranger({ createdAt: hoursAgo(4) }), strangerInDev, 'VIOLATED UNREGISTERED'],
    ['without a creation time the grace counts from the first sight', stranger({ createdAt: null }), strangerInDev, 'CLEAR IN_GRACE'],
    [
      'an unknown environment has no grace',
      stranger({ createdAt: hoursAgo(0) }),
      { ...none, settings: nobodySaid },
      'VIOLATED UNREGISTERED',
    ],
    ['its tags could not be read', stranger({ tags: null }), none, 'CANNOT_TELL TAGS_UNKNOWN'],
    ['what it runs could not be read', stranger({ detail: unknownDetail('DENIED') }), none, 'CANNOT_TELL DETAIL_DENIED'],
    ['what it runs can never be read again', stranger({ detail: unknownDetail('LINEAGE_LOST') }), none, 'VIOLATED UNIDENTIFIED'],
    ['it vanished while it was read', stranger({ detail: unknownDetail('VANISHED') }), none, 'CANNOT_TELL DETAIL_VANISHED'],
    ['a registration cannot be read', stranger(), { ...none, unreadable: ['churn'] }, 'CANNOT_TELL REGISTRY_UNREADABLE'],
    ['components answer for their host', stranger({ hosts: 'COMPONENTS' }), none, 'CLEAR HOSTS_COMPONENTS'],
    ['a claim is enough where nothing else can be read', unread('LINEAGE_LOST'), {}, 'CLEAR REGISTERED'],
    [
      'a match that detail gave is remembered',
      stranger({ name: 'fraud-scorer', detail: unknownDetail('FAILED') }),
      { items: [anItem()] },
      'CLEAR REGISTERED',
    ],
    [
      'nobody is remembered, and a model is called null',
      unread0,
      { registrations: [aRegistration({ name: 'null' })], items: [anItem({ arn: unread0.arn, sighting: unread0, model: null })] },
      'CANNOT_TELL DETAIL_FAILED',
    ],
    ['its claim names what cannot be read', v3, { ...others, unreadable: ['fraud-scorer'] }, 'CANNOT_TELL REGISTRY_UNREADABLE'],
    [
      'its memory names what cannot be read',
      untagged,
      { ...others, items: [anItem()], unreadable: ['fraud-scorer'] },
      'CANNOT_TELL REGISTRY_UNREADABLE',
    ],
    [
      'a claim outdoes the memory of what cannot be read',
      aSighting({ tags: { 'rollcall:model': 'other' } }),
      { ...others, items: [anItem()], unreadable: ['fraud-scorer'] },
      'CLEAR REGISTERED',
    ],
    [
      'nothing is remembered of a predecessor',
      stranger({ name: 'fraud-scorer', detail: unknownDetail('LINEAGE_LOST'), createdAt: NOW }),
      { items: [anItem()] },
      'VIOLATED UNIDENTIFIED',
    ],
  ],
  'INV-09': [
    ['two registrations fit', stranger(), embeds(), 'VIOLATED SEVERAL'],
    ['only the name is like one', stranger({ name: 'churn-v2' }), churn, 'VIOLATED RESEMBLES'],
    ['no name is like it', stranger(), none, 'CLEAR NO_CANDIDATE'],
    [
      'a likeness without an unregistered deployment',
      stranger({ name: 'churn-v2', createdAt: NOW }),
      { ...churn, ...inDev },
      'CLEAR IN_GRACE',
    ],
  ],
  'INV-03': [
    ['runs the declared version', v3, model(declared('3')), 'CLEAR KNOWN_VERSION'],
    ['runs another version than declared', v3, model(declared('4')), 'VIOLATED OTHER_VERSION'],
    [
      'a shadow variant runs another version',
      aSighting({ detail: knownDetail(aUnit(), aUnit({ name: 'S', role: 'SHADOW', composition: aComposition('v4') })) }),
      model({ ...declared('3'), versions: threeAndFour }),
      'VIOLATED OTHER_VERSION',
    ],
    ['unknown version in production', v9, {}, 'CLEAR IN_PRODUCTION'],
    ['unknown version elsewhere', v9, inDev, 'VIOLATED UNKNOWN_VERSION'],
    [
      'no version was ever registered, and its ARN is',
      untagged,
      { ...inDev, ...model({ ...unversioned, ...declared(null) }) },
      'CLEAR NO_VERSIONS',
    ],
    ['no version was ever registered, and a claim is all', v3, { ...inDev, ...model(unversioned) }, 'VIOLATED UNKNOWN_VERSION'],
    [
      'the claim that was all cannot be read',
      { ...v3, tags: null },
      { ...inDev, ...model(unversioned), items: [anItem()] },
      'CANNOT_TELL TAGS_UNKNOWN',
    ],
    ['its package could not be read', fromPackage(3), { ...inDev, ...model(byPackage) }, 'CANNOT_TELL PACKAGE_UNREAD'],
    ['what it runs is not known', unread('LINEAGE_REPLACED'), model(declared('4')), 'CANNOT_TELL DETAIL_LINEAGE_REPLACED'],
    ['a package of its group is a version', fromPackage(4), { ...inDev, ...model(sagemaker), packages: [pending4] }, 'CLEAR KNOWN_VERSION'],
  ],
  'APR-01': [
    ['no decision', v3, approved(), 'VIOLATED NO_APPROVAL'],
    ['no decision, and what it runs is not known', unread('DENIED'), approved(), 'VIOLATED NO_APPROVAL'],
    ['a decision is asked for', v3, approved(anApproval({ status: 'PENDING' })), 'VIOLATED PENDING'],
    ['approved for elsewhere', v3, approved(anApproval({ environment: 'staging' })), 'VIOLATED OTHER_ENVIRONMENT'],
    [
      'its version is approved for elsewhere, another for here',
      v4,
      model({ versions: threeAndFour, decisions: [anApproval(), anApproval({ version: '4', environment: 'staging' })] }),
      'VIOLATED OTHER_ENVIRONMENT',
    ],
    ['the only approval does not count', v3, approved(anApproval({ source: 'MANIFEST' })), 'VIOLATED DOES_NOT_COUNT'],
    ['an unknown environment is judged as production', v3, { settings: nobodySaid, ...approved() }, 'VIOLATED NO_APPROVAL'],
    ['outside production', v3, { ...inDev, ...approved() }, 'CLEAR NOT_PRODUCTION'],
    [
      'a tag raises to production',
      aSighting({ tags: { 'rollcall:model': 'fraud-scorer', env: 'prod' } }),
      { ...inDev, ...approved() },
      'VIOLATED NO_APPROVAL',
    ],
    ['approved, what it runs is not known', unread('DENIED'), {}, 'CANNOT_TELL DETAIL_DENIED'],
    ['approved, and it serves no model at all', aSighting({ detail: knownDetail() }), {}, 'CANNOT_TELL DETAIL_FAILED'],
    ['the approval is dated ahead', v3, approved(anApproval({ at: '2027-06-01T00:00:00.000Z' })), 'VIOLATED DOES_NOT_COUNT'],
    ['no decision, and its group could not be read', v3, { ...approved(), ...blind(v3) }, 'VIOLATED NO_APPROVAL'],
    [
      'approved by a package that was not read, and surely for elsewhere',
      v3,
      approved(
        anApproval({ identity: ofPackage }),
        anApproval({ environment: 'staging', version: '3b', identity: aVersion('3').identity }),
      ),
      'CANNOT_TELL PACKAGE_UNREAD',
    ],
    [
      'approved for elsewhere by a package that was not read',
      v4,
      approved(anApproval(), anApproval({ environment: 'staging', version: '3b', identity: ofPackage })),
      'CANNOT_TELL PACKAGE_UNREAD',
    ],
    ['nobody registered it', stranger(), none, 'CANNOT_TELL NO_REGISTRATION'],
    ['its package is not approved and no other is', fromPackage(4), { ...model(sagemaker), packages: [pending4] }, 'VIOLATED PENDING'],
    ['no package of its group was read', v3, model(sagemaker), 'CANNOT_TELL PACKAGES_UNREAD'],
    ['its package could not be read', fromPackage(4), { ...model(sagemaker), packages: [aPackage()] }, 'CANNOT_TELL PACKAGES_UNREAD'],
    [
      'its group could not be read',
      fromPackage(4),
      {
        ...model(sagemaker),
        listing: aListing({ kinds: [endpointsOf([fromPackage(4)])], packages: [pending4], packagesUnread: [groupArn('fraud')] }),
      },
      'CANNOT_TELL PACKAGES_UNREAD',
    ],
  ],
  'APR-02': [
    ['another version than the approved', v4, {}, 'VIOLATED NOT_COVERED'],
    ['an expired approval of another version', v4, approved(anApproval({ expiresAt: hoursAgo(1) })), 'VIOLATED NOT_COVERED'],
    ['one of two variants is not covered', running('v3', 'v4'), {}, 'VIOLATED NOT_COVERED'],
    ['an approval that says not what it is for', v3, approved(anApproval({ identity: null })), 'VIOLATED NOT_COVERED'],
    ['nothing is approved', v4, approved(), 'CLEAR NO_APPROVAL'],
    ['outside production', v4, inDev, 'CLEAR NOT_PRODUCTION'],
    ['a tier that asks for no approval', v4, model({ riskTier: 'EXPERIMENT' }), 'CLEAR NOT_APPLICABLE'],
    [
      'an approval of another scheme',
      v3,
      approved(anApproval({ identity: { by: 'COMPOSITION', composition: 'c2:sha256:0' } })),
      'CANNOT_TELL OTHER_SCHEME',
    ],
    ['the approved package could not be read', fromPackage(3, 'v4'), model(byPackage), 'CANNOT_TELL PACKAGE_UNREAD'],
    [
      'the approved package could be, and something else runs',
      fromPackage(3, 'v4'),
      { ...model(byPackage), packages: [aPackage()] },
      'VIOLATED NOT_COVERED',
    ],
    [
      'a digest whose parts a group would tell that could not be read',
      v4,
      { ...model({ match: { packageGroup: groupArn('fraud'), tags: {} } }), ...blind(v4) },
      'CANNOT_TELL PACKAGE_UNREAD',
    ],
    [
      'a digest, and live a tag that nothing resolves',
      loose,
      { ...model({ riskTier: 'MEDIUM' }), packages: [aPackage()] },
      'CANNOT_TELL TAG_UNRESOLVED',
    ],
    ['the same on HIGH', loose, { packages: [aPackage()] }, 'VIOLATED UNPINNED'],
    ['its detail is lost', unread('LINEAGE_LOST'), {}, 'CANNOT_TELL DETAIL_LINEAGE_LOST'],
    [
      'approved package, live package pending',
      fromPackage(4),
      { ...model(sagemaker), packages: [aPackage(), pending4] },
      'VIOLATED NOT_COVERED',
    ],
    ['a package of another group', foreign, { ...model(sagemaker), packages: [aPackage()] }, 'VIOLATED NOT_COVERED'],
    ['approved package', fromPackage(3), { ...model(sagemaker), packages: [aPackage(), pending4] }, 'CLEAR COVERED'],
    [
      'another model behind the name of an approved package',
      fromPackage(3, 'v4'),
      { ...model(sagemaker), packages: [aPackage()] },
      'VIOLATED NOT_COVERED',
    ],
  ],
  'APR-03': [
    ['in force to its last instant', v3, approved(anApproval({ expiresAt: '2026-11-23T09:15:20.001Z' })), 'CLEAR IN_FORCE'],
    ['expired at this instant', v3, approved(anApproval({ expiresAt: NOW })), 'VIOLATED EXPIRED'],
    ['expired after the days of its tier', v3, approved(anApproval({ at: '2026-05-27T09:15:20.000Z' })), 'VIOLATED EXPIRED'],
    ['one day less', v3, approved(anApproval({ at: '2026-05-28T09:15:20.000Z' })), 'CLEAR IN_FORCE'],
    ['the expired approval is of another version', v4, approved(anApproval({ expiresAt: NOW })), 'CLEAR IN_FORCE'],
    [
      'the same composition under another label is in force',
      v3,
      approved(anApproval({ expiresAt: NOW }), anApproval({ version: '2b', identity: aVersion('3').identity })),
      'CLEAR IN_FORCE',
    ],
    ['what it runs is not known', unread('FAILED'), {}, 'CANNOT_TELL DETAIL_FAILED'],
    [
      'an expired approval of a package that was not read',
      v3,
      approved(anApproval({ identity: ofPackage, expiresAt: NOW })),
      'CANNOT_TELL PACKAGE_UNREAD',
    ],
    [
      'expired, and one in force is of a package that was not read',
      v3,
      approved(anApproval({ expiresAt: NOW }), anApproval({ version: '3b', identity: ofPackage })),
      'CANNOT_TELL PACKAGE_UNREAD',
    ],
    [
      'in force, whatever one in force of an unread package says',
      v3,
      approved(anApproval(), anApproval({ version: '3b', identity: ofPackage })),
      'CLEAR IN_FORCE',
    ],
    [
      'an end beyond the days of its tier',
      v3,
      approved(anApproval({ at: '2026-05-27T09:15:20.000Z', expiresAt: '2036-01-01T00:00:00.000Z' })),
      'VIOLATED EXPIRED',
    ],
  ],
};
describe.each(RULE_IDS.flatMap(rule => (cases[rule] ? [{ rule, table: cases[rule] }] : [])))('$rule', ({ rule, table }) => {
  test.each(table)('%s', (_name, sighting, over, expected) => {
    expect(said(of(judge(sighting, over), rule))).toBe(expected);
  });
});

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
      v9,
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

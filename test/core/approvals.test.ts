import { describe, expect, test } from 'vitest';
import { approvalCounts, approvalsOf } from '../../lib/core/approvals.ts';
import type { ApprovalDecision, Registration } from '../../lib/core/registration.ts';
import { anApproval, NOW, aPackage, aRegistration, groupArn, packageArn, someSettings } from '../support/builders.ts';

describe('which approvals count', () => {
  const session = (name: string) => `arn:aws:sts::111122223333:assumed-role/Dev/${name}`;
  const manifest = { source: 'MANIFEST', assertedBy: 'pat@example.com' } as const;
  test.each<[string, Partial<ApprovalDecision>, 'trust' | 'record', string]>([
    ['the review of a repository', {}, 'record', 'COUNTS'],
    ['a person', { source: 'PERSON' }, 'record', 'COUNTS'],
    ['one given to oneself, whatever the letters', { approver: 'KIM@example.com' }, 'record', 'SELF_APPROVED'],
    ['one given to oneself in another Unicode form', { approver: 'jose\u0301', requester: ' JOS\u00c9' }, 'record', 'SELF_APPROVED'],
    ['nobody is said to have asked', { requester: null }, 'record', 'COUNTS'],
    ['nobody is said to have approved', { approver: null, requester: null }, 'record', 'NO_APPROVER'],
    ['one that an owner gave', { approver: 'Dana@example.com', source: 'PERSON' }, 'record', 'APPROVED_BY_OWNER'],
    ['one that is dated at this instant', { at: NOW }, 'record', 'COUNTS'],
    ['one that is dated ahead', { at: '2026-11-23T09:15:20.001Z' }, 'record', 'NOT_YET'],
    ['a manifest that is only recorded', manifest, 'record', 'NOT_TRUSTED'],
    ['a trusted manifest', manifest, 'trust', 'COUNTS'],
    ['asserted by nobody known', { source: 'MANIFEST' }, 'trust', 'ASSERTER_UNKNOWN'],
    ['asserted by who asked', { ...manifest, requester: 'pat@example.com' }, 'trust', 'ASSERTED_BY_REQUESTER'],
    ['asserted by an owner', { ...manifest, assertedBy: 'dana@example.com' }, 'trust', 'ASSERTED_BY_OWNER'],
    [
      'asserted by the role session of who asked',
      { ...manifest, assertedBy: session('kim@example.com') },
      'trust',
      'ASSERTED_BY_REQUESTER',
    ],
    ['asserted by the role session of an owner', { ...manifest, assertedBy: session('dana@example.com') }, 'trust', 'ASSERTED_BY_OWNER'],
    [
      'asserted by an owner as an IAM user',
      { ...manifest, assertedBy: 'arn:aws:iam::111122223333:user/ml/dana@example.com' },
      'trust',
      'ASSERTED_BY_OWNER',
    ],
    ['asserted by the role session of somebody else', { ...manifest, assertedBy: session('pipeline') }, 'trust', 'COUNTS'],
  ])('%s', (_name, over, manifestDecisions, code) => {
    const ask = { registration: aRegistration(), settings: someSettings({ manifestDecisions }), now: NOW };
    const counts = approvalCounts(anApproval(over), ask);
    expect(counts).toMatchObject({ code, counts: code === 'COUNTS' });
  });
});

const ask = (decisions: ApprovalDecision[], over: Partial<Registration> = {}, environment = 'prod') =>
  approvalsOf({ registration: aRegistration({ decisions, ...over }), environment, packages: [], settings: someSettings(), now: NOW });

const ends = (over: Partial<ApprovalDecision>, riskTier: Registration['riskTier']) =>
  ask([anApproval(over)], { riskTier }).here[0]?.expiresAt;

describe('which approvals stand', () => {
  const later = '2026-11-05T00:00:00.000Z';

  test.each<[string, ApprovalDecision[], string, string[]]>([
    ['one for the environment', [anApproval()], 'prod', ['3']],
    ['another word for production', [anApproval()], 'Production', ['3']],
    ['one for any environment', [anApproval({ environment: null })], 'staging', ['3']],
    ['one for elsewhere', [anApproval({ environment: 'staging' })], 'prod', []],
    ['revoked later', [anApproval(), anApproval({ status: 'REVOKED', at: later })], 'prod', []],
    ['revoked everywhere', [anApproval(), anApproval({ status: 'REVOKED', at: later, environment: null })], 'prod', []],
    [
      'revoked elsewhere',
      [anApproval({ environment: null }), anApproval({ status: 'REVOKED', at: later, environment: 'staging' })],
      'prod',
      ['3'],
    ],
    ['rejected earlier, approved now', [anApproval({ status: 'REJECTED' }), anApproval({ at: later })], 'prod', ['3']],
    ['at one instant the last that was written', [anApproval(), anApproval({ status: 'REVOKED' })], 'prod', []],
    ['asked for again', [anApproval(), anApproval({ status: 'PENDING', at: later })], 'prod', ['3']],
    [
      'approved again by oneself after a revocation',
      [anApproval({ status: 'REVOKED' }), anApproval({ at: later, approver: 'kim@example.com' })],
      'prod',
      [],
    ],
    [
      'one that is dated ahead, after one in force',
      [anApproval(), anApproval({ at: '2027-06-01T00:00:00.000Z', version: '4' })],
      'prod',
      ['3'],
    ],
    ['two versions', [anApproval(), anApproval({ version: '4' })], 'prod', ['3', '4']],
  ])('%s', (_name, decisions, environment, versions) => {
    expect(ask(decisions, {}, environment).here.map(({ version }) => version)).toEqual(versions);
  });

  test('an approval ends when it says, else after the days of the tier, else never', () => {
    expect(ends({ expiresAt: '2026-12-01T00:00:00.000Z' }, 'HIGH')).toBe('2026-12-01T00:00:00.000Z');
    expect(ends({}, 'HIGH')).toBe('2027-04-30T10:00:00.000Z');
    expect(ends({ expiresAt: '2036-01-01T00:00:00.000Z' }, 'HIGH')).toBe('2036-01-01T00:00:00.000Z');
    expect(ends({ expiresAt: '2036-01-01T00:00:00.000Z' }, 'EXPERIMENT')).toBe('2036-01-01T00:00:00.000Z');
    expect(ends({}, null)).toBe('2027-04-30T10:00:00.000Z');
    expect(ends({}, 'LOW')).toBe('2027-11-01T10:00:00.000Z');
    expect(ends({}, 'EXPERIMENT')).toBeNull();
  });

  test('the approval keeps the identity it was given for when the version changes afterwards', () => {
    const identity = { by: 'COMPOSITION', composition: 'c1:sha256:old' } as const;
    expect(ask([anApproval({ identity })]).here[0]?.identity).toEqual(identity);
    expect(ask([anApproval({ identity: null })]).here[0]?.identity).toBeNull();
  });

  test('in SAGEMAKER the approved packages of its own group stand, and no other group lends one', () => {
    const registration = aRegistration({
      approvals: 'SAGEMAKER',
      match: { packageGroup: groupArn('fraud'), tags: {}, uses: [] },
      decisions: [anApproval()],
    });
    const packages = [
      aPackage(),
      aPackage({ arn: packageArn('fraud', 4), version: 4, approval: 'PENDING' }),
      aPackage({ arn: packageArn('fraud', 5), version: 5, approval: 'REJECTED' }),
      aPackage({ arn: packageArn('other', 6), group: groupArn('other'), version: 6 }),
    ];
    const { here, pending } = approvalsOf({ registration, environment: 'prod', packages, settings: someSettings(), now: NOW });
    expect(here).toEqual([
      {
        version: '3',
        identity: { by: 'PACKAGE', packageArn: packageArn('fraud', 3) },
        environment: null,
        at: '2026-11-01T10:00:00.000Z',
        expiresAt: '2027-04-30T10:00:00.000Z',
      },
    ]);
    expect(pending).toBe(true);
  });
});

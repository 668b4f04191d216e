import { describe, expect, test } from 'vitest';
import type { RuleId } from '../../lib/core/rule-catalog.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import {
  ACCOUNT,
  aComposition,
  aListing,
  anApproval,
  aPackage,
  aSighting,
  endpointsOf,
  groupArn,
  packageArn,
  REGION,
  someSettings,
} from '../support/builders.ts';
import {
  approved,
  blind,
  declared,
  dev,
  fromPackage,
  inDev,
  judge,
  model,
  nobodySaid,
  of,
  type Over,
  pending4,
  running,
  said,
  sagemaker,
  unread,
  v3,
  v4,
  violation,
} from '../support/deployment-vocabulary.ts';

const abroad = { ...sagemaker, match: { ...sagemaker.match, packageGroup: groupArn('fraud').replace(REGION, 'us-east-1') } };
const LATER = '2026-11-05T00:00:00.000Z';
const revoked = (over: Parameters<typeof anApproval>[0] = {}) => anApproval({ status: 'REVOKED', at: LATER, ...over });
const rejected = (over: Parameters<typeof anApproval>[0] = {}) => anApproval({ status: 'REJECTED', at: LATER, ...over });
const tagged = (environment: string) => aSighting({ tags: { 'rollcall:model': 'fraud-scorer', environment } });

const cases: Partial<Record<RuleId, readonly [string, Sighting, Over, string][]>> = {
  'INV-07': [
    ['in use', v3, {}, 'CLEAR NOT_WITHDRAWN'],
    ['its model is retired', v3, model({ lifecycle: 'RETIRED' }), 'VIOLATED RETIRED'],
    ['its model is retired, and what it runs is not known', unread('DENIED'), model({ lifecycle: 'RETIRED' }), 'VIOLATED RETIRED'],
    ['its model is about to retire', v3, model({ lifecycle: 'RETIRING' }), 'CLEAR NOT_WITHDRAWN'],
    ['approved, then revoked', v3, approved(anApproval(), revoked()), 'VIOLATED REVOKED'],
    ['revoked, then approved anew', v3, approved(revoked({ at: '2026-10-01T00:00:00.000Z' }), anApproval()), 'CLEAR NOT_WITHDRAWN'],
    ['never approved, rejected', v3, approved(rejected()), 'VIOLATED REJECTED'],
    ['another version was revoked', v4, approved(anApproval(), revoked()), 'CLEAR NOT_WITHDRAWN'],
    ['revoked elsewhere only', v3, approved(anApproval(), revoked({ environment: 'staging' })), 'CLEAR NOT_WITHDRAWN'],
    ['revoked for every environment', v3, approved(anApproval(), revoked({ environment: null })), 'VIOLATED REVOKED'],
    ['one of its units runs what was revoked', running('v3', 'v4'), approved(revoked()), 'VIOLATED REVOKED'],
    [
      'the same content is approved under another version',
      v3,
      approved(revoked(), anApproval({ version: '3b', identity: { by: 'COMPOSITION', composition: aComposition('v3').digest } })),
      'CLEAR NOT_WITHDRAWN',
    ],
    ['what it runs is not known', unread('FAILED'), approved(revoked()), 'CANNOT_TELL DETAIL_FAILED'],
    ['outside production, rejected for production', v3, { ...inDev, ...approved(rejected()) }, 'CLEAR NOT_WITHDRAWN'],
    ['outside production, rejected there', v3, { ...inDev, ...approved(rejected({ environment: 'dev' })) }, 'VIOLATED REJECTED'],
    ['outside production, revoked everywhere', v3, { ...inDev, ...approved(revoked({ environment: null })) }, 'VIOLATED REVOKED'],
    [
      'outside production, rejected for no environment in particular',
      v3,
      { ...inDev, ...approved(rejected({ environment: null })) },
      'CLEAR REJECTED_OUTSIDE_PRODUCTION',
    ],
    [
      'a package that SageMaker says is rejected',
      fromPackage(4),
      { ...model(sagemaker), packages: [{ ...pending4, approval: 'REJECTED' }] },
      'VIOLATED REJECTED',
    ],
    [
      'a package that was rejected, and its group cannot be read any more',
      fromPackage(4),
      { ...model(sagemaker), ...blind(fromPackage(4)) },
      'CANNOT_TELL PACKAGES_UNREAD',
    ],
    [
      'what was revoked is of a scheme that this version does not read',
      v3,
      approved(revoked({ identity: { by: 'COMPOSITION', composition: 'c2:sha256:00' } })),
      'CANNOT_TELL OTHER_SCHEME',
    ],
    ['a package that waits', fromPackage(4), { ...model(sagemaker), packages: [pending4] }, 'CLEAR NOT_WITHDRAWN'],
    [
      'another package was rejected',
      fromPackage(4),
      {
        ...model(sagemaker),
        packages: [pending4, aPackage({ arn: packageArn('fraud', 3), approval: 'REJECTED', composition: aComposition('v3') })],
      },
      'CLEAR NOT_WITHDRAWN',
    ],
  ],
  'INV-08': [
    ['where it was meant to be', v3, {}, 'CLEAR IN_PLACE'],
    ['an experiment in production', v3, model({ riskTier: 'EXPERIMENT' }), 'VIOLATED EXPERIMENT_IN_PRODUCTION'],
    ['an experiment where nobody said', v3, { settings: nobodySaid, ...model({ riskTier: 'EXPERIMENT' }) }, 'CLEAR IN_PLACE'],
    ['a model in development in production', v3, model({ lifecycle: 'DEVELOPMENT' }), 'VIOLATED EARLY_IN_PRODUCTION'],
    ['a model in staging outside production', v3, { ...inDev, ...model({ lifecycle: 'STAGING' }) }, 'CLEAR IN_PLACE'],
    ['a model in production in production', v3, model({ lifecycle: 'PRODUCTION' }), 'CLEAR IN_PLACE'],
    ['declared for staging, in a production account', v3, model(declared('3', 'staging')), 'VIOLATED MANIFEST_SAYS_OTHERWISE'],
    ['declared for production, in another account', v3, { ...inDev, ...model(declared('3', 'prod')) }, 'VIOLATED MANIFEST_SAYS_OTHERWISE'],
    ['declared by another word for production', v3, model(declared('3', 'Production')), 'CLEAR IN_PLACE'],
    ['nobody says what the account is', v3, { settings: nobodySaid, ...model(declared('3', 'staging')) }, 'CLEAR IN_PLACE'],
    ['tagged dev, in a production account', tagged('dev'), {}, 'VIOLATED TAG_SAYS_OTHERWISE'],
    ['tagged prod, in a development account', tagged('prod'), inDev, 'VIOLATED TAG_SAYS_OTHERWISE'],
    ['tagged with a word that says nothing', tagged('blue'), {}, 'CLEAR IN_PLACE'],
    ['its tags could not be read', aSighting({ tags: null }), model(declared('3', 'prod')), 'CANNOT_TELL TAGS_UNKNOWN'],
    [
      'its tags could not be read, and its declaration speaks',
      aSighting({ tags: null }),
      model(declared('3', 'staging')),
      'VIOLATED MANIFEST_SAYS_OTHERWISE',
    ],
  ],
};

describe.each(['INV-07', 'INV-08'] as const)('%s', rule => {
  test.each(cases[rule] ?? [])('%s', (_name, sighting, over, expected) => {
    expect(said(of(judge(sighting, over), rule))).toBe(expected);
  });
});

test('what was revoked is named with its version, and told at once in production', () => {
  const { reason, severity, facts } = violation(v3, 'INV-07', approved(anApproval(), revoked()));
  expect([reason, severity, facts['decision']]).toEqual(['version 3 was revoked, and it serves', 'CRITICAL', 'REVOKED']);
});

test('a contradiction names both sides', () => {
  const prod = someSettings({ accounts: { [ACCOUNT]: { environment: 'production' } } });
  const { facts, severity } = violation(tagged('staging'), 'INV-08', { settings: prod });
  expect([facts['runsIn'], facts['against'], severity]).toEqual(['production', 'tag: staging', 'HIGH']);
  expect(violation(tagged('prod'), 'INV-08', { settings: dev }).reason).toBe('tagged prod, runs in dev');
});

test.each<[string, Sighting, Over, string]>([
  [
    'was read, and is empty',
    v3,
    { ...model(sagemaker), listing: aListing({ kinds: [endpointsOf([v3])], groupsAsked: [groupArn('Fraud')] }) },
    'VIOLATED NO_APPROVAL',
  ],
  ['lies in another region, and is never read with it', v3, model(abroad), 'VIOLATED NO_APPROVAL'],
  ['lies in another region, and what it runs is not known', unread('FAILED'), model(abroad), 'CANNOT_TELL PACKAGES_UNREAD'],
  [
    'is of SageMaker, and never read with Bedrock',
    { ...v3, scope: `bedrock/${ACCOUNT}/${REGION}` },
    model(sagemaker),
    'VIOLATED NO_APPROVAL',
  ],
])('APR-01 where the package group of its model %s', (_name, sighting, over, expected) => {
  expect(said(of(judge(sighting, over), 'APR-01'))).toBe(expected);
});

import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../lib/core/finding.ts';
import type { KindStatus, ScopeStatus } from '../../lib/core/inventory.ts';
import { planRegistry, planRetiredScope } from '../../lib/core/plan-registry.ts';
import type { RegistryWorld } from '../../lib/core/plan.ts';
import type { OwnerAnswer, Registration } from '../../lib/core/registration.ts';
import { RULE_IDS, type RuleId, type Severity } from '../../lib/core/rule-catalog.ts';
import { DAY, HOUR, plus } from '../../lib/core/time.ts';
import { registryAfter } from '../support/apply-plan.ts';
import {
  aKindStatus,
  anAttestation,
  anItem,
  aRecord,
  aRegistration,
  aRegistryWorld,
  aStatus,
  endpointArn,
  NOW,
  SCOPE,
  SLOT,
  someSettings,
  stored,
  violated,
} from '../support/builders.ts';

type Over = Partial<RegistryWorld>;
const judged = (over: Over, rule: RuleId): Verdict => planRegistry(aRegistryWorld(over)).verdicts.find(verdict => verdict.rule === rule)!;
const said = (verdict: Verdict) =>
  verdict.outcome === 'VIOLATED' ? `${verdict.severity} ${verdict.code}: ${verdict.reason}` : `${verdict.outcome} ${verdict.code}`;
const model = (over: Partial<Registration>): Over => ({ registrations: [aRegistration(over)] });
const daysAgo = (days: number) => plus(NOW, -days * DAY);
const people = (dana: OwnerAnswer['status'], kim: OwnerAnswer['status']): RegistryWorld['owners'] =>
  new Map(Object.entries({ 'dana@example.com': dana, 'kim@example.com': kim }).map(([who, status]) => [who, { status, reason: '' }]));
const memo = (since: string, key = 'owner:kim@example.com', seq = 0) => ({ key, since, seq });

const ARN = endpointArn('old-scorer');
const KEY = `decl:fraud-scorer/${ARN}`;
const declaring = model({ deployments: [{ arn: ARN, environment: 'prod', version: null }] });
const scoped = (kind: Partial<KindStatus>, over: Partial<ScopeStatus> = {}): Over => ({
  statuses: [aStatus({ lastSlot: SLOT, kinds: { ENDPOINT: aKindStatus({ lastCompleteAt: SLOT, ...kind }) }, ...over })],
});
const missing = { ...declaring, declared: new Map([[ARN, undefined]]) };
/** Found empty since a time of the day, and last at another one; judged at a third, or in the slot of all tests. */
const resting = (since: string, last: string, slot = '09:15'): Over => {
  const [emptySince, lastSlot, now] = [since, last, slot].map(time => `2026-11-23T${time}:00.000Z`) as [string, string, string];
  const kind = aKindStatus({ lastCompleteAt: lastSlot, count: 0 });
  return { slot: now, statuses: [aStatus({ emptySince, lastSlot, kinds: { ENDPOINT: kind, INFERENCE_COMPONENT: kind } })] };
};
const failure = (over: Partial<NonNullable<KindStatus['failure']>> = {}) =>
  scoped({ failure: { failure: 'DENIED', reason: 'access denied: sagemaker:ListEndpoints', since: SLOT, slots: 1, ...over } });

const cases: Partial<Record<RuleId, readonly [string, Over, string][]>> = {
  'OWN-01': [
    ['both are named', {}, 'CLEAR BOTH_NAMED'],
    ['one is missing', model({ businessOwner: null }), 'HIGH OWNER_MISSING: no business owner'],
    ['both are missing', model({ businessOwner: null, technicalOwner: null, riskTier: 'LOW' }), 'MEDIUM OWNER_MISSING: no owner'],
  ],
  'OWN-02': [
    ['both are here', {}, 'CLEAR ACTIVE'],
    ['one has left', { owners: people('INACTIVE', 'ACTIVE') }, 'HIGH ONE_LEFT: dana@example.com has left'],
    ['both have left', { owners: people('INACTIVE', 'INACTIVE') }, 'CRITICAL ALL_LEFT: dana@example.com and kim@example.com have left'],
    [
      'one person in both roles has left',
      { ...model({ businessOwner: 'kim@example.com' }), owners: people('ACTIVE', 'INACTIVE') },
      'CRITICAL ALL_LEFT: kim@example.com has left',
    ],
    ['not found for the first time', { owners: people('ACTIVE', 'NO_SUCH_PERSON') }, 'CANNOT_TELL MISSED_ONCE'],
    ['not found again in the same slot', { owners: people('ACTIVE', 'NO_SUCH_PERSON'), memos: [memo(SLOT)] }, 'CANNOT_TELL MISSED_ONCE'],
    [
      'not found in a second slot',
      { owners: people('ACTIVE', 'NO_SUCH_PERSON'), memos: [memo(daysAgo(1))] },
      'HIGH ONE_LEFT: kim@example.com has left',
    ],
    ['the directory fails', { owners: people('ACTIVE', 'UNKNOWN'), memos: [memo(daysAgo(1))] }, 'CANNOT_TELL OWNER_UNKNOWN'],
    [
      'the directory fails for one, the other has left',
      { owners: people('UNKNOWN', 'INACTIVE') },
      'HIGH ONE_LEFT: kim@example.com has left',
    ],
    ['nobody is named', model({ businessOwner: null, technicalOwner: null }), 'CLEAR NO_OWNERS'],
  ],
  'OWN-03': [
    ['attested in time', {}, 'CLEAR ATTESTED'],
    [
      'due at this instant',
      model({ decisions: [anAttestation({ at: daysAgo(90) })], registeredAt: daysAgo(400) }),
      'HIGH OVERDUE: attestation due today',
    ],
    ['due tomorrow', model({ decisions: [anAttestation({ at: daysAgo(89) })], registeredAt: daysAgo(400) }), 'CLEAR ATTESTED'],
    [
      'never attested: the clock starts with the registration',
      model({ decisions: [], registeredAt: daysAgo(102), riskTier: 'HIGH' }),
      'HIGH OVERDUE: attestation 12 days overdue',
    ],
    [
      'the latest attestation counts',
      model({ decisions: [anAttestation({ at: daysAgo(5) }), anAttestation({ at: daysAgo(95) })], registeredAt: daysAgo(400) }),
      'CLEAR ATTESTED',
    ],
    [
      'a manifest only asserts one',
      model({ decisions: [anAttestation({ source: 'MANIFEST' })], registeredAt: daysAgo(91) }),
      'HIGH OVERDUE: attestation 1 day overdue',
    ],
    [
      'a trusted manifest',
      {
        ...model({ decisions: [anAttestation({ source: 'MANIFEST' })], registeredAt: daysAgo(91) }),
        settings: someSettings({ manifestDecisions: 'trust' }),
      },
      'CLEAR ATTESTED',
    ],
    [
      'nobody attests the future',
      model({ decisions: [anAttestation({ at: plus(NOW, DAY) })], registeredAt: daysAgo(91) }),
      'HIGH OVERDUE: attestation 1 day overdue',
    ],
    [
      'only owners attest',
      model({ decisions: [anAttestation({ by: 'lee@example.com' })], registeredAt: daysAgo(91) }),
      'HIGH OVERDUE: attestation 1 day overdue',
    ],
    ['an absent tier is HIGH', model({ decisions: [], riskTier: null, registeredAt: daysAgo(90) }), 'HIGH OVERDUE: attestation due today'],
    ['an experiment is not attested', model({ decisions: [], riskTier: 'EXPERIMENT', registeredAt: daysAgo(900) }), 'CLEAR NOT_APPLICABLE'],
  ],
  'INV-10': [
    ['complete', {}, 'CLEAR COMPLETE'],
    ['said to have none is said', model({ dataSources: [], downstreamSystems: [] }), 'CLEAR COMPLETE'],
    [
      'young',
      model({ dataSources: null, downstreamSystems: null, registeredAt: daysAgo(13.9) }),
      'LOW INCOMPLETE_YOUNG: no data sources, no downstream systems',
    ],
    ['no longer young', model({ purpose: null, registeredAt: daysAgo(14) }), 'HIGH INCOMPLETE: no purpose'],
    ['an absent tier is a field too', model({ riskTier: null, registeredAt: daysAgo(14) }), 'HIGH INCOMPLETE: no risk tier'],
    [
      'a young experiment stays INFO',
      model({ purpose: null, riskTier: 'EXPERIMENT', registeredAt: NOW }),
      'INFO INCOMPLETE_YOUNG: no purpose',
    ],
  ],
  'INV-06': [
    ['it is listed', { ...declaring, declared: new Map([[ARN, anItem({ arn: ARN })]]) }, 'CLEAR SEEN'],
    [
      'it is listed in other letters',
      {
        ...declaring,
        declared: new Map([
          [ARN.replace('old', 'OLD'), anItem({ arn: ARN })],
          [ARN, undefined],
        ]),
      },
      'CLEAR SEEN',
    ],
    ['just missing', missing, 'CANNOT_TELL MISSING_NOT_LONG_ENOUGH'],
    [
      'missing in three complete runs over a day',
      { ...missing, memos: [memo(plus(SLOT, -DAY), KEY, 8)] },
      'MEDIUM GHOST: registered, not seen in 3 complete runs',
    ],
    ['missing in two', { ...missing, memos: [memo(plus(SLOT, -DAY), KEY, 9)] }, 'CANNOT_TELL MISSING_NOT_LONG_ENOUGH'],
    [
      'missing in three complete runs of a morning, and nobody has looked since',
      { ...missing, ...scoped({ lastCompleteAt: plus(SLOT, -DAY) }), memos: [memo(plus(SLOT, -DAY - HOUR), KEY, 8)] },
      'CANNOT_TELL MISSING_NOT_LONG_ENOUGH',
    ],
    ['missing for less than a day', { ...missing, memos: [memo(plus(SLOT, -DAY + 1), KEY, 1)] }, 'CANNOT_TELL MISSING_NOT_LONG_ENOUGH'],
    [
      'its scope was never read',
      { ...missing, ...scoped({ completeSeq: 0 }), memos: [memo(daysAgo(1), KEY, 0)] },
      'CANNOT_TELL SCOPE_NOT_READ',
    ],
    ['its scope has no status', { ...missing, statuses: [] }, 'CANNOT_TELL SCOPE_NOT_READ'],
    ['its scope is not watched', { ...missing, scopes: ['sagemaker/999900001111/eu-west-1'] }, 'CANNOT_TELL SCOPE_NOT_WATCHED'],
    [
      'its kind was not read',
      model({ deployments: [{ arn: ARN.replace('endpoint/', 'inference-component/'), environment: null, version: null }] }),
      'CANNOT_TELL SCOPE_NOT_READ',
    ],
    ['its ARN is none', model({ deployments: [{ arn: 'old', environment: null, version: null }] }), 'CANNOT_TELL NO_SCOPE'],
    ['nobody looked', declaring, 'CANNOT_TELL NOT_ASKED'],
  ],
  'OPS-01': [
    ['every kind was read', {}, 'CLEAR COMPLETE'],
    ['a kind was denied', failure(), 'MEDIUM FAILED_DENIED: access denied: sagemaker:ListEndpoints'],
    ['the reconcile of this slot did not finish', { statuses: [aStatus()] }, 'MEDIUM NOT_FINISHED: the reconcile did not finish'],
    ['a later slot has read it already', { statuses: [aStatus({ lastSlot: plus(SLOT, 15 * 60_000) })] }, 'CLEAR COMPLETE'],
    ['nothing is known of the scope', { statuses: [] }, 'MEDIUM NOT_FINISHED: the reconcile did not finish'],
    ['an empty scope is at rest', resting('09:00', '09:10'), 'CLEAR AT_REST'],
    ['its rest has ended', resting('08:15', '08:30'), 'MEDIUM NOT_FINISHED: the reconcile did not finish'],
  ],
  'OPS-02': [
    ['read in this slot', {}, 'CLEAR FRESH'],
    ['read one interval ago', scoped({ lastCompleteAt: plus(SLOT, -15 * 60_000) }), 'CLEAR FRESH'],
    ['read two intervals ago', scoped({ lastCompleteAt: plus(SLOT, -30 * 60_000) }), 'HIGH STALE: not completely read for 2 intervals'],
    [
      'never read, first tried two intervals ago',
      scoped({ lastCompleteAt: null }, { firstTriedAt: plus(SLOT, -30 * 60_000) }),
      'HIGH STALE: not completely read for 2 intervals',
    ],
    ['never read, first tried now', scoped({ lastCompleteAt: null }, { firstTriedAt: SLOT }), 'CLEAR FRESH'],
    ['at rest in its hour', resting('08:30', '08:45', '08:59'), 'CLEAR FRESH'],
    ['one interval after the end of its rest', resting('08:00', '08:15', '09:00'), 'CLEAR FRESH'],
    [
      'two intervals after the last slot of its rest',
      resting('08:00', '08:15', '09:15'),
      'HIGH STALE: not completely read for 2 intervals',
    ],
    ['empty once, which is no rest', resting('08:45', '08:45', '09:15'), 'HIGH STALE: not completely read for 2 intervals'],
    ['no kind is known', { statuses: [aStatus({ kinds: {} })] }, 'HIGH STALE: not completely read for 2 intervals'],
    ['nothing is known of the scope', { statuses: [] }, 'CANNOT_TELL NEVER_TRIED'],
  ],
};
describe.each(RULE_IDS.flatMap(rule => (cases[rule] ? [{ rule, table: cases[rule] }] : [])))('$rule', ({ rule, table }) => {
  test.each(table)('%s', (_name, over, expected) => {
    expect(said(judged(over, rule))).toBe(expected);
  });
});

test.each<[string, Over, string, string]>([
  ['a denial is told at once', failure(), 'DENIED', 'yes'],
  ['a transient failure waits', failure({ failure: 'TRANSIENT' }), 'TRANSIENT', 'first slot'],
  ['a deadline is transient', failure({ failure: 'DEADLINE' }), 'TRANSIENT', 'first slot'],
  ['the second slot of a transient failure', failure({ failure: 'TRANSIENT', slots: 2 }), 'TRANSIENT', 'yes'],
  ['one missed slot', { statuses: [aStatus()] }, 'TRANSIENT', 'first slot'],
  ['two missed slots', { statuses: [aStatus({ lastSlot: plus(SLOT, -30 * 60_000) })] }, 'TRANSIENT', 'yes'],
])('whether lost coverage lasts: %s', (_name, over, failed, lasting) => {
  expect(violated(judged(over, 'OPS-01')).facts).toMatchObject({ failure: failed, lasting });
});

test.each<[string, Partial<Registration>, Severity]>([
  ['a declared production', { lifecycle: null, deployments: [{ arn: ARN, environment: null, version: null }] }, 'CRITICAL'],
  ['no word of production', { lifecycle: null }, 'HIGH'],
  ['an undeclared tier', { riskTier: null }, 'HIGH'],
])('CRITICAL takes a declared tier and a declared production: %s', (_name, over, severity) => {
  expect(judged({ ...model(over), owners: people('INACTIVE', 'INACTIVE') }, 'OWN-02')).toMatchObject({ severity });
});

const wished = (over: Over) => planRegistry(aRegistryWorld(over)).memos;

describe('memos', () => {
  test('an owner who is not found is remembered from the first slot on, until found', () => {
    const lost = { owners: people('ACTIVE', 'NO_SUCH_PERSON') };
    expect(wished(lost)).toEqual([{ action: 'SET', memo: memo(SLOT) }]);
    expect(wished({ ...lost, memos: [memo(daysAgo(1))] })).toEqual([]);
    expect(wished({ memos: [memo(daysAgo(1))] })).toEqual([{ action: 'UNSET', key: 'owner:kim@example.com' }]);
    expect(wished({ owners: people('ACTIVE', 'UNKNOWN'), memos: [memo(daysAgo(1))] })).toEqual([]);
  });

  test('a missing declaration counts from the listing that first missed it, and no failure makes it forget', () => {
    const absent = { ...declaring, declared: new Map([[ARN, anItem({ arn: ARN, absentSince: 9 })]]) };
    expect(wished(absent)).toEqual([{ action: 'SET', memo: memo(SLOT, KEY, 9) }]);
    expect(wished(missing)).toEqual([{ action: 'SET', memo: memo(SLOT, KEY, 10) }]);
    const kept = [memo(daysAgo(1), KEY, 8)];
    expect(wished({ ...missing, statuses: [], memos: kept })).toEqual([]);
    expect(wished({ memos: kept })).toEqual([{ action: 'UNSET', key: KEY }]);
    expect(wished({ memos: kept, unreadable: ['fraud-scorer'] })).toEqual([]);
  });
});

describe('what is no longer there to be judged', () => {
  const open = registryAfter(aRegistryWorld({ ...model({ businessOwner: null }), ...failure() }));
  const cleared = (over: Over) =>
    planRegistry({ ...open, ...over }).findings.map(({ action, record }) => [action, record.rule, record.cleared?.code]);

  test('a model that was taken out of the registry clears its findings', () => {
    expect(cleared({ registrations: [] })).toEqual([['CLEAR', 'OWN-01', 'FACT']]);
  });
  test.each<[string, Over, string[]]>([
    ['left just now', { scopes: [] }, ['LEFT']],
    ['never finished', { scopes: [], statuses: [aStatus({ lastSlot: null })] }, ['LEFT']],
    ['left in this run, which is closed once more', { scopes: [], statuses: [aStatus({ retiredSince: SLOT })] }, ['LEFT']],
    ['left before, which was told', { scopes: [], statuses: [aStatus({ retiredSince: plus(SLOT, -HOUR) })] }, []],
    ['is part of a later roll call', { scopes: [], statuses: [aStatus({ lastSlot: plus(SLOT, HOUR) })] }, []],
    ['is the registry', { scopes: [], statuses: [aStatus({ scope: 'registry' })] }, []],
  ])('a scope that %s', (_what, over, codes) => {
    const opened = planRegistry(aRegistryWorld(over)).findings.filter(({ record }) => record.rule === 'OPS-01');
    expect(opened.map(({ record }) => record.code)).toEqual(codes);
  });
  test('what else was open of a scope that left is retired in the run that says so', () => {
    const stale = registryAfter(aRegistryWorld(scoped({ lastCompleteAt: plus(SLOT, -30 * 60_000) })));
    const { findings } = planRegistry({ ...stale, scopes: [], statuses: [aStatus()] });
    expect(findings).toMatchObject([{ record: { code: 'LEFT' } }, { record: { rule: 'OPS-02', cleared: { code: 'SCOPE_RETIRED' } } }]);
  });
  test('a scope that left the configuration is retired, not resolved', () => {
    const told = [aStatus({ retiredSince: plus(SLOT, -HOUR) })];
    expect(cleared({ scopes: [], statuses: told })).toEqual([['CLEAR', 'OPS-01', 'SCOPE_RETIRED']]);
    const findings = [stored(aRecord()), stored(aRecord({ rule: 'APR-01', condition: 'CLEARED' }))];
    const retired = planRetiredScope({ scope: SCOPE, findings, now: NOW, epoch: 8 }).findings;
    expect(retired.map(({ record }) => [record.rule, record.cleared?.code, record.epoch])).toEqual([['APR-02', 'SCOPE_RETIRED', 8]]);
  });
});

test.each<[string, Over, string]>([
  ['read two intervals ago', scoped({ lastCompleteAt: plus(SLOT, -30 * 60_000) }), plus(SLOT, -30 * 60_000)],
  ['never read', scoped({ lastCompleteAt: null }, { firstTriedAt: plus(SLOT, -30 * 60_000) }), 'never'],
])('a stale scope says when it was last complete: %s', (_name, over, lastComplete) => {
  expect(violated(judged(over, 'OPS-02')).evidence).toMatchObject({ lastComplete });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeAdapter } from '../../lib/core/compose.ts';
import { hidingOf } from '../../lib/core/effective-state.ts';
import type { Violation } from '../../lib/core/finding.ts';
import { partText } from '../../lib/core/part-text.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import { HIDES, isAtLeast, RULE_IDS, type RuleId, RULES, SEVERITIES, type Severity } from '../../lib/core/rule-catalog.ts';
import { arbitraryKind, arbitraryWorld } from '../support/arbitraries.ts';
import { aComposition, anApproval, aUnit, aVersion, knownDetail, aSighting, someSettings, ACCOUNT } from '../support/builders.ts';
import { declared, judge, model, of, type Over, said } from '../support/deployment-vocabulary.ts';

const holds = <T>(values: fc.Arbitrary<T>, law: (value: T) => void): void =>
  fc.assert(fc.property(values, law), { seed: 20261123, numRuns: 300 });

type Open = Pick<Violation, 'rule' | 'severity'>;
const shownOf = (open: readonly Open[]): readonly Open[] => open.filter(each => hidingOf(each, open).hiddenBy === null);
const urgencyOf = (open: readonly Open[]): number => Math.max(-1, ...open.map(({ severity }) => SEVERITIES.indexOf(severity)));

describe('what hides a finding', () => {
  test.each<[string, [RuleId, Severity], [RuleId, Severity][], RuleId | null, string]>([
    ['as urgent', ['APR-01', 'CRITICAL'], [['INV-07', 'CRITICAL']], 'INV-07', 'EXPLAINED'],
    ['more urgent', ['APR-03', 'LOW'], [['APR-01', 'HIGH']], 'APR-01', 'EXPLAINED'],
    ['less urgent', ['APR-01', 'HIGH'], [['INV-07', 'MEDIUM']], null, 'WORSE_THAN_ITS_EXPLANATION'],
    [
      'less urgent than it, beside another',
      ['APR-02', 'HIGH'],
      [
        ['INV-07', 'MEDIUM'],
        ['APR-01', 'HIGH'],
      ],
      'APR-01',
      'EXPLAINED',
    ],
    ['no explanation', ['INV-03', 'LOW'], [['INV-04', 'CRITICAL']], null, 'UNEXPLAINED'],
    ['not open', ['APR-02', 'LOW'], [], null, 'UNEXPLAINED'],
  ])('what is %s', (_name, [rule, severity], open, hiddenBy, hidingCode) => {
    const found = open.map(([each, urgency]) => ({ rule: each, severity: urgency }));
    expect(hidingOf({ rule, severity }, found)).toEqual({ hiddenBy, hidingCode });
  });

  const findings = fc
    .uniqueArray(fc.constantFrom(...RULE_IDS.filter(rule => RULES[rule].subject === 'dep')), { minLength: 1 })
    .chain(rules => fc.tuple(...rules.map(rule => fc.constantFrom(...SEVERITIES).map((severity): Open => ({ rule, severity })))));

  test('is never less urgent, and is shown itself or hidden by what is', () =>
    holds(findings, open => {
      for (const each of open) {
        const { hiddenBy } = hidingOf(each, open);
        const by = open.find(({ rule }) => rule === hiddenBy);
        expect(by === undefined || isAtLeast(by.severity, each.severity)).toBe(true);
      }
      expect(urgencyOf(shownOf(open))).toBe(urgencyOf(open));
    }));

  test('of deployments as they are judged, the most urgent finding of each is always shown', () =>
    holds(fc.tuple(arbitraryWorld, arbitraryKind), ([world, kind]) => {
      const { verdicts } = planReconcile({ ...world, listing: { ...world.listing, kinds: [kind] } });
      const found = verdicts.filter(verdict => verdict.outcome === 'VIOLATED');
      for (const open of Map.groupBy(found, ({ subject }) => subject).values()) expect(urgencyOf(shownOf(open))).toBe(urgencyOf(open));
    }));

  test('explains nothing that explains it', () => {
    const below = (rule: RuleId): readonly RuleId[] => (HIDES[rule] ?? []).flatMap(each => [each, ...below(each)]);
    expect(RULE_IDS.filter(rule => below(rule).includes(rule))).toEqual([]);
  });
});

describe('one fact, one finding', () => {
  const dev = someSettings({ accounts: { [ACCOUNT]: { environment: 'dev' } } });
  const lora = composeAdapter(aComposition('v3'), { uri: 's3://m/lora', etag: 'e1', role: 'ADAPTER' });
  const runs = (...live: (typeof lora)[]) =>
    aSighting({ detail: knownDetail(...live.map((composition, index) => aUnit({ name: `unit-${index}`, composition }))) });
  const stated = (version: string) => aVersion(version, { parts: aComposition(`v${version}`).parts.map(partText) });
  const registered = (...over: Parameters<typeof model>): Over => ({
    ...model({ versions: [stated('3'), stated('2')], ...over[0] }),
    settings: dev,
  });
  const violatedIn = (over: Over, ...live: (typeof lora)[]) =>
    judge(runs(...live), over).flatMap(verdict => (verdict.outcome === 'VIOLATED' ? [`${verdict.rule} ${verdict.code}`] : []));

  test('a version with something else around it is not a version that nobody knows as well', () => {
    expect(violatedIn(registered(), lora)).toEqual(['INV-05 ADDED']);
    expect(said(of(judge(runs(lora), registered()), 'INV-03'))).toBe('CLEAR AROUND');
  });

  test('another unit that runs another version than is declared is told beside it', () => {
    expect(violatedIn(registered(declared('3')), lora, aComposition('v2'))).toEqual(['INV-03 OTHER_VERSION', 'INV-05 ADDED']);
  });

  test('another unit that runs what nobody knows is told beside it', () => {
    expect(violatedIn(registered(), lora, aComposition('v9'))).toEqual(['INV-03 UNKNOWN_VERSION', 'INV-05 ADDED']);
  });

  const toldOf = (over: Over) =>
    shownOf(judge(aSighting(), over).filter(verdict => verdict.outcome === 'VIOLATED')).map(({ rule, severity }) => `${rule} ${severity}`);
  const revoked = anApproval({ status: 'REVOKED', at: '2026-11-02T10:00:00.000Z' });
  test.each([
    ['LOW', [revoked], ['INV-07 HIGH']],
    ['EXPERIMENT', [revoked], ['INV-07 MEDIUM']],
    ['HIGH', [revoked], ['INV-07 CRITICAL']],
    ['LOW', [revoked, anApproval({ version: '2' })], ['INV-07 MEDIUM']],
  ] as const)(
    'a revoked %s model in production is as urgent as an unapproved one where no other approval stands',
    (riskTier, decisions, shown) => {
      expect(toldOf(model({ riskTier, decisions }))).toEqual(shown);
    },
  );

  test('that a model is retired does not hide that it is not approved, where that is worse', () => {
    const retired = (riskTier: 'LOW' | 'HIGH') => toldOf(model({ riskTier, lifecycle: 'RETIRED', decisions: [] }));
    expect([retired('LOW'), retired('HIGH')]).toEqual([['APR-01 HIGH', 'INV-07 MEDIUM'], ['INV-07 CRITICAL']]);
  });
});

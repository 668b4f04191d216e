import { describe, expect, test } from 'vitest';
import { composeModel } from '../../lib/core/compose.ts';
import { effectiveState } from '../../lib/core/effective-state.ts';
import type { Answer, HistoryEntry, Violation } from '../../lib/core/finding.ts';
import { findingId } from '../../lib/core/finding-id.ts';
import { sealEntry, verifyChain } from '../../lib/core/history.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import { reconcileFindings, afterStored } from '../../lib/core/reconcile-findings.ts';
import type { RuleId } from '../../lib/core/rule-catalog.ts';
import {
  aContainer,
  aListing,
  anAnswer,
  aRecord,
  aRegistration,
  aResponse,
  aScopeWorld,
  aSighting,
  aUnit,
  endpointsOf,
  knownDetail,
  NOW,
  SCOPE,
  stored,
} from '../support/builders.ts';
import { aTold } from '../support/owed.ts';

const context = { scope: SCOPE, now: '2026-11-24T00:00:00.000Z', epoch: 9 };
const { rule, subject, code, reason, severity, facts, evidence, about } = aRecord();
const found = (over: Partial<Violation> = {}): Violation => ({
  rule,
  subject,
  outcome: 'VIOLATED',
  code,
  reason,
  severity,
  facts,
  evidence,
  about,
  ...over,
});
const born = (day: number) => ({ ...about, createdAt: `2026-11-0${day}T00:00:00.000Z` });
const { createdAt: _createdAt, ...unborn } = about;
const told = { security: aTold({ severity }) };

const ENDED = { condition: 'CLEARED', cleared: { code: 'FACT', reason: '', at: NOW } } as const;

const silent = (outcome: 'CLEAR' | 'CANNOT_TELL') => ({
  rule,
  subject,
  outcome,
  code: 'COVERED',
  reason: 'the approval covers what runs',
});

describe('verdicts against what is stored', () => {
  const open = aRecord({ told });
  const cleared = aRecord({ ...ENDED, generation: 3 });
  test.each<[string, ReturnType<typeof aRecord> | null, Parameters<typeof reconcileFindings>[0][number], string]>([
    ['nothing stored, violated', null, found(), 'OPEN 1 NOT_COVERED'],
    ['nothing stored, clear', null, silent('CLEAR'), 'nothing'],
    ['open, unchanged', open, found(), 'nothing'],
    ['open, cannot tell', open, silent('CANNOT_TELL'), 'nothing'],
    ['open, clear', open, silent('CLEAR'), 'CLEAR 1 COVERED'],
    ['open, worse', open, found({ severity: 'HIGH' }), 'UPDATE 1 changed: severity'],
    ['open, other facts', open, found({ facts: { live: '5', approved: '3' } }), 'UPDATE 1 changed: facts'],
    ['open, other owner', open, found({ about: { ...about, receivers: ['lee@example.com'] } }), 'UPDATE 1 changed: about'],
    ['open, other words', open, found({ reason: 'x', code: 'UNPINNED' }), 'UPDATE 1 changed: code, reason'],
    ['open, only other evidence', open, found({ evidence: { status: 'Updating' } }), 'nothing'],
    ['open, composition not read', open, found({ about: { ...about, composition: null } }), 'nothing'],
    ['open, created anew', open, found({ about: born(2) }), 'REOPEN 2 RECREATED'],
    ['open, creation not read', open, found({ about: unborn }), 'nothing'],
    ['open before its creation was known', aRecord({ about: unborn }), found(), 'UPDATE 1 changed: about'],
    ['cleared, violated', cleared, found(), 'REOPEN 4 CAME_BACK'],
    ['cleared, clear', cleared, silent('CLEAR'), 'nothing'],
  ])('%s', (_name, record, verdict, expected) => {
    const [change] = reconcileFindings([verdict], record ? [stored(record)] : [], context);
    expect(change ? `${change.action} ${change.record.generation} ${change.reason}` : 'nothing').toBe(expected);
  });

  test('a change names its history entry as head, links it to the one before, and leaves what was told', () => {
    const [change] = reconcileFindings([silent('CLEAR')], [stored(open)], context);
    expect(change?.record).toMatchObject({
      condition: 'CLEARED',
      cleared: { code: 'FACT', at: context.now },
      epoch: 9,
      changedAt: context.now,
      openedAt: NOW,
      told,
    });
    expect(change?.entry).toMatchObject({ chain: 'record', seq: 2, previous: 'hash-1', by: 'rollcall', event: 'CLEAR', at: context.now });
    expect(change?.record.head).toEqual({ seq: 2, hash: change?.entry.hash });
  });
});

describe('what the archive has of what seemed new', () => {
  const [archived, long] = [aRecord({ ...ENDED, told, generation: 3 }), 'x'.repeat(400)];
  test.each<[string, Violation]>([
    ['as it was', found()],
    ['worse, for other reasons', found({ severity: 'LOW', code: 'UNPINNED', reason: long, facts: { live: long } })],
    ['with more evidence than fits', found({ evidence: { many: Array.from({ length: 30 }, () => long), live: [long], more: long } })],
    ['created anew', found({ about: born(2) })],
    ['read in part', found({ about: { ...unborn, composition: null } })],
  ])('is planned as if the partition had it: %s', (_name, violation) => {
    const [opening] = reconcileFindings([violation], [], context);
    const [reopening] = reconcileFindings([violation], [stored(archived)], context);
    expect(afterStored(opening!, archived)).toEqual(reopening);
    expect(reopening).toMatchObject({ reason: 'CAME_BACK', record: { generation: 4, told }, entry: { seq: 2, previous: 'hash-1' } });
  });

  test('is as whoever has opened it meanwhile left it, or an update of that', () => {
    const [opening] = reconcileFindings([found({ severity: 'LOW' })], [], context);
    expect(afterStored(opening!, { ...aRecord(), ...opening!.record })).toBeNull();
    expect(afterStored(opening!, aRecord())).toMatchObject({ action: 'UPDATE', record: { generation: 1, severity: 'LOW' } });
  });
});

test('a record stays below 64 KB whatever runs', () => {
  const long = '\u0000€'.repeat(5000);
  const containers = Array.from({ length: 1_000 }, (_, index) => aContainer({ artefact: `${index}-${long.slice(0, 900)}` }));
  const composition = composeModel({ containers, execution: 'Serial' });
  const tags = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${index}${long}`, long]));
  const monster = (claim: object) =>
    aSighting({
      name: long,
      status: long,
      tags: { ...tags, ...claim, owner: long },
      detail: knownDetail(aUnit({ name: long, composition, packageArns: [long] })),
    });
  for (const claim of [{ 'rollcall:model': 'fraud-scorer' }, {}]) {
    const registrations = [aRegistration({ origin: long, technicalOwner: long, businessOwner: `${long}!` })];
    const plan = planReconcile(
      aScopeWorld({ registrations, listing: aListing({ kinds: [endpointsOf([{ ...monster(claim), arn: 'arn:x' }])] }) }),
    );
    expect(plan.findings).toHaveLength(1);
    for (const { record, entry } of plan.findings) {
      expect(new TextEncoder().encode(JSON.stringify(record)).length).toBeLessThan(64 * 1024);
      expect(new TextEncoder().encode(JSON.stringify(entry)).length).toBeLessThan(8 * 1024);
    }
  }
});

test('a deployment is known to be another however much evidence there is', () => {
  const columns = Object.fromEntries(['differs', 'approved', 'live'].map(key => [key, Array.from({ length: 20 }, () => key.repeat(60))]));
  const [first] = reconcileFindings([found({ about: born(1), evidence: columns })], [], context);
  const [again] = reconcileFindings([found({ about: born(2), evidence: columns })], [stored(first!.record)], context);
  expect(again).toMatchObject({ action: 'REOPEN', reason: 'RECREATED', record: { generation: 2, about: born(2) } });
});

test('a finding has one id for ever', () => {
  expect(findingId('APR-02', 'dep:arn:aws:sagemaker:eu-west-1:111122223333:endpoint/fraud-scorer')).toBe('F-MH8MVCXA');
  expect(findingId('APR-01', subject)).not.toBe(findingId('APR-02', subject));
});

const entry = (seq: number, previous: string, event: string) =>
  sealEntry({ chain: 'record', seq, previous, at: NOW, by: 'rollcall', event, detail: { code: 'X' } });

describe('history', () => {
  const one = entry(1, '', 'OPEN');
  const two = entry(2, one.hash, 'UPDATE');
  const orphan = entry(2, one.hash, 'CLEAR');
  const head = { seq: 2, hash: two.hash };
  test.each<[string, HistoryEntry[], typeof head, object]>([
    ['whole, in any order', [two, one], head, { intact: true, orphans: 0 }],
    ['a crash left an entry behind', [one, orphan, two], head, { intact: true, orphans: 1 }],
    ['an entry was changed', [{ ...one, by: 'somebody' }, two], head, { intact: false, seq: 1, code: 'ALTERED' }],
    ['an entry is gone', [two], head, { intact: false, seq: 1, code: 'MISSING' }],
    ['a head that no entry has', [one, two], { seq: 3, hash: 'other' }, { intact: false, seq: 3, code: 'MISSING' }],
  ])('%s', (_name, entries, at, expected) => {
    expect(verifyChain(entries, at)).toEqual(expected);
  });
});

describe('the state that people see', () => {
  test.each<[string, Partial<Answer> | null, Partial<ReturnType<typeof aRecord>>, string]>([
    ['no answer', null, {}, 'OPEN NO_ANSWER'],
    ['acknowledged', {}, {}, 'ACKNOWLEDGED ANSWERED'],
    ['excepted', { kind: 'EXCEPTION' }, {}, 'EXCEPTED ANSWERED'],
    ['answered up to this instant', { until: NOW }, {}, 'OPEN ANSWER_ENDED'],
    ['answered for an earlier generation', {}, { generation: 2 }, 'OPEN ANSWER_FOR_OTHER_GENERATION'],
    ['answered for another composition', { composition: 'c1:sha256:other' }, {}, 'OPEN ANSWER_FOR_OTHER_COMPOSITION'],
    ['cleared', {}, { condition: 'CLEARED' }, 'RESOLVED CLEARED'],
  ])('%s', (_name, answer, over, expected) => {
    const { state, code: because } = effectiveState(aRecord(over), aResponse({ answer: answer && anAnswer(answer) }), [], NOW);
    expect(`${state} ${because}`).toBe(expected);
  });

  test.each<[RuleId, RuleId[], RuleId | null]>([
    ['APR-02', ['INV-01', 'APR-01', 'APR-02'], 'INV-01'],
    ['APR-02', ['APR-01', 'APR-02'], 'APR-01'],
    ['INV-03', ['APR-02', 'INV-03'], 'APR-02'],
    ['APR-02', ['APR-02', 'APR-03', 'INV-03'], null],
    ['INV-01', ['INV-01', 'APR-01'], null],
  ])('%s beside %s is hidden by %s', (shown, open, by) => {
    const asUrgent = open.map(each => aRecord({ rule: each }));
    expect(effectiveState(aRecord({ rule: shown }), undefined, asUrgent, NOW).hiddenBy).toBe(by);
  });
});

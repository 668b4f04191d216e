import { describe, expect, it } from 'vitest';
import { decideNotice, factsDigest, receiversOf } from '../../lib/core/decide-notice.ts';
import { effectiveState } from '../../lib/core/effective-state.ts';
import type { Answer, FindingRecord, FindingResponse, Told } from '../../lib/core/finding.ts';
import type { RuleId } from '../../lib/core/rule-catalog.ts';
import { anAnswer, aRecord, aResponse } from '../support/builders.ts';
import { aTold } from '../support/owed.ts';

const AT = '2026-11-23T10:00:00.000Z';
const BEFORE = '2026-11-23T09:00:00.000Z';
const LATER = '2026-11-23T11:00:00.000Z';
const OTHER = 'c1:sha256:other';

interface Case {
  readonly record?: Partial<FindingRecord>;
  /** Over "told at 10:00 that it is open, as it is now"; null: never told. */
  readonly told?: Partial<Told> | null;
  readonly answer?: Partial<Answer>;
  readonly release?: string;
  readonly open?: readonly RuleId[];
  readonly now?: string;
  readonly receiver?: string;
}

const told = (over: Partial<Told> = {}) => aTold({ facts: factsDigest(aRecord()), at: AT, ...over });

const decide = (ask: Case) => {
  const record = aRecord(ask.record);
  const release = ask.release === undefined ? null : { by: 'lee@example.com', at: ask.release };
  const response: FindingResponse = aResponse({ answer: ask.answer ? anAnswer({ at: BEFORE, ...ask.answer }) : null, release });
  const now = ask.now ?? '2026-11-23T12:00:00.000Z';
  const before = ask.told === null ? undefined : told(ask.told);
  const effective = effectiveState(
    record,
    response,
    (ask.open ?? []).map(rule => aRecord({ rule })),
    now,
  );
  return decideNotice({ record, response, effective, told: before, receiver: ask.receiver ?? 'security', now });
};

const cleared = (code: 'FACT' | 'ABSENT' | 'SCOPE_RETIRED' = 'FACT'): Partial<FindingRecord> => ({
  condition: 'CLEARED',
  cleared: { code, reason: 'back to version 3', at: AT },
});
const denied = (lasting: string) => ({ failure: 'DENIED', lasting });
const lasting = {
  record: { ...aRecord(), rule: 'OPS-01', facts: denied('yes') },
  told: { facts: factsDigest({ facts: denied('first slot') }) },
} as const;
const transient = { rule: 'OPS-01', facts: { failure: 'TRANSIENT' }, severity: 'MEDIUM' } as const;

describe('a notice is owed or not, for one named reason', () => {
  it.each<[string, Case, string]>([
    ['a receiver who never heard of it', { told: null }, 'OPENED'],
    ['a finding that came back', { record: { generation: 2 } }, 'REOPENED'],
    ['a higher severity', { told: { severity: 'HIGH' } }, 'SEVERITY_RAISED'],
    ['a lower severity and the same facts', { record: { severity: 'HIGH' } }, 'ALREADY_TOLD'],
    ['other facts', { record: { facts: { live: '5', approved: '3' } } }, 'FACTS_CHANGED'],
    ['nothing new', {}, 'ALREADY_TOLD'],
    ['an acknowledgement in force', { told: null, answer: { until: LATER }, now: AT }, 'ANSWERED'],
    ['an exception in force', { answer: { kind: 'EXCEPTION', until: LATER }, now: AT }, 'ANSWERED'],
    ['an answer that ran out after the last notice', { answer: { until: LATER } }, 'ANSWER_ENDED'],
    ['an answer that ends at this very moment', { answer: { until: LATER }, now: LATER }, 'ANSWER_ENDED'],
    ['an answer whose end was told already', { answer: { until: LATER }, told: { at: LATER } }, 'ALREADY_TOLD'],
    [
      'an answer after the last notice, void since the composition changed',
      { answer: { composition: OTHER, at: AT, until: '2027-01-01T00:00:00.000Z' } },
      'ANSWER_ENDED',
    ],
    [
      'an answer before the last notice, void since the composition changed',
      { answer: { composition: OTHER, until: '2027-01-01T00:00:00.000Z' } },
      'ALREADY_TOLD',
    ],
    [
      'an answer to an earlier generation',
      { record: { generation: 2 }, told: { generation: 2 }, answer: { until: LATER } },
      'ALREADY_TOLD',
    ],
    ['an open parent', { told: null, open: ['APR-01'] }, 'HIDDEN'],
    ['a parent that has cleared', { told: null, open: ['APR-02'] }, 'OPENED'],
    ['INFO', { told: null, record: { severity: 'INFO' } }, 'NOT_WORTH_TELLING'],
    ['a transient failure in its first slot', { told: null, record: transient }, 'WAITS_FOR_SECOND_SLOT'],
    ['a transient failure that lasts', { told: null, record: { ...transient, facts: { failure: 'TRANSIENT', lasting: 'yes' } } }, 'OPENED'],
    ['a denial that was told and now lasts', lasting, 'ALREADY_TOLD'],
    ['a denial in its first slot', { told: null, record: { ...transient, facts: { failure: 'DENIED' } } }, 'OPENED'],
    ['a backlog entry', { told: { folded: true } }, 'FOLDED'],
    ['a backlog entry that was released', { told: { folded: true }, release: LATER }, 'RELEASED'],
    ['a release before it was folded', { told: { folded: true }, release: AT }, 'FOLDED'],
    ['a release of what was told in full', { release: LATER }, 'ALREADY_TOLD'],
    ['a backlog entry with other facts', { told: { folded: true, facts: 'other' } }, 'FACTS_CHANGED'],
    ['a backlog entry that got worse', { told: { folded: true, severity: 'HIGH' } }, 'SEVERITY_RAISED'],
    ['a backlog entry whose answer ended', { told: { folded: true }, answer: { until: LATER } }, 'ANSWER_ENDED'],
    ['the end of what was told', { record: cleared() }, 'RESOLVED'],
    ['the end of what was told, by now INFO', { record: { ...cleared(), severity: 'INFO' } }, 'RESOLVED'],
    ['an end that was told', { record: cleared(), told: { condition: 'CLEARED' } }, 'ALREADY_TOLD'],
    ['the end of what was never told', { record: cleared(), told: null }, 'NEVER_ANNOUNCED'],
    ['the end of a generation that was never told', { record: { ...cleared(), generation: 2 } }, 'NEVER_ANNOUNCED'],
    ['the end of a backlog entry', { record: cleared(), told: { folded: true } }, 'FOLDED'],
    ['a retired scope, to security, though folded', { record: cleared('SCOPE_RETIRED'), told: { folded: true } }, 'RESOLVED'],
    [
      'a retired scope, to an owner, when folded',
      { record: cleared('SCOPE_RETIRED'), told: { folded: true }, receiver: 'owner:kim' },
      'FOLDED',
    ],
  ])('%s', (_name, ask, reason) => {
    expect(decide(ask).reason).toBe(reason);
  });
});

const noticeOf = (ask: Case) => {
  const decision = decide(ask);
  if (!decision.owe) throw new Error(decision.reason);
  return decision.notice;
};

describe('a notice', () => {
  it.each<[string, Partial<FindingRecord>, string]>([
    ['CRITICAL', {}, 'AT_ONCE'],
    ['HIGH', { severity: 'HIGH' }, 'AT_ONCE'],
    ['MEDIUM', { severity: 'MEDIUM' }, 'DAILY'],
    ['lost coverage of MEDIUM severity', { rule: 'OPS-01', severity: 'MEDIUM' }, 'AT_ONCE'],
    ['stale coverage', { rule: 'OPS-02', severity: 'MEDIUM' }, 'AT_ONCE'],
  ])('of %s goes out in its time', (_name, record, cadence) => {
    expect(noticeOf({ told: null, record }).cadence).toBe(cadence);
    expect(noticeOf({ record: { ...record, ...cleared() } }).cadence).toBe('DAILY');
  });

  it('keeps its id when it is derived again, and every transition, receiver and answer has another', () => {
    const asks: Case[] = [
      { told: null },
      { told: null, receiver: 'owner:kim' },
      { told: null, record: { head: { seq: 2, hash: 'h' } } },
      { record: { generation: 2 } },
      { record: cleared() },
      { told: { folded: true }, release: LATER },
      { answer: { until: LATER } },
      { answer: { until: LATER, at: AT } },
    ];
    const ids = asks.map(ask => noticeOf(ask).id);
    expect(new Set(ids).size).toBe(asks.length);
    expect(asks.map(ask => noticeOf({ ...ask, now: '2026-11-23T13:00:00.000Z' }).id)).toEqual(ids);
    expect(ids.every(id => /^n-[0-9a-f]{12}$/.test(id))).toBe(true);
  });

  it('silences itself once it is told', () => {
    const { told: after } = noticeOf({ told: null });
    expect(decide({ told: after }).reason).toBe('ALREADY_TOLD');
  });

  it('is owed to security and to each person once', () => {
    const { about } = aRecord();
    const record = aRecord({ about: { ...about, receivers: ['kim@example.com', 'kim@example.com', 'sam'] } });
    expect(receiversOf(record)).toEqual(['security', 'owner:kim@example.com', 'owner:sam']);
  });
});

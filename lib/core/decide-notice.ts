import { digestOf } from './digest.ts';
import type { EffectiveState, FindingRecord, FindingResponse, Told } from './finding.ts';
import type { Notice, NoticeReason, Receiver, SilenceReason } from './notice.ts';
import { isAtLeast, type RuleId } from './rule-catalog.ts';
import { elapsed, type Instant, isDue } from './time.ts';

/** Everything that decides whether one receiver is owed a notice of one finding. */
export interface NoticeQuestion {
  readonly record: FindingRecord;
  readonly response: FindingResponse | undefined;
  readonly effective: EffectiveState;
  /** What this receiver was last told of this finding. */
  readonly told: Told | undefined;
  readonly receiver: Receiver;
  readonly now: Instant;
}

export type NoticeDecision =
  | { readonly owe: true; readonly reason: NoticeReason; readonly notice: Notice }
  | { readonly owe: false; readonly reason: SilenceReason };

/** Lost coverage is told at once whatever its severity: what is not read cannot raise an alarm. */
const AT_ONCE_RULES: readonly RuleId[] = ['OPS-01', 'OPS-02'];

/** Who is told of a finding now: security always, then the people it is about. Who has left the list is told nothing more. */
export const receiversOf = (record: FindingRecord): readonly Receiver[] => [
  ...new Set(['security', ...record.about.receivers.map(person => `owner:${person}`)]),
];

/** Whether `receiver` is owed a notice, and why or why not. */
export const decideNotice = (ask: NoticeQuestion): NoticeDecision => {
  const { record, effective, told } = ask;
  // The end of a finding is for those who were told of its beginning.
  if (record.condition === 'CLEARED') return decideEnd(ask);
  // The finding that explains this one is told in its place.
  if (effective.hiddenBy !== null) return silent('HIDDEN');
  // A person has answered: nothing more until the answer ends.
  if (effective.state === 'ACKNOWLEDGED' || effective.state === 'EXCEPTED') return silent('ANSWERED');
  // INFO is recorded and listed, never sent.
  if (record.severity === 'INFO') return silent('NOT_WORTH_TELLING');
  // Most transient failures are gone by the next slot.
  if (isFirstTransientSlot(record)) return silent('WAITS_FOR_SECOND_SLOT');
  // This receiver has not heard of it in any generation.
  if (told === undefined) return owe(ask, 'OPENED');
  return decideChange(ask, told);
};

const decideEnd = (ask: NoticeQuestion): NoticeDecision => {
  const { record, told, receiver } = ask;
  // Nobody hears that something is over who never heard that it began, in this generation.
  if (told === undefined || told.generation !== record.generation) return silent('NEVER_ANNOUNCED');
  // The end itself was told.
  if (told.condition === 'CLEARED') return silent('ALREADY_TOLD');
  // A backlog ends as quietly as it began; but that a scope is no longer watched, security hears in any case.
  const retired = record.cleared?.code === 'SCOPE_RETIRED' && receiver === 'security';
  if (told.folded && !retired) return silent('FOLDED');
  return owe(ask, 'RESOLVED');
};

const decideChange = (ask: NoticeQuestion, told: Told): NoticeDecision => {
  const { record } = ask;
  // It was cleared and came back: all that was told or answered before is about an earlier generation.
  if (told.generation < record.generation) return owe(ask, 'REOPENED');
  // Worse than what was told.
  if (record.severity !== told.severity && isAtLeast(record.severity, told.severity)) return owe(ask, 'SEVERITY_RAISED');
  // What was told is no longer what is true.
  if (factsDigest(record) !== told.facts) return owe(ask, 'FACTS_CHANGED');
  // The answer that kept us silent is over, and the finding is not.
  if (answerHasEnded(ask, told)) return owe(ask, 'ANSWER_ENDED');
  if (!told.folded) return silent('ALREADY_TOLD');
  // Somebody took it out of the backlog.
  if (isReleased(ask, told)) return owe(ask, 'RELEASED');
  return silent('FOLDED');
};

/** Digest of what people are told; a change of it is told again. That a failure lasts decides when it is told, not what. */
export const factsDigest = ({ facts }: Pick<FindingRecord, 'facts'>): string =>
  digestOf(Object.entries(facts).filter(([key]) => key !== 'lasting'));

const silent = (reason: SilenceReason): NoticeDecision => ({ owe: false, reason });

const isFirstTransientSlot = ({ rule, facts }: FindingRecord): boolean =>
  rule === 'OPS-01' && facts['failure'] === 'TRANSIENT' && facts['lasting'] !== 'yes';

/** Given after the last notice and no longer in force (by time, or because the composition changed), or in force since then and now run out. */
const answerHasEnded = ({ record, response, now }: NoticeQuestion, told: Told): boolean => {
  const answer = response?.answer;
  if (answer == null || answer.generation !== record.generation) return false;
  const ranOut = answer.composition === record.about.composition && isDue(answer.until, now);
  return elapsed(told.at, answer.at) >= 0 || (ranOut && elapsed(told.at, answer.until) > 0);
};

const isReleased = ({ response }: NoticeQuestion, told: Told): boolean =>
  response?.release != null && elapsed(told.at, response.release.at) > 0;

const owe = (ask: NoticeQuestion, reason: NoticeReason): NoticeDecision => {
  const { record, receiver, now } = ask;
  const { scope, rule, subject, generation, condition, severity } = record;
  const id = `n-${digestOf([scope, rule, subject, generation, causeOf(ask, reason), receiver, reason]).slice(0, 12)}`;
  const atOnce = reason !== 'RESOLVED' && (isAtLeast(severity, 'HIGH') || AT_ONCE_RULES.includes(rule));
  const told: Told = { notice: id, reason, folded: false, generation, condition, severity, facts: factsDigest(record), at: now };
  const cadence = atOnce ? 'AT_ONCE' : 'DAILY';
  return {
    owe: true,
    reason,
    notice: { id, finding: { scope, rule, subject }, findingId: record.id, receiver, reason, severity, cadence, told },
  };
};

/** What brought the transition about. People's acts do not move the record's history, so they are named by their time. */
const causeOf = ({ record, response }: NoticeQuestion, reason: NoticeReason): string => {
  if (reason === 'ANSWER_ENDED') return `answer ${response?.answer?.at}`;
  if (reason === 'RELEASED') return `release ${response?.release?.at}`;
  return `record ${record.head.seq}`;
};

import * as z from 'zod';
import type { Answer, FindingResponse, HistoryEntry, StoredFinding } from './finding.ts';
import { sealEntry } from './history.ts';
import { samePerson } from './person.ts';
import { tierOf } from './message/words.ts';
import type { Settings } from './settings.ts';
import { DAY, elapsed, type Instant, isDue, plus } from './time.ts';

/** Longest reason of an answer, in characters: it is repeated in mails and tables. */
export const REASON_MAX = 500;

const NO_END = 'expected a date such as 2026-11-24 or an instant such as 2026-11-24T12:00:00Z';
/** An end as people type it: an instant, or a date, which lasts until that day is over in UTC. */
export const untilSchema = z
  .union([z.iso.datetime({ offset: true, error: NO_END }), z.iso.date(NO_END).transform(day => `${day}T23:59:59.999Z`)], NO_END)
  .transform(text => plus(text, 0));

export type AnswerRefusal = 'NOT_ALLOWED' | 'NOT_OPEN' | 'CONFLICT' | 'REASON_EMPTY' | 'REASON_TOO_LONG' | 'UNTIL_PAST' | 'UNTIL_TOO_LATE';
export type Refused<Code extends string> = { readonly ok: false; readonly code: Code; readonly reason: string };
export type Decided = { readonly ok: true; readonly response: FindingResponse; readonly entry: HistoryEntry };

/** Who decides, as verified by the caller of this module: never what a request says of itself. */
export interface Decider {
  readonly person: string;
  readonly as: 'OWNER' | 'SECURITY';
}

export interface AnswerRequest {
  readonly finding: StoredFinding;
  readonly caller: Decider;
  readonly reason: string;
  /** undefined: the default end of the finding's tier. */
  readonly until: Instant | undefined;
  /** What the person saw; undefined: whatever is current. */
  readonly generation: number | undefined;
  readonly now: Instant;
  readonly settings: Settings;
}

/** Whether a person may acknowledge a finding now, and what is then stored. It pauses reminders and never resolves. */
export const decideAnswer = (request: AnswerRequest): Decided | Refused<AnswerRefusal> => {
  const { finding, caller, now } = request;
  const reason = visibleText(request.reason);
  const end = answerEnd(request);
  const refusal = refusalOfCaller(request) ?? refusalOfReason(reason) ?? refusalOfEnd(end, request);
  if (refusal !== undefined) return refusal;
  const { record } = finding;
  const bound = { generation: record.generation, composition: record.about.composition };
  const answer: Answer = { kind: 'ACKNOWLEDGEMENT', ...bound, reason, by: caller.person, at: now, until: end };
  const detail = { reason, until: end, generation: String(bound.generation), composition: bound.composition ?? '' };
  return respond(request, { event: 'ACKNOWLEDGED', detail, set: { answer } });
};

/** Whether a folded finding may be told as if new. Security alone decides how fast a backlog goes out. */
export const decideRelease = (
  request: Pick<AnswerRequest, 'finding' | 'caller' | 'now'>,
): Decided | Refused<'NOT_ALLOWED' | 'NOT_OPEN' | 'NOT_FOLDED'> => {
  const { finding, caller, now } = request;
  const { id } = finding.record;
  if (caller.as !== 'SECURITY') return refuse('NOT_ALLOWED', `${caller.person} may not release ${id}: only people with as: SECURITY may`);
  if (finding.record.condition !== 'OPEN') return refuse('NOT_OPEN', `${id} is resolved: there is nothing to release`);
  if (!isFolded(finding)) return refuse('NOT_FOLDED', `${id} is not in the backlog: it has been told, or waits to be`);
  return respond(request, { event: 'RELEASED', detail: {}, set: { release: { by: caller.person, at: now } } });
};

/** Whether a finding is in the backlog: told to somebody only inside a mass-change message, and not released since. */
export const isFolded = ({ record, response }: StoredFinding): boolean =>
  record.condition === 'OPEN' &&
  Object.values(record.told).some(
    told =>
      told.folded && told.generation === record.generation && (response?.release == null || elapsed(told.at, response.release.at) <= 0),
  );

const refuse = <Code extends string>(code: Code, reason: string): Refused<Code> => ({ ok: false, code, reason });

/** What a reader would see: without control, format and other invisible characters. */
const visibleText = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu, '')
    .trim();

const refusalOfCaller = ({ finding: { record }, caller, generation }: AnswerRequest) => {
  // A tag decides whom to ask, not who may answer: whoever deploys a model writes its tags.
  const owns =
    record.about.receiversBecause !== 'OWNER_TAG' && record.about.receivers.some(receiver => samePerson(receiver, caller.person));
  if (caller.as !== 'SECURITY' && !owns) {
    return refuse('NOT_ALLOWED', `${caller.person} may not answer ${record.id}: only its owners and security may`);
  }
  if (record.condition !== 'OPEN') return refuse('NOT_OPEN', `${record.id} is resolved: there is nothing to acknowledge`);
  if (generation !== undefined && generation !== record.generation) {
    return refuse('CONFLICT', `${record.id} is at generation ${record.generation}, not ${generation}: look at it again before answering`);
  }
  return undefined;
};

const refusalOfReason = (reason: string) => {
  if (reason === '') return refuse('REASON_EMPTY', 'a reason is needed, in words that the next reader understands');
  if (reason.length > REASON_MAX) return refuse('REASON_TOO_LONG', `the reason has ${reason.length} characters, at most ${REASON_MAX} fit`);
  return undefined;
};

const refusalOfEnd = (until: Instant, { finding, now, settings }: AnswerRequest) => {
  const tier = tierOf(finding.record);
  const days = settings.policy.acknowledgeMaxDays[tier];
  const latest = plus(now, days * DAY);
  if (isDue(until, now)) return refuse('UNTIL_PAST', `until ${until} is not in the future: it is ${now} now`);
  if (elapsed(latest, until) > 0) {
    return refuse(
      'UNTIL_TOO_LATE',
      `until ${until} is beyond ${latest}: what is about a ${tier} model is acknowledged for at most ${days} days`,
    );
  }
  return undefined;
};

const answerEnd = ({ finding, until, now, settings }: AnswerRequest): Instant =>
  until ?? plus(now, settings.policy.acknowledgeDays[tierOf(finding.record)] * DAY);

interface ResponseChange {
  readonly event: 'ACKNOWLEDGED' | 'RELEASED';
  readonly detail: Readonly<Record<string, string>>;
  readonly set: Partial<Pick<FindingResponse, 'answer' | 'release'>>;
}

const respond = (request: Pick<AnswerRequest, 'finding' | 'caller' | 'now'>, change: ResponseChange): Decided => {
  const { record, response } = request.finding;
  const { scope, rule, subject, id } = record;
  const entry = sealEntry({
    chain: 'response',
    seq: (response?.head.seq ?? 0) + 1,
    previous: response?.head.hash ?? '',
    at: request.now,
    by: request.caller.person,
    event: change.event,
    detail: change.detail,
  });
  const before = { answer: response?.answer ?? null, release: response?.release ?? null };
  const head = { seq: entry.seq, hash: entry.hash };
  return { ok: true, response: { scope, rule, subject, id, ...before, ...change.set, head }, entry };
};

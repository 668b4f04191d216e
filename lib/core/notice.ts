import type { FindingKey, Told } from './finding.ts';
import type { Severity } from './rule-catalog.ts';
import type { Instant } from './time.ts';

/** Every reason there is to tell a receiver of a finding. */
export type NoticeReason = 'OPENED' | 'REOPENED' | 'SEVERITY_RAISED' | 'FACTS_CHANGED' | 'ANSWER_ENDED' | 'RELEASED' | 'RESOLVED';

/** Every reason there is not to. */
export type SilenceReason =
  | 'ALREADY_TOLD'
  | 'HIDDEN'
  | 'ANSWERED'
  | 'NEVER_ANNOUNCED'
  | 'FOLDED'
  | 'NOT_WORTH_TELLING'
  | 'WAITS_FOR_SECOND_SLOT';

/** `security`, `ops`, or `owner:<person>`. */
export type Receiver = string;

/** What is owed to one receiver for one transition of one finding. Derived from record, response and `told`; never stored. */
export interface Notice {
  /** `n-` and 12 hex characters of hash(finding, generation, history seq, receiver, reason): a repeat keeps it. */
  readonly id: string;
  readonly finding: FindingKey;
  readonly findingId: string;
  readonly receiver: Receiver;
  readonly reason: NoticeReason;
  readonly severity: Severity;
  readonly cadence: 'AT_ONCE' | 'DAILY';
  /** What `told[receiver]` becomes once the message that carries this notice was accepted. */
  readonly told: Told;
}

export type Topic = 'SECURITY' | 'OWNERS' | 'OPS';

/** What is sent. Its id is the hash of its notices, so a message sent again after a crash is recognisable as the same. */
export interface Message {
  readonly id: string;
  readonly topic: Topic;
  readonly receiver: Receiver;
  /** ASCII, at most 99 characters, one line. */
  readonly subject: string;
  readonly body: string;
  /** For subscription filters: owner (`ownerAttribute`), severity, rules, account, environment; and `message`, its id. */
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
  readonly members: readonly MessageMember[];
}

export interface MessageMember {
  readonly finding: FindingKey;
  readonly receiver: Receiver;
  readonly told: Told;
}

/** A message on its way: PREPARED before publish, PUBLISHED after; gone once every member is marked. */
export interface OutgoingMessage {
  readonly message: Message;
  readonly state: 'PREPARED' | 'PUBLISHED';
  readonly preparedAt: Instant;
}

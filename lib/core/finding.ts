import type { RuleId, Severity } from './rule-catalog.ts';
import type { ScopeId } from './scope.ts';
import type { Instant } from './time.ts';

/** `dep:<arn>` · `model:<name>` · `decl:<model>/<arn>` · `scope:<scope>`. */
export type Subject = string;

/** The ARN of the deployment that a finding is about; undefined: it is about something else. */
export const deploymentOf = (subject: string): string | undefined => /^dep:(.+)$/.exec(subject)?.[1];

/** What makes two observations the same finding. */
export interface FindingKey {
  /** The partition it is kept in: the deployment's scope, or `registry` for models, declarations and scopes. */
  readonly scope: ScopeId;
  readonly rule: RuleId;
  readonly subject: Subject;
}

/** What a rule says of one subject. CANNOT_TELL neither opens nor clears. `reason` is for people, `code` for tests and machines. */
export type Verdict =
  | Violation
  | {
      readonly rule: RuleId;
      readonly subject: Subject;
      readonly outcome: 'CLEAR' | 'CANNOT_TELL';
      readonly code: string;
      readonly reason: string;
    };

export interface Violation {
  readonly rule: RuleId;
  readonly subject: Subject;
  readonly outcome: 'VIOLATED';
  readonly code: string;
  /** One short clause, at most 60 characters where names allow: "version 4 live, approval covers 3". */
  readonly reason: string;
  readonly severity: Severity;
  /** What people were told; a change of any value is told again. Small, no times that move by themselves. */
  readonly facts: Readonly<Record<string, string>>;
  readonly evidence: Readonly<Record<string, string | readonly string[]>>;
  readonly about: About;
}

/** Whose the subject is and where, as far as known when the verdict was given. */
export interface About {
  readonly name: string;
  readonly arn: string | null;
  readonly model: string | null;
  readonly composition: string | null;
  /** When the deployment was created, which tells it from another of its name. Absent: no deployment, or not known. */
  readonly createdAt?: Instant | undefined;
  readonly environment: string;
  readonly account: string | null;
  readonly region: string | null;
  /** Who is told besides security, and why they: first rule of the receiver order that applied. */
  readonly receivers: readonly string[];
  readonly receiversBecause: 'REGISTRATION' | 'OWNER_TAG' | 'ACCOUNT_CONTACT' | 'SECURITY_ALONE';
}

/** Why a finding was cleared. ABSENT: two complete listings without it and a describe that said gone. */
export type ClearCode = 'FACT' | 'ABSENT' | 'SCOPE_RETIRED';

export interface HistoryHead {
  readonly seq: number;
  readonly hash: string;
}

/** The machine's side of a finding. Written by reconcile; `told` alone is written by notify. */
export interface FindingRecord extends FindingKey {
  /** `F-` and 8 Crockford base32 characters of the hash of rule and subject. */
  readonly id: string;
  readonly condition: 'OPEN' | 'CLEARED';
  readonly cleared: { readonly code: ClearCode; readonly reason: string; readonly at: Instant } | null;
  /** Rises by one each time a cleared finding opens again. */
  readonly generation: number;
  readonly code: string;
  readonly reason: string;
  readonly severity: Severity;
  readonly facts: Readonly<Record<string, string>>;
  readonly evidence: Readonly<Record<string, string | readonly string[]>>;
  readonly about: About;
  readonly openedAt: Instant;
  readonly changedAt: Instant;
  readonly head: HistoryHead;
  readonly told: Readonly<Record<string, Told>>;
  /** The lease epoch of the observer that wrote it; an older observer can never write over it. */
  readonly epoch: number;
}

/** What one receiver was last told of a finding. FOLDED: the notice was accepted inside a mass-change message. */
export interface Told {
  readonly notice: string;
  readonly reason: string;
  readonly folded: boolean;
  readonly generation: number;
  readonly condition: 'OPEN' | 'CLEARED';
  readonly severity: Severity;
  /** Digest of the facts that were told. */
  readonly facts: string;
  readonly at: Instant;
}

/** A person's answer. Given for a generation and a composition; inert for any other, without a write. */
export interface Answer {
  readonly kind: 'ACKNOWLEDGEMENT' | 'EXCEPTION';
  readonly generation: number;
  readonly composition: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: Instant;
  readonly until: Instant;
}

/** The people's side of a finding, one item beside the record. */
export interface FindingResponse extends FindingKey {
  readonly id: string;
  readonly answer: Answer | null;
  /** Takes a folded finding out of the backlog: it is told as if new. */
  readonly release: { readonly by: string; readonly at: Instant } | null;
  readonly head: HistoryHead;
}

/** One line of a finding's history: never updated, never deleted. `hash` covers all else, `previous` included. */
export interface HistoryEntry {
  /** `record` and `response` each have a chain of their own: one writer, no contention. */
  readonly chain: 'record' | 'response';
  readonly seq: number;
  readonly previous: string;
  readonly hash: string;
  readonly at: Instant;
  readonly by: string;
  readonly event: string;
  readonly detail: Readonly<Record<string, string>>;
}

/** The state that people see, derived and never stored. */
export interface EffectiveState {
  readonly state: 'OPEN' | 'ACKNOWLEDGED' | 'EXCEPTED' | 'RESOLVED';
  /** The open finding that explains this one, or null; `hidingCode` says why. */
  readonly hiddenBy: RuleId | null;
  readonly hidingCode: 'EXPLAINED' | 'WORSE_THAN_ITS_EXPLANATION' | 'UNEXPLAINED';
  readonly code: 'NO_ANSWER' | 'ANSWERED' | 'ANSWER_ENDED' | 'ANSWER_FOR_OTHER_GENERATION' | 'ANSWER_FOR_OTHER_COMPOSITION' | 'CLEARED';
}

/** A finding as it is stored: both sides, read together. */
export interface StoredFinding {
  readonly record: FindingRecord;
  readonly response: FindingResponse | undefined;
}

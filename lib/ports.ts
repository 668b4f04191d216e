import type { Act, ActKind, DeploymentActs } from './core/act.ts';
import type { CreationWindow, CreatorAnswer } from './core/creators.ts';
import type { FindingKey, FindingRecord, FindingResponse, HistoryEntry, StoredFinding, Told } from './core/finding.ts';
import type { InvocationQuestion } from './core/invocations.ts';
import type { InventoryItem, Memo, RunRecord, ScopeStatus } from './core/inventory.ts';
import type { Message, OutgoingMessage, Receiver } from './core/notice.ts';
import type { Asked, MemberAccount } from './core/plan-accounts.ts';
import type { OwnerAnswer, Registration } from './core/registration.ts';
import type { CloudScope, ScopeId } from './core/scope.ts';
import type { FailureClass, GoneAnswer, Listing } from './core/sighting.ts';
import type { Instant } from './core/time.ts';

/** Reads what serves models in one scope. Never throws for what the provider answers: a failure is a NOT_CHECKED kind. */
export interface ListingSource {
  /** `packageGroups`: groups whose packages the registrations ask for. `deadline`: the listing is done by then, or NOT_CHECKED. */
  readonly list: (scope: CloudScope, ask: ListingQuestion) => Promise<Listing>;
  /** Describes each ARN once more. Only an exact "could not find" is GONE; any failure is UNKNOWN, as is what was not answered by the deadline. */
  readonly confirmGone: (scope: CloudScope, arns: readonly string[], deadline: Instant) => Promise<ReadonlyMap<string, GoneAnswer>>;
}

export interface ListingQuestion {
  /** Names in lower case of deployments that a call was announced on: nothing that is kept of them is believed. Absent: none. */
  readonly announced?: readonly string[] | undefined;
  readonly packageGroups: readonly string[];
  /** Absent: no invocations are counted. */
  readonly invocations?: InvocationQuestion | undefined;
  readonly deadline: Instant;
}

/** Looks up afterwards who made what. Never throws for what the provider answers; what it could not ask stays to be asked. */
export interface CreatorSource {
  readonly lookUp: (scope: CloudScope, ask: CreatorAsk) => Promise<CreatorAnswer>;
}

export interface CreatorAsk {
  /** At least one. */
  readonly windows: readonly CreationWindow[];
  readonly deadline: Instant;
}

/** What came of the cheapest real request of one action. NOTHING_THERE: there is nothing that it could be asked about. */
export interface Probed {
  /** In IAM's spelling: `sagemaker:DescribeModel`. */
  readonly action: string;
  readonly outcome: 'ALLOWED' | 'FAILED' | 'NOTHING_THERE';
  /** How a failure counts; null: none. */
  readonly failure: FailureClass | null;
  readonly reason: string;
  /** What is lost without it, to follow a comma; null: the listing. */
  readonly lost: string | null;
}

/** What was read of one thing in an earlier run. */
export interface Description {
  /** Kind and name: `MODEL#fraud-v3`. */
  readonly key: string;
  readonly readAt: Instant;
  /** Whose moment of the day it is read anew at: its own key, or a word for all that one list can prove together. */
  readonly moment: string;
  /** Whose form `value` has: another reader cannot read it, and neither can another version of this one. */
  readonly scheme: string;
  /** JSON; it holds no environment value. */
  readonly value: unknown;
}

/** Descriptions kept between runs, to save requests. What is damaged here reads as something very old: it is asked for again, and that is all. */
export interface DescriptionCache {
  /** Every description of a scope, a few at a time: together they may be more than there is room for. */
  readonly load: (scope: ScopeId) => AsyncIterable<Description>;
  readonly save: (scope: ScopeId, descriptions: readonly Description[]) => Promise<void>;
  readonly forget: (scope: ScopeId, keys: readonly string[]) => Promise<void>;
}

/** Which accounts there are to read. Never throws for what the provider answers: a failure is never an empty list. */
export interface AccountSource {
  /** The members of the organisation, or of these units and all that are in them. */
  readonly members: (units: readonly string[]) => Promise<Asked<readonly MemberAccount[]>>;
  readonly enabledRegions: (account: string) => Promise<Asked<readonly string[]>>;
}

/** Who the organisation knows. A directory that fails answers UNKNOWN, never NO_SUCH_PERSON. */
export interface OwnerDirectory {
  readonly lookUp: (person: string) => Promise<OwnerAnswer>;
}

/** A stored item that no longer parses. It is reported and left out; it never stops its siblings. */
export interface UnreadableItem {
  readonly item: string;
  readonly reason: string;
}

/** Thrown where one stored item no longer parses: whoever reads on leaves its partition alone, and says so. */
export class UnreadableItemError extends TypeError {
  readonly unreadable: UnreadableItem;
  constructor(unreadable: UnreadableItem, message: string, cause?: unknown) {
    super(message, { cause });
    this.unreadable = unreadable;
  }
}

/** Thrown where a finding is written to that is not stored any more. */
export class MissingFindingError extends TypeError {}

export type WriteOutcome = { readonly outcome: 'WRITTEN' } | { readonly outcome: 'CONFLICT'; readonly reason: string };

/** Registrations with their decisions, and the match items that lead from a sighting to them. */
export interface RegistryStore {
  readonly get: (name: string) => Promise<Registration | undefined>;
  readonly all: () => Promise<{ readonly registrations: readonly Registration[]; readonly unreadable: readonly UnreadableItem[] }>;
  /** Registrations that claim any of the match keys (`core/match-keys.ts`), verified against the registration itself. */
  readonly claiming: (
    keys: readonly string[],
  ) => Promise<{ readonly registrations: readonly Registration[]; readonly unreadable: readonly UnreadableItem[] }>;
  /**
   * Writes match items, then new decisions, then the registration, conditioned on `registration.revision - 1` being stored
   * (revision 1: on absence). Decisions are only ever added. CONFLICT: somebody wrote in between; nothing of the registration changed.
   */
  readonly put: (registration: Registration) => Promise<WriteOutcome>;
  /** Puts back the match items of a stored registration that were lost; everything else stays as it is. */
  readonly renew: (registration: Registration) => Promise<void>;
  /** Removes the declared side and its match items, conditioned on the revision; decisions stay for auditors. */
  readonly remove: (name: string, revision: number) => Promise<WriteOutcome>;
}

export type Lease =
  | { readonly granted: true; readonly epoch: number }
  | { readonly granted: false; readonly holder: string; readonly until: Instant };

export interface ActSubject {
  readonly scope: ScopeId;
  readonly resource: string;
  readonly kind: ActKind;
}

/** What was seen, how well each scope was read, which runs there were, and messages on their way. */
export interface InventoryStore {
  /** Takes the lease of a scope (or of `notifier`): free, expired, or already held by `holder`. The epoch rises with each grant. */
  readonly takeLease: (name: string, holder: string, now: Instant, until: Instant) => Promise<Lease>;
  readonly releaseLease: (name: string, epoch: number) => Promise<void>;
  readonly status: (scope: ScopeId) => Promise<ScopeStatus | undefined>;
  readonly statuses: () => Promise<{ readonly statuses: readonly ScopeStatus[]; readonly unreadable: readonly UnreadableItem[] }>;
  /** SUPERSEDED (as CONFLICT) when a later epoch has written, or one that finished a later slot: the caller stops at once. */
  readonly putStatus: (status: ScopeStatus, epoch: number) => Promise<WriteOutcome>;
  /** Throws UnreadableItemError when one of them is: left out, it would look like a deployment that is gone. So do `status` and `memos`. */
  readonly items: (scope: ScopeId) => Promise<readonly InventoryItem[]>;
  readonly putItem: (item: InventoryItem, epoch: number) => Promise<WriteOutcome>;
  readonly removeItem: (scope: ScopeId, arn: string, epoch: number) => Promise<WriteOutcome>;
  /** What events say of the scope's deployments. Throws UnreadableItemError, as `items` does. */
  readonly acts: (scope: ScopeId) => Promise<readonly DeploymentActs[]>;
  /** CONFLICT: a later act of the kind is known, or this one is already. No lease: an act is nobody's observation. */
  readonly recordAct: (of: ActSubject, act: Act) => Promise<WriteOutcome>;
  /** Removes what was read, and nothing that came since. */
  readonly forgetActs: (acts: DeploymentActs) => Promise<void>;
  readonly memos: () => Promise<readonly Memo[]>;
  readonly putMemo: (memo: Memo, epoch: number) => Promise<WriteOutcome>;
  readonly removeMemo: (key: string, epoch: number) => Promise<WriteOutcome>;
  /** Creates the run if its slot is free. Same holder: the stored run, to go on with. Other holder: DUPLICATE. */
  readonly startRun: (run: RunRecord) => Promise<{ readonly outcome: 'STARTED' | 'RESUMED' | 'DUPLICATE'; readonly run: RunRecord }>;
  readonly run: (slot: Instant) => Promise<RunRecord | undefined>;
  readonly updateRun: (run: RunRecord) => Promise<void>;
  /** An unreadable message is handed to `report` and left out, since what it owes is owed still; without `report` it is thrown. */
  readonly outgoing: (report?: (unreadable: UnreadableItem) => void) => Promise<readonly OutgoingMessage[]>;
  readonly putOutgoing: (outgoing: OutgoingMessage) => Promise<void>;
  readonly removeOutgoing: (messageId: string) => Promise<void>;
  /** When the last daily summary went out to a receiver; undefined before the first. */
  readonly lastSummary: (receiver: Receiver) => Promise<Instant | undefined>;
  readonly putLastSummary: (receiver: Receiver, at: Instant) => Promise<void>;
}

/** A record or response ready to be stored, with the history entry that is written ahead of it. */
export interface RecordWrite {
  readonly record: FindingRecord;
  readonly entry: HistoryEntry;
}
export interface ResponseWrite {
  readonly response: FindingResponse;
  readonly entry: HistoryEntry;
}

export interface FindingStore {
  /** Every finding of a scope's partition, cleared ones included until they are archived; strongly consistent. Throws UnreadableItemError when one of them is. */
  readonly inScope: (scope: ScopeId) => Promise<readonly StoredFinding[]>;
  /** As the partition has it; a record that only the archive has, as that has it. */
  readonly get: (key: FindingKey) => Promise<StoredFinding | undefined>;
  /** Findings whose id starts with `prefix` (`F-7K3Q`), archived or not, each once, from an index that may lag: re-read with `get` before deciding. */
  readonly withIdPrefix: (prefix: string) => Promise<readonly StoredFinding[]>;
  /**
   * History first (put-if-absent), then the record on condition that the stored epoch is <= `record.epoch`. Never touches `told` or the response.
   * What follows the head of an archived record puts that record back into the partition; as a new finding it is refused, as its chain has begun.
   */
  readonly writeRecord: (write: RecordWrite) => Promise<WriteOutcome>;
  /** Copies the record of a partition into the archive as it was read, `told` included, unless the archive has a later state of it. */
  readonly copyToArchive: (record: FindingRecord) => Promise<WriteOutcome>;
  /** Removes the record from its partition, on condition that it has the head that was read and that the archive has it so. `told` moves no head: whoever moves a record sees to it that nothing of it is owed or on its way. */
  readonly leavePartition: (record: FindingRecord) => Promise<WriteOutcome>;
  /** Sets `told[receiver]` and nothing else. Throws MissingFindingError when there is no such finding. */
  readonly writeTold: (key: FindingKey, receiver: Receiver, told: Told) => Promise<void>;
  /** History first, then the response on condition that the stored head is `expectedSeq` (0: none). Never touches the record. */
  readonly writeResponse: (write: ResponseWrite, expectedSeq: number) => Promise<WriteOutcome>;
  /** Entries in order of chain and seq; those that no head reaches are crash orphans. */
  readonly history: (key: FindingKey) => Promise<readonly HistoryEntry[]>;
}

/** Hands a message to its topic. Resolves with the provider's id once accepted; throws when it was not. */
export interface Publisher {
  readonly publish: (message: Message) => Promise<string>;
  /** Owners with at least one receiver that would get their messages; undefined where that cannot be told. */
  readonly reached: () => Promise<ReadonlySet<string> | undefined>;
}

/** The verified caller. `person` is who they are, never what the request body says. */
export interface Caller {
  readonly person: string;
  readonly as: 'OWNER' | 'SECURITY';
}

/** Structured lines for operators; untrusted text stays inside JSON values. */
export interface Log {
  readonly info: (event: string, detail: Readonly<Record<string, unknown>>) => void;
  readonly warn: (event: string, detail: Readonly<Record<string, unknown>>) => void;
}

export interface Clock {
  readonly now: () => Instant;
}

import type { CreatorStatus } from './creators.ts';
import type { DeploymentKind } from './kinds.ts';
import type { FailureClass, Sighting } from './sighting.ts';
import type { ScopeId } from './scope.ts';
import type { Instant } from './time.ts';

/** What is remembered of one deployment between runs. Written only when something in it changes. */
export interface InventoryItem {
  readonly scope: ScopeId;
  readonly arn: string;
  readonly kind: DeploymentKind;
  /** The last sighting without its parts (see `inventorySighting`): enough to judge dates in a scope that cannot be read. */
  readonly sighting: Sighting;
  readonly model: string | null;
  readonly version: string | null;
  readonly firstSeen: Instant;
  /** The `completeSeq` of the first complete listing without it; null while it is listed. */
  readonly absentSince: number | null;
  /** When what it was asked about was made, of which CloudTrail was asked last who made it; null: it never was. */
  readonly creationAsked: Instant | null;
}

/** What a scope's kind was last known to be. */
export interface KindStatus {
  readonly lastCompleteAt: Instant | null;
  /** Complete listings so far; rises once per slot. */
  readonly completeSeq: number;
  /** null: the last listing was complete. */
  readonly failure: { readonly failure: FailureClass; readonly reason: string; readonly since: Instant; readonly slots: number } | null;
  readonly count: number;
  /** Why it is not read and nobody is to mend that, as the settings say; null: it was read, or is to be. */
  readonly excluded: string | null;
}

/** The absence guard's memory: marks of the ARNs that vanished at once (`absence.ts`, short so that any number fits one item), and the slot that first saw it. */
export interface HeldAbsence {
  readonly arns: readonly string[];
  readonly since: Instant;
}

export interface ScopeStatus {
  readonly scope: ScopeId;
  readonly firstTriedAt: Instant;
  /** The slot of the last roll call that finished this scope, complete or not. */
  readonly lastSlot: Instant | null;
  readonly kinds: Readonly<Partial<Record<DeploymentKind, KindStatus>>>;
  readonly held: HeldAbsence | null;
  /** The slot of the first of the complete listings, up to the last one, in which nothing was there and nothing remembered; null: something was. */
  readonly emptySince: Instant | null;
  /** When invocations were to be counted last; null: never. */
  readonly invocationsCountedAt: Instant | null;
  /** Since when it is no part of the roll call, which was told; null: it is one, or that it left is still to be told. */
  readonly retiredSince: Instant | null;
  /** null: nobody has ever been asked who made something. */
  readonly creators: CreatorStatus | null;
  /** As the last roll call left them, so that closing a run need not read every item once more for its figures. */
  readonly deployments: { readonly listed: number; readonly registered: number };
  readonly calls: number;
}

/** A condition in the pseudo-scope `registry` that must last before it counts: an owner not found, a declared deployment not seen. */
export interface Memo {
  /** `owner:<person>` or `decl:<model>/<arn>`. */
  readonly key: string;
  readonly since: Instant;
  /** The `completeSeq` of the watched scope when it began; 0 for owners. */
  readonly seq: number;
}

/** What is part of a roll call and was not to be read in it: an account, or a region of one. */
export interface UnreadPlace {
  readonly account: string;
  /** null: all of its regions. */
  readonly region: string | null;
  readonly failure: FailureClass;
  readonly reason: string;
  /** A complete list lacks it for the first time; after a second one it is no part of the roll call any more. */
  readonly leaving: boolean;
}

/** A list of accounts or regions that was not answered: what it decides stays as it was. */
export interface Unlisted {
  /** `organization`, or `regions/<account>`. */
  readonly scope: ScopeId;
  readonly failure: FailureClass;
  readonly reason: string;
  readonly since: Instant;
  readonly slots: number;
}

/** One roll call. `holder` is the execution that owns the slot; another with the same slot is a duplicate. */
export interface RunRecord {
  readonly slot: Instant;
  readonly holder: string;
  readonly startedAt: Instant;
  /** True where the slot came from the start time and not from the schedule. */
  readonly manual: boolean;
  readonly scopes: readonly ScopeId[];
  /** Of `scopes`. */
  readonly unread: readonly UnreadPlace[];
  readonly unlisted: readonly Unlisted[];
  readonly state: 'RUNNING' | 'CLOSED' | 'COMPLETE';
  readonly totals: RunTotals | null;
  readonly completedAt: Instant | null;
}

export interface RunTotals {
  readonly deployments: number;
  readonly registered: number;
  readonly scopesComplete: number;
  readonly scopesNotChecked: number;
  /** Neither: empty when they were last read, and not to be read in this slot. */
  readonly scopesAtRest: number;
  readonly calls: number;
  readonly opened: number;
  readonly cleared: number;
  /** Findings open now, by severity. */
  readonly open: Readonly<Record<string, number>>;
}

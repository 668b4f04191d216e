import type { DeploymentActs } from './act.ts';
import type { LookUp } from './creators.ts';
import type { FindingRecord, HistoryEntry, StoredFinding, Verdict } from './finding.ts';
import type { InventoryItem, Memo, ScopeStatus, Unlisted } from './inventory.ts';
import type { OwnerAnswer, Registration } from './registration.ts';
import type { ScopeId } from './scope.ts';
import type { Settings } from './settings.ts';
import type { GoneAnswer, Listing, Sighting } from './sighting.ts';
import type { Instant } from './time.ts';

/** Everything that the plan of one cloud scope is made from. No part of it is read later or elsewhere. */
export interface ScopeWorld {
  readonly scope: ScopeId;
  readonly slot: Instant;
  readonly now: Instant;
  /** A RECHECK of named scopes never raises `completeSeq` and proves no absence. */
  readonly mode: 'ROLL_CALL' | 'RECHECK';
  readonly epoch: number;
  readonly listing: Listing;
  /** At least every registration that a sighting or inventory item of the scope can match. */
  readonly registrations: readonly Registration[];
  /** Names of stored registrations that no longer parse. While there are any, an unmatched deployment is CANNOT_TELL, never INV-01. */
  readonly unreadable: readonly string[];
  readonly items: readonly InventoryItem[];
  /** What events say of the scope's deployments; of any of them they may say nothing. */
  readonly acts: readonly DeploymentActs[];
  /** Who made what, as it was looked up just now; `acts` has what was found. undefined: nothing was to be asked. */
  readonly lookUp: LookUp | undefined;
  readonly status: ScopeStatus | undefined;
  readonly findings: readonly StoredFinding[];
  /** Answers for the deployments that `absencesToConfirm` named. */
  readonly gone: ReadonlyMap<string, GoneAnswer>;
  readonly owners: ReadonlyMap<string, OwnerAnswer>;
  readonly settings: Settings;
}

/** Everything that the plan of the pseudo-scope `registry` is made from. */
export interface RegistryWorld {
  readonly slot: Instant;
  readonly now: Instant;
  readonly epoch: number;
  readonly registrations: readonly Registration[];
  /** Names of stored registrations that no longer parse: nothing is judged about them, and nothing of theirs is cleared. */
  readonly unreadable: readonly string[];
  readonly statuses: readonly ScopeStatus[];
  /** Scopes of this roll call; a stored scope outside it is retired. */
  readonly scopes: readonly ScopeId[];
  /** What the scopes were to be made from, and was not answered. */
  readonly unlisted: readonly Unlisted[];
  /** Inventory items of declared ARNs, by ARN; present in the map as undefined when asked for and not there. */
  readonly declared: ReadonlyMap<string, InventoryItem | undefined>;
  readonly memos: readonly Memo[];
  readonly findings: readonly StoredFinding[];
  readonly owners: ReadonlyMap<string, OwnerAnswer>;
  readonly settings: Settings;
}

export interface FindingChange {
  readonly action: 'OPEN' | 'REOPEN' | 'UPDATE' | 'CLEAR';
  readonly record: FindingRecord;
  readonly entry: HistoryEntry;
  readonly reason: string;
}

export type ItemChange =
  | { readonly action: 'APPEARED' | 'CHANGED' | 'RETURNED' | 'ABSENT'; readonly item: InventoryItem; readonly reason: string }
  | { readonly action: 'GONE'; readonly arn: string; readonly reason: string };

export type MemoChange = { readonly action: 'SET'; readonly memo: Memo } | { readonly action: 'UNSET'; readonly key: string };

/** A sighting with what was decided about whose it is. */
export interface JudgedSighting {
  readonly sighting: Sighting;
  readonly model: string | null;
  readonly version: string | null;
  /** Which claim decided, or why none did. */
  readonly matchedBy: string;
  readonly environment: string;
}

/** What a run would change, each change with its reason. Applying it twice changes nothing more. */
export interface ReconcilePlan {
  readonly scope: ScopeId;
  readonly findings: readonly FindingChange[];
  readonly items: readonly ItemChange[];
  readonly memos: readonly MemoChange[];
  /** Acts on what is no more: not needed any longer. */
  readonly forgotten: readonly DeploymentActs[];
  /** Written last; undefined for the pseudo-scope. */
  readonly status: ScopeStatus | undefined;
  /** At least those that bear on a finding: every violation, and what is said where a finding is stored. */
  readonly verdicts: readonly Verdict[];
  readonly sightings: readonly JudgedSighting[];
}

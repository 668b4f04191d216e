import type { Composition, PackageFacts } from './composition.ts';
import type { DeploymentKind } from './kinds.ts';
import type { ScopeId } from './scope.ts';
import type { Instant } from './time.ts';

/** What a raw status means for governance. Unknown statuses are SERVING: better a question too many than a model unseen. */
export type Presence = 'SERVING' | 'STARTING' | 'NOT_SERVING' | 'LEAVING';

/** One thing inside a deployment that serves a model: a variant, a shadow variant, or the component itself. */
export interface Unit {
  readonly name: string;
  readonly role: 'PRODUCTION' | 'SHADOW' | 'COMPONENT';
  readonly composition: Composition;
  readonly packageArns: readonly string[];
}

/** Why a deployment's composition is not known. LINEAGE_* : the description that would say it is gone or was replaced. */
export type UnknownCause = 'DENIED' | 'FAILED' | 'VANISHED' | 'LINEAGE_LOST' | 'LINEAGE_REPLACED';

/** What the live configuration shows of how a deployment runs, as rules ask for it. */
export interface Shown {
  /** The roles that its units run as, by ARN. Empty: its kind shows none. */
  readonly roles: readonly string[];
  /** Whether every unit is cut off from the network; null: that is not shown. */
  readonly isolated: boolean | null;
  /** Whether calls wait in a queue: those CloudWatch does not count as invocations. */
  readonly asynchronous: boolean;
}

export type Detail =
  | {
      readonly state: 'KNOWN';
      readonly composition: Composition;
      readonly units: readonly Unit[];
      readonly posture: string;
      /** Absent: it is remembered, or its kind shows nothing. */
      readonly shown?: Shown;
    }
  | { readonly state: 'UNKNOWN'; readonly cause: UnknownCause; readonly reason: string };

/** What the provider of a model says of how long it will serve it. */
export interface UpstreamModel {
  /** Its id, whatever the ARN or profile that it is served by. */
  readonly model: string;
  /** The provider's own word: `ACTIVE`, `LEGACY`. */
  readonly status: string;
  readonly legacyAt: Instant | null;
  readonly endOfLifeAt: Instant | null;
}

/** A deployment as seen in a listing. */
export interface Sighting {
  /** Its ARN; of a use, which has none, its key (`model-use.ts`). */
  readonly arn: string;
  readonly kind: DeploymentKind;
  readonly scope: ScopeId;
  readonly name: string;
  /** The provider's own word, shown to people. */
  readonly status: string;
  readonly presence: Presence;
  /** COMPONENTS: an endpoint whose variants hold no model of their own; its inference components answer the roll instead. */
  readonly hosts: 'MODELS' | 'COMPONENTS';
  readonly createdAt: Instant | null;
  readonly lastModified: Instant | null;
  /** null: the tags could not be read, which is not the same as having none. */
  readonly tags: Readonly<Record<string, string>> | null;
  /** A change under way, judged only once it serves. */
  readonly pending: string | null;
  readonly detail: Detail;
  /** What is known of the models that it rests on; null: it could not be read. Absent: none of them is a provider's. */
  readonly upstream?: readonly UpstreamModel[] | null | undefined;
}

/** An item that the provider listed in a form we cannot read; its kind proves no absence in this listing. */
export interface QuarantinedItem {
  readonly text: string;
  readonly reason: string;
}

/** How a failure counts (`adapters/aws/classify-error.ts` decides). None of them ever means "empty". */
export type FailureClass = 'TRANSIENT' | 'DENIED' | 'IDENTITY' | 'UNSUPPORTED' | 'BAD_REQUEST' | 'MALFORMED' | 'DEADLINE' | 'UNKNOWN';

/** What may have passed when it is asked again. */
export const isPassing = (failure: FailureClass): boolean => failure === 'TRANSIENT' || failure === 'DEADLINE';

export type KindListing =
  | {
      readonly kind: DeploymentKind;
      readonly status: 'COMPLETE';
      readonly sightings: readonly Sighting[];
      readonly quarantined: readonly QuarantinedItem[];
    }
  | {
      readonly kind: DeploymentKind;
      readonly status: 'NOT_CHECKED';
      readonly failure: FailureClass;
      /** For people: what failed, e.g. `access denied: sagemaker:ListEndpoints`. */
      readonly reason: string;
    };

export interface UnreadGroup {
  readonly group: string;
  readonly failure: FailureClass;
  readonly reason: string;
}

/** The requests of one action. `spared`: how many more would have been sent, by why they were not. */
export interface ActionCalls {
  readonly requests: number;
  /** Repeats of those requests. */
  readonly retries: number;
  readonly spared: Readonly<Record<string, number>>;
}

/** What was counted of the calls of a scope's deployments, or why nothing was. */
export type Invocations =
  /** By ARN the last day, as its beginning, on which one was called since `since`; null: there was none. What is not in it was not counted. */
  | { readonly state: 'COUNTED'; readonly since: Instant; readonly lastDays: ReadonlyMap<string, Instant | null> }
  | { readonly state: 'UNREAD'; readonly failure: FailureClass; readonly reason: string };

/** Whether the provider logs what models of the region are asked. */
export type InvocationLogging =
  | { readonly state: 'ON' | 'OFF' }
  | { readonly state: 'UNREAD'; readonly failure: FailureClass; readonly reason: string };

/** The answer of one scope, per kind. */
export interface Listing {
  readonly scope: ScopeId;
  readonly kinds: readonly KindListing[];
  /** Packages behind the sightings, and every package of the groups that were asked for. */
  readonly packages: readonly PackageFacts[];
  /** Package groups that were asked for and could not be read: approvals that come from them cannot be told. Absent: none. */
  readonly packagesUnread?: readonly UnreadGroup[];
  /** Package groups that were asked for, answered or not. Absent: none. */
  readonly groupsAsked?: readonly string[];
  /** Why the lifecycles of models could not be read: those of every sighting are null. Absent: they were. */
  readonly upstreamUnread?: Pick<UnreadGroup, 'failure' | 'reason'>;
  /** Absent: they were not to be counted. */
  readonly invocations?: Invocations | undefined;
  /** Absent: its provider has no such thing, or nothing is there to be asked. */
  readonly invocationLogging?: InvocationLogging | undefined;
  /** Requests sent, retries included. */
  readonly calls: number;
  /** The same by action, in IAM's spelling. Absent: not counted. */
  readonly callsByAction?: Readonly<Record<string, ActionCalls>>;
  /** Kept descriptions that could not be read, and so were asked for again. Absent: none are kept. */
  readonly damagedDescriptions?: number;
}

/** What was seen in the kinds that were read. */
export const sightingsOf = ({ kinds }: Pick<Listing, 'kinds'>): readonly Sighting[] =>
  kinds.flatMap(kind => (kind.status === 'COMPLETE' ? kind.sightings : []));

/** Whether a listing proves absence: complete, and nothing in it was unreadable. */
export const provesAbsence = (kind: KindListing): boolean => kind.status === 'COMPLETE' && kind.quarantined.length === 0;

/** What a describe says of a deployment that listings no longer show. Only an exact "could not find" is GONE. */
export type GoneAnswer =
  | { readonly answer: 'GONE' }
  | { readonly answer: 'PRESENT' }
  | { readonly answer: 'UNKNOWN'; readonly reason: string };

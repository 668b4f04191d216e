import type { FindingRecord } from './finding.ts';
import type { ScopeId } from './scope.ts';
import type { Settings } from './settings.ts';
import { elapsed, HOUR, type Instant, MINUTE } from './time.ts';

/** What in an event named its author; the order is that of trust. A session name is chosen by the caller, except where Identity Center sets it. */
export type NamedBy = 'IDENTITY_CENTER_USER' | 'SOURCE_IDENTITY' | 'SSO_SESSION' | 'IAM_USER' | 'ROLE' | 'ROOT' | 'SERVICE' | 'NOBODY';

export interface Actor {
  /** One line, safe to print. */
  readonly name: string;
  /** The role that was used, beside a person. */
  readonly role: string | null;
  readonly because: NamedBy;
}

/** Who did what, as an event says: evidence about a deployment, and never its state. */
export interface Act {
  readonly actor: Actor;
  readonly operation: string;
  readonly at: Instant;
  readonly eventId: string;
  /** By an event that came to us, or by a look at those that CloudTrail keeps. */
  readonly heard: 'ANNOUNCED' | 'LOOKED_UP';
}

export const ACT_KINDS = ['created', 'changed'] as const;
export type ActKind = (typeof ACT_KINDS)[number];

/** The latest acts on one deployment, told by what follows the account in its ARN (`resourceOf`). */
export interface DeploymentActs extends Readonly<Record<ActKind, Act | null>> {
  readonly scope: ScopeId;
  readonly resource: string;
}

export interface ActChange {
  readonly scope: ScopeId;
  readonly resource: string;
  readonly kind: ActKind;
  readonly act: Act;
}

/** In lower case: SageMaker's ARNs are, and the names that callers give need not be. */
export const resourceOf = (arn: string): string => arn.split(':').slice(5).join(':').toLowerCase();

/** Sorts acts by their time, and those of the same second always alike: what was announced after what was looked up, which may be the same call. */
export const orderOf = ({ at, eventId, heard }: Act): string => `${at} ${heard === 'LOOKED_UP' ? '-' : ''}${eventId}`;

export const latestAct = (...acts: readonly (Act | null)[]): Act | null =>
  acts.reduce((latest, act) => (latest === null || (act !== null && orderOf(act) > orderOf(latest)) ? act : latest), null);

/** How long after a call its event may come to us: queues and their returns included. */
const EVENT_DELAY = HOUR;

const ifAnnounced = (act: Act | null): Act | null => (act?.heard === 'ANNOUNCED' ? act : null);

/**
 * Names of deployments that a call was announced on since a roll call of `lastSlot` read them, or so short before that it may have read what was kept.
 * What was looked up announces nothing: it made what a listing had already shown.
 */
export const announcedSince = (acts: readonly DeploymentActs[], lastSlot: Instant | null): readonly string[] =>
  acts.flatMap(({ created, changed, resource }) => {
    const at = latestAct(ifAnnounced(created), ifAnnounced(changed))?.at;
    const isNew = at !== undefined && (lastSlot === null || elapsed(lastSlot, at) > -EVENT_DELAY);
    return isNew ? (resource.split('/').at(-1) ?? []) : [];
  });

/** How far the time of a call may lie from the creation that it brought about. */
export const SLACK = 5 * MINUTE;

/** Whether it can have made what was made at `createdAt`, and not an earlier or a later one of that name. */
export const hasMade = (act: Act, createdAt: Instant): boolean => Math.abs(elapsed(createdAt, act.at)) <= SLACK;

/**
 * `[who, operation, when]` of the creation and of the last change. Acts on an earlier deployment of the same name say nothing of this one,
 * and a creation that was looked up says nothing of changes, which were not.
 */
export const actEvidence = (acts: DeploymentActs | undefined, createdAt: Instant | null): Readonly<Record<string, readonly string[]>> => {
  const created = acts?.created && (createdAt === null || hasMade(acts.created, createdAt)) ? acts.created : null;
  const isOfThisOne = (act: Act): boolean => createdAt === null || elapsed(createdAt, act.at) >= -SLACK;
  const changed = latestAct(ifAnnounced(created), acts?.changed && isOfThisOne(acts.changed) ? acts.changed : null);
  return {
    ...(created === null ? {} : { createdBy: actText(created) }),
    ...(changed === null ? {} : { changedBy: actText(changed) }),
  };
};

const actText = ({ actor, operation, at }: Act): readonly string[] => [actorText(actor), operation, at];

/** What evidence may say of who did what. */
export const ACT_EVIDENCE = ['createdBy', 'changedBy', 'creatorUnread'] as const;

/** What a record has of an act, as `actEvidence` wrote it. */
export const actIn = (
  evidence: FindingRecord['evidence'],
  key: 'createdBy' | 'changedBy',
): { readonly who: string; readonly at: Instant } | null => {
  const [who, , at] = [evidence[key] ?? []].flat();
  return who === undefined || at === undefined ? null : { who, at };
};

/** Why it is not known who did it. Creations are looked up whether or not events are enabled, and where they were not `creatorUnread` says why; changes are not. */
export const whyNobody = (evidence: FindingRecord['evidence'], key: 'createdBy' | 'changedBy', settings: Settings): string => {
  if (key === 'changedBy' && !settings.events.enabled) return 'unknown (events not enabled)';
  const unread = key === 'createdBy' ? evidence['creatorUnread'] : undefined;
  return `unknown (${[unread ?? 'no CloudTrail event seen'].flat().join(', ')})`;
};

export const actorText = ({ name, role, because }: Actor): string => {
  if (because === 'ROLE') return `role ${name}`;
  return role === null ? name : `${name} (role ${role})`;
};

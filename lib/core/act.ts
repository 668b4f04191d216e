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
}

export const ACT_KINDS = ['created', 'changed'] as const;
export type ActKind = (typeof ACT_KINDS)[number];

/** The latest acts on one deployment, told by what follows the account in its ARN (`resourceOf`). */
export interface DeploymentActs extends Readonly<Record<ActKind, Act | null>> {
  readonly scope: ScopeId;
  readonly resource: string;
}

/** In lower case: SageMaker's ARNs are, and the names that callers give need not be. */
export const resourceOf = (arn: string): string => arn.split(':').slice(5).join(':').toLowerCase();

/** Sorts acts by their time, and those of the same second always alike. */
export const orderOf = ({ at, eventId }: Act): string => `${at} ${eventId}`;

export const latestAct = (...acts: readonly (Act | null)[]): Act | null =>
  acts.reduce((latest, act) => (latest === null || (act !== null && orderOf(act) > orderOf(latest)) ? act : latest), null);

/** How long after a call its event may come to us: queues and their returns included. */
const EVENT_DELAY = HOUR;

/** Names of deployments that a call was announced on since a roll call of `lastSlot` read them, or so short before that it may have read what was kept. */
export const announcedSince = (acts: readonly DeploymentActs[], lastSlot: Instant | null): readonly string[] =>
  acts.flatMap(({ created, changed, resource }) => {
    const at = latestAct(created, changed)?.at;
    const isNew = at !== undefined && (lastSlot === null || elapsed(lastSlot, at) > -EVENT_DELAY);
    return isNew ? (resource.split('/').at(-1) ?? []) : [];
  });

/** How far the time of a call may lie from the creation that it brought about. */
const SLACK = 5 * MINUTE;

/** `[who, operation, when]` of the creation and of the last change. Acts on an earlier deployment of the same name say nothing of this one. */
export const actEvidence = (acts: DeploymentActs | undefined, createdAt: Instant | null): Readonly<Record<string, readonly string[]>> => {
  const since = (act: Act | null): number => (act === null || createdAt === null ? 0 : elapsed(createdAt, act.at));
  const created = acts?.created && Math.abs(since(acts.created)) <= SLACK ? acts.created : null;
  const changed = latestAct(created, acts?.changed && since(acts.changed) >= -SLACK ? acts.changed : null);
  return {
    ...(created === null ? {} : { createdBy: actText(created) }),
    ...(changed === null ? {} : { changedBy: actText(changed) }),
  };
};

const actText = ({ actor, operation, at }: Act): readonly string[] => [actorText(actor), operation, at];

/** What a record has of an act, as `actEvidence` wrote it. */
export const actIn = (
  evidence: FindingRecord['evidence'],
  key: 'createdBy' | 'changedBy',
): { readonly who: string; readonly at: Instant } | null => {
  const [who, , at] = [evidence[key] ?? []].flat();
  return who === undefined || at === undefined ? null : { who, at };
};

/** Why it is not known who did it. */
export const whyNobody = (settings: Settings): string =>
  settings.events.enabled ? 'unknown (no CloudTrail event seen)' : 'unknown (events not enabled)';

export const actorText = ({ name, role, because }: Actor): string => {
  if (because === 'ROLE') return `role ${name}`;
  return role === null ? name : `${name} (role ${role})`;
};

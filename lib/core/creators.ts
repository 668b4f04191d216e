import { type ActChange, type DeploymentActs, hasMade, latestAct, resourceOf } from './act.ts';
import { isDueAgain } from './due-again.ts';
import { operationsMaking } from './events/operations.ts';
import type { InventoryItem } from './inventory.ts';
import type { DeploymentKind } from './kinds.ts';
import type { ScopeId } from './scope.ts';
import { type FailureClass, isPassing, type Listing, type Sighting, sightingsOf } from './sighting.ts';
import { DAY, elapsed, type Instant, MINUTE } from './time.ts';

/** How long CloudTrail keeps what it can be asked for. */
export const KEPT = 90 * DAY;
/** How long a call may take to be among it. */
const DELAY = 15 * MINUTE;
/** Creations that lie no further apart are asked for in one. */
const SPAN = DAY;

/** How it stands with asking who made a scope's deployments. Which were asked about is remembered with each (`creationAsked`). */
export interface CreatorStatus {
  /** Asked again a day later, and for all that was made since; null: the last question was not refused. */
  readonly refused: { readonly at: Instant; readonly reason: string } | null;
}

/** Some deployments of a kind, the first and the last of which were made then. */
export interface CreationSpan {
  readonly kind: DeploymentKind;
  readonly first: Instant;
  readonly last: Instant;
}

export interface CreationWindow extends CreationSpan {
  /** The calls that make one. */
  readonly operations: readonly string[];
}

export interface CreatorQuestion {
  readonly at: Instant;
  /** The latest first. None: there is nothing to ask. */
  readonly windows: readonly CreationWindow[];
}

/** What was found, and in which windows or late parts of windows it was looked for; the rest is for the next roll call. */
export interface CreatorAnswer {
  readonly acts: readonly ActChange[];
  readonly answered: readonly CreationSpan[];
  /** Why no more of them were; null: they all were, or it was enough for one roll call. */
  readonly failure: { readonly failure: FailureClass; readonly reason: string } | null;
  readonly calls: number;
  readonly callsByAction: NonNullable<Listing['callsByAction']>;
}

export interface LookUp {
  readonly question: CreatorQuestion;
  readonly answer: CreatorAnswer;
}

interface Reading {
  readonly scope: ScopeId;
  readonly mode: 'ROLL_CALL' | 'RECHECK';
  readonly creators: CreatorStatus | null;
  readonly listing: Pick<Listing, 'kinds'>;
  readonly items: readonly InventoryItem[];
  readonly acts: readonly DeploymentActs[];
  readonly now: Instant;
}

/** Whose creators a roll call is to look up: each creation until it was, unless its event came. undefined: nothing is to be asked now. */
export const creatorsToLookUp = ({ scope, mode, creators, listing, items, acts, now }: Reading): CreatorQuestion | undefined => {
  const refused = creators?.refused;
  if (mode === 'RECHECK' || (refused && !isDueAgain(`${scope} creators`, refused.at, now))) return undefined;
  const known = new Map(items.map(item => [item.arn, item]));
  const unasked = isUnasked(acts);
  const asked = sightingsOf(listing).filter(each => unasked(each, known.get(each.arn)));
  const windows = [...Map.groupBy(asked, each => each.kind)].flatMap(([kind, same]) => {
    const times = same.flatMap(({ createdAt }) => createdAt ?? []);
    const shown = times.filter(time => elapsed(time, now) >= DELAY && elapsed(time, now) < KEPT);
    return windowsOf(shown).map(of => ({ kind, operations: operationsMaking(kind), ...of }));
  });
  return { at: now, windows: windows.toSorted((a, b) => elapsed(a.last, b.last)) };
};

/** Whether some call made a deployment, which no event told of and nobody has looked for. */
const isUnasked = (acts: readonly DeploymentActs[]) => {
  const known = new Map(acts.map(({ resource, created }) => [resource, created]));
  return ({ arn, kind, createdAt }: Sighting, item: Pick<InventoryItem, 'creationAsked'> | undefined): boolean => {
    if (createdAt === null || operationsMaking(kind).length === 0 || item?.creationAsked === createdAt) return false;
    const created = known.get(resourceOf(arn)) ?? null;
    return created === null || !hasMade(created, createdAt);
  };
};

/** Instants in as few windows as the span allows. */
const windowsOf = (times: readonly Instant[]): readonly Pick<CreationSpan, 'first' | 'last'>[] => {
  const windows: Pick<CreationSpan, 'first' | 'last'>[] = [];
  for (const time of times.toSorted()) {
    const open = windows.at(-1);
    if (open && elapsed(open.first, time) <= SPAN) windows.splice(-1, 1, { ...open, last: time });
    else windows.push({ first: time, last: time });
  }
  return windows;
};

/** The acts that made what is listed. Of all else that was found nothing is kept. */
export const creationsOf = (listing: Pick<Listing, 'kinds'>, { acts }: Pick<CreatorAnswer, 'acts'>): readonly ActChange[] => {
  const made = new Map(sightingsOf(listing).map(({ arn, createdAt }) => [resourceOf(arn), createdAt]));
  return acts.filter(({ resource, act }) => {
    const createdAt = made.get(resource) ?? null;
    return createdAt !== null && hasMade(act, createdAt);
  });
};

/** As the store has them once they are recorded: of two the later one. */
export const withCreations = (acts: readonly DeploymentActs[], found: readonly ActChange[]): readonly DeploymentActs[] => {
  const known = new Map(acts.map(each => [each.resource, each]));
  for (const { scope, resource, act } of found) {
    const before = known.get(resource) ?? { scope, resource, created: null, changed: null };
    known.set(resource, { ...before, created: latestAct(before.created, act) });
  }
  return [...known.values()];
};

/** The creation that CloudTrail was asked about last, as the inventory is to remember it of a deployment; null: of none. */
export const creationAsked = (
  { kind, createdAt }: Sighting,
  before: InventoryItem | undefined,
  lookUp: LookUp | undefined,
): InventoryItem['creationAsked'] => {
  const answered = lookUp?.answer.answered ?? [];
  const isAsked = createdAt !== null && answered.some(span => span.kind === kind && span.first <= createdAt && createdAt <= span.last);
  return isAsked ? createdAt : (before?.creationAsked ?? null);
};

/** `lookUp` undefined: it asked nothing. What failed for now says nothing of a refusal before it, nor does what was not asked. */
export const creatorsAfter = (before: CreatorStatus | null, lookUp: LookUp | undefined): CreatorStatus | null => {
  if (lookUp === undefined) return before;
  const { question, answer } = lookUp;
  if (answer.failure === null) return { refused: question.windows.length === 0 ? (before?.refused ?? null) : null };
  return { refused: isPassing(answer.failure.failure) ? (before?.refused ?? null) : { at: question.at, reason: answer.failure.reason } };
};

/** For people: why nobody was asked who made a deployment; null: CloudTrail was, or it is known, or nobody could be. `creators` null: as nothing is ever looked up. */
export const creatorUnread = (creators: CreatorStatus | null, acts: readonly DeploymentActs[], now: Instant) => {
  const unasked = isUnasked(acts);
  return (sighting: Sighting, item: Pick<InventoryItem, 'creationAsked'> | undefined): string | null => {
    if (creators === null || sighting.createdAt === null || !unasked(sighting, item)) return null;
    if (elapsed(sighting.createdAt, now) >= KEPT) return 'older than the 90 days that CloudTrail keeps';
    return creators.refused?.reason ?? 'not looked up yet';
  };
};

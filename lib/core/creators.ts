import { type ActChange, type DeploymentActs, hasMade, latestAct, resourceOf } from './act.ts';
import { isDueAgain } from './due-again.ts';
import { operationsMaking } from './events/operations.ts';
import type { DeploymentKind } from './kinds.ts';
import type { ScopeId } from './scope.ts';
import { type FailureClass, isPassing, type Listing, type Sighting } from './sighting.ts';
import { DAY, elapsed, type Instant, MINUTE, plus } from './time.ts';

/** How long CloudTrail keeps what it can be asked for. */
const KEPT = 90 * DAY;
/** How long a call may take to be among it. */
const DELAY = 15 * MINUTE;
/** Creations that lie no further apart are asked for in one. */
const SPAN = DAY;

/** What was asked in a scope about who made its deployments. */
export interface CreatorStatus {
  /** By kind: what was made up to then needs no further question. Kept by kind, as one that could not be listed has not been asked about. */
  readonly askedUpTo: Readonly<Partial<Record<DeploymentKind, Instant>>>;
  /** Asked again a day later, and for all that was made since; null: the last question was not refused. */
  readonly refused: { readonly at: Instant; readonly reason: string } | null;
}

export const NONE_ASKED: CreatorStatus = { askedUpTo: {}, refused: null };

/** Some deployments of a kind, the first and the last of which were made then. */
export interface CreationWindow {
  readonly kind: DeploymentKind;
  /** The calls that make one. */
  readonly operations: readonly string[];
  readonly first: Instant;
  readonly last: Instant;
}

export interface CreatorQuestion {
  readonly at: Instant;
  /** Those of a kind follow one another, the earliest first. None: there is nothing to ask. */
  readonly windows: readonly CreationWindow[];
  /** What was made later may not be among what CloudTrail shows yet. */
  readonly upTo: Instant;
}

/** What was found, in as many windows as were answered, from the first on; the others are for the next roll call. */
export interface CreatorAnswer {
  readonly acts: readonly ActChange[];
  readonly answered: number;
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
  readonly creators: CreatorStatus;
  readonly listing: Pick<Listing, 'kinds'>;
  readonly acts: readonly DeploymentActs[];
  readonly now: Instant;
}

/** Whose creators a roll call is to look up: each creation once, unless its event came. undefined: nothing is to be asked now. */
export const creatorsToLookUp = ({ scope, mode, creators, listing, acts, now }: Reading): CreatorQuestion | undefined => {
  const { refused } = creators;
  if (mode === 'RECHECK' || (refused && !isDueAgain(`${scope} creators`, refused.at, now))) return undefined;
  const upTo = plus(now, -DELAY);
  const unasked = isUnasked(creators, acts, now);
  const windows = completeIn(listing).flatMap(({ kind, sightings }) => {
    const times = sightings.filter(each => unasked(each)).flatMap(({ createdAt }) => createdAt ?? []);
    return windowsOf(times.filter(time => elapsed(time, upTo) >= 0)).map(of => ({ kind, operations: operationsMaking(kind), ...of }));
  });
  return { at: now, windows, upTo };
};

const completeIn = ({ kinds }: Pick<Listing, 'kinds'>) => kinds.flatMap(kind => (kind.status === 'COMPLETE' ? [kind] : []));

/** Whether CloudTrail may know who made a deployment, and was not asked. */
const isUnasked = ({ askedUpTo }: CreatorStatus, acts: readonly DeploymentActs[], now: Instant) => {
  const known = new Map(acts.map(({ resource, created }) => [resource, created]));
  return ({ arn, kind, createdAt }: Sighting): boolean => {
    if (createdAt === null || operationsMaking(kind).length === 0) return false;
    const asked = askedUpTo[kind];
    if ((asked !== undefined && elapsed(asked, createdAt) <= 0) || elapsed(createdAt, now) >= KEPT) return false;
    const created = known.get(resourceOf(arn)) ?? null;
    return created === null || !hasMade(created, createdAt);
  };
};

/** Instants in as few windows as the span allows. */
const windowsOf = (times: readonly Instant[]): readonly Pick<CreationWindow, 'first' | 'last'>[] => {
  const windows: Pick<CreationWindow, 'first' | 'last'>[] = [];
  for (const time of times.toSorted()) {
    const open = windows.at(-1);
    if (open && elapsed(open.first, time) <= SPAN) windows.splice(-1, 1, { ...open, last: time });
    else windows.push({ first: time, last: time });
  }
  return windows;
};

/** The acts that made what is listed. Of all else that was found nothing is kept. */
export const creationsOf = (listing: Pick<Listing, 'kinds'>, { acts }: Pick<CreatorAnswer, 'acts'>): readonly ActChange[] => {
  const made = new Map(completeIn(listing).flatMap(({ sightings }) => sightings.map(({ arn, createdAt }) => [resourceOf(arn), createdAt])));
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

/** What is left to ask after a roll call. `lookUp` undefined: it asked nothing. */
export const creatorsAfter = (before: CreatorStatus, { kinds }: Pick<Listing, 'kinds'>, lookUp: LookUp | undefined): CreatorStatus => {
  if (lookUp === undefined) return before;
  const askedUpTo = completeIn({ kinds }).flatMap(({ kind }) => {
    const upTo = answeredUpTo(kind, lookUp);
    return upTo === undefined ? [] : [[kind, upTo] as const];
  });
  return { askedUpTo: { ...before.askedUpTo, ...Object.fromEntries(askedUpTo) }, refused: refusedAfter(before.refused, lookUp) };
};

/** What failed for now says nothing of a refusal before it, nor does what was not asked. */
const refusedAfter = (before: CreatorStatus['refused'], { question, answer: { failure } }: LookUp): CreatorStatus['refused'] => {
  if (failure === null) return question.windows.length === 0 ? before : null;
  return isPassing(failure.failure) ? before : { at: question.at, reason: failure.reason };
};

const answeredUpTo = (kind: DeploymentKind, { question, answer }: LookUp): Instant | undefined => {
  const own = (windows: readonly CreationWindow[]) => windows.filter(each => each.kind === kind);
  const done = own(question.windows.slice(0, answer.answered));
  return done.length === own(question.windows).length ? question.upTo : done.at(-1)?.last;
};

/** For people: why nobody was asked who made a deployment; null: somebody was, or it is known, or nobody could be. */
export const creatorUnread = (creators: CreatorStatus, acts: readonly DeploymentActs[], now: Instant) => {
  const unasked = isUnasked(creators, acts, now);
  return (sighting: Sighting): string | null => (creators.refused !== null && unasked(sighting) ? creators.refused.reason : null);
};

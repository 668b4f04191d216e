import type { FindingRecord } from '../../../lib/core/finding.ts';
import { kindOfArn, kindsOf } from '../../../lib/core/kinds.ts';
import { parseScopeId, type ScopeId } from '../../../lib/core/scope.ts';
import { elapsed, HOUR, MINUTE, roundDown } from '../../../lib/core/time.ts';
import { machineSide, membersOf, owedEnds, unheard } from '../laws.ts';
import { DECLARED } from '../people.ts';
import { keyOf, misjudged, modelsAsExpected, openOn, same } from '../reference.ts';
import { accountOf, failureIn, SCOPES } from './estate.ts';
import { SETTINGS } from './live.ts';
import { hasLeft, isRollCall, kindKey, pairs, proves, type View } from './view.ts';

/** What breaks a law; nothing where it holds. */
type Law = (view: View) => readonly string[];

const { policy } = SETTINGS;
/** Dates pass in unread scopes too. */
const DATED: readonly string[] = ['APR-03', 'LIF-02'];
const arnOf = ({ subject }: Pick<FindingRecord, 'subject'>): string | undefined =>
  subject.startsWith('dep:') ? subject.slice(4) : undefined;
const kindOf = (arn: string) => kindOfArn(arn) ?? '';
const isClosed = ({ happened: { kind, reached } }: View) => kind === 'RUN' && (reached === 'CLOSED' || reached === 'TOLD');
/** Of a roll call, what the scope answered by kinds, where its reconcile came to its end. */
const finishedAnswers = ({ said, happened }: View) => said.kinds.filter(({ scope }) => happened.finished.has(scope));
const isOpen = (view: View, rule: string, scope: ScopeId) => openOn(view, `scope:${scope}`).some(record => record.rule === rule);

/**
 * Invariant 1: what was not listed changes nothing. No finding of a deployment whose kind was not answered in its scope opens, resolves, ages
 * or changes its people, and nothing remembered of it changes; dates alone pass, and a scope that left for good is closed as that.
 */
const unreadChangesNothing: Law = view => {
  const answered = new Set(view.said.kinds.flatMap(({ scope, kind }) => (kind.status === 'COMPLETE' ? [kindKey(scope, kind.kind)] : [])));
  const isUnread = (scope: ScopeId, arn: string) => !answered.has(kindKey(scope, kindOf(arn)));
  const findings = pairs(view).flatMap(([before, { record }]) => {
    const arn = arnOf(record);
    if (arn === undefined || DATED.includes(record.rule) || !isUnread(record.scope, arn)) return [];
    const isRetired = record.cleared?.code === 'SCOPE_RETIRED' && hasLeft(view, record.scope);
    return isRetired || (before && same(machineSide(before.record), machineSide(record))) ? [] : [keyOf(record)];
  });
  const arns = new Set([...view.before.items.keys(), ...view.after.items.keys()]);
  const items = [...arns].filter(arn => {
    const [before, after] = [view.before.items.get(arn), view.after.items.get(arn)];
    return isUnread((before ?? after)!.scope, arn) && before !== after && !same(before ?? null, after ?? null);
  });
  return [...findings, ...items];
};

/**
 * Invariant 2: a failure is never an empty answer. A kind that was denied, throttled, malformed or in any other way not answered counts as
 * failed with that very reason; it counts for no complete listing, and begins no rest. An account or region list that failed takes no scope away.
 */
const failureIsNotEmpty: Law = view => {
  if (view.happened.kind !== 'RUN') return [];
  const kinds = finishedAnswers(view).flatMap(({ scope, kind }) => {
    if (kind.status === 'COMPLETE') return [];
    const [before, after] = [view.before, view.after].map(({ statuses }) => statuses.get(scope));
    const [was, is] = [before, after].map(status => status?.kinds[kind.kind]);
    const isFailed = is?.failure?.failure === kind.failure && is.failure.reason === kind.reason;
    const counts = ({ lastCompleteAt = null, completeSeq = 0, count = 0 } = {}) => [lastCompleteAt, completeSeq, count];
    const isSame = same(counts(is as object), counts(was as object)) && (after?.emptySince ?? null) === (before?.emptySince ?? null);
    return isFailed && isSame ? [] : [`${kind.failure} of ${kindKey(scope, kind.kind)}`];
  });
  const [members] = view.said.members;
  const wasRead = (view.memory.closed?.scopes ?? []).filter(scope => !view.after.run?.scopes.includes(scope));
  const lost = wasRead.filter(scope => {
    const isUnanswered = view.said.regions.has(accountOf(scope)) && view.said.regions.get(accountOf(scope)) === undefined;
    return (view.said.members.length > 0 && members === undefined && !hasLeft(view, scope)) || isUnanswered;
  });
  return [...kinds, ...(view.happened.reached === 'NOTHING' ? [] : lost)];
};

/**
 * Invariant 3: coverage is known. After a closed run each of its scopes has a status that says of each kind when it was last complete and why
 * it is not now; what was not read is OPS-01, what was not complete for two intervals OPS-02, and what was not even asked was empty twice
 * before, in this hour, or lies in an account or region that is not to be read.
 */
const coverageIsKnown: Law = view => (isClosed(view) ? view.after.run!.scopes.flatMap(scope => uncovered(view, scope)) : []);

const uncovered = (view: View, scope: ScopeId): readonly string[] => {
  const { after, said, happened } = view;
  const status = after.statuses.get(scope);
  const answers = said.kinds.filter(each => each.scope === scope);
  const isPlanned = happened.batches.some(batch => batch.includes(scope));
  if (!isPlanned && mayRest(view, scope))
    return isOpen(view, 'OPS-01', scope) && !isToldUnread(view, scope) ? [`at rest and not so said: ${scope}`] : [];
  if (!isPlanned && !isToldUnread(view, scope)) return [`not asked: ${scope}`];
  // A crash after the last write leaves a scope that was read.
  if (!happened.finished.has(scope)) return answers.length > 0 || isOpen(view, 'OPS-01', scope) ? [] : [`unread and not said: ${scope}`];
  const wrong = answers.filter(each => {
    const { lastCompleteAt = null, failure = null } = status?.kinds[each.kind.kind] ?? {};
    return (failure?.failure ?? null) !== failureIn(each.kind) || (lastCompleteAt === happened.slot) !== proves(each);
  });
  const isFailing = answers.some(({ kind }) => failureIn(kind) !== null);
  return [
    ...wrong.map(({ kind }) => `status of ${kindKey(scope, kind.kind)}`),
    ...(isOpen(view, 'OPS-01', scope) === isFailing ? [] : [`OPS-01 of ${scope}`]),
    ...staleness(view, scope),
  ];
};

const isToldUnread = ({ after }: View, scope: ScopeId) =>
  (after.run?.unread ?? []).some(({ account, region }) => account === accountOf(scope) && [null, scope.split('/')[2]].includes(region));
const mayRest = ({ memory, happened }: View, scope: ScopeId): boolean => {
  const { slots = [], last = null } = memory.empty.get(scope) ?? {};
  return slots.length >= 2 && last !== null && roundDown(last, 60) === roundDown(happened.slot, 60);
};

/** A rest may last until the end of its hour, so what was empty is old only after that. */
const staleness = (view: View, scope: ScopeId): readonly string[] => {
  const { memory, happened } = view;
  const age = (at: string | undefined) => (at === undefined ? 0 : elapsed(at, happened.slot));
  const kinds = kindsOf(parseScopeId(scope)!.provider).map(kind => kindKey(scope, kind));
  const limit = 2 * SETTINGS.schedule.everyMinutes * MINUTE;
  const isOld = kinds.some(kind => age(memory.complete.get(kind)) >= limit + HOUR);
  const isNew = kinds.every(kind => memory.kept.has(kind) && age(memory.kept.get(kind)) < limit);
  const isStale = isOpen(view, 'OPS-02', scope);
  return (isOld && !isStale) || (isNew && isStale) ? [`OPS-02 of ${scope}`] : [];
};

/**
 * Invariant 4: what ends, ended for a reason. A finding of a deployment resolves by a fact of that deployment, which was listed; or as absent,
 * after complete listings of two slots without it and a describe that said gone, never in a recheck.
 */
const endsForAReason: Law = view => {
  const listed = new Set(view.said.kinds.flatMap(({ kind }) => (kind.status === 'COMPLETE' ? kind.sightings.map(({ arn }) => arn) : [])));
  const isGone = (arn: string) => isRollCall(view) && (view.memory.missing.get(arn)?.size ?? 0) >= 2 && view.said.gone.get(arn) === 'GONE';
  const ends = pairs(view).flatMap(([before, { record }]) => {
    const arn = arnOf(record);
    if (arn === undefined || before?.record.condition !== 'OPEN' || record.condition === 'OPEN') return [];
    const isRight = { FACT: listed.has(arn) || DATED.includes(record.rule), ABSENT: isGone(arn), SCOPE_RETIRED: true };
    return isRight[record.cleared!.code] ? [] : [keyOf(record)];
  });
  const forgotten = [...view.before.items.keys()].filter(arn => !view.after.items.has(arn) && !isGone(arn));
  return [...ends, ...forgotten];
};

/**
 * Who leaves: it is said (OPS-01 LEFT), and the findings of a scope are closed as retired, only when complete lists of two slots in a row lack
 * its account or region. That it was said ends as retired in the run after, whatever that hears.
 */
const leavingTakesTwoLists: Law = view =>
  pairs(view).flatMap(([before, { record }]) => {
    const was = before?.record.condition === 'OPEN' ? before.record.code : undefined;
    const isRetired = was !== undefined && was !== 'LEFT' && record.cleared?.code === 'SCOPE_RETIRED' && record.condition === 'CLEARED';
    const isSaid = record.condition === 'OPEN' && record.code === 'LEFT' && was !== 'LEFT';
    const scope = arnOf(record) === undefined ? record.subject.replace('scope:', '') : record.scope;
    return (isRetired || isSaid) && SCOPES.includes(scope) && !hasLeft(view, scope) ? [keyOf(record)] : [];
  });

/**
 * Invariant 6: a mass change is held. Where more deployments of a scope are missing at once than the guard allows, none of them counts as
 * absent until a complete listing of another slot agrees; and more findings than the fold guard allows are told as one message.
 */
const massIsHeld: Law = view => {
  const began = [...view.after.items.values()].filter(
    ({ arn, absentSince }) => absentSince !== null && view.before.items.get(arn)?.absentSince === null,
  );
  const rushed = [...Map.groupBy(began, ({ scope }) => scope)].flatMap(([scope, gone]) => {
    const known = [...view.before.items.values()].filter(item => item.scope === scope && item.absentSince === null).length;
    const fresh = gone.filter(({ arn }) => (view.memory.missing.get(arn)?.size ?? 0) < 2).length;
    return fresh > policy.absenceGuardCount && fresh > (known * policy.absenceGuardPercent) / 100
      ? [`${fresh} of ${known} gone in ${scope}`]
      : [];
  });
  const waiting = new Set(view.before.outgoing.map(({ message }) => message.id));
  const told = view.accepted.filter(({ id }) => !waiting.has(id)).flatMap(message => membersOf({ accepted: [message] }));
  const loose = told.filter(({ told: { folded, reason } }) => !folded && reason !== 'RELEASED').map(({ finding }) => keyOf(finding));
  return [...rushed, ...(new Set(loose).size > policy.foldAbove ? [`${new Set(loose).size} findings told one by one`] : [])];
};

const SIDES = ['findings', 'items', 'statuses', 'outgoing'] as const;
const plain = (value: unknown) => (value instanceof Map ? [...value] : value);
/** Invariant 7: n times is once. Every function of a run that ended, started once more, changes and sends nothing; another execution of its slot is a duplicate. */
const againIsOnce: Law = view => {
  const { kind, reached } = view.happened;
  // What people released while the fold guard held is told by whatever runs next.
  const isReleased = membersOf(view).some(({ told }) => told.reason === 'RELEASED');
  if ((kind !== 'AGAIN' || isReleased) && kind !== 'DUPLICATE') return [];
  const sides = SIDES.filter(side => !same(plain(view.before[side]), plain(view.after[side])));
  return [...sides, ...view.accepted.map(({ subject }) => subject), ...(kind === 'DUPLICATE' && reached !== 'DUPLICATE' ? ['ran'] : [])];
};

/**
 * Invariant 25: everything has a bound, and what exceeds it is seen. A batch has at most 20 scopes, and each scope is in one; a receiver gets at
 * most two messages, which only a fault repeats, of 180,000 bytes and the frame around it; a record stays below 64 KB; a describe is asked only of what is missing.
 */
const everythingIsBounded: Law = view => {
  const { batches } = view.happened;
  const scopes = batches.flat();
  const waiting = new Set(view.before.outgoing.map(({ message }) => message.id));
  const fresh = view.accepted.filter(({ id }) => !waiting.has(id));
  const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
  return [
    ...batches.filter(batch => batch.length > 20).map(batch => `a batch of ${batch.length}`),
    ...(new Set(scopes).size === scopes.length ? [] : ['a scope in two batches']),
    ...[...Map.groupBy(fresh, ({ receiver }) => receiver)].flatMap(([receiver, own]) => {
      const ids = new Set(own.map(({ id }) => id));
      return ids.size > 2 || (!view.happened.faulty && own.length > ids.size) ? [`${own.length} to ${receiver}`] : [];
    }),
    ...fresh.filter(({ body, subject }) => Buffer.byteLength(body) > 200_000 || !/^[\x20-\x7e]{1,99}$/.test(subject)).map(({ id }) => id),
    ...pairs(view).flatMap(([before, { record }]) => (before?.record !== record && bytes(record) > 64_000 ? [keyOf(record)] : [])),
    ...[...view.said.gone.keys()].filter(arn => !view.memory.missing.has(arn)).map(arn => `described for nothing: ${arn}`),
  ];
};

/** Findings are the reference's: what was listed and read to the end is judged as the registry and the clock say. */
const judgedAsReference: Law = view => {
  if (view.happened.kind !== 'RUN') return [];
  const seen = finishedAnswers(view).flatMap(({ kind }) => (kind.status === 'COMPLETE' ? kind.sightings : []));
  const models = isClosed(view) ? modelsAsExpected(view.live, view) : [];
  return [...seen.filter(({ detail }) => detail.state === 'KNOWN').flatMap(each => misjudged(view.live, view, each)), ...models];
};

/** Liveness: after a week without faults everything owed was told, and nothing is open but what the reference expects. */
const allIsWell: Law = view => {
  if (view.happened.kind !== 'END') return [];
  const { live, memory, after } = view;
  const told = { after, memory, story: live };
  const isWatched = (scope: ScopeId) => live.truth.states.get(accountOf(scope)) === 'ACTIVE' || accountOf(scope) === accountOf(SCOPES[0]!);
  const there = [...live.truth.live.values()].filter(({ scope }) => isWatched(scope));
  const arns = new Set(there.map(({ arn }) => arn));
  const isGhost = (rule: string) => rule === 'INV-06' && live.registered.has('fraud-scorer') && !arns.has(DECLARED);
  const strange = [...after.findings.values()].filter(({ record }) => {
    const arn = arnOf(record);
    const isExplained = arn === undefined ? record.subject.startsWith('model:') || isGhost(record.rule) : arns.has(arn);
    return record.condition === 'OPEN' && !isExplained;
  });
  return [
    ...there.flatMap(each => misjudged(live, view, each)),
    ...modelsAsExpected(live, view),
    ...strange.map(({ record }) => `still open: ${keyOf(record)}`),
    ...unheard(told, ({ severity }) => severity !== 'INFO'),
    ...owedEnds(told),
    ...after.outgoing.map(({ message }) => `on its way: ${message.subject}`),
  ];
};

/** The invariants by number and name. 8 compares two plays of one world: see `twins.ts`. */
export const LAWS = {
  '1 unread changes nothing': unreadChangesNothing,
  '2 a failure is never an empty answer': failureIsNotEmpty,
  '3 coverage is known': coverageIsKnown,
  '4 what ends, ended for a reason': endsForAReason,
  'leaving takes two lists': leavingTakesTwoLists,
  '6 a mass change is held': massIsHeld,
  '7 n times is once': againIsOnce,
  '25 everything is bounded': everythingIsBounded,
  'findings are the reference’s': judgedAsReference,
  'in the end all is well': allIsWell,
} satisfies Record<string, Law>;
export type LawName = keyof typeof LAWS;

import { type DeploymentActs, latestAct, resourceOf } from './act.ts';
import { type AbsencePlan, planAbsences, seqAfter } from './absence.ts';
import { creationAsked, creatorsAfter, creatorUnread } from './creators.ts';
import { countDeployments } from './deployment-counts.ts';
import { canonicalJson } from './digest.ts';
import { deploymentOf, type StoredFinding, type Verdict } from './finding.ts';
import type { InventoryItem, KindStatus, ScopeStatus } from './inventory.ts';
import { itemChange } from './inventory-sighting.ts';
import { deploymentCase, type DeploymentQuestion, judgedSighting, judgeDeployment, judgeUnread } from './judge.ts';
import { indexRegistrations } from './match.ts';
import type { ItemChange, JudgedSighting, ReconcilePlan, ScopeWorld } from './plan.ts';
import { bearingOn, inOrder, reconcileFindings, verdictKey } from './reconcile-findings.ts';
import type { OwnerAnswer } from './registration.ts';
import { type FailureClass, type KindListing, provesAbsence, type Sighting, sightingsOf, type UnreadGroup } from './sighting.ts';
import { DAY, elapsed } from './time.ts';

/**
 * What one reading of a scope changes: findings, what is remembered of its deployments, and its status.
 * A kind that was not read changes no presence and no configuration; of its deployments only dates are judged.
 */
export const planReconcile = (world: ScopeWorld): ReconcilePlan => {
  const absences = planAbsences(world);
  const bears = bearingOn(new Set(world.findings.map(({ record }) => verdictKey(record))));
  const sightings: JudgedSighting[] = [];
  const seen: ItemChange[] = [];
  const gone = new Set(absences.gone);
  const verdicts = goneVerdicts(gone, world.findings);
  for (const { judged, before, said } of judgeWorld(world)) {
    if (judged) {
      sightings.push(judged);
      const asked = creationAsked(judged.sighting, before, world.lookUp);
      const change = itemChange({ ...remembered(judged, world, before), creationAsked: asked }, before, world.now);
      if (change) seen.push(change);
    }
    verdicts.push(...said.filter(bears));
  }
  const items = [...seen, ...absences.changes].toSorted((a, b) => (arnOf(a) < arnOf(b) ? -1 : 1));
  return {
    scope: world.scope,
    findings: reconcileFindings(verdicts, world.findings, world),
    items,
    memos: [],
    forgotten: forgottenActs(world, gone),
    status: world.mode === 'RECHECK' ? statusAfterRecheck(world) : statusAfter(world, absences, items),
    verdicts: inOrder(verdicts),
    sightings,
  };
};

interface Judged {
  /** null: it was not read now. */
  readonly judged: JudgedSighting | null;
  readonly before: InventoryItem | undefined;
  readonly said: readonly Verdict[];
}

/**
 * What every rule says of each deployment, one after the other: a dozen verdicts each, most of which bear on nothing, and what they rest on
 * are more than a function has room for, of 100,000 deployments at once.
 */
export function* judgeWorld(world: ScopeWorld): Generator<Judged> {
  const items = new Map(world.items.map(item => [item.arn, item]));
  const ask = questionFor(world);
  for (const sighting of listedOnce(world.listing.kinds)) {
    const before = items.get(sighting.arn);
    const one = deploymentCase(ask(sighting, before));
    yield { judged: judgedSighting(one), before, said: judgeDeployment(one) };
  }
  for (const before of unreadItems(world))
    yield { judged: null, before, said: judgeUnread(deploymentCase(ask(before.sighting, before)), before.version) };
}

const arnOf = (change: ItemChange): string => (change.action === 'GONE' ? change.arn : change.item.arn);

/** Each listed deployment once, in order of ARN: pages overlap when something is created between two of them. */
const listedOnce = (kinds: readonly KindListing[]): readonly Sighting[] => {
  const byArn = Map.groupBy(sightingsOf({ kinds }), ({ arn }) => arn);
  return [...byArn.keys()].toSorted().flatMap(arn => freshest(byArn.get(arn) ?? []));
};

const freshest = (same: readonly Sighting[]): readonly Sighting[] =>
  same.length === 1 ? same : same.toSorted((a, b) => (freshness(a) < freshness(b) ? 1 : -1)).slice(0, 1);

const freshness = (sighting: Sighting): string => `${sighting.lastModified ?? ''} ${canonicalJson(sighting)}`;

const questionFor = (world: ScopeWorld) => {
  const { listing, unreadable, settings, now } = world;
  const index = indexRegistrations(world.registrations);
  const owners = rememberOwners(world);
  const packages = listing.packages.toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
  const acts = new Map(world.acts.map(each => [each.resource, each]));
  const unread = creatorUnread(creatorsIn(world), world.acts, now);
  const facts = {
    index,
    packages,
    packagesUnread: listing.packagesUnread ?? [],
    groupsAsked: listing.groupsAsked ?? [],
    invocations: listing.invocations,
    invocationLogging: listing.invocationLogging,
    unreadable,
    owners,
    settings,
    now,
  };
  return (sighting: Sighting, item: InventoryItem | undefined): DeploymentQuestion => ({
    ...facts,
    sighting,
    item,
    acts: acts.get(resourceOf(sighting.arn)),
    creatorUnread: unread(sighting, { creationAsked: creationAsked(sighting, item, world.lookUp) }),
  });
};

const creatorsIn = ({ status, lookUp }: ScopeWorld) => creatorsAfter(status?.creators ?? null, lookUp);

/** A directory that fails, or that nobody asked as the tag was not read now, moves nobody: who was told because of an owner tag is still told. */
const rememberOwners = ({ owners, findings }: ScopeWorld): ReadonlyMap<string, OwnerAnswer> => {
  const told = findings.flatMap(({ record }) => (record.about.receiversBecause === 'OWNER_TAG' ? record.about.receivers : []));
  const kept = told.filter(person => (owners.get(person)?.status ?? 'UNKNOWN') === 'UNKNOWN');
  return new Map([...owners, ...kept.map(person => [person, { status: 'ACTIVE' } as const] as const)]);
};

/** Listed when last read, and of a kind that was not read now. */
const unreadItems = (world: ScopeWorld): readonly InventoryItem[] => {
  const read = new Set(world.listing.kinds.filter(({ status }) => status === 'COMPLETE').map(({ kind }) => kind));
  return world.items
    .filter(({ kind, absentSince }) => absentSince === null && !read.has(kind))
    .toSorted((a, b) => (a.arn < b.arn ? -1 : 1));
};

/** While registrations cannot be read, a deployment keeps the model that it was last known to be. */
const remembered = (judged: JudgedSighting, { unreadable }: ScopeWorld, before: InventoryItem | undefined) => {
  const keep = before !== undefined && judged.model === null && unreadable.length > 0;
  return keep ? { ...judged, model: before.model, version: before.version } : judged;
};

/**
 * Acts outlive what they are about by a day: an event may be earlier than the first listing that shows its deployment. What may only
 * not have been read is kept, and a recheck forgets nothing.
 */
const forgottenActs = ({ mode, acts, listing, items, now }: ScopeWorld, gone: ReadonlySet<string>): ReconcilePlan['forgotten'] => {
  if (mode === 'RECHECK' || !listing.kinds.every(provesAbsence)) return [];
  const known = new Set([...sightingsOf(listing), ...items].filter(({ arn }) => !gone.has(arn)).map(({ arn }) => resourceOf(arn)));
  const isOld = ({ created, changed }: DeploymentActs): boolean => {
    const last = latestAct(created, changed);
    return last === null || elapsed(last.at, now) > DAY;
  };
  return acts.filter(each => !known.has(each.resource) && isOld(each));
};

const goneVerdicts = (gone: ReadonlySet<string>, findings: readonly StoredFinding[]): Verdict[] =>
  findings
    .filter(({ record: { subject } }) => gone.has(deploymentOf(subject) ?? ''))
    .map(({ record: { rule, subject } }) => ({ rule, subject, outcome: 'CLEAR', code: 'ABSENT', reason: 'the deployment is gone' }));

/** A recheck counts for no slot and proves no absence; but where it found something, roll calls do not rest. */
const statusAfterRecheck = ({ status, listing }: ScopeWorld): ScopeStatus | undefined =>
  status && listedOnce(listing.kinds).length > 0 ? { ...status, emptySince: null } : status;

const statusAfter = (world: ScopeWorld, absences: AbsencePlan, changes: readonly ItemChange[]): ScopeStatus => {
  const { scope, slot, status, listing } = world;
  const last = status?.lastSlot ?? null;
  const again = last !== null && elapsed(slot, last) >= 0;
  const unread = listing.packagesUnread?.toSorted((a, b) => (a.reason < b.reason ? -1 : 1))[0] ?? listing.upstreamUnread;
  const kinds = listing.kinds.map(
    kind =>
      [kind.kind, kindAfter(kind, { before: status?.kinds[kind.kind], slot, again, unread, excluded: whyExcluded(kind, world) })] as const,
  );
  return {
    scope,
    firstTriedAt: status?.firstTriedAt ?? slot,
    lastSlot: latest(last, slot),
    kinds: { ...status?.kinds, ...Object.fromEntries(kinds) },
    held: absences.held,
    emptySince: emptySince(world, absences),
    // Counted or not: whatever kept it from being counted, a day later it is soon enough to ask again.
    invocationsCountedAt: listing.invocations === undefined ? (status?.invocationsCountedAt ?? null) : world.now,
    retiredSince: null,
    creators: creatorsIn(world),
    deployments: countDeployments(world.items, changes),
    calls: listing.calls,
  };
};

/**
 * What was not read is no less empty for it, and what is remembered may be there still. Kept only where there are many accounts:
 * with one, the few calls that a rest saves are not worth an hour in which nobody looks.
 */
const emptySince = ({ scope, listing, items, status, slot, settings }: ScopeWorld, { gone }: AbsencePlan): ScopeStatus['emptySince'] => {
  if (!settings.spoke) return null;
  const before = status?.emptySince ?? null;
  if (!listing.kinds.every(kind => provesAbsence(kind) || whyExcluded(kind, { scope, settings }) !== null)) return before;
  const isEmpty = listedOnce(listing.kinds).length === 0 && items.length === gone.length;
  return isEmpty ? (before ?? slot) : null;
};

/**
 * Why a kind that could not be read is nobody's to mend. One that can be read is read, whatever was said of it: no exclusion outlives its
 * reason, and none hides what is seen. What is remembered of an excluded kind stays as it is.
 */
const whyExcluded = (
  { kind, status }: KindListing,
  { scope, settings: { excluded } }: Pick<ScopeWorld, 'scope' | 'settings'>,
): string | null => (status === 'NOT_CHECKED' && excluded.find(each => each.scope === scope && each.kinds?.includes(kind))?.reason) || null;

interface KindBefore {
  readonly before: KindStatus | undefined;
  readonly slot: string;
  /** The slot, or a later one, was finished before: its failures are not counted twice. */
  readonly again: boolean;
  /** A package group that could not be read, in which approvals may lie; or the lifecycles of models. */
  readonly unread: Pick<UnreadGroup, 'failure' | 'reason'> | undefined;
  readonly excluded: string | null;
}

const kindAfter = (kind: KindListing, { before, slot, again, unread, excluded }: KindBefore): KindStatus => {
  const found = failureOf(kind) ?? (unread ? { failure: unread.failure, reason: unread.reason } : null);
  const failure = excluded === null ? found : null;
  const last = before?.failure ?? null;
  const slots = last === null ? 1 : last.slots + (again ? 0 : 1);
  const proven = provesAbsence(kind);
  return {
    lastCompleteAt: proven ? latest(before?.lastCompleteAt ?? null, slot) : (before?.lastCompleteAt ?? null),
    completeSeq: proven ? seqAfter(before, slot) : (before?.completeSeq ?? 0),
    failure: failure && { ...failure, since: last?.since ?? slot, slots },
    count: kind.status === 'COMPLETE' ? new Set(kind.sightings.map(({ arn }) => arn)).size : (before?.count ?? 0),
    excluded,
  };
};

const latest = (a: string | null, b: string): string => (a !== null && a > b ? a : b);

/** What of a kind was not read: all of it, items in an unknown form, or what some of its deployments run. */
const failureOf = (kind: KindListing): { failure: FailureClass; reason: string } | null => {
  if (kind.status === 'NOT_CHECKED') return { failure: kind.failure, reason: kind.reason };
  const strange = kind.quarantined.map(({ reason }) => reason).toSorted()[0];
  if (strange !== undefined) return { failure: 'MALFORMED', reason: `unreadable item: ${strange}` };
  const unread = kind.sightings.flatMap(({ detail }) => (detail.state === 'UNKNOWN' ? [detail] : []));
  const [denied] = unread
    .filter(({ cause }) => cause === 'DENIED')
    .map(({ reason }) => reason)
    .toSorted();
  if (denied !== undefined) return { failure: 'DENIED', reason: denied };
  const [failed] = unread
    .filter(({ cause }) => cause === 'FAILED')
    .map(({ reason }) => reason)
    .toSorted();
  if (failed !== undefined) return { failure: 'TRANSIENT', reason: failed };
  // What vanished while it was read has no tags to read.
  const untagged = kind.sightings.some(({ tags, detail }) => tags === null && !(detail.state === 'UNKNOWN' && detail.cause === 'VANISHED'));
  return untagged ? { failure: 'UNKNOWN', reason: 'tags could not be read' } : null;
};

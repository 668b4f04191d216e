import { sha256 } from './digest.ts';
import type { HeldAbsence, InventoryItem, KindStatus } from './inventory.ts';
import type { ItemChange, ScopeWorld } from './plan.ts';
import { provesAbsence } from './sighting.ts';
import { elapsed, type Instant } from './time.ts';

/** Absences after which a describe is asked; only its GONE ends a deployment. */
const ABSENCES_TO_CONFIRM = 2;

export type AbsenceQuestion = Pick<ScopeWorld, 'listing' | 'items' | 'status' | 'mode'> & { readonly slot?: Instant };

/** A kind's `completeSeq` after this listing: it rises once per slot, however often the slot is run. */
export const seqAfter = (kind: KindStatus | undefined, slot: Instant | undefined): number => {
  const counted = kind?.lastCompleteAt != null && slot !== undefined && elapsed(kind.lastCompleteAt, slot) <= 0;
  return (kind?.completeSeq ?? 0) + (counted ? 0 : 1);
};

/** Items that a listing proves to be absent: it is a roll call, and their kind was listed completely without them. */
const missingItems = ({ listing, items, mode }: AbsenceQuestion): readonly InventoryItem[] => {
  if (mode === 'RECHECK') return [];
  const listed = new Set(listing.kinds.flatMap(each => (each.status === 'COMPLETE' ? each.sightings.map(({ arn }) => arn) : [])));
  const proven = new Set(listing.kinds.filter(provesAbsence).map(({ kind }) => kind));
  return items.filter(({ arn, kind }) => proven.has(kind) && !listed.has(arn));
};

const absencesOf = ({ absentSince, kind }: InventoryItem, { status, slot }: AbsenceQuestion): number =>
  absentSince === null ? 0 : seqAfter(status?.kinds[kind], slot) - absentSince + 1;

/** ARNs that this listing misses for at least the second time: each is described before it is called gone. */
export const absencesToConfirm = (ask: AbsenceQuestion): readonly string[] =>
  missingItems(ask)
    .filter(item => absencesOf(item, ask) >= ABSENCES_TO_CONFIRM)
    .map(({ arn }) => arn)
    .toSorted();

export interface AbsencePlan {
  readonly changes: readonly ItemChange[];
  /** Gone for certain: two complete listings without it and a describe that says so. */
  readonly gone: readonly string[];
  readonly held: HeldAbsence | null;
}

export const planAbsences = (world: ScopeWorld): AbsencePlan => {
  const missing = missingItems(world);
  const gone = missing.filter(item => absencesOf(item, world) >= ABSENCES_TO_CONFIRM && world.gone.get(item.arn)?.answer === 'GONE');
  const { begin, held } = guard(world, missing);
  const absent = begin.map((item): ItemChange => {
    const absentSince = seqAfter(world.status?.kinds[item.kind], world.slot);
    return { action: 'ABSENT', item: { ...item, absentSince }, reason: 'not in a complete listing' };
  });
  const ended = gone.map(
    ({ arn }): ItemChange => ({ action: 'GONE', arn, reason: 'two complete listings without it, and a describe says gone' }),
  );
  return { changes: [...absent, ...ended], gone: gone.map(({ arn }) => arn), held };
};

/** Short, so that a scope of any size fits into its status; long enough that two ARNs of a scope never share one. */
const mark = ({ arn }: Pick<InventoryItem, 'arn'>): string => sha256(arn).slice(0, 16);

const isMass = (count: number, known: number, { settings: { policy } }: ScopeWorld): boolean =>
  count > policy.absenceGuardCount && count > (known * policy.absenceGuardPercent) / 100;

/** Too many gone at once is more likely a bad answer than a clean-up: it takes a second complete listing, of another slot, that agrees. */
const guard = (world: ScopeWorld, missing: readonly InventoryItem[]): { begin: readonly InventoryItem[]; held: HeldAbsence | null } => {
  const before = world.status?.held ?? null;
  if (!world.listing.kinds.some(provesAbsence)) return { begin: [], held: before };
  const known = world.items.filter(({ absentSince }) => absentSince === null).length;
  const fresh = missing.filter(({ absentSince }) => absentSince === null);
  const marks = new Set(fresh.map(mark));
  const agrees = before !== null && elapsed(before.since, world.slot) > 0 && before.arns.every(each => marks.has(each));
  const agreed = new Set(agrees ? before.arns : []);
  const unproven = fresh.filter(item => !agreed.has(mark(item)));
  if (!isMass(unproven.length, known, world)) return { begin: fresh, held: null };
  const arns = unproven.map(mark).toSorted();
  const same = before !== null && before.arns.length === arns.length && before.arns.every((each, index) => each === arns[index]);
  return { begin: fresh.filter(item => agreed.has(mark(item))), held: same ? before : { arns, since: world.slot } };
};

import { isDeepStrictEqual } from 'node:util';
import { ACT_EVIDENCE } from './act.ts';
import { boundViolation } from './bound-record.ts';
import type { ClearCode, FindingRecord, StoredFinding, Verdict, Violation } from './finding.ts';
import { findingId } from './finding-id.ts';
import { sealEntry } from './history.ts';
import type { FindingChange } from './plan.ts';
import type { ScopeId } from './scope.ts';
import type { Instant } from './time.ts';

export interface ReconcileContext {
  readonly scope: ScopeId;
  readonly now: Instant;
  readonly epoch: number;
}

type Action = FindingChange['action'];
type Body = Omit<FindingRecord, 'head'>;

/** One text for what a verdict or a finding of a scope is about, to look for one among others. */
export const verdictKey = ({ rule, subject }: Pick<Verdict, 'rule' | 'subject'>): string => `${rule}#${subject}`;

/** Each verdict once, in an order that does not depend on that of what was judged. */
export const inOrder = (verdicts: readonly Verdict[]): readonly Verdict[] => {
  const byKey = new Map(verdicts.map(verdict => [verdictKey(verdict), verdict]));
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, verdict]) => verdict);
};

/** Whether a verdict can change anything of what is stored; `stored` by `verdictKey`. */
export const bearingOn =
  (stored: { readonly has: (key: string) => boolean }): ((verdict: Verdict) => boolean) =>
  verdict =>
    verdict.outcome === 'VIOLATED' || stored.has(verdictKey(verdict));

/** Holds verdicts against what is stored. What is unchanged, and what cannot be told, changes nothing. */
export const reconcileFindings = (
  verdicts: readonly Verdict[],
  stored: readonly StoredFinding[],
  context: ReconcileContext,
): readonly FindingChange[] => {
  const records = new Map(stored.map(({ record }) => [verdictKey(record), record]));
  return inOrder(verdicts.filter(bearingOn(records))).flatMap(
    verdict => changeOf(verdict, records.get(verdictKey(verdict)), context) ?? [],
  );
};

/**
 * The same violation where there is a record of what was to be opened as new, in the archive mostly: its next generation, after its history and
 * with what was told of it. null: it is open, and says the same.
 */
export const afterStored = ({ record: found }: FindingChange, stored: FindingRecord): FindingChange | null => {
  const { scope, changedAt: now, epoch, code, reason, severity, facts, evidence, about } = found;
  return changing({ code, reason, severity, facts, evidence, about }, stored, { scope, now, epoch });
};

const changeOf = (verdict: Verdict, record: FindingRecord | undefined, context: ReconcileContext): FindingChange | null => {
  if (verdict.outcome === 'VIOLATED') return record ? changing(boundViolation(verdict), record, context) : opening(verdict, context);
  return verdict.outcome === 'CLEAR' && record?.condition === 'OPEN' ? clearing(verdict, record, context) : null;
};

const CLEAR_CODES: Readonly<Record<string, ClearCode>> = { ABSENT: 'ABSENT', SCOPE_RETIRED: 'SCOPE_RETIRED' };

const clearing = (verdict: Exclude<Verdict, Violation>, record: FindingRecord, context: ReconcileContext): FindingChange => {
  const cleared = {
    code: CLEAR_CODES[verdict.code] ?? 'FACT',
    reason: verdict.reason.slice(0, 300).toWellFormed(),
    at: context.now,
  } as const;
  return written('CLEAR', verdict.code, { ...record, condition: 'CLEARED', cleared }, { context, previous: record });
};

type Found = Pick<FindingRecord, 'code' | 'reason' | 'severity' | 'facts' | 'evidence' | 'about'>;

const opening = (verdict: Violation, context: ReconcileContext): FindingChange => {
  const { rule, subject } = verdict;
  const { scope, now, epoch } = context;
  const body: Body = {
    scope,
    rule,
    subject,
    id: findingId(rule, subject),
    condition: 'OPEN',
    cleared: null,
    generation: 1,
    ...boundViolation(verdict),
    openedAt: now,
    changedAt: now,
    told: {},
    epoch,
  };
  return written('OPEN', verdict.code, body, { context, previous: undefined });
};

const changing = (found: Found, record: FindingRecord, context: ReconcileContext): FindingChange | null => {
  const before = record.about.createdAt;
  const recreated = before !== undefined && found.about.createdAt !== undefined && before !== found.about.createdAt;
  // What could not be read now is what was read last.
  const composition = found.about.composition ?? record.about.composition;
  const createdAt = found.about.createdAt ?? before;
  const about = { ...found.about, composition, ...(createdAt === undefined ? {} : { createdAt }) };
  const next: Body = { ...record, ...found, about };
  if (record.condition === 'CLEARED' || recreated) {
    const again: Body = { ...next, condition: 'OPEN', cleared: null, generation: record.generation + 1, openedAt: context.now };
    return written('REOPEN', record.condition === 'CLEARED' ? 'CAME_BACK' : 'RECREATED', again, { context, previous: record });
  }
  const changed = (['code', 'reason', 'severity', 'facts', 'about'] as const).filter(
    field => !isDeepStrictEqual(next[field], record[field]),
  );
  // Of the evidence only this: an event may come after the listing that found what it brought about, or be looked up later still.
  const acts = ACT_EVIDENCE.filter(key => !isDeepStrictEqual(next.evidence[key], record.evidence[key]));
  const changes = [...changed, ...acts];
  return changes.length === 0 ? null : written('UPDATE', `changed: ${changes.join(', ')}`, next, { context, previous: record });
};

interface Writing {
  readonly context: ReconcileContext;
  readonly previous: FindingRecord | undefined;
}

/** The record with the history entry that is written ahead of it and that it names as its head. */
const written = (action: Action, reason: string, body: Body, { context, previous }: Writing): FindingChange => {
  const { code, severity, generation, cleared } = body;
  const entry = sealEntry({
    chain: 'record',
    seq: (previous?.head.seq ?? 0) + 1,
    previous: previous?.head.hash ?? '',
    at: context.now,
    by: 'rollcall',
    event: action,
    detail: {
      because: reason,
      code: cleared?.code ?? code,
      reason: cleared?.reason ?? body.reason,
      severity,
      generation: String(generation),
    },
  });
  const head = { seq: entry.seq, hash: entry.hash };
  return { action, record: { ...body, changedAt: context.now, epoch: context.epoch, head }, entry, reason };
};

import type { Verdict } from '../finding.ts';
import type { ScopeStatus, Unlisted } from '../inventory.ts';
import { elapsed, MINUTE } from '../time.ts';
import { isAtRest } from '../scope-status.ts';
import { isPassing } from '../sighting.ts';
import { type ScopeCase, scopeSubject, violatedByScope } from './scope-case.ts';
import { clear, someOf } from './verdict.ts';

/** OPS-01: something of a scope could not be read in this slot. A failure that may pass by itself is `lasting` from its second slot, any other at once. */
export const judgeIncomplete = (c: ScopeCase): Verdict => {
  const { status, slot } = c;
  if (status && isAtRest(status, slot))
    return clear(
      'OPS-01',
      scopeSubject(c),
      'AT_REST',
      `nothing was there in the listings up to ${status.lastSlot}: it is read once an hour`,
    );
  if (status === undefined || status.lastSlot === null || elapsed(status.lastSlot, slot) > 0) return unfinished(c);
  const failed = Object.entries(status.kinds).flatMap(([kind, { failure }]) => (failure ? [{ kind, ...failure }] : []));
  if (failed.length === 0) return clear('OPS-01', scopeSubject(c), 'COMPLETE', 'every kind was read');
  const kinds = failed.map(({ kind }) => kind).toSorted();
  const reasons = [...new Set(failed.map(({ reason }) => reason))].toSorted();
  const failures = [...new Set(failed.map(({ failure }) => failure))].toSorted();
  const passing = failures.every(isPassing);
  return violatedByScope(c, 'OPS-01', {
    code: failures.length === 1 ? `FAILED_${failures[0]}` : 'FAILED',
    reason: someOf(reasons),
    facts: {
      failure: passing ? 'TRANSIENT' : failures.join(', '),
      reason: someOf(reasons),
      kinds: kinds.join(', '),
      lasting: passing && failed.every(({ slots }) => slots < 2) ? 'first slot' : 'yes',
    },
    evidence: { reasons, since: failed.map(({ since }) => since).toSorted()[0] ?? slot },
  });
};

/** OPS-01 of a list that decides what is read. While it is not answered, what it said last still holds; new accounts and regions stay unseen. */
export const judgeUnlisted = (c: Omit<ScopeCase, 'status'>, { failure, reason, since, slots }: Unlisted): Verdict => {
  const passing = isPassing(failure);
  return violatedByScope(c, 'OPS-01', {
    code: `UNLISTED_${failure}`,
    reason,
    facts: { failure: passing ? 'TRANSIENT' : failure, reason, lasting: passing && slots < 2 ? 'first slot' : 'yes' },
    evidence: { since },
  });
};

/** A list that was answered again. */
export const judgeListed = (c: Omit<ScopeCase, 'status'>): Verdict => clear('OPS-01', scopeSubject(c), 'COMPLETE', 'the list was answered');

/** A scope that left the roll call, whoever had it taken out. Told once, were nothing open there: from now on nobody looks. */
export const judgeLeft = (c: Omit<ScopeCase, 'status'>, status: ScopeStatus): Verdict => {
  const last = Object.values(status.kinds).flatMap(({ failure }) => failure?.reason ?? [])[0];
  const reason = `no part of the roll call any more${last === undefined ? '' : `; the last word was: ${last}`}`;
  return violatedByScope(c, 'OPS-01', {
    code: 'LEFT',
    reason,
    facts: { failure: 'LEFT', reason, lasting: 'yes' },
    evidence: { lastFinished: status.lastSlot ?? 'never' },
  });
};

const unfinished = (c: ScopeCase): Verdict => {
  const last = c.status?.lastSlot ?? null;
  const missed = last === null ? 2 : elapsed(last, c.slot) / (c.settings.schedule.everyMinutes * MINUTE);
  return violatedByScope(c, 'OPS-01', {
    code: 'NOT_FINISHED',
    reason: 'the reconcile did not finish',
    facts: { failure: 'TRANSIENT', reason: 'the reconcile did not finish', lasting: missed >= 2 ? 'yes' : 'first slot' },
    evidence: { lastFinished: last ?? 'never' },
  });
};

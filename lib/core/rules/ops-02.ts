import type { Verdict } from '../finding.ts';
import { restsUntil } from '../scope-status.ts';
import { elapsed, type Instant, isDue, MINUTE, plus } from '../time.ts';
import { type ScopeCase, scopeSubject, violatedByScope } from './scope-case.ts';
import { cannotTell, clear } from './verdict.ts';

const INTERVALS = 2;

/** The last slot up to which a kind is as fresh as it was to be: one of a scope that was at rest had not to be read in its hour. */
const lastDue = (lastCompleteAt: Instant, { status, settings }: ScopeCase): Instant => {
  const rested = status !== undefined && status.emptySince !== null && elapsed(status.emptySince, lastCompleteAt) > 0;
  const last = rested ? plus(restsUntil(lastCompleteAt), -settings.schedule.everyMinutes * MINUTE) : lastCompleteAt;
  return isDue(lastCompleteAt, last) ? last : lastCompleteAt;
};

/** OPS-02: some kind of a scope has had no complete listing for two intervals, counted from the first try where there never was one. */
export const judgeStale = (c: ScopeCase): Verdict => {
  const { status, slot, settings } = c;
  const subject = scopeSubject(c);
  if (!status) return cannotTell('OPS-02', subject, 'NEVER_TRIED', 'nothing is known of this scope yet');
  const asked = Object.entries(status.kinds).filter(([, { excluded }]) => excluded === null);
  const kinds = asked.map(([kind, { lastCompleteAt }]) => ({
    kind,
    since: lastCompleteAt === null ? status.firstTriedAt : lastDue(lastCompleteAt, c),
    never: lastCompleteAt === null,
  }));
  const known = kinds.length > 0 ? kinds : [{ kind: 'any', since: status.firstTriedAt, never: true }];
  const stale = known.filter(({ since }) => isDue(plus(since, INTERVALS * settings.schedule.everyMinutes * MINUTE), slot));
  if (stale.length === 0) return clear('OPS-02', subject, 'FRESH', 'completely read within two intervals');
  const facts = {
    kinds: stale
      .map(({ kind }) => kind)
      .toSorted()
      .join(', '),
  };
  const since = stale.map(each => each.since).toSorted()[0] ?? status.firstTriedAt;
  const reason = `not completely read for ${INTERVALS} intervals`;
  return violatedByScope(c, 'OPS-02', {
    code: 'STALE',
    reason,
    facts,
    evidence: { lastComplete: stale.some(({ never }) => never) ? 'never' : since },
  });
};

import type { Verdict } from '../finding.ts';
import { isDue, MINUTE, plus } from '../time.ts';
import { type ScopeCase, scopeSubject, violatedByScope } from './scope-case.ts';
import { cannotTell, clear } from './verdict.ts';

const INTERVALS = 2;

/** OPS-02: some kind of a scope has had no complete listing for two intervals, counted from the first try where there never was one. */
export const judgeStale = (c: ScopeCase): Verdict => {
  const { status, slot, settings } = c;
  const subject = scopeSubject(c);
  if (!status) return cannotTell('OPS-02', subject, 'NEVER_TRIED', 'nothing is known of this scope yet');
  const kinds = Object.entries(status.kinds).map(([kind, { lastCompleteAt }]) => ({
    kind,
    since: lastCompleteAt ?? status.firstTriedAt,
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

import { type Approval, approvalsOf } from '../approvals.ts';
import { isCovering } from '../compare.ts';
import { judgedAs } from '../environment.ts';
import type { Verdict } from '../finding.ts';
import { isDue, wholeDays } from '../time.ts';
import { causeOf } from './inv-03.ts';
import { type MatchedCase, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear } from './verdict.ts';

/** APR-03: the approval that covers what runs has expired. */
export const judgeExpired = (c: MatchedCase): Verdict => {
  const { environment, standing } = c;
  const subject = subjectOf(c);
  if (environment.production === 'NO') return clear('APR-03', subject, 'NOT_PRODUCTION', 'outside production no approval is asked for');
  if (standing.unread !== null) return cannotTell('APR-03', subject, 'PACKAGES_UNREAD', standing.unread);
  if (standing.units === null) return cannotTell('APR-03', subject, causeOf(c), 'what it runs is not known');
  const expired = standing.units.flatMap(({ nearest, doubts }) =>
    nearest?.expired && isCovering(nearest.comparison) && !doubts.here ? [nearest.approval] : [],
  );
  if (expired.length > 0) return approvalExpired(c, expired);
  const doubt = standing.units.find(unit => unit.doubts.here)?.doubts.here;
  if (doubt) return cannotTell('APR-03', subject, doubt.code, doubt.reason);
  return clear('APR-03', subject, 'IN_FORCE', 'no covering approval has expired');
};

/** The same, where what runs cannot be read now: by the version that was last seen, as dates pass without a listing. */
export const judgeExpiredAsLastSeen = (c: MatchedCase, version: string | null): Verdict => {
  const { environment, registration, settings, now } = c;
  const subject = subjectOf(c);
  if (environment.production === 'NO' || c.sighting.presence !== 'SERVING')
    return cannotTell('APR-03', subject, 'NOT_CHECKED', 'it was not read in this run');
  const { here } = approvalsOf({ registration, environment: judgedAs(environment, settings), packages: c.packages, settings, now });
  const own = here.filter(approval => version !== null && approval.version === version);
  if (own.length === 0) return cannotTell('APR-03', subject, 'NOT_CHECKED', 'no approval of the version that was last seen is known');
  const expired = own.filter(({ expiresAt }) => expiresAt !== null && isDue(expiresAt, now));
  return expired.length === own.length
    ? approvalExpired(c, expired)
    : clear('APR-03', subject, 'IN_FORCE', 'the approval of the version last seen is in force');
};

const approvalExpired = (c: MatchedCase, expired: readonly Approval[]): Verdict => {
  const [first] = expired.toSorted((a, b) => ((a.expiresAt ?? '') < (b.expiresAt ?? '') ? -1 : 1));
  const expiresAt = first?.expiresAt ?? c.now;
  const days = wholeDays(expiresAt, c.now);
  return violatedBy(c, 'APR-03', {
    code: 'EXPIRED',
    reason: days === 0 ? 'approval expired today' : `approval expired ${days} day${days === 1 ? '' : 's'} ago`,
    facts: { version: `version ${first?.version ?? 'unknown'}`, expiresAt },
    evidence: { expiresAt, version: first?.version ?? 'unknown' },
  });
};

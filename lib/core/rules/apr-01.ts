import { isCovering } from '../compare.ts';
import type { Verdict } from '../finding.ts';
import { causeOf } from './inv-03.ts';
import { type MatchedCase, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear } from './verdict.ts';

/** APR-01: in production, and no approval for there stands at all. */
export const judgeUnapproved = (c: MatchedCase): Verdict => {
  const { environment, standing } = c;
  const subject = subjectOf(c);
  const { approvals, units, unread } = standing;
  if (environment.production === 'NO') return clear('APR-01', subject, 'NOT_PRODUCTION', 'outside production no approval is asked for');
  if (unread !== null) return cannotTell('APR-01', subject, 'PACKAGES_UNREAD', unread);
  if (approvals.here.length === 0) return unapproved(c);
  if (units === null) return cannotTell('APR-01', subject, causeOf(c), 'what it runs is not known');
  const uncovered = units.filter(({ nearest }) => !(nearest && isCovering(nearest.comparison)));
  const foreign = uncovered.find(({ elsewhere, doubts }) => elsewhere !== null && !doubts.here)?.elsewhere;
  if (foreign) return found(c, 'OTHER_ENVIRONMENT', `version ${foreign.version} is approved for ${foreign.environment} only`);
  const [doubt] = uncovered.flatMap(({ elsewhere, doubts }) => doubts.elsewhere ?? (elsewhere === null ? [] : (doubts.here ?? [])));
  if (doubt) return cannotTell('APR-01', subject, doubt.code, doubt.reason);
  return clear('APR-01', subject, 'APPROVED', 'an approval for this environment stands');
};

const unapproved = (c: MatchedCase): Verdict => {
  const { elsewhere, pending, refused } = c.standing.approvals;
  const [other] = elsewhere;
  if (pending) return found(c, 'PENDING', 'in production, approval pending');
  if (other) return found(c, 'OTHER_ENVIRONMENT', `in production, approved for ${other.environment} only`);
  return refused.length > 0
    ? found(c, 'DOES_NOT_COUNT', 'in production, its approval does not count')
    : found(c, 'NO_APPROVAL', 'in production, no version approved');
};

const found = (c: MatchedCase, code: string, reason: string): Verdict => {
  const { refused } = c.standing.approvals;
  const evidence = {
    ...(c.standing.version === null ? {} : { live: `version ${c.standing.version}` }),
    ...(refused.length > 0 ? { refused } : {}),
  };
  return violatedBy(c, 'APR-01', { code, reason, facts: { approval: code }, evidence });
};

import type { Verdict } from '../finding.ts';
import { ruleEntry } from '../rule-catalog.ts';
import { causeOf } from './inv-03.ts';
import { type MatchedCase, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear } from './verdict.ts';

/** INV-07: what was retired, rejected or revoked serves all the same. */
export const judgeRetired = (c: MatchedCase): Verdict => {
  const { registration, standing, environment } = c;
  const subject = subjectOf(c);
  if (registration.lifecycle === 'RETIRED')
    return violatedBy(c, 'INV-07', {
      code: 'RETIRED',
      reason: 'its model is retired, and it serves',
      facts: { lifecycle: 'RETIRED' },
      evidence: {},
    });
  const found = standing.units?.flatMap(unit => unit.withdrawn ?? [])[0];
  if (!found) return notWithdrawn(c);
  // What is rejected for no environment in particular was never let into production; trying it elsewhere is what that is for.
  if (found.status === 'REJECTED' && found.environment === null && environment.production === 'NO')
    return clear('INV-07', subject, 'REJECTED_OUTSIDE_PRODUCTION', 'outside production a rejected version may be tried');
  const word = found.status === 'REVOKED' ? 'revoked' : 'rejected';
  return violatedBy(c, 'INV-07', {
    code: found.status,
    reason: `version ${found.version} was ${word}, and it serves`,
    facts: { version: `version ${found.version}`, decision: found.status },
    evidence: { decision: `${word} for ${found.environment ?? 'every environment'}` },
    // In production without any other approval it is APR-01 too, for this very decision: one fact, and as urgent.
    severity: environment.production !== 'NO' && standing.approvals.here.length === 0 ? ruleEntry('APR-01').severity : {},
  });
};

const notWithdrawn = (c: MatchedCase): Verdict => {
  const { approvals, unread, units } = c.standing;
  const subject = subjectOf(c);
  if (unread !== null) return cannotTell('INV-07', subject, 'PACKAGES_UNREAD', unread);
  if (approvals.withdrawn.length === 0) return clear('INV-07', subject, 'NOT_WITHDRAWN', 'no version of it was taken out of use');
  if (units === null) return cannotTell('INV-07', subject, causeOf(c), 'what it runs is not known');
  const doubt = units.find(unit => unit.doubts.withdrawn)?.doubts.withdrawn;
  return doubt
    ? cannotTell('INV-07', subject, doubt.code, doubt.reason)
    : clear('INV-07', subject, 'NOT_WITHDRAWN', 'what it runs was not taken out of use');
};

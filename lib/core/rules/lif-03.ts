import type { Verdict } from '../finding.ts';
import { DAY, elapsed, plus } from '../time.ts';
import { type DeploymentCase, isPast, subjectOf, tierOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear } from './verdict.ts';

/** LIF-03: it serves, and for as many days as its tier allows nobody called it. */
export const judgeIdle = (c: DeploymentCase): Verdict => {
  const { sighting, firstSeen, invocations, settings, now } = c;
  const subject = subjectOf(c);
  const days = settings.policy.idleDays[tierOf(c) ?? 'HIGH'];
  if (!isPast(sighting.createdAt ?? firstSeen, days * 24, now)) return clear('LIF-03', subject, 'YOUNG', `it is not ${days} days old`);
  if (invocations === undefined) return cannotTell('LIF-03', subject, 'NOT_COUNTED_NOW', 'invocations are counted once a day');
  if (invocations.state === 'UNREAD') return cannotTell('LIF-03', subject, 'INVOCATIONS_UNREAD', invocations.reason);
  const last = invocations.lastDays.get(sighting.arn);
  if (last === undefined) return cannotTell('LIF-03', subject, 'NOT_COUNTED', 'nothing counts the invocations of what it is');
  // A call of a day may have been its last moment.
  if (last !== null && elapsed(plus(last, DAY), now) < days * DAY)
    return clear('LIF-03', subject, 'IN_USE', `it was called within ${days} days`);
  return violatedBy(c, 'LIF-03', {
    code: 'IDLE',
    reason: `nobody called it for ${days} days`,
    // Of what moves with time only the evidence says anything: that is written once, as it was found.
    facts: { idleDays: String(days) },
    evidence: { lastCall: last === null ? `none since ${invocations.since.slice(0, 10)}` : last.slice(0, 10) },
  });
};

import { attestationCounts } from '../approvals.ts';
import type { Verdict } from '../finding.ts';
import { DAY, elapsed, isDue, plus, wholeDays } from '../time.ts';
import { type ModelCase, modelSubject, violatedByModel } from './model-case.ts';
import { clear } from './verdict.ts';

/** OWN-03: nobody has confirmed for the tier's period that the registration is still true. Until the first attestation the clock starts with the registration. */
export const judgeAttestation = (c: ModelCase): Verdict => {
  const { registration, settings, now } = c;
  const subject = modelSubject(c);
  const days = settings.policy.attestationDays[registration.riskTier ?? 'HIGH'];
  if (days === 0) return clear('OWN-03', subject, 'NOT_APPLICABLE', 'the tier asks for no attestation');
  // Dated ahead, an attestation would put off the next one: nobody attests the future.
  const attested = registration.decisions.flatMap(decision =>
    decision.type === 'ATTESTATION' && attestationCounts(decision, registration, settings) && elapsed(decision.at, now) >= 0
      ? [decision.at]
      : [],
  );
  const last = attested.length === 0 ? registration.registeredAt : attested.reduce((latest, at) => (elapsed(latest, at) > 0 ? at : latest));
  const dueAt = plus(last, days * DAY);
  if (!isDue(dueAt, now)) return clear('OWN-03', subject, 'ATTESTED', `attested until ${dueAt}`);
  const overdue = wholeDays(dueAt, now);
  return violatedByModel(c, 'OWN-03', {
    subject,
    code: 'OVERDUE',
    reason: overdue === 0 ? 'attestation due today' : `attestation ${overdue} day${overdue === 1 ? '' : 's'} overdue`,
    facts: { dueAt },
    evidence: { dueAt, lastAttested: attested.length > 0 ? last : 'never' },
  });
};

import type { Verdict } from '../finding.ts';
import { DAY, isDue, plus } from '../time.ts';
import { type ModelCase, modelSubject, violatedByModel } from './model-case.ts';
import { clear } from './verdict.ts';

/** INV-10: fields that say how much risk is accepted are missing, all in one finding; LOW while the registration is young. Owners are OWN-01's. */
export const judgeMetadata = (c: ModelCase): Verdict => {
  const { registration, settings, now } = c;
  const { purpose, riskTier, dataSources, downstreamSystems, registeredAt } = registration;
  const fields = { purpose, 'risk tier': riskTier, 'data sources': dataSources, 'downstream systems': downstreamSystems };
  const missing = Object.entries(fields).flatMap(([name, value]) => (value === null ? [name] : []));
  const subject = modelSubject(c);
  if (missing.length === 0) return clear('INV-10', subject, 'COMPLETE', 'every field is filled in');
  const young = !isDue(plus(registeredAt, settings.policy.metadataGraceDays * DAY), now);
  return violatedByModel(c, 'INV-10', {
    subject,
    code: young ? 'INCOMPLETE_YOUNG' : 'INCOMPLETE',
    reason: missing.map(name => `no ${name}`).join(', '),
    facts: { missing: missing.join(', ') },
    cap: young ? 'LOW' : 'CRITICAL',
  });
};

import type { Verdict } from '../finding.ts';
import { type ModelCase, modelSubject, violatedByModel } from './model-case.ts';
import { clear } from './verdict.ts';

/** OWN-01: a registration that names no business owner or no technical owner. */
export const judgeOwnerMissing = (c: ModelCase): Verdict => {
  const { businessOwner, technicalOwner } = c.registration;
  const missing = [...(businessOwner === null ? ['business'] : []), ...(technicalOwner === null ? ['technical'] : [])];
  const subject = modelSubject(c);
  if (missing.length === 0) return clear('OWN-01', subject, 'BOTH_NAMED', 'both owners are named');
  const reason = missing.length === 2 ? 'no owner' : `no ${missing[0]} owner`;
  return violatedByModel(c, 'OWN-01', { subject, code: 'OWNER_MISSING', reason, facts: { missing: missing.join(', ') } });
};

import type { Tier } from './registration.ts';
import type { EnvironmentFacts } from './environment.ts';
import { isAtLeast, type RuleEntry, type Severity } from './rule-catalog.ts';

export const atMost = (severity: Severity, cap: Severity): Severity => (isAtLeast(severity, cap) ? cap : severity);

/**
 * How urgent a violation is, of what its rule says by tier; null where the rule does not apply to the tier. An absent tier is judged as HIGH.
 * CRITICAL takes two declarations, a HIGH tier and production: nobody is woken over what nobody said.
 */
export const severityOf = (severities: RuleEntry['severity'], tier: Tier | null, environment: EnvironmentFacts): Severity | null => {
  const severity = severities[tier ?? 'HIGH'];
  const declared = tier === 'HIGH' && environment.production === 'DECLARED';
  return severity === null || declared ? severity : atMost(severity, 'HIGH');
};

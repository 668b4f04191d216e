import { modelEnvironment } from '../environment.ts';
import type { Subject, Verdict } from '../finding.ts';
import type { Memo } from '../inventory.ts';
import { receiversFor } from '../receivers.ts';
import type { OwnerAnswer, Registration } from '../registration.ts';
import { type RuleId, ruleEntry, type Severity } from '../rule-catalog.ts';
import { scopeOfArn } from '../scope.ts';
import type { Settings } from '../settings.ts';
import { atMost, severityOf } from '../severity.ts';
import type { Instant } from '../time.ts';
import { present, violated } from './verdict.ts';

/** One registration with everything that its rules judge it by. */
export interface ModelCase {
  readonly registration: Registration;
  readonly owners: ReadonlyMap<string, OwnerAnswer>;
  readonly memos: ReadonlyMap<string, Memo>;
  readonly settings: Settings;
  readonly slot: Instant;
  readonly now: Instant;
}

export const modelSubject = ({ registration }: Pick<ModelCase, 'registration'>): Subject => `model:${registration.name}`;

interface Found {
  readonly subject: Subject;
  readonly code: string;
  readonly reason: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly evidence?: Readonly<Record<string, string | readonly string[]>>;
  readonly cap?: Severity;
  /** The declared deployment that it is about; null or absent: the model itself. */
  readonly arn?: string | null;
}

export const violatedByModel = (c: ModelCase, rule: RuleId, found: Found): Verdict => {
  const { registration, owners, settings } = c;
  const environment = modelEnvironment(registration, settings);
  const severity = severityOf(ruleEntry(rule).severity, registration.riskTier, environment);
  const place = found.arn == null ? undefined : scopeOfArn(found.arn);
  const account = place?.account ?? null;
  const { origin, technicalOwner, businessOwner, riskTier } = registration;
  return violated({
    rule,
    subject: found.subject,
    code: found.code,
    reason: found.reason,
    severity: severity === null ? null : atMost(severity, found.cap ?? 'CRITICAL'),
    facts: { ...found.facts, ...present({ tier: riskTier }) },
    evidence: { ...found.evidence, ...present({ origin, technicalOwner, businessOwner, registeredAt: registration.registeredAt }) },
    about: {
      name: registration.name,
      arn: found.arn ?? null,
      model: registration.name,
      composition: null,
      environment: environment.environment,
      account,
      region: place?.region ?? null,
      ...receiversFor({ registration, sighting: null, account, owners, settings }),
    },
  });
};

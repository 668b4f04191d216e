import type { About, Subject, Verdict, Violation } from '../finding.ts';
import type { RuleId, Severity } from '../rule-catalog.ts';

export const clear = (rule: RuleId, subject: Subject, code: string, reason: string): Verdict => ({
  rule,
  subject,
  outcome: 'CLEAR',
  code,
  reason,
});
export const cannotTell = (rule: RuleId, subject: Subject, code: string, reason: string): Verdict => ({
  rule,
  subject,
  outcome: 'CANNOT_TELL',
  code,
  reason,
});

/** What a violated rule found; `severity` null: the rule does not apply to the tier, which is no violation. */
export interface Fault {
  readonly rule: RuleId;
  readonly subject: Subject;
  readonly code: string;
  readonly reason: string;
  readonly severity: Severity | null;
  readonly facts: Violation['facts'];
  readonly evidence: Violation['evidence'];
  readonly about: About;
}

export const violated = ({ severity, ...fault }: Fault): Verdict =>
  severity === null
    ? clear(fault.rule, fault.subject, 'NOT_APPLICABLE', 'the rule does not apply to the tier')
    : { ...fault, outcome: 'VIOLATED', severity };

/** At most three of many, and how many more: reasons stay one short line. */
export const someOf = (texts: readonly string[]): string =>
  texts.length > 3 ? `${texts.slice(0, 3).join(', ')} and ${texts.length - 3} more` : texts.join(', ');

/** Leaves out what is not known, so that nothing reads as an empty fact. */
export const present = (values: Readonly<Record<string, string | null | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value == null || value === '' ? [] : [[key, value]])));

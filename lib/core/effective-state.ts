import type { EffectiveState, FindingRecord, FindingResponse, StoredFinding } from './finding.ts';
import { HIDES, type RuleId, RULE_IDS } from './rule-catalog.ts';
import { type Instant, isDue } from './time.ts';

/**
 * The state that people see. An answer counts for the generation and the composition it was given for, until its end;
 * otherwise it is inert, without a write. `openRulesOfSubject`: rules with an open finding on the same subject.
 */
export const effectiveState = (
  record: FindingRecord,
  response: FindingResponse | undefined,
  openRulesOfSubject: readonly RuleId[],
  now: Instant,
): EffectiveState => {
  if (record.condition === 'CLEARED') return { state: 'RESOLVED', hiddenBy: null, code: 'CLEARED' };
  return { hiddenBy: hiderOf(record.rule, openRulesOfSubject), ...answered(record, response, now) };
};

const answered = (record: FindingRecord, response: FindingResponse | undefined, now: Instant): Omit<EffectiveState, 'hiddenBy'> => {
  const answer = response?.answer ?? null;
  if (answer === null) return { state: 'OPEN', code: 'NO_ANSWER' };
  if (answer.generation !== record.generation) return { state: 'OPEN', code: 'ANSWER_FOR_OTHER_GENERATION' };
  if (answer.composition !== record.about.composition) return { state: 'OPEN', code: 'ANSWER_FOR_OTHER_COMPOSITION' };
  if (isDue(answer.until, now)) return { state: 'OPEN', code: 'ANSWER_ENDED' };
  return { state: answer.kind === 'EXCEPTION' ? 'EXCEPTED' : 'ACKNOWLEDGED', code: 'ANSWERED' };
};

/** The open rule of the same subject that explains a finding of `rule`, or null. */
export const hiderOf = (rule: RuleId, openRulesOfSubject: readonly RuleId[]): RuleId | null =>
  RULE_IDS.find(other => openRulesOfSubject.includes(other) && HIDES[other]?.includes(rule)) ?? null;

export const openRules = (findings: readonly StoredFinding[]): readonly RuleId[] =>
  findings.filter(({ record }) => record.condition === 'OPEN').map(({ record }) => record.rule);

/** Each finding with its state at `now`, in the given order. All findings of a subject must be among them. */
export const withStates = (
  findings: readonly StoredFinding[],
  now: Instant,
): readonly { readonly finding: StoredFinding; readonly effective: EffectiveState }[] => {
  const bySubject = Map.groupBy(findings, ({ record }) => record.subject);
  const open = new Map([...bySubject].map(([subject, members]) => [subject, openRules(members)]));
  return findings.map(finding => {
    const { record, response } = finding;
    return { finding, effective: effectiveState(record, response, open.get(record.subject) ?? [], now) };
  });
};

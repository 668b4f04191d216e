import type { EffectiveState, FindingRecord, FindingResponse } from './finding.ts';
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
  const hiddenBy = RULE_IDS.find(rule => openRulesOfSubject.includes(rule) && HIDES[rule]?.includes(record.rule)) ?? null;
  return { hiddenBy, ...answered(record, response, now) };
};

const answered = (record: FindingRecord, response: FindingResponse | undefined, now: Instant): Omit<EffectiveState, 'hiddenBy'> => {
  const answer = response?.answer ?? null;
  if (answer === null) return { state: 'OPEN', code: 'NO_ANSWER' };
  if (answer.generation !== record.generation) return { state: 'OPEN', code: 'ANSWER_FOR_OTHER_GENERATION' };
  if (answer.composition !== record.about.composition) return { state: 'OPEN', code: 'ANSWER_FOR_OTHER_COMPOSITION' };
  if (isDue(answer.until, now)) return { state: 'OPEN', code: 'ANSWER_ENDED' };
  return { state: answer.kind === 'EXCEPTION' ? 'EXCEPTED' : 'ACKNOWLEDGED', code: 'ANSWERED' };
};

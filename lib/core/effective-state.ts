import type { EffectiveState, FindingRecord, FindingResponse, StoredFinding } from './finding.ts';
import { HIDES, isAtLeast, RULE_IDS } from './rule-catalog.ts';
import { type Instant, isDue } from './time.ts';

/**
 * The state that people see. An answer counts for the generation and the composition it was given for, until its end;
 * otherwise it is inert, without a write. `openOnSubject`: what is open on the same subject.
 */
export const effectiveState = (
  record: FindingRecord,
  response: FindingResponse | undefined,
  openOnSubject: readonly Urgency[],
  now: Instant,
): EffectiveState => {
  if (record.condition === 'CLEARED') return { state: 'RESOLVED', ...UNEXPLAINED, code: 'CLEARED' };
  return { ...hidingOf(record, openOnSubject), ...answered(record, response, now) };
};

const answered = (record: FindingRecord, response: FindingResponse | undefined, now: Instant): Omit<EffectiveState, keyof Hiding> => {
  const answer = response?.answer ?? null;
  if (answer === null) return { state: 'OPEN', code: 'NO_ANSWER' };
  if (answer.generation !== record.generation) return { state: 'OPEN', code: 'ANSWER_FOR_OTHER_GENERATION' };
  if (answer.composition !== record.about.composition) return { state: 'OPEN', code: 'ANSWER_FOR_OTHER_COMPOSITION' };
  if (isDue(answer.until, now)) return { state: 'OPEN', code: 'ANSWER_ENDED' };
  return { state: answer.kind === 'EXCEPTION' ? 'EXCEPTED' : 'ACKNOWLEDGED', code: 'ANSWERED' };
};

/** What of a finding decides whether it explains another, or is explained by one. */
type Urgency = Pick<FindingRecord, 'rule' | 'severity'>;
type Hiding = Pick<EffectiveState, 'hiddenBy' | 'hidingCode'>;
const UNEXPLAINED: Hiding = { hiddenBy: null, hidingCode: 'UNEXPLAINED' };

/** Whether an open finding of the same subject explains this one. One that is less urgent explains it and does not hide it: nobody would hear the worse. */
export const hidingOf = ({ rule, severity }: Urgency, openOnSubject: readonly Urgency[]): Hiding => {
  const explaining = RULE_IDS.flatMap(other => openOnSubject.filter(each => each.rule === other && HIDES[other]?.includes(rule)));
  const hider = explaining.find(each => isAtLeast(each.severity, severity));
  if (hider) return { hiddenBy: hider.rule, hidingCode: 'EXPLAINED' };
  return explaining.length === 0 ? UNEXPLAINED : { hiddenBy: null, hidingCode: 'WORSE_THAN_ITS_EXPLANATION' };
};

export const openAmong = (findings: readonly StoredFinding[]): readonly Urgency[] =>
  findings.filter(({ record }) => record.condition === 'OPEN').map(({ record }) => record);

/** Each finding with its state at `now`, in the given order. All findings of a subject must be among them. */
export const withStates = (
  findings: readonly StoredFinding[],
  now: Instant,
): readonly { readonly finding: StoredFinding; readonly effective: EffectiveState }[] => {
  const bySubject = Map.groupBy(findings, ({ record }) => record.subject);
  const open = new Map([...bySubject].map(([subject, members]) => [subject, openAmong(members)]));
  return findings.map(finding => {
    const { record, response } = finding;
    return { finding, effective: effectiveState(record, response, open.get(record.subject) ?? [], now) };
  });
};

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { HIDES, RULE_IDS, type RuleId, ruleEntry } from '../lib/core/rule-catalog.ts';

const row = (rule: RuleId): string => {
  const { name, title, severity, remedy, why, controls } = ruleEntry(rule);
  const { EXPERIMENT, LOW, MEDIUM, HIGH } = severity;
  const severities = [EXPERIMENT, LOW, MEDIUM, HIGH].map(each => each ?? 'none').join(' · ');
  const hides = HIDES[rule]?.join(', ') ?? '';
  return `| ${[`**${rule}** ${name}`, title, severities, remedy.join('<br>'), `${why} (${controls.join(', ')})`, hides].join(' | ')} |`;
};

/** `docs/rules.md`. */
export const rulesPage = (): string =>
  [
    '# Rules',
    '',
    'What a finding can be about. Written by `node scripts/rules.ts` from `lib/core/rule-catalog.ts`; a test keeps it true.',
    '',
    '*Severity*: for the risk tiers EXPERIMENT · LOW · MEDIUM · HIGH of the model; without a tier it is judged as HIGH, and CRITICAL takes a declared tier and a',
    'declared production environment. *Controls*: NIST CSF 2.0, NIST AI RMF 1.0, OWASP Agentic and LLM, ISO 42001 annex A. *Hides*: findings of the same subject that',
    'are no worse; they are shown once this one is gone.',
    '',
    '| rule | what is wrong | severity | what clears it | why it matters | hides |',
    '| --- | --- | --- | --- | --- | --- |',
    ...RULE_IDS.map(row),
    '',
  ].join('\n');

if (import.meta.main) writeFileSync(path.join(import.meta.dirname, '../docs/rules.md'), rulesPage());

import type { Verdict } from '../finding.ts';
import { type DeploymentCase, subjectOf, violatedBy } from './deployment-case.ts';
import { clear, someOf } from './verdict.ts';

/** INV-09: more than one registration fits, or one only by its name or its provider's model. `unregistered`: what INV-01 or INV-02 says of it. */
export const judgeAmbiguous = (c: DeploymentCase, unregistered: Verdict): Verdict => {
  const { match } = c;
  const subject = subjectOf(c);
  if (match.state === 'MATCHED') return clear('INV-09', subject, 'ONE_REGISTRATION', `matched by ${match.by}`);
  if (match.state === 'AMBIGUOUS') {
    const names = match.candidates.map(({ name }) => name);
    const reason = `fits ${names.length === 2 ? names.join(' and ') : someOf(names)}`;
    return violatedBy(c, 'INV-09', {
      code: 'SEVERAL',
      reason,
      facts: { candidates: names.slice(0, 10).join(', ') },
      evidence: { candidates: names },
    });
  }
  // A likeness explains an unregistered deployment; where there is none to explain, it says nothing.
  if (unregistered.outcome !== 'VIOLATED') return { ...unregistered, rule: 'INV-09' };
  if (match.resembles.length === 0) return clear('INV-09', subject, 'NO_CANDIDATE', 'no registration is like it');
  const reason = `only resembles ${someOf(match.resembles)}`;
  const candidates = match.resembles.slice(0, 10).join(', ');
  return violatedBy(c, 'INV-09', { code: 'RESEMBLES', reason, facts: { candidates }, evidence: { candidates: match.resembles } });
};

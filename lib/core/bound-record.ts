import type { About, Violation } from './finding.ts';

/** Characters that all evidence of one finding may take: with every other field at its own limit a record stays below 64 KB. */
const EVIDENCE_BUDGET = 6000;
const ENTRIES = 20;
const TEXT = 300;

/** Cut visibly, and never inside a character: stores would replace the halves, and the record would differ from itself. */
const cut = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`).toWellFormed();

const boundFacts = (facts: Violation['facts']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(facts)
      .slice(0, 10)
      .map(([key, value]) => [cut(key, 40), cut(value, 200)]),
  );

const boundEvidence = (evidence: Violation['evidence']): Record<string, string | string[]> => {
  let left = EVIDENCE_BUDGET;
  const take = (text: string): string => {
    const taken = cut(text, Math.min(TEXT, Math.max(left, 1)));
    left -= taken.length;
    return taken;
  };
  const bounded = (value: string | readonly string[]) => (typeof value === 'string' ? take(value) : value.slice(0, ENTRIES).map(take));
  return Object.fromEntries(
    Object.entries(evidence)
      .slice(0, ENTRIES)
      .map(([key, value]) => [cut(key, 40), bounded(value)]),
  );
};

const boundAbout = (about: About): About => ({
  ...about,
  name: cut(about.name, 256),
  arn: about.arn === null ? null : cut(about.arn, 2048),
  model: about.model === null ? null : cut(about.model, 256),
  composition: about.composition === null ? null : cut(about.composition, 128),
  environment: cut(about.environment, 100),
  receivers: about.receivers.slice(0, 10).map(person => cut(person, 256)),
});

/** What a finding keeps of a violation, whatever its size: names, tags and parts come from elsewhere and have no limit of ours. */
export const boundViolation = ({ code, reason, severity, facts, evidence, about }: Violation) => ({
  code,
  severity,
  reason: cut(reason, TEXT),
  facts: boundFacts(facts),
  evidence: boundEvidence(evidence),
  about: boundAbout(about),
});

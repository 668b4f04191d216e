import type { EnvironmentFacts } from '../environment.ts';
import type { About, EffectiveState } from '../finding.ts';
import type { Match } from '../match.ts';
import type { DecisionSource } from '../registration.ts';

type Code =
  | Extract<Match, { state: 'MATCHED' }>['by']
  | EnvironmentFacts['because']
  | About['receiversBecause']
  | EffectiveState['code']
  | DecisionSource;

/** What machines' words mean to people: by what a deployment was matched, who said so, what became of an answer. */
const IN_WORDS: Readonly<Record<Code, string>> = {
  CLAIM: 'the tag that claims it',
  ARN: 'its ARN in the manifest',
  PACKAGE: 'its model package',
  GROUP: 'its package group',
  DIGEST: 'the digest of what it runs',
  PARTS: 'the parts of what it runs',
  TAGS: 'the tags that the manifest names',
  USE: 'the account and model that it claims',
  MEMORY: 'as when it was last read',
  ACCOUNT: 'from the account in rollcall.yaml',
  REGISTRATION: 'from the registration',
  TAG: 'from a tag',
  LIFECYCLE: 'from the lifecycle of the model',
  NOBODY_SAID: 'nobody said',
  OWNER_TAG: 'from the owner tag',
  ACCOUNT_CONTACT: 'the contact of the account',
  SECURITY_ALONE: 'security alone is told',
  NO_ANSWER: 'no answer',
  ANSWERED: 'it holds',
  ANSWER_ENDED: 'it has ended',
  ANSWER_FOR_OTHER_GENERATION: 'it was given before this opened again',
  ANSWER_FOR_OTHER_COMPOSITION: 'it was given for something else that ran then',
  CLEARED: 'no longer needed',
  REPOSITORY: 'from the reviewed repository',
  MANIFEST: 'from an applied manifest',
  PERSON: 'from a person',
};
const WORDS = new Map<string, string>(Object.entries(IN_WORDS));

/** A machine's word for people. One from a later version has no row here: it stands as it is. */
export const inWords = (code: string): string => WORDS.get(code) ?? code;

/** `matched by` from `matchedBy`. */
export const spaced = (key: string): string => key.replace(/[A-Z]/g, capital => ` ${capital.toLowerCase()}`);

/** A value of evidence for people: of two keys it is, or ends with, a machine's word. */
export const evidenceText = (key: string, value: string | readonly string[]): string => {
  const text = [value].flat().join(', ');
  if (key === 'matchedBy') return inWords(text);
  return key === 'environment' ? text.replace(/\(([A-Z_]+)\)$/, (_all, code: string) => `(${inWords(code)})`) : text;
};

import { sha256 } from './digest.ts';
import type { Subject } from './finding.ts';
import type { RuleId } from './rule-catalog.ts';

/** Crockford base32: no letter that reads like a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** `F-` and 8 characters (40 bits) of the hash of rule and subject: the same finding has the same id in every run. */
export const findingId = (rule: RuleId, subject: Subject): string => {
  const bits = Number.parseInt(sha256(`${rule}#${subject}`).slice(0, 10), 16);
  return `F-${Array.from({ length: 8 }, (_, index) => ALPHABET[Math.floor(bits / 32 ** (7 - index)) % 32]).join('')}`;
};

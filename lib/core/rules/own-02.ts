import type { Verdict } from '../finding.ts';
import type { Registration } from '../registration.ts';
import { elapsed } from '../time.ts';
import { type ModelCase, modelSubject, violatedByModel } from './model-case.ts';
import { cannotTell, clear } from './verdict.ts';

type OwnerState = 'ACTIVE' | 'LEFT' | 'MISSED_ONCE' | 'UNKNOWN';

export const ownerMemoKey = (person: string): string => `owner:${person}`;

export const ownersOf = ({ businessOwner, technicalOwner }: Registration): readonly string[] => [
  ...new Set([businessOwner, technicalOwner].filter(owner => owner !== null)),
];

/** "No such person" counts in the second slot: a directory can lag behind, or be read in the middle of a change. */
const stateOf = (person: string, { owners, memos, slot }: ModelCase): OwnerState => {
  const status = owners.get(person)?.status ?? 'UNKNOWN';
  if (status === 'ACTIVE' || status === 'UNKNOWN') return status;
  const memo = memos.get(ownerMemoKey(person));
  return status === 'INACTIVE' || (memo && elapsed(memo.since, slot) > 0) ? 'LEFT' : 'MISSED_ONCE';
};

/** OWN-02: an owner who has left. Worse than HIGH only where nobody is left to answer. */
export const judgeOwnerInactive = (c: ModelCase): Verdict => {
  const subject = modelSubject(c);
  const people = ownersOf(c.registration);
  const inState = (state: OwnerState) => people.filter(person => stateOf(person, c) === state);
  const left = inState('LEFT').toSorted();
  const all = left.length === people.length;
  if (left.length > 0)
    return violatedByModel(c, 'OWN-02', {
      subject,
      code: all ? 'ALL_LEFT' : 'ONE_LEFT',
      reason: left.length > 1 ? `${left.join(' and ')} have left` : `${left[0]} has left`,
      facts: { left: left.join(', ') },
      cap: all ? 'CRITICAL' : 'HIGH',
    });
  if (inState('UNKNOWN').length > 0)
    return cannotTell('OWN-02', subject, 'OWNER_UNKNOWN', 'the directory did not say whether they are here');
  if (inState('MISSED_ONCE').length > 0) return cannotTell('OWN-02', subject, 'MISSED_ONCE', 'not found once; the next slot decides');
  return clear('OWN-02', subject, people.length === 0 ? 'NO_OWNERS' : 'ACTIVE', 'no named owner has left');
};

import { personKey } from '../../core/person.ts';
import type { Settings } from '../../core/settings.ts';
import type { OwnerDirectory } from '../../ports.ts';

/** The people that `rollcall.yaml` lists. Without any it knows nothing, and so says of nobody that they have left. */
export const createStaticDirectory = (people: Settings['directory']): OwnerDirectory => {
  const known = new Map(people.map(({ person, active }) => [personKey(person), active]));
  return {
    lookUp: async person => {
      if (known.size === 0) return { status: 'UNKNOWN', reason: 'no directory configured' };
      const active = known.get(personKey(person));
      return active === undefined ? { status: 'NO_SUCH_PERSON' } : { status: active ? 'ACTIVE' : 'INACTIVE' };
    },
  };
};

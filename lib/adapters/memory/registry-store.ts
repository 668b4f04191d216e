import { digestOf } from '../../core/digest.ts';
import { registrationKeys } from '../../core/match-keys.ts';
import type { Decision, Registration } from '../../core/registration.ts';
import type { RegistryStore, WriteOutcome } from '../../ports.ts';

const byName = (a: Registration, b: Registration): number => (a.name < b.name ? -1 : 1);
const conflict = (name: string): WriteOutcome => ({ outcome: 'CONFLICT', reason: `${name} has another revision: read it and apply again` });

/** A registry that lasts as long as the process. */
export const memoryRegistryStore = (): RegistryStore => {
  const declared = new Map<string, Registration>();
  const decided = new Map<string, readonly Decision[]>();
  const whole = (one: Registration): Registration => ({ ...one, decisions: decided.get(one.name) ?? [] });
  const all = () => [...declared.values()].map(whole).toSorted(byName);
  return {
    get: async name => all().find(one => one.name === name),
    all: async () => ({ registrations: all(), unreadable: [] }),
    claiming: async keys => {
      const asked = new Set(keys);
      return { registrations: all().filter(one => registrationKeys(one).some(key => asked.has(key))), unreadable: [] };
    },
    put: async registration => {
      const { decisions, ...rest } = registration;
      const stored = declared.get(rest.name);
      const repeated = stored !== undefined && digestOf(stored) === digestOf({ ...rest, decisions: [] });
      if ((stored?.revision ?? 0) !== rest.revision - 1 && !repeated) return conflict(rest.name);
      const both = [...(decided.get(rest.name) ?? []), ...decisions];
      decided.set(rest.name, [...new Map(both.map(decision => [digestOf(decision), decision])).values()]);
      declared.set(rest.name, { ...rest, decisions: [] });
      return { outcome: 'WRITTEN' };
    },
    // Match keys are computed with each question: none can be lost.
    renew: async () => {},
    remove: async (name, revision) => {
      if (declared.get(name)?.revision !== revision) return conflict(name);
      declared.delete(name);
      return { outcome: 'WRITTEN' };
    },
  };
};

import type { ScopeId } from '../../core/scope.ts';
import type { Description, DescriptionCache } from '../../ports.ts';

/** Descriptions that last as long as the process. */
export const memoryDescriptionCache = (): DescriptionCache => {
  const scopes = new Map<ScopeId, Map<string, Description>>();
  const of = (scope: ScopeId): Map<string, Description> => {
    const known = scopes.get(scope) ?? new Map<string, Description>();
    scopes.set(scope, known);
    return known;
  };
  return {
    load: async function* (scope) {
      yield* of(scope).values();
    },
    save: async (scope, descriptions) => {
      for (const each of descriptions) of(scope).set(each.key, each);
    },
    forget: async (scope, keys) => {
      for (const key of keys) of(scope).delete(key);
    },
  };
};

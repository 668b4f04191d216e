import type { ScopeStatus } from './inventory.ts';
import { parseScopeId, type ScopeId } from './scope.ts';

/** What one child of a roll call reads at the same time, in its few minutes: so many scopes, with so many deployments as were last there. */
const MOST_SCOPES = 20;
const MOST_DEPLOYMENTS = 200;

/** What ran out of time counts as more than fits beside anything else: how much is there is not known. */
const weightOf = ({ kinds }: ScopeStatus): number =>
  Object.values(kinds).some(({ failure }) => failure?.failure === 'DEADLINE')
    ? MOST_DEPLOYMENTS + 1
    : Object.values(kinds).reduce((sum, { count }) => sum + count, 0);

/**
 * Scopes of one account together, so that its role is assumed once for all of them; a scope that holds much has a child to itself.
 * In order of the scopes, each of them once.
 */
export const batchScopes = (scopes: readonly ScopeId[], statuses: readonly ScopeStatus[]): readonly (readonly ScopeId[])[] => {
  const weights = new Map(statuses.map(status => [status.scope, weightOf(status)]));
  const accounts = Map.groupBy(scopes, scope => parseScopeId(scope)?.account);
  return [...accounts.values()].flatMap(own => {
    const batches: { readonly scopes: ScopeId[]; deployments: number }[] = [];
    for (const scope of own) {
      const more = weights.get(scope) ?? 0;
      const last = batches.at(-1);
      if (last && last.scopes.length < MOST_SCOPES && last.deployments + more <= MOST_DEPLOYMENTS) {
        last.scopes.push(scope);
        last.deployments += more;
      } else batches.push({ scopes: [scope], deployments: more });
    }
    return batches.map(batch => batch.scopes);
  });
};

import type { ScopeId } from '../core/scope.ts';
import { type ReconcileAsk, type ReconcileDeps, type ReconcileOutcome, reconcileScope } from './reconcile-scope.ts';

export type BatchAsk = Omit<ReconcileAsk, 'scope'> & { readonly scopes: readonly ScopeId[] };

/** Reads scopes side by side. What one of them throws is thrown once all have ended: it costs that scope alone. */
export const reconcileBatch = async (
  deps: ReconcileDeps,
  { scopes, ...ask }: BatchAsk,
): Promise<readonly ReconcileOutcome['outcome'][]> => {
  const settled = await Promise.allSettled(scopes.map(async scope => (await reconcileScope(deps, { ...ask, scope })).outcome));
  const failed = settled.flatMap((each, index) =>
    each.status === 'rejected' ? [{ scope: scopes[index], error: each.reason as unknown }] : [],
  );
  if (failed.length > 0)
    throw new AggregateError(
      failed.map(({ error }) => error),
      failed.map(({ scope, error }) => `${scope}: ${String(error)}`).join('; '),
    );
  return settled.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
};

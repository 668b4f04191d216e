import type { Provider } from '../../core/scope.ts';
import type { ListingSource } from '../../ports.ts';

/** One source for the scopes of all providers. */
export const byProvider = (sources: Readonly<Record<Provider, ListingSource>>): ListingSource => ({
  list: (scope, ask) => sources[scope.provider].list(scope, ask),
  confirmGone: (scope, arns, deadline) => sources[scope.provider].confirmGone(scope, arns, deadline),
});

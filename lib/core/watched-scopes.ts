import type { CloudScope, ScopeId } from './scope.ts';
import { scopeId } from './scope.ts';
import type { Settings } from './settings.ts';

export interface WatchedScopes {
  readonly watched: readonly ScopeId[];
  /** Left out on purpose, with the reason from `rollcall.yaml`: shown as excluded, never as complete. */
  readonly excluded: readonly { readonly scope: ScopeId; readonly reason: string }[];
}

/** Splits the scopes that could be listed into those that a run reads and those that the configuration excludes. */
export const watchedScopes = (candidates: readonly CloudScope[], settings: Settings): WatchedScopes => {
  const reasons = new Map(settings.excluded.map(({ scope, reason }) => [scope, reason]));
  const ids = candidates.map(scopeId);
  return {
    watched: ids.filter(id => !reasons.has(id)),
    excluded: ids.flatMap(id => {
      const reason = reasons.get(id);
      return reason === undefined ? [] : [{ scope: id, reason }];
    }),
  };
};

/** The scopes of one account: each provider in the configured regions, or in the region that Rollcall itself runs in. */
export const homeScopes = (home: { readonly account: string; readonly region: string }, settings: Settings): readonly CloudScope[] =>
  (settings.regions.length > 0 ? settings.regions : [home.region]).flatMap(region =>
    settings.providers.map(provider => ({ provider, account: home.account, region })),
  );

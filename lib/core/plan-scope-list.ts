import { isOffered } from './service-regions.ts';
import { type Provider, type ScopeId, scopeId } from './scope.ts';
import type { Settings } from './settings.ts';

/** `spoke`: that there is a role to assume in other accounts, whatever it is. */
type ScopeSettings = Pick<Settings, 'regions' | 'accounts' | 'excluded'> & { readonly spoke?: object | undefined };

export interface ScopeQuestion {
  /** The account and region that Rollcall runs in. */
  readonly home: { readonly account: string; readonly region: string };
  readonly settings: ScopeSettings;
  readonly providers: readonly Provider[];
}

/** LEFT_OUT: on purpose, shown as excluded and never as complete. */
export interface PlannedScope {
  readonly scope: ScopeId;
  readonly reading: 'NOW' | 'LEFT_OUT';
  readonly reason: string;
}

/** Every scope that a roll call knows of, and why it is read or not. */
export const planScopeList = (ask: ScopeQuestion): readonly PlannedScope[] => {
  const { home, settings, providers } = ask;
  const regions = settings.regions.length > 0 ? settings.regions : [home.region];
  return accountsOf(ask).flatMap(([account, reason]) =>
    regions.flatMap(region => providers.map(provider => planScope({ provider, account, region }, reason, settings))),
  );
};

/** Rollcall's own account first; others only where there is a role to assume in them. */
const accountsOf = ({ home, settings }: ScopeQuestion): readonly (readonly [account: string, reason: string])[] => {
  const others = settings.spoke ? Object.keys(settings.accounts).filter(account => account !== home.account) : [];
  return [[home.account, 'Rollcall runs in this account'], ...others.toSorted().map(account => [account, 'named under accounts'] as const)];
};

const planScope = (place: Parameters<typeof scopeId>[0], reason: string, { excluded }: ScopeSettings): PlannedScope => {
  const scope = scopeId(place);
  const left = excluded.find(each => each.scope === scope)?.reason;
  if (left !== undefined) return { scope, reading: 'LEFT_OUT', reason: left };
  if (!isOffered(place.provider, place.region))
    return { scope, reading: 'LEFT_OUT', reason: `${place.provider} is not offered in ${place.region}` };
  return { scope, reading: 'NOW', reason };
};

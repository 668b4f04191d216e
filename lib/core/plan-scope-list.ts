import type { RunRecord, Unlisted, UnreadPlace } from './inventory.ts';
import { ORGANIZATION_LIST, type Provider, parseScopeId, type ScopeId, scopeId } from './scope.ts';
import { isOffered } from './service-regions.ts';
import type { Settings } from './settings.ts';
import type { Instant } from './time.ts';

/** An account as the organisation lists it. `state` is AWS's own word. */
export interface MemberAccount {
  readonly account: string;
  readonly state: string;
}

/** A list that decides what is read. An answer is whole; a failure is never an empty one. */
export type Asked<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Pick<UnreadPlace, 'failure' | 'reason'>);

/** `spoke`: that there is a role to assume in other accounts, whatever it is. */
type ScopeSettings = Pick<Settings, 'regions' | 'accounts' | 'excluded' | 'organization'> & { readonly spoke?: object | undefined };

export interface ScopeQuestion {
  readonly slot: Instant;
  /** The account and region that Rollcall runs in. */
  readonly home: { readonly account: string; readonly region: string };
  readonly settings: ScopeSettings;
  readonly providers: readonly Provider[];
  /** undefined: the accounts stand in the settings. */
  readonly organization: Asked<readonly MemberAccount[]> | undefined;
  /** The roll call that was closed last: what was not answered now is as it was then. */
  readonly last: Pick<RunRecord, 'scopes' | 'unread' | 'unlisted'> | undefined;
}

/** UNREAD: part of the roll call, and not to be read now. LEFT_OUT: no part of it, which is said and never taken for complete. */
export interface PlannedScope {
  readonly scope: ScopeId;
  readonly reading: 'NOW' | 'UNREAD' | 'LEFT_OUT';
  readonly reason: string;
}

export interface ScopePlan {
  readonly scopes: readonly PlannedScope[];
  /** The places of the UNREAD scopes. */
  readonly unread: readonly UnreadPlace[];
  readonly unlisted: readonly Unlisted[];
}

/** Every scope that a roll call knows of, and why it is read or not. A scope that is in none of these leaves the roll call. */
export const planScopeList = (ask: ScopeQuestion): ScopePlan => {
  const accounts = accountsOf(ask);
  return {
    scopes: accounts.flatMap(each =>
      regionsOf(each, ask).flatMap(region => ask.providers.map(provider => planScope({ provider, ...each, region }, ask.settings))),
    ),
    unread: accounts.flatMap(({ unread }) => unread ?? []),
    unlisted: unlisted(ORGANIZATION_LIST, ask.organization, ask),
  };
};

const unlisted = (scope: ScopeId, asked: Asked<unknown> | undefined, { last, slot }: ScopeQuestion): readonly Unlisted[] => {
  if (asked === undefined || asked.ok) return [];
  const before = last?.unlisted.find(each => each.scope === scope);
  return [{ scope, failure: asked.failure, reason: asked.reason, since: before?.since ?? slot, slots: (before?.slots ?? 0) + 1 }];
};

/** Why a scope of a roll call is not to be read in it; undefined: it is. */
export const whyUnread = ({ unread }: Pick<RunRecord, 'unread'>, scope: ScopeId): UnreadPlace | undefined => {
  const place = parseScopeId(scope);
  return unread.find(({ account, region }) => account === place?.account && (region === null || region === place.region));
};

interface PlannedAccount {
  readonly account: string;
  readonly reading: PlannedScope['reading'];
  readonly reason: string;
  /** Where it is UNREAD. */
  readonly unread?: UnreadPlace;
}

/** Our own account first; others only where there is a role to assume in them. */
const accountsOf = (ask: ScopeQuestion): readonly PlannedAccount[] => {
  const { home, organization, settings } = ask;
  const own = { account: home.account, reading: 'NOW', reason: 'Rollcall runs in this account' } as const;
  const others = !settings.spoke
    ? []
    : organization
      ? accountsOfOrganization(organization, ask)
      : accountsNamed(Object.keys(settings.accounts), 'named under accounts');
  return [own, ...others.filter(({ account }) => account !== home.account).toSorted((a, b) => (a.account < b.account ? -1 : 1))];
};

const accountsNamed = (accounts: readonly string[], reason: string) =>
  accounts.map(account => ({ account, reading: 'NOW', reason }) as const);

const accountsOfOrganization = (organization: Asked<readonly MemberAccount[]>, ask: ScopeQuestion): readonly PlannedAccount[] => {
  const known = [...new Set(knownPlaces(ask).map(({ account }) => account))];
  if (!organization.ok) return known.map(account => keepAccount(account, organization.reason, ask));
  const members = new Set(organization.value.map(({ account }) => account));
  const missing = known.filter(account => !members.has(account)).map(account => ({ account, state: null }));
  return [...organization.value, ...missing].map(member => planMember(member, known.includes(member.account), ask));
};

/** As in the roll call before, but that nothing leaves: that takes two complete lists in a row. */
const keepAccount = (account: string, because: string, { last }: ScopeQuestion): PlannedAccount => {
  const before = last?.unread.find(each => each.account === account && each.region === null);
  if (before) return { account, reading: 'UNREAD', reason: before.reason, unread: { ...before, leaving: false } };
  return { account, reading: 'NOW', reason: `as in the roll call before, since the organisation was not listed: ${because}` };
};

/** What keeps an account from being read, though it is one of the organisation. A word that is not known here keeps nothing. */
const NOT_ACTIVE = ['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE'];

const planMember = (
  { account, state }: { readonly account: string; readonly state: string | null },
  isKnown: boolean,
  { last }: ScopeQuestion,
): PlannedAccount => {
  const leaves = state === null || state === 'CLOSED';
  if (!leaves && !NOT_ACTIVE.includes(state)) return { account, reading: 'NOW', reason: `${state} in the organisation` };
  const reason =
    state === null ? `account ${account} is not listed in the organisation` : `account ${account} is ${state} in the organisation`;
  const before = last?.unread.some(each => each.account === account && each.region === null && each.leaving) === true;
  // Gone from one complete listing may be a hiccup of the list; gone from two it is.
  if (!isKnown || (leaves && before)) return { account, reading: 'LEFT_OUT', reason };
  return {
    account,
    reading: 'UNREAD',
    reason,
    unread: { account, region: null, reason, failure: leaves ? 'TRANSIENT' : 'DENIED', leaving: leaves },
  };
};

const knownPlaces = ({ last }: ScopeQuestion) => (last?.scopes ?? []).flatMap(scope => parseScopeId(scope) ?? []);

const regionsOf = ({ account, reading }: PlannedAccount, ask: ScopeQuestion): readonly string[] => {
  const { home, settings } = ask;
  const wanted = settings.regions.length > 0 ? settings.regions : [home.region];
  if (reading !== 'UNREAD') return wanted;
  const known = new Set(
    knownPlaces(ask)
      .filter(place => place.account === account)
      .map(({ region }) => region),
  );
  return wanted.filter(region => known.has(region));
};

type Place = Parameters<typeof scopeId>[0] & PlannedAccount;

const planScope = ({ provider, account, region, reading, reason }: Place, { excluded }: ScopeSettings): PlannedScope => {
  const scope = scopeId({ provider, account, region });
  const left = excluded.find(each => each.scope === scope)?.reason;
  if (left !== undefined) return { scope, reading: 'LEFT_OUT', reason: left };
  if (!isOffered(provider, region)) return { scope, reading: 'LEFT_OUT', reason: `${provider} is not offered in ${region}` };
  return { scope, reading, reason };
};

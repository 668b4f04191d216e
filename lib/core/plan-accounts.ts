import type { RunRecord, UnreadPlace } from './inventory.ts';
import { type Provider, parseScopeId, type ScopeId } from './scope.ts';
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
  /** The enabled regions by account, of each that `accountsToAsk` names. */
  readonly regions: ReadonlyMap<string, Asked<readonly string[]>>;
  /** The roll call that was closed last: what was not answered now is as it was then. */
  readonly last: Pick<RunRecord, 'scopes' | 'unread' | 'unlisted'> | undefined;
}

/** UNREAD: part of the roll call, and not to be read now. LEFT_OUT: no part of it, which is said and never taken for complete. */
export interface PlannedScope {
  readonly scope: ScopeId;
  readonly reading: 'NOW' | 'UNREAD' | 'LEFT_OUT';
  readonly reason: string;
}

/** The regions of every account that the roll call before was about. */
export type Known = ReadonlyMap<string, readonly string[]>;

export const knownIn = ({ last }: Pick<ScopeQuestion, 'last'>): Known => {
  const places = Map.groupBy(
    (last?.scopes ?? []).flatMap(scope => parseScopeId(scope) ?? []),
    ({ account }) => account,
  );
  return new Map([...places].map(([account, own]) => [account, [...new Set(own.map(({ region }) => region))]]));
};

export interface PlannedAccount {
  readonly account: string;
  readonly reading: PlannedScope['reading'];
  readonly reason: string;
  /** Where it is UNREAD. */
  readonly unread?: UnreadPlace;
}

/** Our own account first; others are read only where there is a role to assume in them. */
export const accountsOf = (ask: Omit<ScopeQuestion, 'regions'>, known: Known): readonly PlannedAccount[] => {
  const { home, organization, settings } = ask;
  const own = { account: home.account, reading: 'NOW', reason: 'Rollcall runs in this account' } as const;
  const others = organization && settings.spoke ? accountsOfOrganization(organization, ask, known) : accountsNamed(settings);
  return [own, ...others.filter(({ account }) => account !== home.account).toSorted((a, b) => (a.account < b.account ? -1 : 1))];
};

/** Without a role they are named for their environment or contact alone: that nobody looks there is said all the same. */
const accountsNamed = ({ accounts, spoke }: ScopeSettings): readonly PlannedAccount[] =>
  Object.keys(accounts).map(account =>
    spoke
      ? { account, reading: 'NOW', reason: 'named under accounts' }
      : { account, reading: 'LEFT_OUT', reason: 'named under accounts, without spoke: no role to read it with' },
  );

const accountsOfOrganization = (
  organization: Asked<readonly MemberAccount[]>,
  ask: Pick<ScopeQuestion, 'last'>,
  known: Known,
): readonly PlannedAccount[] => {
  if (!organization.ok) return [...known.keys()].map(account => keepAccount(account, organization.reason, ask));
  const members = new Set(organization.value.map(({ account }) => account));
  const missing = [...known.keys()].filter(account => !members.has(account)).map(account => ({ account, state: null }));
  return [...organization.value, ...missing].map(member => planMember(member, known.has(member.account), ask));
};

/** As in the roll call before, but that nothing leaves: that takes two complete lists in a row. */
const keepAccount = (account: string, because: string, { last }: Pick<ScopeQuestion, 'last'>): PlannedAccount => {
  const before = last?.unread.find(each => each.account === account && each.region === null);
  if (before) return { account, reading: 'UNREAD', reason: before.reason, unread: { ...before, leaving: false } };
  return { account, reading: 'NOW', reason: `as in the roll call before, since the organisation was not listed: ${because}` };
};

/** What keeps an account from being read, though it is one of the organisation. A word that is not known here keeps nothing. */
const NOT_ACTIVE = ['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE'];

const planMember = (
  { account, state }: { readonly account: string; readonly state: string | null },
  isKnown: boolean,
  { last }: Pick<ScopeQuestion, 'last'>,
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

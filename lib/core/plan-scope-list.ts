import type { RunRecord, Unlisted, UnreadPlace } from './inventory.ts';
import {
  accountsOf,
  type Asked,
  type Known,
  knownIn,
  type PlannedAccount,
  type PlannedScope,
  type ScopeQuestion,
} from './plan-accounts.ts';
import { ORGANIZATION_LIST, parseScopeId, regionsOfAccount, type ScopeId, scopeId } from './scope.ts';
import { isOffered } from './service-regions.ts';

export interface ScopePlan {
  readonly scopes: readonly PlannedScope[];
  /** The places of the UNREAD scopes. */
  readonly unread: readonly UnreadPlace[];
  readonly unlisted: readonly Unlisted[];
}

/** Every scope that a roll call knows of, and why it is read or not. A scope that is in none of these leaves the roll call. */
export const planScopeList = (ask: ScopeQuestion): ScopePlan => {
  const known = knownIn(ask);
  const accounts = accountsOf(ask, known);
  const places = accounts.flatMap(account => placesOf(account, ask, known));
  const unread = places.flatMap(place => (place.reading === 'UNREAD' ? (place.unread ?? []) : []));
  return {
    scopes: places.flatMap(place => ask.providers.map(provider => planScope({ ...place, provider }, ask.settings))),
    unread: [...new Set(unread)],
    unlisted: [
      ...unlisted(ORGANIZATION_LIST, ask.organization, ask),
      ...[...ask.regions].flatMap(([account, answer]) => unlisted(regionsOfAccount(account), answer, ask)),
      ...accounts.flatMap(account => notAsked(account, ask)),
    ],
  };
};

/** The accounts whose enabled regions have to be known. */
export const accountsToAsk = (ask: Omit<ScopeQuestion, 'regions'>): readonly string[] =>
  ask.settings.regions === 'enabled'
    ? accountsOf(ask, knownIn(ask)).flatMap(({ account, reading }) => (reading === 'NOW' ? [account] : []))
    : [];

const unlisted = (scope: ScopeId, asked: Asked<unknown> | undefined, { last, slot }: ScopeQuestion): readonly Unlisted[] => {
  if (asked === undefined || asked.ok) return [];
  const before = last?.unlisted.find(each => each.scope === scope);
  return [{ scope, failure: asked.failure, reason: asked.reason, since: before?.since ?? slot, slots: (before?.slots ?? 0) + 1 }];
};

/** Of an account that is not read now nobody asked: what was not answered before still is not. */
const notAsked = ({ account, reading }: PlannedAccount, { last, settings }: ScopeQuestion): readonly Unlisted[] =>
  reading === 'UNREAD' && settings.regions === 'enabled'
    ? (last?.unlisted ?? []).filter(({ scope }) => scope === regionsOfAccount(account))
    : [];

/** Why a scope of a roll call is not to be read in it; undefined: it is. Made once for a run: thousands of accounts can be unread in it. */
export const whyUnread = ({ unread }: Pick<RunRecord, 'unread'>): ((scope: ScopeId) => UnreadPlace | undefined) => {
  const byAccount = Map.groupBy(unread, ({ account }) => account);
  return scope => {
    const place = parseScopeId(scope);
    return byAccount.get(place?.account ?? '')?.find(({ region }) => region === null || region === place?.region);
  };
};

interface PlannedPlace extends PlannedAccount {
  readonly region: string;
}

const placesOf = (planned: PlannedAccount, ask: ScopeQuestion, before: Known): readonly PlannedPlace[] => {
  const { home, settings } = ask;
  const known = before.get(planned.account) ?? [];
  const here = (regions: readonly string[]) => regions.map((region): PlannedPlace => ({ ...planned, region }));
  if (settings.regions !== 'enabled') {
    const wanted = settings.regions.length > 0 ? settings.regions : [home.region];
    return here(planned.reading === 'UNREAD' ? wanted.filter(region => known.includes(region)) : wanted);
  }
  // Where nothing was ever known, one region is better than none: that it is not all is a finding.
  const asBefore = here(known.length > 0 ? known : [home.region]);
  const enabled = ask.regions.get(planned.account);
  if (planned.reading !== 'NOW') return asBefore;
  if (!enabled?.ok) return asBefore.map(place => keepRegion(place, ask));
  const missing = known.filter(region => !enabled.value.includes(region));
  return [...here(enabled.value), ...here(missing).map(place => planMissingRegion(place, ask))];
};

const regionBefore = ({ account, region }: PlannedPlace, { last }: ScopeQuestion): UnreadPlace | undefined =>
  last?.unread.find(each => each.account === account && each.region === region);

const keepRegion = (place: PlannedPlace, ask: ScopeQuestion): PlannedPlace => {
  const before = regionBefore(place, ask);
  return before ? { ...place, reading: 'UNREAD', reason: before.reason, unread: { ...before, leaving: false } } : place;
};

/** What runs in a region stays there when it is disabled, out of sight. */
const planMissingRegion = (place: PlannedPlace, ask: ScopeQuestion): PlannedPlace => {
  const { account, region } = place;
  const reason = `${region} is not enabled in account ${account}`;
  if (regionBefore(place, ask)?.leaving) return { ...place, reading: 'LEFT_OUT', reason };
  return { ...place, reading: 'UNREAD', reason, unread: { account, region, reason, failure: 'TRANSIENT', leaving: true } };
};

type Place = Parameters<typeof scopeId>[0] & PlannedPlace;

const planScope = ({ provider, account, region, reading, reason }: Place, { excluded }: ScopeQuestion['settings']): PlannedScope => {
  const scope = scopeId({ provider, account, region });
  const left = excluded.find(each => each.scope === scope && each.kinds === undefined)?.reason;
  if (left !== undefined) return { scope, reading: 'LEFT_OUT', reason: left };
  if (!isOffered(provider, region)) return { scope, reading: 'LEFT_OUT', reason: `${provider} is not offered in ${region}` };
  return { scope, reading, reason };
};

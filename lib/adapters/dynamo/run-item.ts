import * as z from 'zod';
import type { RunRecord, Unlisted, UnreadPlace } from '../../core/inventory.ts';
import { accountOfRegions, type ScopeId } from '../../core/scope.ts';
import { count, each, failureClass, instant, maybe, maybeInstant, text } from './fields.ts';

interface ScopeGroup {
  /** `sagemaker/eu-west-1` */
  readonly places: readonly string[];
  readonly accounts: readonly string[];
}

/** Accounts that are read in the same places as one group: 1,000 of them in 20 regions would not fit an item as a list of scopes. */
const grouped = (scopes: readonly ScopeId[]): readonly ScopeGroup[] => {
  const parts = scopes
    .map(scope => scope.split('/'))
    .map(([provider, account = '', region]) => ({ account, place: `${provider}/${region}` }));
  const accounts = [...Map.groupBy(parts, ({ account }) => account)].map(([account, own]) => ({
    account,
    places: own.map(({ place }) => place).toSorted(),
  }));
  return [...Map.groupBy(accounts, ({ places }) => places.join(' ')).values()].map(same => ({
    places: same[0]?.places ?? [],
    accounts: same.map(({ account }) => account),
  }));
};

const ungrouped = (groups: readonly ScopeGroup[]): ScopeId[] =>
  groups.flatMap(({ places, accounts }) => accounts.flatMap(account => places.map(place => place.replace('/', `/${account}/`)))).toSorted();

/** Stands in the stored texts for the account that they are about: the same is then said of many accounts, and written once. */
const ACCOUNT = '{account}';

const inEachText = <T extends object>(fields: T, change: (field: string) => string): T =>
  // Only strings change, and they stay strings.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  Object.fromEntries(
    Object.entries(fields).map(([name, field]: [string, unknown]) => [name, typeof field === 'string' ? change(field) : field]),
  ) as T;

interface Said<T> {
  readonly said: readonly T[];
  readonly accounts: readonly string[];
}

/** What is said of each account, the same of many accounts once. Reasons differ in nothing else: they carry no request id. */
const saidOfAccounts = <T extends object>(entries: readonly T[], accountOf: (entry: T) => string): readonly Said<T>[] => {
  const accounts = [...Map.groupBy(entries, accountOf)].map(([account, own]) => {
    const said = own.map(entry => inEachText(entry, field => (account === '' ? field : field.replaceAll(account, ACCOUNT))));
    return { account, said, same: JSON.stringify(said) };
  });
  return [...Map.groupBy(accounts, ({ same }) => same).values()].map(group => ({
    said: group[0]?.said ?? [],
    accounts: group.map(({ account }) => account),
  }));
};

const ofEachAccount = <T extends object>(groups: readonly Said<T>[]): T[] =>
  groups.flatMap(({ said, accounts }) =>
    accounts.flatMap(account => said.map(entry => inEachText(entry, field => field.replaceAll(ACCOUNT, account)))),
  );

/** As it is stored now, or one by one as an earlier version stored it. */
const said = <T extends object>(entry: z.ZodType<T>): z.ZodType<T[]> =>
  z.union([z.array(entry), z.array(z.object({ said: z.array(entry), accounts: z.array(text) })).transform(ofEachAccount)]).default([]);

const storedScopes = z.union([z.array(text), z.array(z.object({ places: z.array(text), accounts: z.array(text) })).transform(ungrouped)]);
const unreadPlace: z.ZodType<UnreadPlace> = z.object({
  account: text,
  region: maybe,
  failure: failureClass,
  reason: text,
  leaving: z.boolean(),
});
const unlisted: z.ZodType<Unlisted> = z.object({ scope: text, failure: failureClass, reason: text, since: instant, slots: count });
const counted = each(count, 'deployments', 'registered', 'scopesComplete', 'scopesNotChecked', 'calls', 'opened', 'cleared');

/** A `run#` item. */
export const runItem: z.ZodType<RunRecord> = z.object({
  ...each(instant, 'slot', 'startedAt'),
  holder: text,
  manual: z.boolean(),
  scopes: storedScopes,
  unread: said(unreadPlace),
  unlisted: said(unlisted),
  state: z.enum(['RUNNING', 'CLOSED', 'COMPLETE']),
  totals: z.object({ ...counted, scopesAtRest: count.default(0), open: z.record(text, count) }).nullable(),
  completedAt: maybeInstant,
});

/** A run as it is stored; `runItem` is the other direction, which puts the scopes in order. An item holds 400 KB, an account takes 13 bytes in each list. */
export const storedRun = (run: RunRecord): Record<string, unknown> => ({
  ...run,
  scopes: grouped(run.scopes),
  unread: saidOfAccounts(run.unread, ({ account }) => account),
  unlisted: saidOfAccounts(run.unlisted, ({ scope }) => accountOfRegions(scope) ?? ''),
});

import { type AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import pLimit, { type LimitFunction } from 'p-limit';
import * as z from 'zod';
import type { Asked, MemberAccount } from '../../core/plan-accounts.ts';
import { MINUTE, plus } from '../../core/time.ts';
import type { AccountSource, Clock } from '../../ports.ts';
import { type Answer, failed, failureOf, ifRead } from '../aws/classify-error.ts';
import { type Pages, readPages } from '../aws/read-pages.ts';
import { createRequests, type Requests, whereBroken } from '../aws/session.ts';

export interface AccountSourceDeps {
  readonly organizations: OrganizationsClient;
  /** A client with the credentials of the account: what it lists is its own. */
  readonly clientFor: (account: string) => AccountClient;
  readonly clock: Clock;
}

/** Requests in flight. Organizations throttles the whole organisation, other tools of it included; regions are asked of as many accounts. */
const CONCURRENCY = { organization: 3, regions: 20 };
/** The accounts are listed, then their regions: both within the five minutes of the function. */
const LISTING_MS = 2 * MINUTE;
/** The most that Organizations gives. */
const MaxResults = 20;

export const createAccountSource = ({ organizations, clientFor, clock }: AccountSourceDeps): AccountSource => {
  const limits = { organization: pLimit(CONCURRENCY.organization), regions: pLimit(CONCURRENCY.regions) };
  const requestsUnder = (limit: LimitFunction) => createRequests({ limit, clock, deadline: plus(clock.now(), LISTING_MS) });
  return {
    members: async units => {
      const reader = { organizations, requests: requestsUnder(limits.organization) };
      return asked('organizations:ListAccounts', await (units.length === 0 ? allAccounts(reader) : accountsIn(reader, units)));
    },
    enabledRegions: async account => {
      const client = clientFor(account);
      const regions = await readAll(requestsUnder(limits.regions), regionSchema, {
        action: 'account:ListRegions',
        list: 'Regions',
        send: (NextToken, options) => client.send(new ListRegionsCommand({ MaxResults: 50, NextToken }), options),
      });
      return asked(
        'account:ListRegions',
        ifRead(regions, all => all.flatMap(({ region, isEnabled }) => (isEnabled ? [region] : []))),
      );
    },
  };
};

/** What was asked for is a list: that it was not found says nothing of what is in it, and none of these lists is ever empty. */
const asked = <T>(action: string, answer: Answer<readonly T[]>): Asked<readonly T[]> => {
  if (answer.ok && answer.value.length > 0) return answer;
  const { failure, reason } = answer.ok ? failureOf('MALFORMED', action, 'an empty list') : answer.failure;
  return { ok: false, failure: failure === 'VANISHED' ? 'UNKNOWN' : failure, reason };
};

const regionSchema = z
  .object({ RegionName: z.string().min(1), RegionOptStatus: z.string().min(1) })
  .transform(({ RegionName, RegionOptStatus }) => ({
    region: RegionName,
    isEnabled: ['ENABLED', 'ENABLED_BY_DEFAULT'].includes(RegionOptStatus),
  }));

interface Reader {
  readonly organizations: OrganizationsClient;
  readonly requests: Requests;
}

/** `Status` is retired; an account without a `State` is none that can be judged. */
const accountSchema = z
  .object({ Id: z.string().regex(/^\d{12}$/), State: z.string().min(1) })
  .transform(({ Id, State }): MemberAccount => ({ account: Id, state: State }));

const allAccounts = ({ organizations, requests }: Reader): Promise<Answer<readonly MemberAccount[]>> =>
  readAll(requests, accountSchema, {
    action: 'organizations:ListAccounts',
    list: 'Accounts',
    send: (NextToken, options) => organizations.send(new ListAccountsCommand({ MaxResults, NextToken }), options),
  });

/** The accounts of the units and of all units in them, level by level. */
const accountsIn = async (reader: Reader, units: readonly string[]): Promise<Answer<readonly MemberAccount[]>> => {
  const accounts = new Map<string, MemberAccount>();
  const seen = new Set<string>();
  for (let level = units; level.length > 0; ) {
    for (const unit of level) seen.add(unit);
    const read = await Promise.all(level.map(unit => readUnit(reader, unit)));
    const below: string[] = [];
    for (const unit of read) {
      if (!unit.ok) return unit;
      for (const account of unit.value.accounts) accounts.set(account.account, account);
      below.push(...unit.value.units.filter(each => !seen.has(each)));
    }
    level = below;
  }
  return { ok: true, value: [...accounts.values()] };
};

const unitSchema = z.object({ Id: z.string().min(1) }).transform(({ Id }) => Id);

const readUnit = async ({ organizations, requests }: Reader, ParentId: string) => {
  const accounts = await readAll(requests, accountSchema, {
    action: 'organizations:ListAccountsForParent',
    list: 'Accounts',
    send: (NextToken, options) => organizations.send(new ListAccountsForParentCommand({ ParentId, MaxResults, NextToken }), options),
  });
  if (!accounts.ok) return accounts;
  const units = await readAll(requests, unitSchema, {
    action: 'organizations:ListOrganizationalUnitsForParent',
    list: 'OrganizationalUnits',
    send: (NextToken, options) =>
      organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId, MaxResults, NextToken }), options),
  });
  return ifRead(units, value => ({ accounts: accounts.value, units: value }));
};

/** Every item of a list, or none: one that cannot be read could be the one that matters. */
const readAll = async <T>(
  requests: Requests,
  item: z.ZodType<T>,
  pages: Omit<Pages, 'take' | 'tokenField'>,
): Promise<Answer<readonly T[]>> => {
  const items: unknown[] = [];
  const failure = await readPages(requests, { ...pages, tokenField: 'NextToken', take: page => void items.push(...page) });
  if (failure) return failed(failure);
  const parsed = z.array(item).safeParse(items);
  return parsed.success ? { ok: true, value: parsed.data } : failed(failureOf('MALFORMED', pages.action, whereBroken(parsed.error)));
};

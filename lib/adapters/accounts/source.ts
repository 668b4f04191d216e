import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import pLimit from 'p-limit';
import * as z from 'zod';
import type { Asked, MemberAccount } from '../../core/plan-scope-list.ts';
import { MINUTE, plus } from '../../core/time.ts';
import type { AccountSource, Clock } from '../../ports.ts';
import { type Answer, failed, failureOf, ifRead } from '../aws/classify-error.ts';
import { type Pages, readPages } from '../aws/read-pages.ts';
import { createRequests, type Requests, whereBroken } from '../aws/session.ts';

export interface AccountSourceDeps {
  readonly organizations: OrganizationsClient;
  readonly clock: Clock;
}

/** Requests in flight. Organizations throttles the whole organisation, other tools of it included. */
const CONCURRENCY = 3;
const LISTING_MS = 4 * MINUTE;
/** The most that Organizations gives. */
const MaxResults = 20;

export const createAccountSource = ({ organizations, clock }: AccountSourceDeps): AccountSource => {
  const requests = () => createRequests({ limit: pLimit(CONCURRENCY), clock, deadline: plus(clock.now(), LISTING_MS) });
  return {
    members: async units => {
      const reader = { organizations, requests: requests() };
      const answer = await (units.length === 0 ? allAccounts(reader) : accountsIn(reader, units));
      return asked(
        answer.ok && answer.value.length === 0 ? failed(failureOf('MALFORMED', 'organizations:ListAccounts', 'no account at all')) : answer,
      );
    },
  };
};

/** What was asked for is a list; that it was not found is no answer about what is in it. */
const asked = <T>(answer: Answer<T>): Asked<T> => {
  if (answer.ok) return answer;
  const { failure, reason } = answer.failure;
  return { ok: false, failure: failure === 'VANISHED' ? 'UNKNOWN' : failure, reason };
};

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

import type { Asked, MemberAccount, PlannedScope, ScopeQuestion } from '../../lib/core/plan-accounts.ts';
import { planScopeList, type ScopePlan } from '../../lib/core/plan-scope-list.ts';
import { ACCOUNT, SLOT, someSettings } from './builders.ts';

export const SPOKE = { roleName: 'RollcallSpoke', externalId: 'x-1' };
export const home = { account: ACCOUNT, region: 'eu-west-1' };
export const planAll = (settings: Record<string, unknown>, over: Partial<ScopeQuestion> = {}): ScopePlan =>
  planScopeList({
    slot: SLOT,
    home,
    settings: someSettings(settings),
    providers: ['sagemaker'],
    organization: undefined,
    regions: new Map(),
    last: undefined,
    ...over,
  });
export const plan = (...given: Parameters<typeof planAll>) => planAll(...given).scopes;
export const shown = (planned: readonly PlannedScope[]) => planned.map(({ scope, reading, reason }) => `${scope} ${reading} ${reason}`);

export const [MEMBER, OTHER] = ['444455556666', '777788889999'];
export const ORGANIZATION = { spoke: SPOKE, organization: {} };
export const listed = (...members: readonly (readonly [string, string])[]): Asked<readonly MemberAccount[]> => ({
  ok: true,
  value: [[ACCOUNT, 'ACTIVE'] as const, ...members].map(([account, state]) => ({ account, state })),
});
export const FAILED = {
  ok: false,
  failure: 'TRANSIENT',
  reason: 'failed after retries: organizations:ListAccounts (ThrottlingException)',
} as const;
export const scopeOf = (account: string, region = 'eu-west-1') => `sagemaker/${account}/${region}`;
/** The roll call before knew both accounts. */
export const KNOWN = { scopes: [scopeOf(ACCOUNT), scopeOf(MEMBER), scopeOf(OTHER)], unread: [], unlisted: [] };
export const OWN = `${scopeOf(ACCOUNT)} NOW Rollcall runs in this account`;
export const ours = (organization: Asked<readonly MemberAccount[]>, last: ScopeQuestion['last'] | null = KNOWN) =>
  planAll(ORGANIZATION, { organization, last: last ?? undefined });
/** The next roll call, after one that was planned like this. */
export const after = ({ scopes, unread, unlisted }: ScopePlan) => ({
  scopes: scopes.filter(({ reading }) => reading !== 'LEFT_OUT').map(({ scope }) => scope),
  unread,
  unlisted,
});

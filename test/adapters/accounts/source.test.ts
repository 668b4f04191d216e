import { AccountClient } from '@aws-sdk/client-account';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { expect, test } from 'vitest';
import { createAccountSource } from '../../../lib/adapters/accounts/source.ts';
import type { EstateInput } from '../../../lib/simcloud/estate.ts';
import { ACCOUNT, NOW, simulate } from '../../simcloud/simulated.ts';

type Organization = NonNullable<EstateInput['organization']>;
const UNITS: Organization = {
  units: { 'ou-sim1-aaaaaaaa': {}, 'ou-sim1-bbbbbbbb': { parent: 'ou-sim1-aaaaaaaa' }, 'ou-sim1-cccccccc': {} },
  accounts: {
    [ACCOUNT]: {},
    '222233334444': { parent: 'ou-sim1-aaaaaaaa' },
    '333344445555': { parent: 'ou-sim1-bbbbbbbb', state: 'SUSPENDED' },
    '444455556666': { parent: 'ou-sim1-cccccccc' },
  },
};

const members = async (organization: Organization | undefined, units: readonly string[] = [], estate: Partial<EstateInput> = {}) => {
  const accounts = { [ACCOUNT]: { 'us-east-1': {} } };
  const { simcloud } = await simulate({}, { estate: { accounts, ...(organization ? { organization } : {}), ...estate } });
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'x' };
  const at = { endpoint: simcloud.endpoint, region: 'us-east-1', maxAttempts: 1, credentials };
  const source = createAccountSource({
    organizations: new OrganizationsClient(at),
    clientFor: account => new AccountClient({ ...at, credentials: { ...credentials, accessKeyId: account } }),
    clock: { now: () => new Date(NOW).toISOString() },
  });
  return { source, answer: await source.members(units), calls: simcloud.calls().reduce((sum, { count }) => sum + count, 0) };
};
const found = (answer: Awaited<ReturnType<typeof members>>['answer']) =>
  answer.ok ? answer.value.map(({ account, state }) => `${account} ${state}`).toSorted() : answer;

test('all members of the organisation are listed with their states, page by page', async () => {
  const accounts = Object.fromEntries(
    Array.from({ length: 45 }, (_, n) => [String(100_000_000_000 + n), { state: n === 44 ? 'CLOSED' : 'ACTIVE' }]),
  );
  const { answer, calls } = await members({ accounts });
  expect(found(answer)).toEqual(Object.entries(accounts).map(([id, { state }]) => `${id} ${state}`));
  expect(calls).toBe(3);
});

test.each([
  [['ou-sim1-aaaaaaaa'], ['222233334444 ACTIVE', '333344445555 SUSPENDED']],
  [
    ['ou-sim1-bbbbbbbb', 'ou-sim1-cccccccc'],
    ['333344445555 SUSPENDED', '444455556666 ACTIVE'],
  ],
  [
    ['ou-sim1-aaaaaaaa', 'ou-sim1-bbbbbbbb'],
    ['222233334444 ACTIVE', '333344445555 SUSPENDED'],
  ],
  [['r-sim1'], [`${ACCOUNT} ACTIVE`, '222233334444 ACTIVE', '333344445555 SUSPENDED', '444455556666 ACTIVE']],
])('the units %j have the accounts in them and in all units below', async (units, expected) => {
  expect(found((await members(UNITS, units)).answer)).toEqual(expected);
});

const throttled = (operation: string, nth: number) => ({ faults: [{ kind: 'throttle' as const, operation, nth, times: 'all' as const }] });

test.each<[string, Organization | undefined, readonly string[], Partial<EstateInput>, string]>([
  [
    'is denied',
    UNITS,
    [],
    { accounts: { [ACCOUNT]: { 'us-east-1': { denied: ['ListAccounts'] } } } },
    'DENIED access denied: organizations:ListAccounts',
  ],
  [
    'is throttled',
    UNITS,
    [],
    throttled('ListAccounts', 1),
    'TRANSIENT failed after retries: organizations:ListAccounts (TooManyRequestsException)',
  ],
  [
    'fails inside Organizations',
    UNITS,
    [],
    { faults: [{ kind: 'internal', operation: 'ListAccounts', times: 'all' }] },
    'TRANSIENT failed after retries: organizations:ListAccounts (ServiceException)',
  ],
  [
    'ends before its last unit',
    UNITS,
    ['r-sim1'],
    throttled('ListAccountsForParent', 4),
    'TRANSIENT failed after retries: organizations:ListAccountsForParent (TooManyRequestsException)',
  ],
  [
    'ends before the units of a unit',
    UNITS,
    ['r-sim1'],
    throttled('ListOrganizationalUnitsForParent', 3),
    'TRANSIENT failed after retries: organizations:ListOrganizationalUnitsForParent (TooManyRequestsException)',
  ],
  [
    'names a unit that is not there',
    UNITS,
    ['ou-sim1-dddddddd'],
    {},
    'UNKNOWN failed: organizations:ListAccountsForParent (ParentNotFoundException)',
  ],
  [
    'is asked outside any organisation',
    undefined,
    [],
    {},
    'UNKNOWN failed: organizations:ListAccounts (AWSOrganizationsNotInUseException)',
  ],
  [
    'is empty, which no organisation is',
    { accounts: {} },
    [],
    {},
    'MALFORMED unreadable answer: organizations:ListAccounts (an empty list)',
  ],
  [
    'has units that hold no account',
    { ...UNITS, accounts: { [ACCOUNT]: {} } },
    ['ou-sim1-aaaaaaaa'],
    {},
    'MALFORMED unreadable answer: organizations:ListAccounts (an empty list)',
  ],
  [
    'has an account without a state',
    { accounts: { [ACCOUNT]: {}, '222233334444': { state: '' } } },
    [],
    {},
    'MALFORMED unreadable answer: organizations:ListAccounts (1.State: Too small: expected string to have >=1 characters)',
  ],
])('a listing that %s is none', async (_what, organization, units, estate, expected) => {
  const { answer } = await members(organization, units, estate);
  expect(answer.ok ? found(answer) : `${answer.failure} ${answer.reason}`).toBe(expected);
});

const REGIONS = {
  'eu-west-1': {},
  'ap-east-1': { optStatus: 'ENABLED' },
  'me-south-1': { optStatus: 'ENABLING' },
  'af-south-1': { optStatus: 'DISABLED' },
};

test.each<[string, EstateInput['accounts'][string], Partial<EstateInput>, unknown]>([
  ['are those that can be used now', REGIONS, {}, { ok: true, value: ['ap-east-1', 'eu-west-1'] }],
  [
    'are listed to the last page',
    Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`eu-test-${100 + n}`, {}])),
    {},
    { ok: true, value: Array.from({ length: 51 }, (_, n) => `eu-test-${100 + n}`) },
  ],
  [
    'are not told where that is denied',
    { 'us-east-1': { denied: ['ListRegions'] } },
    {},
    { ok: false, failure: 'DENIED', reason: 'access denied: account:ListRegions' },
  ],
  [
    'are not told where all are switched off, which no account is',
    { 'us-east-1': { optStatus: 'DISABLED' } },
    {},
    { ok: false, failure: 'MALFORMED', reason: 'unreadable answer: account:ListRegions (an empty list)' },
  ],
])('the enabled regions of an account %s', async (_what, regions, estate, expected) => {
  const accounts = { [ACCOUNT]: {}, '222233334444': regions };
  const { source } = await members(undefined, [], { accounts, ...estate });
  expect(await source.enabledRegions('222233334444')).toEqual(expected);
});

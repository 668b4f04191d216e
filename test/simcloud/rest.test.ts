import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { expect, test } from 'vitest';
import { routeOf } from '../../lib/simcloud/rest.ts';
import { ACCOUNT, simulate } from './simulated.ts';

const act = () => ({});
const ROUTES = ['GET /agents', 'POST /agents', 'GET /agents/{agentId}/aliases/{aliasId}'].map(at => ({ operation: at, at, act }));

test.each([
  ['GET', '/agents/', 'GET /agents', {}],
  ['POST', '/agents', 'POST /agents', {}],
  ['GET', '/agents/A1/aliases/arn%3Aaws%3Ax%2Fy/', 'GET /agents/{agentId}/aliases/{aliasId}', { agentId: 'A1', aliasId: 'arn:aws:x/y' }],
])('%s %s is %s', (method, path, operation, fields) => {
  expect(routeOf(ROUTES, method, path)).toMatchObject({ route: { operation }, fields });
});

test('a path that no operation has is refused by name', () => {
  expect(() => routeOf(ROUTES, 'GET', '/agents/A1')).toThrow('simcloud has no GET /agents/A1.');
});

const account = (endpoint: string) =>
  new AccountClient({ endpoint, region: 'us-east-1', maxAttempts: 1, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' } });

test('a REST service answers the real client', async () => {
  const { simcloud } = await simulate({});
  const { Regions } = await account(simcloud.endpoint).send(new ListRegionsCommand({}));
  expect(Regions).toEqual([{ RegionName: 'eu-west-1', RegionOptStatus: 'ENABLED_BY_DEFAULT' }]);
});

test('a denied operation of a REST service is an AccessDeniedException that names it', async () => {
  const estate = { accounts: { [ACCOUNT]: { 'us-east-1': { denied: ['ListRegions'] } } } };
  const { simcloud } = await simulate({}, { estate });
  const refused = account(simcloud.endpoint).send(new ListRegionsCommand({}));
  await expect(refused).rejects.toMatchObject({ name: 'AccessDeniedException', message: expect.stringContaining('account:ListRegions') });
});

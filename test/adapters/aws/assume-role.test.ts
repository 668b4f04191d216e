import { STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { createAssumedRoles, type Spoke } from '../../../lib/adapters/aws/assume-role.ts';
import type { EstateInput } from '../../../lib/simcloud/estate.ts';
import { ACCOUNT, NOW } from '../../simcloud/simulated.ts';
import { aReader, cloudScope, ESTATE, OTHER, ROLE, SPOKE } from '../../support/account-reader.ts';

const refused = (reason: string, failure = 'DENIED') =>
  ['ENDPOINT', 'INFERENCE_COMPONENT'].map(kind => ({ kind, status: 'NOT_CHECKED', failure, reason }));
const DENIED = `access denied: sts:AssumeRole (${ROLE})`;

test('another account is read under its role, whatever the number of regions and calls, by one AssumeRole', async () => {
  const { list, assumed } = await aReader();
  const [here, there] = await Promise.all([list(cloudScope(OTHER)), list(cloudScope(OTHER, 'us-east-1'))]);
  expect(here[0]).toMatchObject({ status: 'COMPLETE', sightings: [{ arn: `arn:aws:sagemaker:eu-west-1:${OTHER}:endpoint/theirs` }] });
  expect(there[0]).toMatchObject({ status: 'COMPLETE', sightings: [] });
  expect(assumed()).toBe(1);
});

test('the session is named for the run, in characters that STS takes', async () => {
  const { simcloud, list } = await aReader({ accounts: { ...ESTATE.accounts, [OTHER]: { 'eu-west-1': { denied: ['ListEndpoints'] } } } });
  await list(cloudScope(OTHER));
  expect(simcloud.sessions().map(({ arn }) => arn)).toEqual([
    `arn:aws:sts::${OTHER}:assumed-role/RollcallSpoke/rollcall-2026-11-23T09-15-00.000Z`,
  ]);
});

test.each<[string, Partial<EstateInput>, Spoke | undefined, string, string]>([
  ['the role does not trust us', { spokes: { [OTHER]: 'denied' } }, SPOKE, 'DENIED', DENIED],
  ['the external id is another', {}, { ...SPOKE, externalId: 'x-2' }, 'DENIED', DENIED],
  ['there is no such account', { accounts: { [ACCOUNT]: {} } }, SPOKE, 'DENIED', DENIED],
  [
    'STS is throttled',
    { faults: [{ kind: 'throttle', operation: 'AssumeRole', times: 'all' }] },
    SPOKE,
    'TRANSIENT',
    `failed after retries: sts:AssumeRole (Throttling, ${ROLE})`,
  ],
  [
    'an error of a name that nobody knows',
    { faults: [{ kind: 'error', code: 'ResourceNotFoundException', status: 404, operation: 'AssumeRole', times: 'all' }] },
    SPOKE,
    'UNKNOWN',
    `not found: sts:AssumeRole (${ROLE})`,
  ],
])('no kind is checked, for the reason of the role, where %s', async (_why, estate, spoke, failure, reason) => {
  const { list, assumed, source } = await aReader(estate, spoke);
  expect(await list(cloudScope(OTHER))).toEqual(refused(reason, failure));
  expect(await list(cloudScope(OTHER, 'us-east-1'))).toEqual(refused(reason, failure));
  expect(assumed()).toBe(1);
  const arn = `arn:aws:sagemaker:eu-west-1:${OTHER}:endpoint/theirs`;
  expect(await source.confirmGone(cloudScope(OTHER), [arn], '2026-11-23T09:25:00.000Z')).toEqual(
    new Map([[arn, { answer: 'UNKNOWN', reason }]]),
  );
});

test('an account is never read without a role of its own', async () => {
  const none = createAssumedRoles(new STSClient({ region: 'eu-west-1' }), undefined, { now: () => '2026-11-23T09:15:00.000Z' });
  await expect(none(OTHER)()).rejects.toMatchObject({
    failure: { failure: 'DENIED', reason: `access denied: sts:AssumeRole (no role is named for account ${OTHER})` },
  });
});

test('a session of another account than the one that was asked for is none', async () => {
  const sts = new STSClient({ region: 'eu-west-1' });
  const Credentials = { AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'c', Expiration: new Date(NOW) };
  const AssumedRoleUser = { Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/RollcallSpoke/x` };
  sts.middlewareStack.add(() => async () => ({ response: {}, output: { $metadata: {}, Credentials, AssumedRoleUser } }), {
    step: 'initialize',
  });
  const roles = createAssumedRoles(sts, SPOKE, { now: () => '2026-11-23T09:15:00.000Z' });
  await expect(roles(OTHER)()).rejects.toMatchObject({
    failure: { failure: 'MALFORMED', reason: `unreadable answer: sts:AssumeRole (no session of the account, ${ROLE})` },
  });
});

test('a session is made anew before it ends, once for all who ask', async () => {
  const { credentials, assumed, pass } = await aReader();
  const [first, same] = await Promise.all([credentials(), credentials()]);
  expect(same).toBe(first);
  pass(53 * 60_000);
  expect(await credentials()).toBe(first);
  pass(2 * 60_000);
  const renewed = await Promise.all([credentials(), credentials()]);
  expect(new Set(renewed).size).toBe(1);
  expect(renewed[0]).not.toBe(first);
  expect(assumed()).toBe(2);
});

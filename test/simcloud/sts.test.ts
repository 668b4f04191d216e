import { ListEndpointsCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { ACCOUNT, endpoints, simulate } from './simulated.ts';

const OTHER = '444455556666';
const CLOSED = '777788889999';
const ESTATE: EstateInput = {
  accounts: { [ACCOUNT]: {}, [OTHER]: { 'eu-west-1': endpoints('theirs') }, [CLOSED]: {} },
  spokes: { [OTHER]: { role: 'Reader', externalId: 'x-1' }, [CLOSED]: 'denied' },
};
const ask = { RoleArn: `arn:aws:iam::${OTHER}:role/Reader`, RoleSessionName: 'run-1', ExternalId: 'x-1' };

const aCloud = async () => {
  const { simcloud, pass } = await simulate({}, { estate: ESTATE });
  const at = { endpoint: simcloud.endpoint, region: 'eu-west-1', maxAttempts: 1 };
  const sts = (accessKeyId: string, sessionToken = '') =>
    new STSClient({ ...at, credentials: { accessKeyId, secretAccessKey: 'x', sessionToken } });
  const assume = async (over: Partial<typeof ask> = {}) => sts(ACCOUNT).send(new AssumeRoleCommand({ ...ask, ...over }));
  return { at, sts, assume, pass };
};

test('a session is of the account whose role was assumed, and reads there', async () => {
  const { at, sts, assume } = await aCloud();
  const { Credentials, AssumedRoleUser } = await assume();
  const [accessKeyId = '', sessionToken = ''] = [Credentials?.AccessKeyId, Credentials?.SessionToken];
  expect(accessKeyId).toBe(`ASIA${OTHER}0000`);
  expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${OTHER}:assumed-role/Reader/run-1`);
  expect(await sts(accessKeyId, sessionToken).send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: OTHER,
    Arn: AssumedRoleUser?.Arn,
  });
  const sagemaker = new SageMakerClient({ ...at, credentials: { accessKeyId, secretAccessKey: 'x', sessionToken } });
  expect((await sagemaker.send(new ListEndpointsCommand({}))).Endpoints?.map(({ EndpointName }) => EndpointName)).toEqual(['theirs']);
});

test('a session ends, and none is good without its token', async () => {
  const { sts, assume, pass } = await aCloud();
  const { Credentials } = await assume();
  const who = (token: string) => sts(Credentials?.AccessKeyId ?? '', token).send(new GetCallerIdentityCommand({}));
  await expect(who('another')).rejects.toMatchObject({ name: 'ExpiredToken' });
  pass(3600_000 - 1);
  await who(Credentials?.SessionToken ?? '');
  pass(1);
  await expect(who(Credentials?.SessionToken ?? '')).rejects.toMatchObject({ name: 'ExpiredToken' });
});

test.each([
  ['a role that the estate does not name', { RoleArn: `arn:aws:iam::${OTHER}:role/Admin` }, 'AccessDenied'],
  ['another external id', { ExternalId: 'x-2' }, 'AccessDenied'],
  ['an account that denies it', { RoleArn: `arn:aws:iam::${CLOSED}:role/Reader` }, 'AccessDenied'],
  ['an account that is not there', { RoleArn: 'arn:aws:iam::999900001111:role/Reader' }, 'AccessDenied'],
  ['what is no role', { RoleArn: 'arn:aws:iam::1:user/kim-at-home' }, 'ValidationError'],
  ['a session name with a colon', { RoleSessionName: 'run:1' }, 'ValidationError'],
])('%s is refused', async (_what, over, name) => {
  const { assume } = await aCloud();
  await expect(assume(over)).rejects.toMatchObject({ name });
});

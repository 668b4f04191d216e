import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { STSClient } from '@aws-sdk/client-sts';
import { createAssumedRoles, type Spoke } from '../../lib/adapters/aws/assume-role.ts';
import { createSagemakerSource } from '../../lib/adapters/sagemaker/source.ts';
import type { CloudScope } from '../../lib/core/scope.ts';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { ACCOUNT, endpoints, NOW, simulate } from '../simcloud/simulated.ts';

export const OTHER = '444455556666';
export const ROLE = `arn:aws:iam::${OTHER}:role/RollcallSpoke`;
export const SPOKE: Spoke = { partition: 'aws', roleName: 'RollcallSpoke', externalId: 'x-1', run: '2026-11-23T09:15:00.000Z' };
export const ESTATE: EstateInput = {
  accounts: { [ACCOUNT]: { 'eu-west-1': endpoints('ours') }, [OTHER]: { 'eu-west-1': endpoints('theirs'), 'us-east-1': {} } },
  spokes: { [OTHER]: { role: 'RollcallSpoke', externalId: 'x-1' } },
};
export const cloudScope = (account: string, region = 'eu-west-1'): CloudScope => ({ provider: 'sagemaker', account, region });

/** A source that signs for other accounts under the spoke role, as wiring makes it. */
export const aReader = async (estate: Partial<EstateInput> = {}, spoke: Spoke | undefined = SPOKE) => {
  const { simcloud, pass } = await simulate({}, { estate: { ...ESTATE, ...estate } });
  const at = { endpoint: simcloud.endpoint, region: 'eu-west-1', maxAttempts: 1 };
  const sts = new STSClient({ ...at, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' } });
  let now = NOW;
  const clock = { now: () => new Date(now).toISOString() };
  const credentialsOf = createAssumedRoles(sts, spoke, clock);
  const source = createSagemakerSource({
    clientsFor: ({ account, region }) => {
      const as = { ...at, region, credentials: credentialsOf(account) };
      return { client: new SageMakerClient(as), cloudwatch: new CloudWatchClient(as) };
    },
    settings: { harmlessEnvironmentKeys: [] },
    clock,
  });
  const list = async (where: CloudScope) => (await source.list(where, { packageGroups: [], deadline: '2026-11-23T10:15:00.000Z' })).kinds;
  const assumed = () => simcloud.calls().find(({ operation }) => operation === 'AssumeRole')?.count ?? 0;
  return {
    simcloud,
    source,
    list,
    assumed,
    credentials: credentialsOf(OTHER),
    pass: (ms: number) => {
      now += ms;
      pass(ms);
    },
  };
};

import { describe, expect, it, test } from 'vitest';
import type { InvocationQuestion } from '../../../lib/core/invocations.ts';
import { createSagemakerSource } from '../../../lib/adapters/sagemaker/source.ts';
import type { EstateInput } from '../../../lib/simcloud/estate.ts';
import { ACCOUNT, arn, IMAGE, NOW, REGION, type RegionInput, simulate } from '../../simcloud/simulated.ts';
import { arn as bedrockArn, DEADLINE, reading as bedrockReading, SCOPE as BEDROCK } from '../bedrock/reading.ts';

type Endpoint = NonNullable<EstateInput['accounts'][string][string]['endpoints']>[string];
const served = (over: Partial<Endpoint> = {}): Endpoint => ({ variants: [{ model: { image: IMAGE } }], ...over });
const ASK: InvocationQuestion = { createdBy: '2026-11-16T09:15:00.000Z', since: '2026-09-24T00:00:00.000Z' };
const SEPTEMBER = '2026-09-30T17:00:00Z';

const reading = async (region: RegionInput, pageSize?: number) => {
  const { simcloud, sagemaker, cloudwatch } = await simulate(region, pageSize === undefined ? {} : { pageSize });
  const source = createSagemakerSource({
    clientsFor: () => ({ client: sagemaker, cloudwatch }),
    settings: { harmlessEnvironmentKeys: [] },
    clock: { now: () => new Date(NOW).toISOString() },
  });
  const scope = { provider: 'sagemaker', account: ACCOUNT, region: REGION } as const;
  const list = (invocations: InvocationQuestion | undefined) => source.list(scope, { packageGroups: [], deadline: DEADLINE, invocations });
  const asked = () => simcloud.calls().find(({ operation }) => operation === 'GetMetricData')?.count ?? 0;
  return { simcloud, list, asked };
};
const lastDays = async (region: RegionInput, pageSize?: number) => {
  const { invocations } = await (await reading(region, pageSize)).list(ASK);
  return invocations?.state === 'COUNTED' ? Object.fromEntries(invocations.lastDays) : invocations;
};

describe('the last day on which a deployment was called', () => {
  test.each<[string, RegionInput, object]>([
    ['of an endpoint in use', { endpoints: { a: served() } }, { [arn('endpoint/a')]: '2026-11-23T00:00:00.000Z' }],
    [
      'of one called in September',
      { endpoints: { a: served({ lastInvoked: SEPTEMBER }) } },
      { [arn('endpoint/a')]: '2026-09-30T00:00:00.000Z' },
    ],
    [
      'of one that was silent for longer',
      { endpoints: { a: served({ lastInvoked: '2026-09-23T23:00:00Z' }) } },
      { [arn('endpoint/a')]: null },
    ],
    ['of one that was never called', { endpoints: { a: served({ lastInvoked: 'never' }) } }, { [arn('endpoint/a')]: null }],
    ['of a young one is not asked for', { endpoints: { a: served({ createdAt: '2026-11-16T09:15:01Z' }) } }, {}],
    [
      'of one just old enough',
      { endpoints: { a: served({ createdAt: '2026-11-16T09:15:00Z' }) } },
      { [arn('endpoint/a')]: '2026-11-23T00:00:00.000Z' },
    ],
    ['of one that does not serve is not asked for', { endpoints: { a: served({ status: 'OutOfService' }) } }, {}],
    ['of an asynchronous one is counted nowhere', { endpoints: { a: served({ async: 's3://out/' }) } }, {}],
    ['of one of unknown variants is not asked for', { endpoints: { a: served({ lost: ['config'] }) } }, {}],
    [
      'of a component is its own',
      {
        endpoints: { host: { variants: [{ name: 'v' }] } },
        inferenceComponents: { c: { endpoint: 'host', image: IMAGE, lastInvoked: SEPTEMBER } },
      },
      { [arn('inference-component/c')]: '2026-09-30T00:00:00.000Z' },
    ],
  ])('%s', async (_name, region, expected) => {
    expect(await lastDays(region)).toEqual(expected);
  });

  it('is whole in pages of any size', async () => {
    const endpoints = Object.fromEntries(['a', 'b', 'c'].map(name => [name, served({ lastInvoked: 'never' })]));
    expect(Object.keys((await lastDays({ endpoints }, 1)) ?? {})).toHaveLength(3);
  });

  it('is asked for 500 at a time', async () => {
    const endpoints = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`e${index}`, { config: 'one' }]));
    const { list, asked } = await reading({ endpointConfigs: { one: { variants: [{ model: { image: IMAGE } }] } }, endpoints });
    const { invocations, callsByAction } = await list(ASK);
    expect(invocations?.state === 'COUNTED' && invocations.lastDays.size).toBe(501);
    expect([asked(), callsByAction?.['cloudwatch:GetMetricData']?.requests]).toEqual([2, 2]);
  });

  it('is not asked for where nobody wants to know', async () => {
    const { list, asked } = await reading({ endpoints: { a: served() } });
    expect([(await list(undefined)).invocations, asked()]).toEqual([undefined, 0]);
  });

  test.each([
    ['is refused', { kind: 'error', code: 'AccessDeniedException' } as const, 'access denied: cloudwatch:GetMetricData'],
    ['fails', { kind: 'throttle' } as const, 'failed after retries: cloudwatch:GetMetricData (ThrottlingException)'],
    ['is answered in another form', { kind: 'altered', fields: { MetricDataResults: [{}] } } as const, 'unreadable answer'],
  ])('is unknown where it %s, and everything else is read', async (_name, fault, reason) => {
    const { simcloud, list } = await reading({ endpoints: { a: served() } });
    simcloud.faults.add({ ...fault, operation: 'GetMetricData', times: 'all' });
    const { invocations, kinds } = await list(ASK);
    expect(invocations).toMatchObject({ state: 'UNREAD', reason: expect.stringContaining(reason) });
    expect(kinds.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE']);
  });

  test.each(['PartialData', 'InternalError', 'Forbidden'])('is unknown where the answer ends with %s', async StatusCode => {
    const { simcloud, list } = await reading({ endpoints: { a: served() } });
    simcloud.faults.add({
      kind: 'altered',
      operation: 'GetMetricData',
      fields: { MetricDataResults: [{ Id: 'm0', Timestamps: [], Values: [], StatusCode }] },
    });
    const { invocations } = await list(ASK);
    expect(invocations).toMatchObject({ state: 'COUNTED', lastDays: new Map() });
  });
});

it('a throughput, a custom and an imported model are counted by whatever name they were called', async () => {
  const [throughput, custom, imported] = ['provisioned-model/a1', 'custom-model-deployment/b2', 'imported-model/c3'].map(bedrockArn);
  const { source } = await bedrockReading({
    provisionedModels: { a1: {} },
    customModelDeployments: { b2: {} },
    importedModels: { c3: {} },
    inferenceProfiles: { d4: {} },
    modelUse: [{ modelId: throughput!, lastUsed: SEPTEMBER }, { modelId: 'b2' }],
  });
  const { invocations } = await source.list(BEDROCK, { packageGroups: [], deadline: DEADLINE, invocations: ASK });
  expect(invocations?.state === 'COUNTED' && Object.fromEntries(invocations.lastDays)).toEqual({
    [throughput!]: '2026-09-30T00:00:00.000Z',
    [custom!]: '2026-11-23T00:00:00.000Z',
    [imported!]: null,
  });
});

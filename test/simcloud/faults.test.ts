import { DescribeEndpointCommand, ListEndpointsCommand } from '@aws-sdk/client-sagemaker';
import { expect, it } from 'vitest';
import { endpoints, simulate } from './simulated.ts';

it.each([
  [{ kind: 'throttle' }, { name: 'ThrottlingException' }],
  [{ kind: 'internal' }, { name: 'InternalFailure', $metadata: { httpStatusCode: 500 } }],
  [{ kind: 'error' }, { name: 'SomethingNewException', $metadata: { httpStatusCode: 400 } }],
  [
    { kind: 'error', code: 'Odd', message: 'so', status: 418 },
    { name: 'Odd', message: 'so', $metadata: { httpStatusCode: 418 } },
  ],
  [{ kind: 'html' }, { name: 'SyntaxError', $metadata: { httpStatusCode: 200 } }],
  [{ kind: 'html', status: 502 }, { $metadata: { httpStatusCode: 502 } }],
  [{ kind: 'truncated' }, { name: 'SyntaxError' }],
  [{ kind: 'reset' }, { code: 'ECONNRESET' }],
] as const)('the fault %j fails exactly the call that it names', async (fault, expected) => {
  const { sagemaker, simcloud } = await simulate(endpoints('a'));
  simcloud.faults.add({ ...fault, operation: 'ListEndpoints', nth: 2 });
  const list = () => sagemaker.send(new ListEndpointsCommand({}));
  await list();
  await expect(list()).rejects.toMatchObject(expected);
  expect((await list()).Endpoints).toHaveLength(1);
});

/** The names on each page, up to `most` pages, by hand: the SDK's paginators guard against some of this. */
const pages = async ({ sagemaker }: Awaited<ReturnType<typeof simulate>>, most = 4) => {
  const seen: { names: string[]; token: string | undefined }[] = [];
  for (let token: string | undefined; seen.length < most; ) {
    const page = await sagemaker.send(new ListEndpointsCommand({ SortBy: 'Name', SortOrder: 'Ascending', NextToken: token }));
    token = page.NextToken;
    seen.push({ names: (page.Endpoints ?? []).map(endpoint => endpoint.EndpointName ?? ''), token });
    if (!token) break;
  }
  return seen;
};

it.each([
  ['repeated-token', [['a'], ['b'], ['b'], ['b']], 1],
  ['empty-page', [[], [], [], []], 4],
  ['endless-pages', [['a'], ['b'], ['a'], ['b']], 4],
  [
    'duplicate-item',
    [
      ['a', 'a'],
      ['b', 'b'],
    ],
    1,
  ],
] as const)('the fault %s shows these pages', async (kind, expected, tokens) => {
  const simulated = await simulate(endpoints('a', 'b'), { pageSize: 1 });
  simulated.simcloud.faults.add({ kind, times: 'all' });
  const seen = await pages(simulated);
  expect(seen.map(page => page.names)).toEqual(expected);
  expect(new Set(seen.flatMap(page => page.token ?? [])).size).toBe(tokens);
});

it('an empty page with a token loses nothing for those who follow the token', async () => {
  const simulated = await simulate(endpoints('a', 'b'), { pageSize: 1 });
  simulated.simcloud.faults.add({ kind: 'empty-page', nth: 2 });
  expect((await pages(simulated)).map(page => page.names)).toEqual([['a'], [], ['b']]);
});

it('an altered answer says something else in the fields that the fault names, and null leaves one out', async () => {
  const { sagemaker, simcloud } = await simulate(endpoints('a', 'b'), { pageSize: 1 });
  simcloud.faults.add({ kind: 'altered', fields: { Endpoints: [{ EndpointName: 'x' }], NextToken: null } });
  const list = () => sagemaker.send(new ListEndpointsCommand({}));
  expect({ ...(await list()), $metadata: null }).toEqual({ Endpoints: [{ EndpointName: 'x' }], $metadata: null });
  expect((await list()).NextToken).toBeDefined();
});

it('an endpoint can vanish between the listing and its description', async () => {
  const { sagemaker, simcloud } = await simulate(endpoints('a'));
  simcloud.faults.add({ kind: 'vanish', operation: 'ListEndpoints', name: 'a' });
  expect((await sagemaker.send(new ListEndpointsCommand({}))).Endpoints).toHaveLength(1);
  const message = expect.stringContaining('Could not find endpoint');
  await expect(sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'a' }))).rejects.toMatchObject({ message });
  expect(() => simcloud.faults.add({ kind: 'vanish' })).toThrow('vanish needs the name');
});

it('latency and slow calls wait through the injected wait', async () => {
  const waits: number[] = [];
  const wait = async (milliseconds: number) => waits.push(milliseconds);
  const { sagemaker, simcloud } = await simulate(endpoints('a'), { latencyMs: 20, wait });
  simcloud.faults.add({ kind: 'slow', region: 'eu-west-1', milliseconds: 3000 });
  simcloud.faults.add({ kind: 'throttle', region: 'us-east-1', times: 'all' });
  for (let call = 0; call < 2; call += 1) await sagemaker.send(new ListEndpointsCommand({}));
  expect(waits).toEqual([3020, 20]);
});

it('the retries of the SDK get through a passing fault and are counted', async () => {
  const { client, simcloud } = await simulate(endpoints('a'));
  simcloud.faults.add({ kind: 'internal', times: 1 });
  const { Endpoints } = await client({ maxAttempts: 2 }).send(new ListEndpointsCommand({}));
  expect(Endpoints).toHaveLength(1);
  expect(simcloud.calls().map(call => call.count)).toEqual([2]);
});

import { GatewayStatus } from '@aws-sdk/client-bedrock-agentcore-control';
import { describe, expect, it, test } from 'vitest';
import { GATEWAY_PRESENCE } from '../../../lib/adapters/agentcore/gateway.ts';
import type { Doc } from '../../../lib/simcloud/world.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { arn, CANARY, changed, complete, kindOf, known, reading, shown, sightings } from './reading.ts';

const GATEWAY = arn('gateway/tools-1');
const LAMBDA = 'arn:aws:lambda:eu-west-1:111122223333:function:orders';
const TOOL = { name: 'cancel', description: CANARY, inputSchema: { type: 'object' } };
const lambda = (lambdaArn = `${LAMBDA}:7`, toolSchema: Doc = { inlinePayload: [TOOL] }) => ({ mcp: { lambda: { lambdaArn, toolSchema } } });
const TARGETS: Readonly<Record<string, Doc>> = {
  'tools-1/T1': { name: 'orders', targetConfiguration: lambda() },
  'tools-1/T2': { name: 'docs', targetConfiguration: { mcp: { openApiSchema: { inlinePayload: CANARY } } } },
  'tools-1/T3': {
    name: 'models',
    targetConfiguration: {
      inference: {
        provider: {
          endpoint: 'https://example.com',
          operations: [
            { path: '/v1/messages', models: [{ model: 'anthropic.claude-*' }] },
            { path: '/v1/chat', models: [{ model: 'anthropic.claude-*' }] },
            { path: '/v1/other' },
          ],
        },
      },
    },
  },
};
const gateway = (over: Doc = {}, targets: Readonly<Record<string, Doc>> = TARGETS): RegionInput => ({
  gateways: { 'tools-1': { name: 'tools', tags: { team: 'risk' }, protocolConfiguration: { mcp: { instructions: CANARY } }, ...over } },
  gatewayTargets: targets,
});
const one = async (region: RegionInput) => (await sightings(region, 'GATEWAY'))[0]!;
const withOrders = (targetConfiguration: Doc) => gateway({}, { ...TARGETS, 'tools-1/T1': { name: 'orders', targetConfiguration } });

describe('a gateway', () => {
  it('is one deployment, told by what it leads to now', async () => {
    expect(await one(gateway())).toMatchObject({
      arn: GATEWAY,
      name: 'tools',
      status: 'READY',
      presence: 'SERVING',
      pending: null,
      tags: { team: 'risk' },
      detail: { units: [{ name: 'tools' }] },
    });
  });

  it('is made of whom it lets through, its configuration by its hash, and its targets', async () => {
    expect(await shown(gateway(), 'GATEWAY')).toEqual([
      ['authorizer', 'BEHAVIOUR', 'AWS_IAM', true],
      ['configuration', 'BEHAVIOUR', 'sha256:…', true],
      ['target/docs', 'TOOL', 'mcp.openApiSchema schema:sha256:…', false],
      ['target/models', 'MODEL', 'anthropic.claude-*', false],
      ['target/models', 'TOOL', 'inference.provider schema:sha256:…', false],
      ['target/orders', 'TOOL', `mcp.lambda ${LAMBDA}:7 schema:sha256:…`, true],
    ]);
  });

  it('has the digest that it has always had', async () => {
    expect(known((await one(gateway())).detail).composition.digest).toBe(
      'c1:sha256:6abd11e4d2ad968549c8dc59f473881d198f8282031afe8ff76bd464bb62bdff',
    );
  });

  it('tells no text of its own to anybody', async () => {
    expect(JSON.stringify(await (await reading(gateway())).list())).not.toContain('canary');
  });

  test.each<[string, RegionInput, readonly string[]]>([
    ['asks nobody who they are', gateway({ authorizerType: 'NONE' }), ['authorizer BEHAVIOUR']],
    ['instructs otherwise', gateway({ protocolConfiguration: { mcp: { instructions: 'x' } } }), ['configuration BEHAVIOUR']],
    ['is watched by a policy', gateway({ policyEngineConfiguration: { arn: 'arn', mode: 'ENFORCE' } }), ['configuration BEHAVIOUR']],
    [
      'leads elsewhere too',
      gateway(
        {},
        { ...TARGETS, 'tools-1/T4': { name: 'web', targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://example.com' } } } } },
      ),
      ['target/web TOOL'],
    ],
    ['has another schema', withOrders(lambda(undefined, { inlinePayload: [{ ...TOOL, name: 'refund' }] })), ['target/orders TOOL']],
    ['runs other code', withOrders(lambda(`${LAMBDA}:8`)), ['target/orders TOOL']],
  ])('that %s differs in that part alone', async (_, after, slots) => {
    expect(await changed('GATEWAY', gateway(), after)).toEqual(slots);
  });

  test.each([
    ['a function without a version', lambda(LAMBDA)],
    ['a schema in S3', lambda(undefined, { s3: { uri: 's3://schemas/a' } })],
  ])('whose target is %s can change under its name', async (_, configuration) => {
    const orders = (await shown(withOrders(configuration), 'GATEWAY')).find(([slot]) => slot === 'target/orders');
    expect(orders?.[3]).toBe(false);
  });

  test.each<[string, RegionInput]>([
    ['role', gateway({ roleArn: 'arn:aws:iam::111122223333:role/wider' })],
    ['key', gateway({ kmsKeyArn: 'arn:aws:kms:k' })],
    ['issuer', gateway({ authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: 'https://example.com' } } })],
    [
      'credentials of a target',
      gateway(
        {},
        {
          ...TARGETS,
          'tools-1/T1': { ...TARGETS['tools-1/T1'], credentialProviderConfigurations: [{ credentialProviderType: 'API_KEY' }] },
        },
      ),
    ],
  ])('changes its posture, not its composition, with the %s', async (_, after) => {
    const [a, b] = [known((await one(gateway())).detail), known((await one(after)).detail)];
    expect([b.composition, b.posture === a.posture]).toEqual([a.composition, false]);
  });
});

describe('the status of a gateway', () => {
  it('is one that we have a word for, whatever the SDK knows', () => {
    expect([...GATEWAY_PRESENCE.keys()].toSorted()).toEqual(Object.values(GatewayStatus).toSorted());
  });

  test.each([...GATEWAY_PRESENCE, ['SOMETHING_NEW', 'SERVING']])('%s counts as %s', async (status, presence) => {
    expect(await one(gateway({ status }))).toMatchObject({
      status,
      presence,
      pending: status === 'UPDATING' ? 'change of its configuration' : null,
    });
  });
});

describe('what cannot be read of a gateway', () => {
  test.each(['GetGateway', 'ListGatewayTargets', 'GetGatewayTarget'])('because %s is denied leaves its detail unknown', async operation => {
    expect((await one({ ...gateway(), denied: [operation] })).detail).toEqual({
      state: 'UNKNOWN',
      cause: 'DENIED',
      reason: `access denied: bedrock-agentcore:${operation}`,
    });
  });

  it('because a target went while it was read is nothing: the rest is known', async () => {
    const { list, simcloud } = await reading(gateway());
    simcloud.faults.add({ kind: 'vanish', operation: 'ListGatewayTargets', name: 'tools-1/T1' });
    const { detail } = complete(await list(), 'GATEWAY').sightings[0]!;
    expect(known(detail).composition.parts.map(({ slot }) => slot)).not.toContain('target/orders');
  });

  it('because the gateway went while it was read is no detail', async () => {
    const { list, simcloud } = await reading(gateway());
    simcloud.faults.add({ kind: 'vanish', operation: 'ListGateways', name: 'tools-1' });
    expect(complete(await list(), 'GATEWAY').sightings[0]?.detail).toMatchObject({ state: 'UNKNOWN', cause: 'VANISHED' });
  });

  it('because it is of another account than we think is no detail', async () => {
    expect((await one(gateway({ gatewayArn: GATEWAY.replace('111122223333', '999999999999') }))).detail).toMatchObject({
      cause: 'FAILED',
      reason: expect.stringContaining('gatewayArn: not this gateway of agentcore/111122223333/eu-west-1'),
    });
  });

  it('because a target is of a shape that we do not know is no detail', async () => {
    expect((await one(withOrders({ somethingNew: 'x' }))).detail).toMatchObject({ state: 'UNKNOWN', cause: 'FAILED' });
  });

  it('because its id is none is set aside', async () => {
    const { list } = await reading({ gateways: { 'tools-1': {}, odd: { gatewayId: 'x y' } } });
    expect(complete(await list(), 'GATEWAY').quarantined).toEqual([
      expect.objectContaining({ reason: 'malformed item: gatewayId: not an AgentCore name' }),
    ]);
  });

  it('because the list is denied is not checked', async () => {
    const listing = await (await reading({ ...gateway(), denied: ['ListGateways'] })).list();
    expect(kindOf(listing, 'GATEWAY')).toMatchObject({ status: 'NOT_CHECKED', reason: 'access denied: bedrock-agentcore:ListGateways' });
  });
});

it('is gone only where AgentCore does not find it; what is no deployment is not asked for', async () => {
  const { ask, simcloud } = await reading(gateway());
  expect([await ask(GATEWAY), await ask(arn('gateway/gone-1'))]).toEqual([{ answer: 'PRESENT' }, { answer: 'GONE' }]);
  const before = simcloud.calls().length;
  expect(await ask(arn('memory/m-1'))).toMatchObject({ answer: 'UNKNOWN', reason: expect.stringContaining('no deployment of agentcore/') });
  expect(simcloud.calls()).toHaveLength(before);
});

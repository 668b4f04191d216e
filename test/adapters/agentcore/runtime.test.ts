import { AgentRuntimeEndpointStatus, HarnessEndpointStatus } from '@aws-sdk/client-bedrock-agentcore-control';
import { describe, expect, it, test } from 'vitest';
import { ENDPOINT_PRESENCE } from '../../../lib/adapters/agentcore/endpoint.ts';
import type { Doc } from '../../../lib/simcloud/world.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { arn, CANARY, changed, complete, kindOf, known, reading, shown, sightings } from './reading.ts';

const IMAGE = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/bot@sha256:${'9c'.repeat(32)}`;
const ENDPOINT = arn('runtime/bot-1/runtime-endpoint/DEFAULT');
const container = (containerUri: string) => ({ agentRuntimeArtifact: { containerConfiguration: { containerUri } } });
const VERSION: Doc = { ...container(IMAGE), environmentVariables: { SECRET: CANARY, LOG_LEVEL: 'info' } };
const runtime = (version: Doc = {}, endpoint: Doc = {}): RegionInput => ({
  agentRuntimes: { 'bot-1': { agentRuntimeName: 'bot', agentRuntimeVersion: '2' } },
  agentRuntimeVersions: { 'bot-1/1': { ...VERSION, ...version }, 'bot-1/2': container('public.ecr.aws/bot:2') },
  agentRuntimeEndpoints: { 'bot-1/DEFAULT': { tags: { team: 'risk' }, ...endpoint } },
});
const one = async (region: RegionInput) => (await sightings(region, 'AGENT_RUNTIME'))[0]!;

describe('an endpoint of a runtime', () => {
  it('is one deployment, told by the version that is live', async () => {
    expect(await one(runtime())).toMatchObject({
      arn: ENDPOINT,
      kind: 'AGENT_RUNTIME',
      scope: 'agentcore/111122223333/eu-west-1',
      name: 'bot',
      status: 'READY',
      presence: 'SERVING',
      pending: null,
      tags: { team: 'risk' },
      createdAt: '2026-01-05T09:00:00.000Z',
      detail: { state: 'KNOWN', units: [{ name: 'version-1' }] },
    });
    const named = { ...runtime(), agentRuntimeEndpoints: { 'bot-1/prod': {} } };
    expect((await one(named)).name).toBe('bot.prod');
  });

  it('is made of image, parameters and protocol', async () => {
    expect(await shown(runtime(), 'AGENT_RUNTIME')).toEqual([
      ['container.1', 'IMAGE', IMAGE.replace('9c'.repeat(32), '…'), true],
      ['container.1', 'PARAMETERS', 'sha256:…', true],
      ['protocol', 'BEHAVIOUR', 'HTTP', true],
    ]);
  });

  it('or of code, which is pinned where a version of the object is named', async () => {
    const code = (versionId?: string) => {
      const s3 = { bucket: 'agents', prefix: 'bot v1.zip', versionId };
      return { agentRuntimeArtifact: { codeConfiguration: { code: { s3 }, runtime: 'PYTHON_3_13', entryPoint: [CANARY] } } };
    };
    const parts = (own: string, pinned: boolean) => [
      ['code', 'ARTEFACT', own, pinned],
      ['code', 'BEHAVIOUR', 'PYTHON_3_13 entry:sha256:…', true],
    ];
    const ofCode = async (versionId?: string) =>
      (await shown(runtime(code(versionId)), 'AGENT_RUNTIME')).filter(([slot]) => slot === 'code');
    expect(await ofCode()).toEqual(parts('s3://agents/bot%20v1.zip', false));
    expect(await ofCode('3HL4')).toEqual(parts('s3://agents/bot%20v1.zip etag:3HL4', true));
  });

  it('has the digest that it has always had', async () => {
    expect(known((await one(runtime())).detail).composition.digest).toBe(
      'c1:sha256:275917bc6529351a8b575a5a4b2f6489e28c5eb8e13236eb7bbb28aa2be88422',
    );
  });

  it('tells no environment value and no entry point to anybody', async () => {
    expect(JSON.stringify(await (await reading(runtime())).list())).not.toContain('canary');
  });

  test.each<[string, Doc, readonly string[]]>([
    ['an image', container('public.ecr.aws/bot:2'), ['container.1 IMAGE']],
    ['an environment value', { environmentVariables: { SECRET: 'other', LOG_LEVEL: 'info' } }, ['container.1 PARAMETERS']],
    ['nothing but a harmless key', { environmentVariables: { SECRET: CANARY, LOG_LEVEL: 'debug' } }, []],
    ['a protocol', { protocolConfiguration: { serverProtocol: 'MCP' } }, ['protocol BEHAVIOUR']],
  ])('differs by %s in that part alone', async (_, over, slots) => {
    expect(await changed('AGENT_RUNTIME', runtime(), runtime(over))).toEqual(slots);
  });

  test.each<[string, Doc]>([
    ['role', { roleArn: 'arn:aws:iam::111122223333:role/wider' }],
    ['network', { networkConfiguration: { networkMode: 'VPC', networkModeConfig: { securityGroups: ['s'], subnets: ['n'] } } }],
    ['authorizer', { authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: 'https://example.com' } } }],
    ['headers', { requestHeaderConfiguration: { requestHeaderAllowlist: ['x-user'] } }],
  ])('changes its posture, not its composition, with %s', async (_, over) => {
    const [before, after] = [known((await one(runtime())).detail), known((await one(runtime(over))).detail)];
    expect([after.composition, after.posture === before.posture]).toEqual([before.composition, false]);
  });
});

describe('the status of an endpoint', () => {
  it('is one that we have a word for, whatever the SDK knows', () => {
    const words = [...ENDPOINT_PRESENCE.keys()].toSorted();
    expect([Object.values(AgentRuntimeEndpointStatus).toSorted(), Object.values(HarnessEndpointStatus).toSorted()]).toEqual([words, words]);
  });

  test.each([...ENDPOINT_PRESENCE, ['SOMETHING_NEW', 'SERVING']])('%s counts as %s', async (status, presence) => {
    expect(await one(runtime({}, { status }))).toMatchObject({ status, presence });
  });

  test.each<[string, Doc, string | null, string | null]>([
    ['is being moved', { status: 'UPDATING', targetVersion: '2' }, 'version-1', 'change to version 2'],
    ['could not be moved', { status: 'UPDATE_FAILED', targetVersion: '2' }, 'version-1', null],
    ['is where it was to go', { targetVersion: '1' }, 'version-1', null],
    ['is coming', { status: 'CREATING', liveVersion: undefined, targetVersion: '2' }, 'version-2', null],
    ['serves and does not say what', { liveVersion: undefined, targetVersion: '2' }, null, null],
  ])('that %s is judged on what serves now', async (_, over, unit, pending) => {
    const found = await one(runtime({}, over));
    expect(found.pending).toBe(pending);
    expect(found.detail).toMatchObject(unit === null ? { cause: 'FAILED', reason: 'it names no version' } : { units: [{ name: unit }] });
  });
});

describe('what cannot be read of a runtime', () => {
  test.each([
    ['AccessDeniedException', 'DENIED'],
    ['Novel', 'FAILED'],
  ])('because its version ended in %s leaves the endpoint listed', async (code, cause) => {
    const { list, simcloud } = await reading(runtime());
    simcloud.faults.add({ kind: 'error', operation: 'GetAgentRuntime', code, times: 'all' });
    expect(complete(await list(), 'AGENT_RUNTIME').sightings[0]).toMatchObject({
      arn: ENDPOINT,
      detail: { state: 'UNKNOWN', cause, reason: expect.stringContaining('bedrock-agentcore:GetAgentRuntime') },
    });
  });

  it('because it is neither container nor code leaves its detail unknown', async () => {
    expect((await one(runtime({ agentRuntimeArtifact: { somethingNew: {} } }))).detail).toMatchObject({
      cause: 'FAILED',
      reason: 'unreadable answer: bedrock-agentcore:GetAgentRuntime (agentRuntimeArtifact: neither container nor code)',
    });
  });

  it('because the version is gone is lost; because the endpoint went with it, vanished', async () => {
    const region = runtime({}, { liveVersion: '9' });
    expect((await one(region)).detail).toMatchObject({ cause: 'LINEAGE_LOST' });
    const { list, simcloud } = await reading(region);
    simcloud.faults.add({ kind: 'vanish', operation: 'ListAgentRuntimeEndpoints', name: 'bot-1/DEFAULT' });
    expect(complete(await list(), 'AGENT_RUNTIME').sightings[0]?.detail).toMatchObject({ cause: 'VANISHED' });
  });

  it('because tags are denied is not an absence of tags', async () => {
    expect((await one({ ...runtime(), denied: ['ListTagsForResource'] })).tags).toBeNull();
  });

  test.each(['ListAgentRuntimes', 'ListAgentRuntimeEndpoints'])(
    'because %s is denied is not checked, and the other kinds are',
    async operation => {
      const listing = await (await reading({ ...runtime(), denied: [operation] })).list();
      expect(listing.kinds.map(({ kind, status }) => [kind, status])).toEqual([
        ['AGENT_RUNTIME', 'NOT_CHECKED'],
        ['HARNESS', 'COMPLETE'],
        ['GATEWAY', 'COMPLETE'],
      ]);
      expect(kindOf(listing, 'AGENT_RUNTIME')).toMatchObject({
        failure: 'DENIED',
        reason: `access denied: bedrock-agentcore:${operation}`,
      });
    },
  );

  it('because it is of another account, or has no name, is set aside', async () => {
    const foreign = (own: string) => own.replace('111122223333', '999999999999');
    const found = complete(
      await (
        await reading({
          agentRuntimes: { 'bot-1': {}, 'bot-2': { agentRuntimeArn: foreign(arn('runtime/bot-2')) } },
          agentRuntimeVersions: { 'bot-1/1': VERSION },
          agentRuntimeEndpoints: { 'bot-1/DEFAULT': {}, 'bot-1/odd': { name: '\u202e' } },
        })
      ).list(),
      'AGENT_RUNTIME',
    );
    expect(found.sightings.map(each => each.arn)).toEqual([ENDPOINT]);
    expect(found.quarantined.map(({ reason }) => reason)).toEqual([
      'malformed item: arn: not a runtime of agentcore/111122223333/eu-west-1',
      'malformed item: name: not an AgentCore name',
    ]);
  });

  it('by the deadline is no listing', async () => {
    let endpoints = () => 0;
    const { list, count } = await reading(runtime(), { now: () => `2026-11-23T09:${endpoints() === 0 ? '15' : '25'}:00.000Z` });
    endpoints = () => count('ListAgentRuntimeEndpoints');
    expect(kindOf(await list(), 'AGENT_RUNTIME')).toMatchObject({
      failure: 'DEADLINE',
      reason: 'out of time: bedrock-agentcore:GetAgentRuntime',
    });
  });
});

it('is whole in pages of one, and reads each version once', async () => {
  const region = { ...runtime(), agentRuntimeEndpoints: { 'bot-1/DEFAULT': {}, 'bot-1/a': {}, 'bot-1/b': { liveVersion: '2' } } };
  const { list, count } = await reading(region, { pageSize: 1 });
  expect(complete(await list(), 'AGENT_RUNTIME').sightings).toHaveLength(3);
  expect([count('ListAgentRuntimeEndpoints'), count('GetAgentRuntime'), count('ListTagsForResource')]).toEqual([3, 2, 3]);
});

it('is gone only where AgentCore does not find it', async () => {
  const { ask, simcloud } = await reading(runtime());
  expect([await ask(ENDPOINT), await ask(arn('runtime/bot-1/runtime-endpoint/GONE'))]).toEqual([{ answer: 'PRESENT' }, { answer: 'GONE' }]);
  simcloud.faults.add({ kind: 'throttle', operation: 'GetAgentRuntimeEndpoint', times: 'all' });
  expect(await ask(ENDPOINT)).toMatchObject({ answer: 'UNKNOWN' });
});

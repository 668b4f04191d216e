import { describe, expect, it, test } from 'vitest';
import type { Doc } from '../../../lib/simcloud/world.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { arn, CANARY, changed, complete, kindOf, known, reading, shown, sightings } from './reading.ts';

const ENDPOINT = arn('harness/aide-1/harness-endpoint/DEFAULT');
const GATEWAY = arn('gateway/tools-1');
const bedrock = (over: Doc = {}) => ({ model: { bedrockModelConfig: { modelId: 'anthropic.claude-3-haiku-20240307-v1:0', ...over } } });
const inline = (inputSchema: Doc) => ({
  type: 'inline_function',
  name: 'refund',
  config: { inlineFunction: { description: CANARY, inputSchema } },
});
const remote = (headers: Doc, url = 'https://example.com/mcp') => ({
  type: 'remote_mcp',
  name: 'web',
  config: { remoteMcp: { url, headers } },
});
const TOOLS = [
  inline({ type: 'object' }),
  remote({ authorization: CANARY }),
  { type: 'agentcore_gateway', config: { agentCoreGateway: { gatewayArn: GATEWAY, outboundAuth: { awsIam: {} } } } },
];
const VERSION: Doc = {
  ...bedrock({ temperature: 0.5 }),
  systemPrompt: [{ text: CANARY }],
  tools: TOOLS,
  skills: [{ s3: { uri: 's3://skills/a' } }],
  environmentVariables: { SECRET: CANARY },
  environmentArtifact: { containerConfiguration: { containerUri: 'public.ecr.aws/aide:1' } },
};
const harness = (version: Doc = {}, endpoint: Doc = {}): RegionInput => ({
  harnesses: { 'aide-1': { harnessName: 'aide' } },
  harnessVersions: { 'aide-1/1': { ...VERSION, ...version }, 'aide-1/2': bedrock() },
  harnessEndpoints: { 'aide-1/DEFAULT': { tags: { team: 'risk' }, ...endpoint } },
});
const one = async (region: RegionInput) => (await sightings(region, 'HARNESS'))[0]!;

describe('an endpoint of a harness', () => {
  it('is one deployment, told by the version that is live', async () => {
    expect(await one(harness())).toMatchObject({
      arn: ENDPOINT,
      name: 'aide',
      status: 'READY',
      presence: 'SERVING',
      tags: { team: 'risk' },
      detail: { units: [{ name: 'version-1' }] },
    });
    expect(await one(harness({}, { status: 'UPDATING', targetVersion: '2' }))).toMatchObject({ pending: 'change to version 2' });
    expect((await one({ ...harness(), harnessEndpoints: { 'aide-1/production-endpoint': {} } })).name).toBe('aide.production-endpoint');
  });

  it('is made of model, prompt by its hash, tools and how it loops', async () => {
    expect(await shown(harness(), 'HARNESS')).toEqual([
      ['container.1', 'IMAGE', 'public.ecr.aws/aide:1', false],
      ['container.1', 'PARAMETERS', 'sha256:…', true],
      ['loop', 'BEHAVIOUR', 'sha256:…', true],
      ['model', 'MODEL', 'anthropic.claude-3-haiku-20240307-v1:0', true],
      ['model', 'PARAMETERS', 'sha256:…', true],
      ['skill/1', 'TOOL', 'sha256:…', false],
      ['system', 'PROMPT', 'sha256:…', true],
      ['tool/3', 'TOOL', `agentcore_gateway ${GATEWAY}`, false],
      ['tool/refund', 'TOOL', 'inline_function sha256:…', true],
      ['tool/web', 'TOOL', 'remote_mcp sha256:…', false],
    ]);
  });

  it('has the digest that it has always had', async () => {
    expect(known((await one(harness())).detail).composition.digest).toBe(
      'c1:sha256:17505cb6e79d46633b380310a2d6644e0ca003187eddbbb3eecda341429de00d',
    );
  });

  it('rests on a model of a provider, where it calls one of Bedrock; what runs in a container rests on none', async () => {
    const modelId = 'anthropic.claude-3-haiku-20240307-v1:0';
    const region = {
      ...harness(),
      foundationModels: { [modelId]: { modelLifecycle: { status: 'LEGACY' } } },
      agentRuntimes: { 'bot-1': {} },
    };
    const both = { ...region, agentRuntimeEndpoints: { 'bot-1/DEFAULT': {} } };
    expect((await one(both)).upstream).toEqual([{ model: modelId, status: 'LEGACY', legacyAt: null, endOfLifeAt: null }]);
    expect((await sightings(both, 'AGENT_RUNTIME')).map(each => each.upstream)).toEqual([undefined]);
    const { list } = await reading({ ...both, denied: ['ListFoundationModels'] });
    const listing = await list();
    expect(listing.upstreamUnread).toEqual({ failure: 'DENIED', reason: 'access denied: bedrock:ListFoundationModels' });
    expect(listing.kinds.flatMap(kind => complete(listing, kind.kind).sightings).map(each => each.upstream)).toEqual([undefined, null]);
  });

  it('tells no text, credential or environment value to anybody', async () => {
    expect(JSON.stringify(await (await reading(harness())).list())).not.toContain('canary');
  });

  test.each<[string, Doc, readonly string[]]>([
    ['a prompt', { systemPrompt: [{ text: 'Refund everybody.' }] }, ['system PROMPT']],
    ['a model', bedrock({ temperature: 0.5, modelId: 'amazon.nova-lite-v1:0' }), ['model MODEL']],
    ['a temperature', bedrock({ temperature: 1 }), ['model PARAMETERS']],
    ['a tool that was added', { tools: [...TOOLS, { type: 'agentcore_browser', name: 'browser' }] }, ['tool/browser TOOL']],
    ['a schema', { tools: [inline({ type: 'string' }), ...TOOLS.slice(1)] }, ['tool/refund TOOL']],
    ['where a tool lives', { tools: [TOOLS[0], remote({ authorization: CANARY }, 'https://example.net'), TOOLS[2]] }, ['tool/web TOOL']],
    ['nothing but a credential', { tools: [TOOLS[0], remote({ authorization: 'new' }), TOOLS[2]] }, []],
    ['a header', { tools: [TOOLS[0], remote({ authorization: CANARY, 'x-mode': 'a' }), TOOLS[2]] }, ['tool/web TOOL']],
    ['how often it loops', { maxIterations: 3 }, ['loop BEHAVIOUR']],
    ['what it may use', { allowedTools: ['@builtin'] }, ['loop BEHAVIOUR']],
  ])('differs by %s in that part alone', async (_, over, slots) => {
    expect(await changed('HARNESS', harness(), harness(over))).toEqual(slots);
  });

  it('on a model that somebody else serves can change under its name, and a new key is no new model', async () => {
    const on = (apiKeyArn: string) => harness({ model: { openAiModelConfig: { modelId: 'gpt-4o', apiKeyArn } } });
    expect((await shown(on('key-1'), 'HARNESS')).filter(([slot]) => slot === 'model')).toEqual([
      ['model', 'MODEL', 'openAi/gpt-4o', false],
    ]);
    const [before, after] = [known((await one(on('key-1'))).detail), known((await one(on('key-2'))).detail)];
    expect([after.composition, after.posture === before.posture]).toEqual([before.composition, false]);
  });

  it('without a prompt has none', async () => {
    expect((await shown(harness({ systemPrompt: [] }), 'HARNESS')).some(([slot]) => slot === 'system')).toBe(false);
  });

  it('on a provider that we do not know has unknown detail', async () => {
    expect((await one(harness({ model: { somethingNewModelConfig: { modelId: 'x' } } }))).detail).toMatchObject({
      cause: 'FAILED',
      reason: 'unreadable answer: bedrock-agentcore:GetHarness (harness.model: names no model)',
    });
  });

  it('whose version is denied is listed with unknown detail', async () => {
    expect((await one({ ...harness(), denied: ['GetHarness'] })).detail).toMatchObject({ state: 'UNKNOWN', cause: 'DENIED' });
  });

  test.each(['ListHarnesses', 'ListHarnessEndpoints'])('is not checked where %s is denied', async operation => {
    const listing = await (await reading({ ...harness(), denied: [operation] })).list();
    expect(kindOf(listing, 'HARNESS')).toMatchObject({ status: 'NOT_CHECKED', reason: `access denied: bedrock-agentcore:${operation}` });
    expect(complete(listing, 'AGENT_RUNTIME').sightings).toEqual([]);
  });

  it('is gone only where AgentCore does not find it', async () => {
    const { ask } = await reading(harness());
    expect([await ask(ENDPOINT), await ask(arn('harness/aide-1/harness-endpoint/GONE'))]).toEqual([
      { answer: 'PRESENT' },
      { answer: 'GONE' },
    ]);
  });
});

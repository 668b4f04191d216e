import { describe, expect, it, test } from 'vitest';
import type { Doc } from '../../../lib/simcloud/world.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { CANARY, known } from './an-agent.ts';
import { arn, complete, kindOf, reading, SCOPE, sightings } from './reading.ts';

const P1 = arn('prompt/P1');
const VARIANT: Doc = {
  name: 'formal',
  templateType: 'CHAT',
  modelId: 'anthropic.claude-3-haiku-20240307-v1:0',
  templateConfiguration: {
    chat: {
      messages: [{ role: 'user', content: [{ text: CANARY }] }],
      system: [{ text: CANARY }],
      toolConfiguration: { tools: [{ toolSpec: { name: 'clock', description: CANARY, inputSchema: { json: {} } } }] },
    },
  },
  inferenceConfiguration: { text: { temperature: 0.5 } },
};
const prompt = (variant: Doc, more: RegionInput = {}): RegionInput => ({
  prompts: { P1: { name: 'greeting', tags: { team: 'support' } } },
  promptVersions: { 'P1/2': {}, 'P1/10': { variants: [{ ...VARIANT, ...variant }] } },
  ...more,
});
const one = async (region: RegionInput) => (await sightings(region, 'PROMPT'))[0]!;
const parts = async (region: RegionInput) => known((await one(region)).detail).composition.parts;

describe('a prompt', () => {
  it('is deployed as its newest version, as a number', async () => {
    expect(await one(prompt({}))).toMatchObject({
      arn: P1,
      name: 'greeting',
      status: 'version 10',
      presence: 'SERVING',
      tags: { team: 'support' },
      createdAt: '2026-01-05T09:00:00.000Z',
      detail: { units: [{ name: 'version-10' }] },
    });
  });

  it('that is still a draft is nobody’s deployment', async () => {
    const found = complete(await (await reading({ prompts: { P1: {} } })).list(), 'PROMPT');
    expect(found).toMatchObject({ sightings: [], quarantined: [] });
  });

  it('is made of a model, its text and tools by their hashes, and parameters', async () => {
    const shown = (await parts(prompt({}))).map(({ slot, kind, identity, pinned }) => [
      slot,
      kind,
      identity.replace(/[0-9a-f]{64}/, '…'),
      pinned,
    ]);
    expect(shown).toEqual([
      ['variant/formal', 'MODEL', 'anthropic.claude-3-haiku-20240307-v1:0', true],
      ['variant/formal', 'PARAMETERS', 'sha256:…', true],
      ['variant/formal', 'PROMPT', 'sha256:…', true],
      ['variant/formal', 'TOOL', 'sha256:…', true],
    ]);
  });

  it('has the digest that it has always had', async () => {
    expect(known((await one(prompt({}))).detail).composition.digest).toBe(
      'c1:sha256:a1ccec53625a295b7b11df9b3fb9487fdbc89954bfebd51445d15d700350c45b',
    );
  });

  it('tells no text of its own to anybody', async () => {
    expect(JSON.stringify(await (await reading(prompt({}))).list())).not.toContain('canary');
  });

  const chat = (over: Doc) => ({
    templateConfiguration: { chat: { ...(VARIANT['templateConfiguration'] as { chat: Doc }).chat, ...over } },
  });
  test.each<[string, Doc, readonly string[]]>([
    ['its text', chat({ system: [{ text: 'Be rude.' }] }), ['PROMPT']],
    ['a tool that was added', chat({ toolConfiguration: { tools: [] } }), ['TOOL']],
    ['its temperature', { inferenceConfiguration: { text: { temperature: 1 } } }, ['PARAMETERS']],
    ['a request field', { additionalModelRequestFields: { top_k: 3 } }, ['PARAMETERS']],
    ['its model', { modelId: 'amazon.nova-lite-v1:0' }, ['MODEL']],
    ['no parameters', { inferenceConfiguration: undefined }, ['PARAMETERS']],
  ])('differs by %s in that part alone', async (_, over, kinds) => {
    const [before, after] = [await parts(prompt({})), await parts(prompt(over))];
    const changed = before.filter(part => !after.some(other => other.kind === part.kind && other.identity === part.identity));
    expect(changed.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('for an agent names it, and says that it can change', async () => {
    const genAiResource = { agent: { agentIdentifier: arn('agent-alias/A1/PROD') } };
    expect((await parts(prompt({ modelId: undefined, genAiResource }))).find(({ kind }) => kind === 'COLLABORATOR')).toMatchObject({
      identity: arn('agent-alias/A1/PROD'),
      pinned: false,
    });
  });

  it('changes its posture with its key', async () => {
    const version = { variants: [VARIANT] };
    const keyed = prompt({}, { promptVersions: { 'P1/10': { ...version, customerEncryptionKeyArn: 'arn:aws:kms:k' } } });
    expect(known((await one(keyed)).detail).posture).not.toBe(known((await one(prompt({}))).detail).posture);
  });

  test.each<[string, RegionInput, string, string]>([
    ['denied', { ...prompt({}), denied: ['GetPrompt'] }, 'DENIED', 'access denied: bedrock:GetPrompt'],
    [
      'none',
      prompt({}, { promptVersions: { 'P1/1': { variants: [] } } }),
      'FAILED',
      'unreadable answer: bedrock:GetPrompt (variants: names no variant)',
    ],
  ])('whose version is %s is listed with unknown detail', async (_, region, cause, reason) => {
    expect((await one(region)).detail).toEqual({ state: 'UNKNOWN', cause, reason });
  });

  it('whose versions cannot be listed leaves the kind unchecked: it may be deployed', async () => {
    const { list, simcloud } = await reading(prompt({}));
    simcloud.faults.add({ kind: 'error', operation: 'ListPrompts', code: 'Novel', nth: 2, times: 'all' });
    expect(kindOf(await list(), 'PROMPT')).toMatchObject({ status: 'NOT_CHECKED', reason: 'failed: bedrock:ListPrompts (Novel)' });
  });

  it('that went while its versions were listed is nothing', async () => {
    const { list, simcloud } = await reading(prompt({}));
    simcloud.faults.add({ kind: 'error', operation: 'ListPrompts', code: 'ResourceNotFoundException', status: 404, nth: 2 });
    expect(complete(await list(), 'PROMPT').sightings).toEqual([]);
  });

  it('of another account is set aside', async () => {
    const foreign = prompt({}, { prompts: { P1: { arn: P1.replace('111122223333', '999999999999') } } });
    const found = complete(await (await reading(foreign)).list(), 'PROMPT');
    expect(found).toMatchObject({
      sightings: [],
      quarantined: [{ reason: 'malformed item: arn: not a Bedrock prompt of bedrock/111122223333/eu-west-1' }],
    });
  });

  it('is gone where it is not found, and where no version of it is left', async () => {
    const { source, simcloud } = await reading(prompt({}, { prompts: { P1: {}, P2: {} } }));
    const ask = async (id: string) =>
      (await source.confirmGone(SCOPE, [arn(`prompt/${id}`)], '2026-11-23T09:25:00.000Z')).get(arn(`prompt/${id}`));
    expect([await ask('P1'), await ask('P2'), await ask('P3')]).toEqual([{ answer: 'PRESENT' }, { answer: 'GONE' }, { answer: 'GONE' }]);
    simcloud.faults.add({ kind: 'throttle', operation: 'ListPrompts', times: 'all' });
    expect(await ask('P1')).toMatchObject({ answer: 'UNKNOWN' });
  });
});

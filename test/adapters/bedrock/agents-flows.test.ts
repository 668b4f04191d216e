import { FlowStatus } from '@aws-sdk/client-bedrock-agent';
import { describe, expect, it, test } from 'vitest';
import type { Doc } from '../../../lib/simcloud/world.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { CANARY, known, LAMBDA } from './an-agent.ts';
import { arn, complete, kindOf, reading, SCOPE, sightings } from './reading.ts';

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
const ALIAS = arn('flow/F1/alias/PROD');
const GUARDRAIL = { guardrailIdentifier: 'g1', guardrailVersion: 'DRAFT' };
const TEMPLATE = { templateType: 'TEXT', templateConfiguration: { text: { text: CANARY } } };
const inline = (over: Doc = {}) => ({ sourceConfiguration: { inline: { ...TEMPLATE, modelId: HAIKU, ...over } } });
const node = (name: string, type: string, configuration: Doc) => ({ name, type, configuration });
const NODES = [
  node('in', 'Input', { input: {} }),
  node('draft', 'Prompt', { prompt: { ...inline(), guardrailConfiguration: GUARDRAIL } }),
  node('greet', 'Prompt', { prompt: { sourceConfiguration: { resource: { promptArn: arn('prompt/P1:1') } } } }),
  node('ask', 'Agent', { agent: { agentAliasArn: arn('agent-alias/A1/PROD') } }),
  node('look', 'KnowledgeBase', { knowledgeBase: { knowledgeBaseId: 'KB1', modelId: HAIKU } }),
  node('call', 'LambdaFunction', { lambdaFunction: { lambdaArn: `${LAMBDA}:3` } }),
  node('talk', 'Lex', { lex: { botAliasArn: 'arn:aws:lex:eu-west-1:111122223333:bot-alias/B1/C1', localeId: 'en_GB' } }),
];
const flow = (nodes: readonly Doc[], more: RegionInput = {}): RegionInput => ({
  flows: { F1: { name: 'triage' } },
  flowVersions: { 'F1/1': { definition: { nodes, connections: [] } } },
  flowAliases: { 'F1/PROD': { name: 'prod', tags: { team: 'risk' } }, 'F1/TSTALIASID': {} },
  prompts: { P1: {} },
  promptVersions: { 'P1/1': { variants: [{ name: 'v', ...TEMPLATE, modelId: HAIKU }] } },
  agents: { A1: {} },
  agentVersions: { 'A1/1': {} },
  agentAliases: { 'A1/PROD': {} },
  ...more,
});
const FLOW = flow(NODES);
const one = async (region: RegionInput) => (await sightings(region, 'FLOW_ALIAS'))[0]!;
const parts = async (region: RegionInput) => known((await one(region)).detail).composition.parts;
const shown = async (region: RegionInput) =>
  (await parts(region)).map(({ slot, kind, identity, pinned }) => [slot, kind, identity.replace(/[0-9a-f]{64}/, '…'), pinned]);

describe('an alias of a flow', () => {
  it('is one deployment; its test alias is none', async () => {
    expect(await sightings(FLOW, 'FLOW_ALIAS')).toEqual([
      expect.objectContaining({ arn: ALIAS, name: 'triage.prod', status: 'version 1', presence: 'SERVING', tags: { team: 'risk' } }),
    ]);
  });

  it('is made of its definition by its hash, and of what its nodes ask', async () => {
    expect(await shown(FLOW)).toEqual([
      ['definition', 'BEHAVIOUR', 'sha256:…', true],
      ['node/ask/agent', 'COLLABORATOR', `${arn('agent-alias/A1/PROD')} version:1`, true],
      ['node/ask/agent', 'MODEL', HAIKU, true],
      ['node/call', 'TOOL', `${LAMBDA}:3`, true],
      ['node/draft', 'GUARDRAIL', 'g1 version:DRAFT', false],
      ['node/draft', 'MODEL', HAIKU, true],
      ['node/draft', 'PROMPT', 'sha256:…', true],
      ['node/greet/variant/v', 'MODEL', HAIKU, true],
      ['node/greet/variant/v', 'PROMPT', 'sha256:…', true],
      ['node/look', 'KNOWLEDGE_BASE', 'KB1', false],
      ['node/look', 'MODEL', HAIKU, true],
      ['node/talk', 'TOOL', 'arn:aws:lex:eu-west-1:111122223333:bot-alias/B1/C1', false],
    ]);
  });

  it('has the digest that it has always had', async () => {
    expect(known((await one(FLOW)).detail).composition.digest).toBe(
      'c1:sha256:1081b57a3d26612018afcbc6dba8dbf416647991f8af2f92b830e921dba9c407',
    );
  });

  it('tells no text of its own to anybody', async () => {
    expect(JSON.stringify(await (await reading(FLOW)).list())).not.toContain('canary');
  });

  it('has the nodes of its loops too', async () => {
    const loop = node('each', 'Loop', {
      loop: { definition: { nodes: [node('draft', 'Prompt', { prompt: inline() })], connections: [] } },
    });
    expect((await shown(flow([loop]))).map(([slot, kind]) => [slot, kind])).toEqual([
      ['definition', 'BEHAVIOUR'],
      ['node/each/draft', 'MODEL'],
      ['node/each/draft', 'PROMPT'],
    ]);
  });

  it('differs by a text, and by a condition that is no part of its own', async () => {
    const digest = async (region: RegionInput) => known((await one(region)).detail).composition.digest;
    const text = flow([node('draft', 'Prompt', { prompt: inline({ templateConfiguration: { text: { text: 'other' } } }) })]);
    const condition = (expression: string) => flow([node('if', 'Condition', { condition: { conditions: [{ name: 'c', expression }] } })]);
    expect(await digest(text)).not.toBe(await digest(flow([node('draft', 'Prompt', { prompt: inline() })])));
    expect(await digest(condition('a > 1'))).not.toBe(await digest(condition('a > 2')));
  });

  it('with a prompt that names no version, or an alias that routes to a working copy, is not pinned there', async () => {
    const draft = { P1: { variants: [{ name: 'v', ...TEMPLATE, modelId: HAIKU }] } };
    const nodes = [
      node('greet', 'Prompt', { prompt: { sourceConfiguration: { resource: { promptArn: arn('prompt/P1') } } } }),
      node('ask', 'Agent', { agent: { agentAliasArn: arn('agent-alias/A1/TSTALIASID') } }),
    ];
    const region = flow(nodes, { prompts: draft, agents: { A1: { foundationModel: HAIKU } } });
    expect((await parts(region)).filter(({ pinned }) => !pinned).map(({ slot, kind }) => [slot, kind])).toEqual([
      ['node/ask/agent', 'COLLABORATOR'],
      ['node/greet/variant/v', 'MODEL'],
      ['node/greet/variant/v', 'PROMPT'],
    ]);
  });

  it('with a node that nobody finished refers to nothing there', async () => {
    const empty = [
      node('greet', 'Prompt', { prompt: { sourceConfiguration: { resource: { promptArn: '' } } } }),
      node('ask', 'Agent', { agent: { agentAliasArn: '' } }),
    ];
    expect((await parts(flow(empty))).map(({ slot }) => slot)).toEqual(['definition']);
  });

  it('that routes to the working copy is told by it, and nothing of it is pinned', async () => {
    const region = flow(NODES, {
      flows: { F1: { definition: { nodes: [node('draft', 'Prompt', { prompt: inline() })] } } },
      flowAliases: { 'F1/PROD': { routingConfiguration: [{ flowVersion: 'DRAFT' }] } },
    });
    expect((await parts(region)).map(({ pinned }) => pinned)).toEqual([false, false, false]);
  });

  test.each(Object.values(FlowStatus))('serves whatever is said of its working copy: %s', async status => {
    expect(await one(flow(NODES, { flowVersions: { 'F1/1': { status, definition: { nodes: [] } } } }))).toMatchObject({
      presence: 'SERVING',
    });
  });

  it('changes its posture, not its composition, with role or key', async () => {
    const version = { definition: { nodes: NODES, connections: [] } };
    const before = known((await one(FLOW)).detail);
    for (const over of [{ executionRoleArn: 'arn:aws:iam::111122223333:role/wider' }, { customerEncryptionKeyArn: 'arn:aws:kms:k' }]) {
      const after = known((await one(flow(NODES, { flowVersions: { 'F1/1': { ...version, ...over } } }))).detail);
      expect([after.composition, after.posture === before.posture]).toEqual([before.composition, false]);
    }
  });

  test.each([
    ['GetFlowVersion', 'DENIED'],
    ['GetPrompt', 'DENIED'],
    ['GetAgentAlias', 'DENIED'],
    ['GetAgentVersion', 'DENIED'],
  ])('is listed with unknown detail where %s is denied', async (operation, cause) => {
    expect((await one({ ...FLOW, denied: [operation] })).detail).toMatchObject({
      state: 'UNKNOWN',
      cause,
      reason: `access denied: bedrock:${operation}`,
    });
  });

  it('whose definition is none is listed with unknown detail', async () => {
    const odd = flow([], { flowVersions: { 'F1/1': { definition: { nodes: [{ name: 7 }] } } } });
    expect((await one(odd)).detail).toMatchObject({ cause: 'FAILED', reason: expect.stringContaining('definition.nodes.0.name') });
  });

  it('that refers to what is gone has lost it', async () => {
    expect((await one(flow(NODES, { promptVersions: {} }))).detail).toMatchObject({ cause: 'LINEAGE_LOST' });
  });

  it('of another account is set aside, and so is a flow of one', async () => {
    const foreign = (own: string) => own.replace('111122223333', '999999999999');
    const region = flow(NODES, {
      flows: { F1: {}, F2: { arn: foreign(arn('flow/F2')) } },
      flowAliases: { 'F1/PROD': {}, 'F1/ODD': { arn: foreign(arn('flow/F1/alias/ODD')) } },
    });
    const found = complete(await (await reading(region)).list(), 'FLOW_ALIAS');
    expect(found.sightings.map(each => each.arn)).toEqual([ALIAS]);
    expect(found.quarantined.map(({ reason }) => reason)).toEqual([
      'malformed item: arn: not a flow of bedrock/111122223333/eu-west-1',
      'malformed item: arn: not a Bedrock flow alias of bedrock/111122223333/eu-west-1',
    ]);
  });

  it('cannot be told while the aliases of a flow are denied', async () => {
    const { list } = await reading({ ...FLOW, denied: ['ListFlowAliases'] });
    expect(kindOf(await list(), 'FLOW_ALIAS')).toMatchObject({ status: 'NOT_CHECKED', reason: 'access denied: bedrock:ListFlowAliases' });
  });

  it('reads a prompt and an agent once, however many nodes ask them', async () => {
    const again = NODES.filter(({ name }) => name === 'greet' || name === 'ask').map(each => ({ ...each, name: `${each.name}-again` }));
    const { list, count } = await reading(flow([...NODES, ...again], { prompts: {}, agentVersions: { 'A1/1': {} } }));
    complete(await list(), 'FLOW_ALIAS');
    expect([count('GetPrompt'), count('GetAgentAlias')]).toEqual([1, 1]);
  });

  it('is gone only where Bedrock does not find it', async () => {
    const { source } = await reading(FLOW);
    const gone = arn('flow/F1/alias/GONE');
    expect([...(await source.confirmGone(SCOPE, [ALIAS, gone], '2026-11-23T09:25:00.000Z')).values()]).toEqual([
      { answer: 'PRESENT' },
      { answer: 'GONE' },
    ]);
  });
});

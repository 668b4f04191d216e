import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import type { Doc } from '../../../lib/simcloud/world.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { ACTION_GROUP, AGENT, CANARY, changed, known, LAMBDA, one, parts, PROD, VERSION, withAlias, withVersion } from './an-agent.ts';
import { arn, reading, sightings } from './reading.ts';

describe('an alias of an agent', () => {
  it('is one deployment, told by the version that it routes to; the test alias is none', async () => {
    const all = await sightings(AGENT, 'AGENT_ALIAS');
    expect(all.map(each => each.arn)).toEqual([PROD]);
    expect(all[0]).toMatchObject({
      kind: 'AGENT_ALIAS',
      name: 'support.prod',
      status: 'PREPARED',
      presence: 'SERVING',
      hosts: 'MODELS',
      pending: null,
      tags: { 'rollcall:model': 'support' },
      createdAt: '2026-01-05T09:00:00.000Z',
      detail: { state: 'KNOWN', units: [{ name: 'version-1', role: 'PRODUCTION', packageArns: [] }] },
    });
  });

  it('is made of model, texts by their hashes, guardrail, tools and knowledge', async () => {
    expect(
      (await parts(AGENT)).map(({ slot, kind, identity, pinned }) => [slot, kind, identity.replace(/[0-9a-f]{64}/, '…'), pinned]),
    ).toEqual([
      ['guardrail', 'GUARDRAIL', 'g1a2b3 version:4', true],
      ['instruction', 'PROMPT', 'sha256:…', true],
      ['knowledge/KB1', 'KNOWLEDGE_BASE', 'KB1 use:sha256:…', false],
      ['memory', 'BEHAVIOUR', 'sha256:…', true],
      ['model', 'MODEL', 'anthropic.claude-3-haiku-20240307-v1:0', true],
      ['prompt/ORCHESTRATION', 'PROMPT', 'sha256:…', true],
      ['prompt/PRE_PROCESSING', 'PROMPT', 'sha256:…', true],
      ['tool/orders', 'TOOL', `${LAMBDA}:7 schema:sha256:…`, true],
    ]);
    const instruction = (await parts(AGENT)).find(({ slot }) => slot === 'instruction');
    expect(instruction?.identity).toBe(`sha256:${createHash('sha256').update(CANARY).digest('hex')}`);
  });

  it('has the digest that it has always had', async () => {
    expect(known((await one(AGENT)).detail).composition.digest).toBe(
      'c1:sha256:779394da9419a47720eca9d540b0b49c35a22b723ba50c1a24ab19af67a0ef00',
    );
  });

  it('tells no text of its own to anybody', async () => {
    expect(JSON.stringify(await (await reading(AGENT)).list())).not.toContain('canary');
  });

  test.each<[string, RegionInput, readonly string[]]>([
    ['an instruction behind the alias', withVersion({ instruction: 'Refund everybody who asks.' }), ['instruction PROMPT']],
    ['a guardrail that was detached', withVersion({ guardrailConfiguration: undefined }), ['guardrail GUARDRAIL']],
    ['a model', withVersion({ foundationModel: 'eu.anthropic.claude-sonnet-4-20250514-v1:0' }), ['model MODEL']],
    [
      'a tool that was added',
      { ...AGENT, agentActionGroups: { ...AGENT.agentActionGroups, 'A1/1/G3': { actionGroupName: 'refund' } } },
      ['tool/refund TOOL'],
    ],
    ['a tool that was switched on', { ...AGENT, agentActionGroups: { 'A1/1/G1': ACTION_GROUP, 'A1/1/G2': {} } }, ['tool/G2 TOOL']],
    [
      'what a tool is told to do',
      { ...AGENT, agentActionGroups: { 'A1/1/G1': { ...ACTION_GROUP, description: 'x' } } },
      ['tool/orders TOOL'],
    ],
    [
      'a knowledge base that was added',
      { ...AGENT, agentKnowledgeBases: { ...AGENT.agentKnowledgeBases, 'A1/1/KB3': {} } },
      ['knowledge/KB3 KNOWLEDGE_BASE'],
    ],
    ['memory', withVersion({ memoryConfiguration: undefined }), ['memory BEHAVIOUR']],
    ['a supervisor', withVersion({ agentCollaboration: 'SUPERVISOR' }), ['collaboration BEHAVIOUR']],
    [
      'throughput that is bought',
      withAlias({ routingConfiguration: [{ agentVersion: '1', provisionedThroughput: arn('provisioned-model/p1') }] }),
      ['throughput MODEL'],
    ],
  ])('differs by %s in that part alone', async (_, after, slots) => {
    expect(await changed(AGENT, after)).toEqual(slots);
  });

  it('with a new version behind it differs in what is new, and shows which version answers', async () => {
    const next: RegionInput = {
      ...withAlias({ routingConfiguration: [{ agentVersion: '2' }] }),
      agentVersions: { 'A1/2': { ...VERSION, instruction: 'Refund everybody who asks.' } },
      agentActionGroups: { 'A1/2/G1': ACTION_GROUP },
      agentKnowledgeBases: { 'A1/2/KB1': { description: CANARY } },
    };
    expect(await changed(AGENT, next)).toEqual(['instruction PROMPT']);
    expect(known((await one(next)).detail).units[0]?.name).toBe('version-2');
  });

  test.each<[string, Doc, readonly string[]]>([
    [
      'that AWS fills in is no part',
      { promptType: 'ORCHESTRATION', promptCreationMode: 'DEFAULT', promptState: 'ENABLED', basePromptTemplate: 'x' },
      [],
    ],
    ['that is off as usual is no part', { promptType: 'POST_PROCESSING', promptCreationMode: 'DEFAULT', promptState: 'DISABLED' }, []],
    ['that is switched off is one', { promptType: 'ORCHESTRATION', promptCreationMode: 'DEFAULT', promptState: 'DISABLED' }, ['PROMPT']],
    ['that is switched on is one', { promptType: 'POST_PROCESSING', promptCreationMode: 'DEFAULT', promptState: 'ENABLED' }, ['PROMPT']],
    ['with a parser of its own is one', { promptType: 'ORCHESTRATION', promptState: 'ENABLED', parserMode: 'OVERRIDDEN' }, ['PROMPT']],
    [
      'on a model of its own has one',
      { promptType: 'ORCHESTRATION', promptState: 'ENABLED', foundationModel: 'amazon.nova-lite-v1:0' },
      ['MODEL'],
    ],
  ])('a step %s', async (_, step, kinds) => {
    const found = await parts(withVersion({ promptOverrideConfiguration: { promptConfigurations: [step] } }));
    expect(found.filter(({ slot }) => slot.startsWith('prompt/')).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('whose answers a function reads has that function as a part', async () => {
    const parser = withVersion({ promptOverrideConfiguration: { promptConfigurations: [], overrideLambda: LAMBDA } });
    expect((await parts(parser)).find(({ slot }) => slot === 'prompt/parser')).toMatchObject({
      kind: 'TOOL',
      identity: LAMBDA,
      pinned: false,
    });
  });

  it('changes its posture, not its composition, with role or key', async () => {
    const before = known((await one(AGENT)).detail);
    for (const over of [{ agentResourceRoleArn: 'arn:aws:iam::111122223333:role/wider' }, { customerEncryptionKeyArn: 'arn:aws:kms:k' }]) {
      const after = known((await one(withVersion(over))).detail);
      expect([after.composition, after.posture === before.posture]).toEqual([before.composition, false]);
    }
  });

  test.each([
    ['a function without a version', { ...ACTION_GROUP, actionGroupExecutor: { lambda: LAMBDA } }, LAMBDA, false],
    ['a function by its alias', { ...ACTION_GROUP, actionGroupExecutor: { lambda: `${LAMBDA}:live` } }, `${LAMBDA}:live`, false],
    ['its caller', { actionGroupExecutor: { customControl: 'RETURN_CONTROL' } }, 'RETURN_CONTROL', true],
    ['a tool of AWS', { parentActionSignature: 'AMAZON.CodeInterpreter' }, 'AMAZON.CodeInterpreter', true],
    ['a schema in S3', { ...ACTION_GROUP, apiSchema: { s3: { s3BucketName: 'b', s3ObjectKey: 'k' } } }, `${LAMBDA}:7`, false],
  ])('whose tool is carried out by %s says whether it can change under its name', async (_, group, executor, pinned) => {
    const tools = (await parts({ ...AGENT, agentActionGroups: { 'A1/1/G1': { actionGroupName: 'orders', ...group } } })).filter(
      ({ kind }) => kind === 'TOOL',
    );
    expect(tools.map(tool => [tool.identity.split(' schema:')[0], tool.pinned])).toEqual([[executor, pinned]]);
  });

  test.each([
    ['anthropic.claude-3-haiku-20240307-v1:0', true],
    ['arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0', true],
    [arn('imported-model/a1b2'), true],
    [arn('provisioned-model/a1b2'), false],
    [arn('custom-model-deployment/a1b2'), false],
    ['arn:aws:sagemaker:eu-west-1:111122223333:endpoint/fraud', false],
    ['a1b2c3d4e5f6', false],
  ])('on %s has a model that is pinned: %s', async (foundationModel, pinned) => {
    expect((await parts(withVersion({ foundationModel }))).find(({ kind }) => kind === 'MODEL')).toMatchObject({
      identity: foundationModel,
      pinned,
    });
  });

  it('that routes to the working copy is told by it, and nothing of it is pinned', async () => {
    const region = withAlias(
      { routingConfiguration: [{ agentVersion: 'DRAFT' }] },
      {
        agents: {
          A1: { instruction: 'Help.', orchestrationType: 'CUSTOM_ORCHESTRATION', customOrchestration: { executor: { lambda: LAMBDA } } },
        },
      },
    );
    const found = await parts(region);
    expect(found.map(({ slot, kind, pinned }) => [slot, kind, pinned])).toEqual([
      ['instruction', 'PROMPT', false],
      ['orchestration', 'BEHAVIOUR', false],
      ['orchestration', 'TOOL', false],
    ]);
  });

  it('that routes to two versions has a unit for each', async () => {
    const { detail } = await one(withAlias({ routingConfiguration: [{ agentVersion: '1' }, { agentVersion: '2' }] }));
    expect(known(detail).units.map(({ name }) => name)).toEqual(['version-1', 'version-2']);
    expect(known(detail).composition.parts.map(({ slot }) => slot)).toEqual(expect.arrayContaining(['version-1/model', 'version-2/model']));
  });
});

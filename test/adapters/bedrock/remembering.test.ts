import { describe, expect, test } from 'vitest';
import { memoryDescriptionCache } from '../../../lib/adapters/memory/description-cache.ts';
import { scopeId } from '../../../lib/core/scope.ts';
import type { Listing } from '../../../lib/core/sighting.ts';
import { DAY, MINUTE, plus } from '../../../lib/core/time.ts';
import type { Simcloud } from '../../../lib/simcloud/server.ts';
import type { Doc } from '../../../lib/simcloud/world.ts';
import { NOW, type RegionInput } from '../../simcloud/simulated.ts';
import { ACTION_GROUP, CANARY, VERSION } from './an-agent.ts';
import { arn, CLAUDE, reading, SCOPE } from './reading.ts';

const SLOT = 15 * MINUTE;

/** A region whose time moves, read by one that remembers and by one that does not. */
const remembering = async (region: RegionInput) => {
  let passed = 0;
  const now = () => plus(new Date(NOW).toISOString(), passed);
  const cache = memoryDescriptionCache();
  const { source, simcloud, pass, fresh } = await reading(region, { now, cache });
  const ask = (announced: readonly string[] = []) => ({ packageGroups: [], deadline: plus(now(), SLOT), announced });
  return {
    simcloud,
    read: (...announced: readonly string[]) => source.list(SCOPE, ask(announced)),
    fresh: () => fresh.list(SCOPE, ask()),
    kept: () => Array.fromAsync(cache.load(scopeId(SCOPE))),
    keep: (value: unknown) => async () =>
      cache.save(
        scopeId(SCOPE),
        (await Array.fromAsync(cache.load(scopeId(SCOPE)))).map(each => ({ ...each, value })),
      ),
    later: (milliseconds: number) => {
      passed += milliseconds;
      pass(milliseconds);
    },
  };
};

const each = (count: number, of: (id: string) => readonly [string, Doc]) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => of(`A${at}`)));
const agents = (count: number): RegionInput => ({
  agents: each(count, id => [id, {}]),
  agentVersions: each(count, id => [`${id}/1`, VERSION]),
  agentAliases: each(count, id => [`${id}/PROD`, {}]),
  agentActionGroups: each(count, id => [`${id}/1/G1`, ACTION_GROUP]),
});

describe('agents', () => {
  /** Five lists of other kinds, two metrics, flows, prompts and agents. */
  const LISTS = 10;
  /** Lifecycles of models, and whether their calls are logged. */
  const AROUND = 2;

  test('cost their lists and aliases once they are known', async () => {
    const world = await remembering(agents(100));
    expect((await world.read()).calls).toBe(LISTS + 100 * (1 + 4 + 1) + AROUND);
    const again = await world.read();
    expect(again.calls).toBe(LISTS + 100 + AROUND);
    expect(again.callsByAction?.['bedrock:GetAgentVersion']).toEqual({ requests: 0, retries: 0, spared: { remembered: 100 } });
    expect(again.kinds).toEqual((await world.fresh()).kinds);
  }, 120_000);

  test('are read anew once a day, each at its own moment', async () => {
    const world = await remembering(agents(4));
    await world.read();
    const read: number[] = [];
    for (let passed = 0; passed < DAY; passed += SLOT) {
      world.later(SLOT);
      read.push((await world.read()).callsByAction?.['bedrock:GetAgentVersion']?.requests ?? 0);
    }
    expect(read.reduce((sum, one) => sum + one, 0)).toBe(4);
    expect(Math.max(...read)).toBeLessThan(4);
  }, 120_000);
});

const VARIANTS = [{ name: 'only', templateType: 'TEXT', templateConfiguration: { text: { text: CANARY } }, modelId: CLAUDE }];

const TEAM: RegionInput = {
  agents: { A1: {}, A2: {} },
  agentVersions: {
    'A1/1': { ...VERSION, agentCollaboration: 'SUPERVISOR' },
    'A1/2': { foundationModel: 'amazon.titan-text-express-v1' },
    'A2/1': {},
    'A2/2': { foundationModel: 'amazon.titan-text-express-v1' },
  },
  agentAliases: { 'A1/PROD': { tags: { owner: 'kim' } }, 'A2/PROD': {}, 'A2/NEXT': { routingConfiguration: [{ agentVersion: 'DRAFT' }] } },
  agentCollaborators: { 'A1/1/C1': { agentDescriptor: { aliasArn: arn('agent-alias/A2/PROD') }, collaborationInstruction: CANARY } },
  flows: { F1: {} },
  flowVersions: {
    'F1/1': {
      definition: {
        nodes: [
          { name: 'ask', type: 'Agent', configuration: { agent: { agentAliasArn: arn('agent-alias/A2/PROD') } } },
          {
            name: 'say',
            type: 'Prompt',
            configuration: { prompt: { sourceConfiguration: { resource: { promptArn: arn('prompt/P1:1') } } } },
          },
        ],
      },
    },
  },
  flowAliases: { 'F1/LIVE': {} },
  prompts: { P1: { variants: VARIANTS } },
  promptVersions: { 'P1/1': { variants: VARIANTS } },
  inferenceProfiles: { aaaaaaaaaaaa: { models: [{ modelArn: CLAUDE }], tags: { owner: 'kim' } } },
};

describe('what changes', () => {
  const amend = (resource: string, over: Doc) => (simcloud: Simcloud) => simcloud.world.amend(arn(resource), doc => ({ ...doc, ...over }));
  const toSecond = { routingConfiguration: [{ agentVersion: '2' }] };
  test.each<[string, (simcloud: Simcloud) => unknown, 'AT_ONCE' | 'IN_A_DAY']>([
    ['an alias that routes to another version', amend('agent-alias/A1/PROD', toSecond), 'AT_ONCE'],
    ['the alias of a collaborator, under a version that is known', amend('agent-alias/A2/PROD', toSecond), 'AT_ONCE'],
    ['a working copy that an alias routes to', amend('agent/A2', { foundationModel: 'amazon.titan-text-express-v1' }), 'AT_ONCE'],
    ['a tag of an alias', amend('agent-alias/A1/PROD', { tags: { owner: 'dana' } }), 'IN_A_DAY'],
    ['a tag of a profile', amend('application-inference-profile/aaaaaaaaaaaa', { tags: { owner: 'dana' } }), 'IN_A_DAY'],
    ['a version that is gone under its alias', simcloud => simcloud.world.put(arn('agent/A1/version/1'), null), 'IN_A_DAY'],
  ])('%s', async (_what, act, when) => {
    const world = await remembering(TEAM);
    const before = await world.read();
    world.later(MINUTE);
    await act(world.simcloud);
    const [after, truth] = [await world.read(), await world.fresh()];
    expect(truth.kinds).not.toEqual(before.kinds);
    expect(after.kinds).toEqual(when === 'AT_ONCE' ? truth.kinds : before.kinds);
    world.later(DAY - MINUTE);
    expect((await world.read()).kinds).toEqual(truth.kinds);
  });

  test('in tags is read at once where it was announced', async () => {
    const world = await remembering(TEAM);
    await world.read();
    amend('agent-alias/A1/PROD', { tags: { owner: 'dana' } })(world.simcloud);
    expect((await world.read('other')).kinds).not.toEqual((await world.fresh()).kinds);
    expect((await world.read('prod')).kinds).toEqual((await world.fresh()).kinds);
  });
});

describe('what is kept', () => {
  const remembered = ({ callsByAction = {} }: Listing) =>
    Object.fromEntries(
      Object.entries(callsByAction).flatMap(([action, { requests, spared }]) =>
        spared['remembered'] === undefined ? [] : [[action, [requests, spared['remembered']]]],
      ),
    );

  test('is every numbered version and the tags, whoever refers to them, and no text', async () => {
    const world = await remembering(TEAM);
    await world.read();
    expect(remembered(await world.read())).toEqual({
      'bedrock:GetAgentVersion': [0, 3],
      'bedrock:GetFlowVersion': [0, 1],
      'bedrock:GetPrompt': [0, 2],
      'bedrock:ListTagsForResource': [0, 6],
    });
    expect(JSON.stringify(await world.kept())).not.toContain('canary');
  });

  test('in a form that cannot be read is read anew, and told', async () => {
    const world = await remembering(TEAM);
    const cold = await world.read();
    await world.keep({ of: 7 })();
    const again = await world.read();
    expect([again.calls, again.kinds, again.damagedDescriptions]).toEqual([cold.calls, cold.kinds, (await world.kept()).length]);
    expect((await world.read()).damagedDescriptions).toBe(0);
  });

  test('is nothing that could not be read', async () => {
    const world = await remembering({ ...TEAM, denied: ['GetAgentVersion', 'ListTagsForResource'] });
    await world.read();
    expect((await world.kept()).map(({ key }) => key.split('#')[0])).toEqual(expect.arrayContaining(['FLOW_ALIAS', 'PROMPT']));
    expect((await world.kept()).filter(({ key }) => /^AGENT|TAGS/.test(key))).toEqual([]);
  });
});

import { AgentAliasStatus } from '@aws-sdk/client-bedrock-agent';
import { describe, expect, it, test } from 'vitest';
import { ALIAS_PRESENCE } from '../../../lib/adapters/bedrock/agents/agent-alias.ts';
import type { Doc } from '../../../lib/simcloud/world.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { AGENT, CANARY, changed, one, parts, PROD, VERSION, withAlias, withVersion } from './an-agent.ts';
import { arn, complete, kindOf, reading, SCOPE } from './reading.ts';

describe('the status of an alias', () => {
  it('is one that we have a word for, whatever the SDK knows', () => {
    expect([...ALIAS_PRESENCE.keys()].toSorted()).toEqual(Object.values(AgentAliasStatus).toSorted());
  });

  test.each([...ALIAS_PRESENCE, ['SOMETHING_NEW', 'SERVING'], [undefined, 'SERVING']])(
    '%s counts as %s',
    async (agentAliasStatus, presence) => {
      expect(await one(withAlias({ agentAliasStatus }))).toMatchObject({ status: agentAliasStatus ?? 'Unknown', presence });
    },
  );

  test.each<[string, Doc, Doc]>([
    ['refuses calls', { aliasInvocationState: 'REJECT_INVOCATIONS' }, { status: 'REJECT_INVOCATIONS', presence: 'NOT_SERVING' }],
    ['routes nowhere', { agentAliasStatus: 'FAILED', routingConfiguration: [] }, { status: 'FAILED', presence: 'NOT_SERVING' }],
    ['routes nowhere yet', { agentAliasStatus: 'CREATING', routingConfiguration: [] }, { presence: 'STARTING' }],
    ['is being moved', { agentAliasStatus: 'UPDATING' }, { presence: 'SERVING', pending: 'change of the version that it routes to' }],
  ])('that %s', async (_, over, expected) => {
    expect(await one(withAlias(over))).toMatchObject(expected);
  });

  it('that names no version cannot be told', async () => {
    expect((await one(withAlias({ routingConfiguration: null }))).detail).toEqual({
      state: 'UNKNOWN',
      cause: 'FAILED',
      reason: 'it names no version',
    });
  });
});

describe('collaborators', () => {
  const SEARCH = arn('agent-alias/A2/PROD');
  const team = (aliasArn: string, alias: Doc = {}): RegionInput => ({
    ...AGENT,
    agents: { A1: { agentName: 'support' }, A2: {} },
    agentVersions: { 'A1/1': { ...VERSION, agentCollaboration: 'SUPERVISOR_ROUTER' }, 'A2/1': {}, 'A2/2': {} },
    agentAliases: { 'A1/PROD': {}, 'A2/PROD': alias },
    agentCollaborators: {
      'A1/1/C1': { collaboratorName: 'search', agentDescriptor: { aliasArn }, collaborationInstruction: CANARY },
    },
  });
  const collaborator = async (region: RegionInput) => (await parts(region)).find(({ kind }) => kind === 'COLLABORATOR');

  it('are told by the version that their alias routes to, and asked for nothing that the listing has', async () => {
    const { list, count } = await reading(team(SEARCH));
    expect(JSON.stringify(await list())).not.toContain('canary');
    expect(count('GetAgentAlias')).toBe(0);
    expect(await collaborator(team(SEARCH))).toMatchObject({
      slot: 'collaborator/search',
      identity: expect.stringMatching(/A2\/PROD version:1 use:sha256:/),
      pinned: true,
    });
    expect(await changed(team(SEARCH), team(SEARCH, { routingConfiguration: [{ agentVersion: '2' }] }))).toEqual([
      'collaborator/search COLLABORATOR',
    ]);
  });

  it('behind a test alias are a working copy', async () => {
    expect(await collaborator(team(arn('agent-alias/A2/TSTALIASID')))).toMatchObject({
      identity: expect.stringContaining('version:DRAFT'),
      pinned: false,
    });
  });

  it('behind an alias that is gone are lost', async () => {
    expect((await one(team(arn('agent-alias/A2/GONE')))).detail).toEqual({
      state: 'UNKNOWN',
      cause: 'LINEAGE_LOST',
      reason: 'not found: bedrock:GetAgentAlias',
    });
  });
});

describe('what cannot be read', () => {
  const reads = ['GetAgentVersion', 'ListAgentActionGroups', 'GetAgentActionGroup', 'ListAgentKnowledgeBases'];
  test.each(
    reads.flatMap(operation => [
      [operation, 'AccessDeniedException', 'DENIED'],
      [operation, 'Novel', 'FAILED'],
    ]),
  )('because %s ended in %s leaves the alias listed, with its detail unknown', async (operation, code, cause) => {
    const { list, simcloud } = await reading(AGENT);
    simcloud.faults.add({ kind: 'error', operation, code, times: 'all' });
    const [found] = complete(await list(), 'AGENT_ALIAS').sightings;
    expect(found).toMatchObject({
      arn: PROD,
      detail: { state: 'UNKNOWN', cause, reason: expect.stringContaining(`bedrock:${operation}`) },
    });
  });

  test.each<[string, RegionInput, string]>([
    [
      'a tool has no name',
      { agentActionGroups: { 'A1/1/G1': { actionGroupName: 'two words' } } },
      'agentActionGroup.actionGroupName: not a name',
    ],
    ['a tool has no id', { agentActionGroups: { 'A1/1/G1': { actionGroupId: 7 } } }, '0.actionGroupId: '],
    ['a knowledge base has no id', { agentKnowledgeBases: { 'A1/1/KB1': { knowledgeBaseId: null } } }, '0.knowledgeBaseId: '],
    ['an instruction is none', { agentVersions: { 'A1/1': { instruction: 7 } } }, 'agentVersion.instruction: '],
  ])('because %s is no detail, and says where', async (_, over, where) => {
    expect((await one({ ...AGENT, ...over })).detail).toMatchObject({ cause: 'FAILED', reason: expect.stringContaining(`(${where}`) });
  });

  it('because tags are denied is not an absence of tags', async () => {
    expect((await one({ ...AGENT, denied: ['ListTagsForResource'] })).tags).toBeNull();
  });

  it('because the aliases of one agent are denied leaves the kind unchecked', async () => {
    const { list } = await reading({ ...AGENT, denied: ['ListAgentAliases'] });
    expect(kindOf(await list(), 'AGENT_ALIAS')).toEqual({
      kind: 'AGENT_ALIAS',
      status: 'NOT_CHECKED',
      failure: 'DENIED',
      reason: 'access denied: bedrock:ListAgentAliases',
    });
  });

  it('because an agent went while its aliases were listed is nothing', async () => {
    const { list, simcloud } = await reading(AGENT);
    simcloud.faults.add({ kind: 'error', operation: 'ListAgentAliases', code: 'ResourceNotFoundException', status: 404 });
    expect(complete(await list(), 'AGENT_ALIAS')).toMatchObject({ sightings: [], quarantined: [] });
  });

  it('because the version is gone is lost; because the alias went with it, vanished', async () => {
    const lost = await one({ ...AGENT, agentVersions: {} });
    expect(lost.detail).toMatchObject({ state: 'UNKNOWN', cause: 'LINEAGE_LOST', reason: 'not found: bedrock:GetAgentVersion' });
    const { list, simcloud } = await reading({ ...AGENT, agentVersions: {} });
    simcloud.faults.add({ kind: 'vanish', operation: 'ListAgentAliases', name: 'A1/PROD' });
    expect(complete(await list(), 'AGENT_ALIAS').sightings[0]?.detail).toMatchObject({ state: 'UNKNOWN', cause: 'VANISHED' });
  });

  it('because the agent is of another account than we think is no detail', async () => {
    const foreign = withVersion({ agentArn: 'arn:aws:bedrock:eu-west-1:999999999999:agent/A1' });
    expect((await one(foreign)).detail).toMatchObject({
      cause: 'FAILED',
      reason: expect.stringContaining('agentArn: not this agent of bedrock/111122223333/eu-west-1'),
    });
  });

  test.each<[string, Doc, string]>([
    ['an id that is none', { agentAliasId: 'x y' }, 'agentAliasId: not an id'],
    ['a name that is none', { agentAliasName: '\u202e' }, 'agentAliasName: not a name'],
    ['a route to no version', { routingConfiguration: [{ agentVersion: 'latest' }] }, 'routingConfiguration.0.agentVersion: not a version'],
  ])('because it has %s is set aside, and proves no absence', async (_, over, reason) => {
    const found = complete(await (await reading({ ...AGENT, agentAliases: { 'A1/PROD': {}, 'A1/ODD': over } })).list(), 'AGENT_ALIAS');
    expect(found.sightings.map(each => each.arn)).toEqual([PROD]);
    expect(found.quarantined).toEqual([expect.objectContaining({ reason: `malformed item: ${reason}` })]);
  });

  it('by the deadline is no listing', async () => {
    let aliases = () => 0;
    const { list, count } = await reading(AGENT, { now: () => `2026-11-23T09:${aliases() === 0 ? '15' : '25'}:00.000Z` });
    aliases = () => count('ListAgentAliases');
    expect(kindOf(await list(), 'AGENT_ALIAS')).toMatchObject({
      status: 'NOT_CHECKED',
      failure: 'DEADLINE',
      reason: 'out of time: bedrock:GetAgentVersion',
    });
  });
});

it('is whole in pages of one, and reads each version once whoever routes to it', async () => {
  const ids = ['B1', 'B2', 'B3'];
  const region: RegionInput = {
    ...AGENT,
    agents: { A1: {}, A2: {} },
    agentAliases: Object.fromEntries([
      ...ids.map(each => [`A1/${each}`, {}]),
      ['A2/B1', { routingConfiguration: [{ agentVersion: '1' }] }],
    ]),
    agentVersions: { 'A1/1': VERSION, 'A2/1': {} },
  };
  const { list, count } = await reading(region, { pageSize: 1 });
  const listing = await list();
  expect(complete(listing, 'AGENT_ALIAS').sightings).toHaveLength(4);
  expect(listing.callsByAction?.['bedrock:GetAgentVersion']).toEqual({ requests: 2, retries: 0, spared: { 'read once for all': 2 } });
  expect([count('ListAgents'), count('GetAgentVersion'), count('GetAgentActionGroup')]).toEqual([2, 2, 1]);
});

it('is gone only where Bedrock does not find it', async () => {
  const { source, simcloud } = await reading(AGENT);
  const ask = async (each: string) => (await source.confirmGone(SCOPE, [each], '2026-11-23T09:25:00.000Z')).get(each);
  expect([await ask(PROD), await ask(arn('agent-alias/A1/GONE')), await ask(arn('agent-alias/A9/PROD'))]).toEqual([
    { answer: 'PRESENT' },
    { answer: 'GONE' },
    { answer: 'GONE' },
  ]);
  simcloud.faults.add({ kind: 'throttle', operation: 'GetAgentAlias', times: 'all' });
  expect(await ask(PROD)).toEqual({ answer: 'UNKNOWN', reason: 'failed after retries: bedrock:GetAgentAlias (ThrottlingException)' });
});

it('rests on the models of its versions, whose providers say how long they serve them', async () => {
  const model = 'anthropic.claude-3-haiku-20240307-v1:0';
  const profile = `arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.${model}`;
  const region: RegionInput = { foundationModels: { [model]: { modelLifecycle: { status: 'LEGACY' } } } };
  const { upstream } = await one(withVersion({ foundationModel: profile }, region));
  expect(upstream).toEqual([{ model, status: 'LEGACY', legacyAt: null, endOfLifeAt: null }]);
});

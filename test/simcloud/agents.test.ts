import * as agents from '@aws-sdk/client-bedrock-agent';
import * as agentcore from '@aws-sdk/client-bedrock-agentcore-control';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, inRegion, REGION, type RegionInput, simulate } from './simulated.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

const clients = async (region: RegionInput, pageSize?: number) => {
  const { config, simcloud } = await simulate(region, pageSize === undefined ? {} : { pageSize });
  return { bedrock: new agents.BedrockAgentClient(config()), core: new agentcore.BedrockAgentCoreControlClient(config()), simcloud };
};

describe("Bedrock's agents", () => {
  const region: RegionInput = {
    agents: { A1: { agentName: 'support' }, A2: {} },
    agentVersions: { 'A1/1': { instruction: 'Help.' }, 'A1/2': {} },
    agentAliases: { 'A1/PROD': { agentAliasName: 'prod', tags: { team: 'risk' } }, 'A2/PROD': {} },
    agentActionGroups: { 'A1/1/G1': { actionGroupExecutor: { customControl: 'RETURN_CONTROL' } }, 'A1/2/G1': {} },
    agentKnowledgeBases: { 'A1/1/KB1': {} },
    agentCollaborators: { 'A1/1/C1': { agentDescriptor: { aliasArn: arn('bedrock', 'agent-alias/A2/PROD') } } },
  };
  const below = { agentId: 'A1', agentVersion: '1' };

  it('are listed with what lies below each agent and each version, and nothing of another', async () => {
    const { bedrock } = await clients(region);
    const listed = await bedrock.send(new agents.ListAgentsCommand({}));
    expect(listed.agentSummaries?.map(({ agentId, agentName }) => [agentId, agentName])).toEqual([
      ['A2', 'A2'],
      ['A1', 'support'],
    ]);
    const aliases = await bedrock.send(new agents.ListAgentAliasesCommand({ agentId: 'A1' }));
    expect(aliases.agentAliasSummaries).toMatchObject([{ agentAliasId: 'PROD', agentAliasName: 'prod', agentAliasStatus: 'PREPARED' }]);
    const versions = await bedrock.send(new agents.ListAgentVersionsCommand({ agentId: 'A1' }));
    expect(versions.agentVersionSummaries?.map(({ agentVersion }) => agentVersion)).toHaveLength(2);
    const groups = await bedrock.send(new agents.ListAgentActionGroupsCommand(below));
    expect(groups.actionGroupSummaries).toMatchObject([{ actionGroupId: 'G1', actionGroupState: 'ENABLED' }]);
    const bases = await bedrock.send(new agents.ListAgentKnowledgeBasesCommand(below));
    expect(bases.agentKnowledgeBaseSummaries).toMatchObject([{ knowledgeBaseId: 'KB1', knowledgeBaseState: 'ENABLED' }]);
    const collaborators = await bedrock.send(new agents.ListAgentCollaboratorsCommand(below));
    expect(collaborators.agentCollaboratorSummaries).toMatchObject([
      { collaboratorId: 'C1', agentDescriptor: { aliasArn: arn('bedrock', 'agent-alias/A2/PROD') } },
    ]);
  });

  it('are described, a version under the ARN of its agent', async () => {
    const { bedrock } = await clients(region);
    const { agent } = await bedrock.send(new agents.GetAgentCommand({ agentId: 'A1' }));
    expect(agent).toMatchObject({ agentArn: arn('bedrock', 'agent/A1'), agentVersion: 'DRAFT' });
    const { agentVersion } = await bedrock.send(new agents.GetAgentVersionCommand(below));
    expect(agentVersion).toMatchObject({ agentArn: arn('bedrock', 'agent/A1'), version: '1', instruction: 'Help.' });
    const { agentAlias } = await bedrock.send(new agents.GetAgentAliasCommand({ agentId: 'A1', agentAliasId: 'PROD' }));
    expect(agentAlias?.agentAliasArn).toBe(arn('bedrock', 'agent-alias/A1/PROD'));
    const { tags } = await bedrock.send(new agents.ListTagsForResourceCommand({ resourceArn: agentAlias?.agentAliasArn }));
    expect(tags).toEqual({ team: 'risk' });
    const { agentActionGroup } = await bedrock.send(new agents.GetAgentActionGroupCommand({ ...below, actionGroupId: 'G1' }));
    expect(agentActionGroup?.actionGroupExecutor).toEqual({ customControl: 'RETURN_CONTROL' });
    await expect(bedrock.send(new agents.GetAgentVersionCommand({ agentId: 'A2', agentVersion: '1' }))).rejects.toBeInstanceOf(
      agents.ResourceNotFoundException,
    );
  });

  it('come 10 on a page', async () => {
    const ids = Array.from({ length: 11 }, (_, at) => [`A${at}`, {}]);
    const { bedrock } = await clients({ agents: Object.fromEntries(ids) });
    const { agentSummaries, nextToken } = await bedrock.send(new agents.ListAgentsCommand({}));
    expect([agentSummaries?.length, typeof nextToken]).toEqual([10, 'string']);
  });

  it('are gone from lists and descriptions when they are gone from the estate', async () => {
    const { bedrock, simcloud } = await clients(region);
    simcloud.load(inRegion({}));
    expect((await bedrock.send(new agents.ListAgentsCommand({}))).agentSummaries).toEqual([]);
    await expect(bedrock.send(new agents.GetAgentAliasCommand({ agentId: 'A1', agentAliasId: 'PROD' }))).rejects.toBeInstanceOf(
      agents.ResourceNotFoundException,
    );
  });
});

it('a flow has versions and aliases', async () => {
  const { bedrock } = await clients({
    flows: { F1: { name: 'triage' } },
    flowVersions: { 'F1/1': { definition: { nodes: [{ name: 'in', type: 'Input' }] } } },
    flowAliases: { 'F1/PROD': {} },
  });
  expect((await bedrock.send(new agents.ListFlowsCommand({}))).flowSummaries).toMatchObject([{ id: 'F1', name: 'triage' }]);
  const { flowAliasSummaries } = await bedrock.send(new agents.ListFlowAliasesCommand({ flowIdentifier: 'F1' }));
  expect(flowAliasSummaries).toMatchObject([
    { id: 'PROD', arn: arn('bedrock', 'flow/F1/alias/PROD'), routingConfiguration: [{ flowVersion: '1' }] },
  ]);
  const alias = await bedrock.send(new agents.GetFlowAliasCommand({ flowIdentifier: 'F1', aliasIdentifier: 'PROD' }));
  expect(alias.flowId).toBe('F1');
  const version = await bedrock.send(new agents.GetFlowVersionCommand({ flowIdentifier: 'F1', flowVersion: '1' }));
  expect(version).toMatchObject({ arn: arn('bedrock', 'flow/F1'), version: '1', definition: { nodes: [{ name: 'in' }] } });
  expect((await bedrock.send(new agents.GetFlowCommand({ flowIdentifier: 'F1' }))).version).toBe('DRAFT');
});

describe('a prompt', () => {
  const region: RegionInput = {
    prompts: { P1: { name: 'greeting', description: 'says hello' }, P2: {} },
    promptVersions: { 'P1/1': {}, 'P1/2': { defaultVariant: 'b' } },
  };

  it('is listed as its draft, and with its versions where it is asked for', async () => {
    const { bedrock } = await clients(region, 1);
    const pages = async (promptIdentifier?: string) => {
      const seen: unknown[] = [];
      for await (const { promptSummaries = [] } of agents.paginateListPrompts({ client: bedrock }, { promptIdentifier }))
        seen.push(...promptSummaries.map(({ name, version }) => [name, version]));
      return seen.toSorted();
    };
    expect(await pages()).toEqual([
      ['P2', 'DRAFT'],
      ['greeting', 'DRAFT'],
    ]);
    const all = ['1', '2', 'DRAFT'].map(version => ['greeting', version]);
    expect([await pages('P1'), await pages(arn('bedrock', 'prompt/P1'))]).toEqual([all, all]);
    await expect(pages('P3')).rejects.toBeInstanceOf(agents.ResourceNotFoundException);
  });

  it('is described as its draft, or as the version that is asked for', async () => {
    const { bedrock } = await clients(region);
    const get = (promptVersion?: string) => bedrock.send(new agents.GetPromptCommand({ promptIdentifier: 'P1', promptVersion }));
    expect(await get()).toMatchObject({ arn: arn('bedrock', 'prompt/P1'), version: 'DRAFT' });
    expect(await get('2')).toMatchObject({
      arn: arn('bedrock', 'prompt/P1:2'),
      version: '2',
      name: 'greeting',
      defaultVariant: 'b',
    });
    await expect(get('3')).rejects.toBeInstanceOf(agents.ResourceNotFoundException);
  });
});

describe("AgentCore's runtimes and harnesses", () => {
  const region: RegionInput = {
    agentRuntimes: { 'bot-1': { agentRuntimeName: 'bot', agentRuntimeVersion: '2' } },
    agentRuntimeVersions: { 'bot-1/1': { environmentVariables: { A: '1' } } },
    agentRuntimeEndpoints: { 'bot-1/DEFAULT': { tags: { team: 'risk' } }, 'bot-1/prod': { targetVersion: '2', status: 'UPDATING' } },
    harnesses: { 'aide-1': { harnessName: 'aide' } },
    harnessVersions: { 'aide-1/2': { maxIterations: 3 } },
    harnessEndpoints: { 'aide-1/DEFAULT': {} },
  };

  it('are listed with their endpoints', async () => {
    const { core } = await clients(region);
    expect((await core.send(new agentcore.ListAgentRuntimesCommand({}))).agentRuntimes).toMatchObject([
      { agentRuntimeId: 'bot-1', agentRuntimeArn: arn('bedrock-agentcore', 'runtime/bot-1'), agentRuntimeName: 'bot' },
    ]);
    const { runtimeEndpoints = [] } = await core.send(new agentcore.ListAgentRuntimeEndpointsCommand({ agentRuntimeId: 'bot-1' }));
    expect(runtimeEndpoints.map(({ name, status, targetVersion }) => [name, status, targetVersion])).toEqual([
      ['prod', 'UPDATING', '2'],
      ['DEFAULT', 'READY', undefined],
    ]);
    const resourceArn = arn('bedrock-agentcore', 'runtime/bot-1/runtime-endpoint/DEFAULT');
    expect((await core.send(new agentcore.ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ team: 'risk' });
    expect((await core.send(new agentcore.ListHarnessesCommand({}))).harnesses).toMatchObject([
      { harnessId: 'aide-1', harnessName: 'aide' },
    ]);
    const { endpoints } = await core.send(new agentcore.ListHarnessEndpointsCommand({ harnessId: 'aide-1' }));
    expect(endpoints).toMatchObject([
      { endpointName: 'DEFAULT', arn: arn('bedrock-agentcore', 'harness/aide-1/harness-endpoint/DEFAULT'), liveVersion: '1' },
    ]);
  });

  it('are described, and each version as it was', async () => {
    const { core } = await clients(region);
    const runtime = (agentRuntimeVersion?: string) =>
      core.send(new agentcore.GetAgentRuntimeCommand({ agentRuntimeId: 'bot-1', agentRuntimeVersion }));
    expect(await runtime()).toMatchObject({ agentRuntimeVersion: '2' });
    expect((await runtime('2')).environmentVariables).toBeUndefined();
    expect(await runtime('1')).toMatchObject({ agentRuntimeName: 'bot', environmentVariables: { A: '1' } });
    await expect(runtime('3')).rejects.toBeInstanceOf(agentcore.ResourceNotFoundException);
    const { harness } = await core.send(new agentcore.GetHarnessCommand({ harnessId: 'aide-1', harnessVersion: '2' }));
    expect(harness).toMatchObject({ harnessName: 'aide', harnessVersion: '2', maxIterations: 3, allowedTools: ['*'] });
    const endpoint = await core.send(new agentcore.GetAgentRuntimeEndpointCommand({ agentRuntimeId: 'bot-1', endpointName: 'prod' }));
    expect(endpoint).toMatchObject({ status: 'UPDATING', liveVersion: '1', targetVersion: '2' });
    const own = await core.send(new agentcore.GetHarnessEndpointCommand({ harnessId: 'aide-1', endpointName: 'DEFAULT' }));
    expect(own.endpoint?.endpointName).toBe('DEFAULT');
  });
});

it('a gateway has targets, under the ARN of the gateway', async () => {
  const lambda = { lambdaArn: 'arn:aws:lambda:eu-west-1:111122223333:function:f', toolSchema: { inlinePayload: [] } };
  const { core } = await clients({
    gateways: { 'tools-1': { authorizerType: 'NONE' } },
    gatewayTargets: { 'tools-1/T1': { name: 'orders', targetConfiguration: { mcp: { lambda } } } },
  });
  expect((await core.send(new agentcore.ListGatewaysCommand({}))).items).toMatchObject([{ gatewayId: 'tools-1', authorizerType: 'NONE' }]);
  const gateway = await core.send(new agentcore.GetGatewayCommand({ gatewayIdentifier: 'tools-1' }));
  expect(gateway.gatewayArn).toBe(arn('bedrock-agentcore', 'gateway/tools-1'));
  expect((await core.send(new agentcore.ListGatewayTargetsCommand({ gatewayIdentifier: 'tools-1' }))).items).toMatchObject([
    { targetId: 'T1', name: 'orders', status: 'READY' },
  ]);
  const target = await core.send(new agentcore.GetGatewayTargetCommand({ gatewayIdentifier: 'tools-1', targetId: 'T1' }));
  expect(target).toMatchObject({ gatewayArn: gateway.gatewayArn, targetConfiguration: { mcp: { lambda } } });
});

it('a summary shows no field that only a description has, and parts of a key stand in what is not stated', async () => {
  const { bedrock, core } = await clients({
    agents: { A1: {} },
    agentRuntimeEndpoints: { 'bot-1/DEFAULT': {} },
    gateways: { 'tools-1': {} },
  });
  const { agentSummaries = [] } = await bedrock.send(new agents.ListAgentsCommand({}));
  expect(agentSummaries[0]).toHaveProperty('updatedAt');
  expect(agentSummaries[0]).not.toHaveProperty('agentArn');
  const { items = [] } = await core.send(new agentcore.ListGatewaysCommand({}));
  expect(items[0]).not.toHaveProperty('gatewayArn');
  const endpoint = new agentcore.GetAgentRuntimeEndpointCommand({ agentRuntimeId: 'bot-1', endpointName: 'DEFAULT' });
  expect((await core.send(endpoint)).agentRuntimeArn).toBe(arn('bedrock-agentcore', 'runtime/bot-1'));
});

import * as sdk from '@aws-sdk/client-bedrock-agent';
import { apart, pair, type Probe } from '../../aws/probe.ts';
import type { AgentClients } from './requests.ts';

/** Whoever may read one version may read all, so that the first that any agent had will do; where it is gone by now nothing is there. */
const VERSION = '1';
const DRAFT = { agentVersion: 'DRAFT' } as const;
const ONE = { maxResults: 1 } as const;

/** Every action that reading agents, flows and prompts needs. What an agent can do is asked of its working copy, which it always has. */
export const AGENT_PROBES: readonly Probe<AgentClients>[] = [
  {
    action: 'bedrock:ListAgents',
    call: ({ agents }, _about, options) => agents.send(new sdk.ListAgentsCommand(ONE), options),
    finds: { agent: 'agentSummaries.0.agentId' },
  },
  {
    action: 'bedrock:ListAgentAliases',
    about: 'agent',
    call: async ({ agents }, agentId, options) => {
      const { agentAliasSummaries } = await agents.send(new sdk.ListAgentAliasesCommand({ agentId, ...ONE }), options);
      return { alias: pair(agentId, agentAliasSummaries?.[0]?.agentAliasId) };
    },
    finds: { 'alias of an agent': 'alias' },
  },
  {
    action: 'bedrock:GetAgentAlias',
    about: 'alias of an agent',
    call: ({ agents }, both, options) => {
      const [agentId, agentAliasId] = apart(both);
      return agents.send(new sdk.GetAgentAliasCommand({ agentId, agentAliasId }), options);
    },
  },
  {
    action: 'bedrock:GetAgent',
    about: 'agent',
    call: async ({ agents }, agentId, options) => {
      const { agent } = await agents.send(new sdk.GetAgentCommand({ agentId }), options);
      return { supervisor: agent?.agentCollaboration?.startsWith('SUPERVISOR') === true ? agentId : undefined };
    },
    finds: { 'agent that leads others': 'supervisor' },
  },
  {
    action: 'bedrock:GetAgentVersion',
    about: 'agent',
    call: ({ agents }, agentId, options) => agents.send(new sdk.GetAgentVersionCommand({ agentId, agentVersion: VERSION }), options),
  },
  {
    action: 'bedrock:ListAgentActionGroups',
    about: 'agent',
    call: async ({ agents }, agentId, options) => {
      const { actionGroupSummaries } = await agents.send(new sdk.ListAgentActionGroupsCommand({ agentId, ...DRAFT, ...ONE }), options);
      return { group: pair(agentId, actionGroupSummaries?.[0]?.actionGroupId) };
    },
    finds: { 'action group': 'group' },
  },
  {
    action: 'bedrock:GetAgentActionGroup',
    about: 'action group',
    call: ({ agents }, both, options) => {
      const [agentId, actionGroupId] = apart(both);
      return agents.send(new sdk.GetAgentActionGroupCommand({ agentId, actionGroupId, ...DRAFT }), options);
    },
  },
  {
    action: 'bedrock:ListAgentKnowledgeBases',
    about: 'agent',
    call: ({ agents }, agentId, options) => agents.send(new sdk.ListAgentKnowledgeBasesCommand({ agentId, ...DRAFT, ...ONE }), options),
  },
  {
    action: 'bedrock:ListAgentCollaborators',
    about: 'agent that leads others',
    call: ({ agents }, agentId, options) => agents.send(new sdk.ListAgentCollaboratorsCommand({ agentId, ...DRAFT, ...ONE }), options),
  },
  {
    action: 'bedrock:ListFlows',
    call: ({ agents }, _about, options) => agents.send(new sdk.ListFlowsCommand(ONE), options),
    finds: { flow: 'flowSummaries.0.id' },
  },
  {
    action: 'bedrock:ListFlowAliases',
    about: 'flow',
    call: async ({ agents }, flowIdentifier, options) => {
      const { flowAliasSummaries } = await agents.send(new sdk.ListFlowAliasesCommand({ flowIdentifier, ...ONE }), options);
      return { alias: pair(flowIdentifier, flowAliasSummaries?.[0]?.id) };
    },
    finds: { 'alias of a flow': 'alias' },
  },
  {
    action: 'bedrock:GetFlowAlias',
    about: 'alias of a flow',
    call: ({ agents }, both, options) => {
      const [flowIdentifier, aliasIdentifier] = apart(both);
      return agents.send(new sdk.GetFlowAliasCommand({ flowIdentifier, aliasIdentifier }), options);
    },
  },
  {
    action: 'bedrock:GetFlow',
    about: 'flow',
    call: ({ agents }, flowIdentifier, options) => agents.send(new sdk.GetFlowCommand({ flowIdentifier }), options),
  },
  {
    action: 'bedrock:GetFlowVersion',
    about: 'flow',
    call: ({ agents }, flowIdentifier, options) =>
      agents.send(new sdk.GetFlowVersionCommand({ flowIdentifier, flowVersion: VERSION }), options),
  },
  {
    action: 'bedrock:ListPrompts',
    call: ({ agents }, _about, options) => agents.send(new sdk.ListPromptsCommand(ONE), options),
    finds: { prompt: 'promptSummaries.0.id' },
  },
  {
    action: 'bedrock:GetPrompt',
    about: 'prompt',
    call: ({ agents }, promptIdentifier, options) =>
      agents.send(new sdk.GetPromptCommand({ promptIdentifier, includedData: 'METADATA_ONLY' }), options),
  },
];

import * as sdk from '@aws-sdk/client-bedrock-agent';
import * as z from 'zod';
import { arnOf, scopeId } from '../../../core/scope.ts';
import type { TagReader } from '../../aws/as-listed.ts';
import { type Answer, ifRead } from '../../aws/classify-error.ts';
import { tagsAsObject } from '../../aws/fields.ts';
import type { KindSession } from '../../aws/kind-source.ts';
import { readAll } from '../../aws/read-pages.ts';
import { DRAFT, type ReadVersion } from '../../aws/version.ts';
import * as shapes from './shapes.ts';
import { promptVersion } from './translate-prompt.ts';

export interface AgentClients {
  readonly agents: sdk.BedrockAgentClient;
}
export type AgentSession = KindSession<AgentClients>;

/** Modelled at 10 items a page, though more may be asked for: whatever comes, the token decides. */
export const PAGE = { maxResults: 1000 } as const;

/** A version of an agent, or its working copy. No list of agents shows an ARN, so this is where another account's would be noticed. */
export const describeAgent = (session: AgentSession, agentId: string, agentVersion: string): Promise<Answer<shapes.RawAgent>> => {
  const { ask, agents, scope } = session;
  const agent = shapes.rawAgent.extend({ agentArn: z.literal(arnOf(scope, `agent/${agentId}`), `not this agent of ${scopeId(scope)}`) });
  return agentVersion === DRAFT
    ? ask({
        action: 'bedrock:GetAgent',
        send: options => agents.send(new sdk.GetAgentCommand({ agentId }), options),
        schema: z.object({ agent }).transform(answer => answer.agent),
      })
    : ask({
        action: 'bedrock:GetAgentVersion',
        send: options => agents.send(new sdk.GetAgentVersionCommand({ agentId, agentVersion }), options),
        schema: z.object({ agentVersion: agent }).transform(answer => answer.agentVersion),
      });
};

export const describeAlias = (session: AgentSession, agentId: string, agentAliasId: string): Promise<Answer<shapes.RawRouting>> =>
  session.ask({
    action: 'bedrock:GetAgentAlias',
    send: options => session.agents.send(new sdk.GetAgentAliasCommand({ agentId, agentAliasId }), options),
    schema: z
      .object({ agentAlias: z.object({ routingConfiguration: shapes.routing }) })
      .transform(answer => answer.agentAlias.routingConfiguration),
  });

export interface AgentVersionId {
  readonly agentId: string;
  readonly agentVersion: string;
}

export const listActionGroups = (session: AgentSession, of: AgentVersionId) =>
  readAll(session, {
    action: 'bedrock:ListAgentActionGroups',
    list: 'actionGroupSummaries',
    tokenField: 'nextToken',
    item: shapes.actionGroupSummary,
    send: (nextToken, options) => session.agents.send(new sdk.ListAgentActionGroupsCommand({ ...of, ...PAGE, nextToken }), options),
  });

export const describeActionGroup = (session: AgentSession, of: AgentVersionId, actionGroupId: string) =>
  session.ask({
    action: 'bedrock:GetAgentActionGroup',
    send: options => session.agents.send(new sdk.GetAgentActionGroupCommand({ ...of, actionGroupId }), options),
    schema: z.object({ agentActionGroup: shapes.rawActionGroup }).transform(answer => answer.agentActionGroup),
  });

export const listKnowledgeBases = (session: AgentSession, of: AgentVersionId) =>
  readAll(session, {
    action: 'bedrock:ListAgentKnowledgeBases',
    list: 'agentKnowledgeBaseSummaries',
    tokenField: 'nextToken',
    item: shapes.rawKnowledgeBase,
    send: (nextToken, options) => session.agents.send(new sdk.ListAgentKnowledgeBasesCommand({ ...of, ...PAGE, nextToken }), options),
  });

export const listCollaborators = (session: AgentSession, of: AgentVersionId) =>
  readAll(session, {
    action: 'bedrock:ListAgentCollaborators',
    list: 'agentCollaboratorSummaries',
    tokenField: 'nextToken',
    item: shapes.rawCollaborator,
    send: (nextToken, options) => session.agents.send(new sdk.ListAgentCollaboratorsCommand({ ...of, ...PAGE, nextToken }), options),
  });

export const describeFlow = (session: AgentSession, flowIdentifier: string, flowVersion: string): Promise<Answer<shapes.RawFlow>> =>
  session.ask(
    flowVersion === DRAFT
      ? {
          action: 'bedrock:GetFlow',
          send: options => session.agents.send(new sdk.GetFlowCommand({ flowIdentifier }), options),
          schema: shapes.rawFlow,
        }
      : {
          action: 'bedrock:GetFlowVersion',
          send: options => session.agents.send(new sdk.GetFlowVersionCommand({ flowIdentifier, flowVersion }), options),
          schema: shapes.rawFlow,
        },
  );

const describePrompt = (session: AgentSession, promptIdentifier: string, version: string): Promise<Answer<shapes.RawPrompt>> =>
  session.ask({
    action: 'bedrock:GetPrompt',
    send: options =>
      session.agents.send(
        new sdk.GetPromptCommand({ promptIdentifier, ...(version === DRAFT ? {} : { promptVersion: version }) }),
        options,
      ),
    schema: shapes.rawPrompt,
  });

export const readPromptVersion = async (session: AgentSession, arn: string, version: string): Promise<Answer<ReadVersion>> =>
  ifRead(await describePrompt(session, arn, version), raw => promptVersion(raw, version));

export const TAGS: TagReader<AgentSession> = {
  action: 'bedrock:ListTagsForResource',
  read: ({ ask, agents }, resourceArn) =>
    ask({
      action: TAGS.action,
      send: options => agents.send(new sdk.ListTagsForResourceCommand({ resourceArn }), options),
      schema: tagsAsObject,
    }),
};

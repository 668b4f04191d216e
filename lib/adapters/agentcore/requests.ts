import type { BedrockClient } from '@aws-sdk/client-bedrock';
import * as sdk from '@aws-sdk/client-bedrock-agentcore-control';
import * as z from 'zod';
import { arnOf, scopeId } from '../../core/scope.ts';
import type { TagReader } from '../aws/as-listed.ts';
import { tagsAsObject } from '../aws/fields.ts';
import type { KindSession } from '../aws/kind-source.ts';
import { readAll } from '../aws/read-pages.ts';
import { rawGateway, rawHarness, rawRuntime, rawTarget, targetSummary } from './shapes.ts';

export interface AgentcoreClients {
  readonly agentcore: sdk.BedrockAgentCoreControlClient;
  /** Says how long the models that a harness calls are served. */
  readonly bedrock: BedrockClient;
}
export type AgentcoreSession = KindSession<AgentcoreClients>;

export const describeRuntime = ({ ask, agentcore }: AgentcoreSession, agentRuntimeId: string, agentRuntimeVersion: string) =>
  ask({
    action: 'bedrock-agentcore:GetAgentRuntime',
    send: options => agentcore.send(new sdk.GetAgentRuntimeCommand({ agentRuntimeId, agentRuntimeVersion }), options),
    schema: rawRuntime,
  });

export const describeHarness = ({ ask, agentcore }: AgentcoreSession, harnessId: string, version: string) =>
  ask({
    action: 'bedrock-agentcore:GetHarness',
    send: options => agentcore.send(new sdk.GetHarnessCommand({ harnessId, harnessVersion: version }), options),
    schema: z.object({ harness: rawHarness }).transform(({ harness }) => harness),
  });

/** No list of gateways shows an ARN, so this is where another account's would be noticed. */
export const describeGateway = ({ ask, agentcore, scope }: AgentcoreSession, gatewayIdentifier: string) =>
  ask({
    action: 'bedrock-agentcore:GetGateway',
    send: options => agentcore.send(new sdk.GetGatewayCommand({ gatewayIdentifier }), options),
    schema: rawGateway.extend({
      gatewayArn: z.literal(arnOf(scope, `gateway/${gatewayIdentifier}`), `not this gateway of ${scopeId(scope)}`),
    }),
  });

export const listTargets = (session: AgentcoreSession, gatewayIdentifier: string) =>
  readAll(session, {
    action: 'bedrock-agentcore:ListGatewayTargets',
    list: 'items',
    tokenField: 'nextToken',
    item: targetSummary,
    send: (nextToken, options) =>
      session.agentcore.send(new sdk.ListGatewayTargetsCommand({ gatewayIdentifier, maxResults: 1000, nextToken }), options),
  });

export const describeTarget = ({ ask, agentcore }: AgentcoreSession, gatewayIdentifier: string, targetId: string) =>
  ask({
    action: 'bedrock-agentcore:GetGatewayTarget',
    send: options => agentcore.send(new sdk.GetGatewayTargetCommand({ gatewayIdentifier, targetId }), options),
    schema: rawTarget,
  });

export const TAGS: TagReader<AgentcoreSession> = {
  action: 'bedrock-agentcore:ListTagsForResource',
  read: ({ ask, agentcore }, resourceArn) =>
    ask({
      action: TAGS.action,
      send: options => agentcore.send(new sdk.ListTagsForResourceCommand({ resourceArn }), options),
      schema: tagsAsObject,
    }),
};

import * as sdk from '@aws-sdk/client-bedrock-agentcore-control';
import { ifRead } from '../aws/classify-error.ts';
import type { Harmless } from '../aws/fields.ts';
import type { EndpointKind } from './endpoint.ts';
import { describeHarness, describeRuntime } from './requests.ts';
import { harnessVersion } from './translate-harness.ts';
import { runtimeVersion } from './translate-runtime.ts';

export const agentRuntime = (harmless: Harmless): EndpointKind => ({
  kind: 'AGENT_RUNTIME',
  word: 'runtime',
  parents: {
    action: 'bedrock-agentcore:ListAgentRuntimes',
    list: 'agentRuntimes',
    fields: { id: 'agentRuntimeId', name: 'agentRuntimeName', arn: 'agentRuntimeArn', changed: 'lastUpdatedAt' },
    send: ({ agentcore }, page, options) => agentcore.send(new sdk.ListAgentRuntimesCommand(page), options),
  },
  endpoints: {
    action: 'bedrock-agentcore:ListAgentRuntimeEndpoints',
    list: 'runtimeEndpoints',
    fields: { name: 'name', arn: 'agentRuntimeEndpointArn', changed: 'lastUpdatedAt' },
    send: ({ agentcore }, { parent, ...page }, options) =>
      agentcore.send(new sdk.ListAgentRuntimeEndpointsCommand({ agentRuntimeId: parent, ...page }), options),
  },
  version: {
    action: 'bedrock-agentcore:GetAgentRuntime',
    read: async (session, parent, version) => ifRead(await describeRuntime(session, parent, version), raw => runtimeVersion(raw, harmless)),
  },
  get: {
    action: 'bedrock-agentcore:GetAgentRuntimeEndpoint',
    send: ({ agentcore }, { parent, endpointName }, options) =>
      agentcore.send(new sdk.GetAgentRuntimeEndpointCommand({ agentRuntimeId: parent, endpointName }), options),
  },
});

export const harness = (harmless: Harmless): EndpointKind => ({
  kind: 'HARNESS',
  word: 'harness',
  parents: {
    action: 'bedrock-agentcore:ListHarnesses',
    list: 'harnesses',
    fields: { id: 'harnessId', name: 'harnessName', arn: 'arn', changed: 'updatedAt' },
    send: ({ agentcore }, page, options) => agentcore.send(new sdk.ListHarnessesCommand(page), options),
  },
  endpoints: {
    action: 'bedrock-agentcore:ListHarnessEndpoints',
    list: 'endpoints',
    fields: { name: 'endpointName', arn: 'arn', changed: 'updatedAt' },
    send: ({ agentcore }, { parent, ...page }, options) =>
      agentcore.send(new sdk.ListHarnessEndpointsCommand({ harnessId: parent, ...page }), options),
  },
  version: {
    action: 'bedrock-agentcore:GetHarness',
    read: async (session, parent, version) => ifRead(await describeHarness(session, parent, version), raw => harnessVersion(raw, harmless)),
  },
  get: {
    action: 'bedrock-agentcore:GetHarnessEndpoint',
    send: ({ agentcore }, { parent, endpointName }, options) =>
      agentcore.send(new sdk.GetHarnessEndpointCommand({ harnessId: parent, endpointName }), options),
  },
});

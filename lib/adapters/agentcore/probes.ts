import * as sdk from '@aws-sdk/client-bedrock-agentcore-control';
import { CREATOR_PROBE, type Trail } from '../aws/creators.ts';
import { apart, pair, type Probe } from '../aws/probe.ts';
import { UPSTREAM_PROBE } from '../aws/upstream.ts';
import type { AgentcoreClients } from './requests.ts';

const ONE = { maxResults: 1 } as const;

/** Every action that a listing of a scope needs: each list, then one description of what was found, and its tags. */
export const AGENTCORE_PROBES: readonly Probe<AgentcoreClients & Trail>[] = [
  {
    action: 'bedrock-agentcore:ListAgentRuntimes',
    call: ({ agentcore }, _about, options) => agentcore.send(new sdk.ListAgentRuntimesCommand(ONE), options),
    finds: { runtime: 'agentRuntimes.0.agentRuntimeId', ANY: 'agentRuntimes.0.agentRuntimeArn' },
  },
  {
    action: 'bedrock-agentcore:GetAgentRuntime',
    about: 'runtime',
    call: ({ agentcore }, agentRuntimeId, options) => agentcore.send(new sdk.GetAgentRuntimeCommand({ agentRuntimeId }), options),
  },
  {
    action: 'bedrock-agentcore:ListAgentRuntimeEndpoints',
    about: 'runtime',
    call: async ({ agentcore }, agentRuntimeId, options) => {
      const { runtimeEndpoints } = await agentcore.send(new sdk.ListAgentRuntimeEndpointsCommand({ agentRuntimeId, ...ONE }), options);
      return { endpoint: pair(agentRuntimeId, runtimeEndpoints?.[0]?.name) };
    },
    finds: { 'endpoint of a runtime': 'endpoint' },
  },
  {
    action: 'bedrock-agentcore:GetAgentRuntimeEndpoint',
    about: 'endpoint of a runtime',
    call: ({ agentcore }, both, options) => {
      const [agentRuntimeId, endpointName] = apart(both);
      return agentcore.send(new sdk.GetAgentRuntimeEndpointCommand({ agentRuntimeId, endpointName }), options);
    },
  },
  {
    action: 'bedrock-agentcore:ListHarnesses',
    call: ({ agentcore }, _about, options) => agentcore.send(new sdk.ListHarnessesCommand(ONE), options),
    finds: { harness: 'harnesses.0.harnessId', ANY: 'harnesses.0.arn' },
  },
  {
    action: 'bedrock-agentcore:GetHarness',
    about: 'harness',
    call: ({ agentcore }, harnessId, options) => agentcore.send(new sdk.GetHarnessCommand({ harnessId }), options),
  },
  {
    action: 'bedrock-agentcore:ListHarnessEndpoints',
    about: 'harness',
    call: async ({ agentcore }, harnessId, options) => {
      const { endpoints } = await agentcore.send(new sdk.ListHarnessEndpointsCommand({ harnessId, ...ONE }), options);
      return { endpoint: pair(harnessId, endpoints?.[0]?.endpointName) };
    },
    finds: { 'endpoint of a harness': 'endpoint' },
  },
  {
    action: 'bedrock-agentcore:GetHarnessEndpoint',
    about: 'endpoint of a harness',
    call: ({ agentcore }, both, options) => {
      const [harnessId, endpointName] = apart(both);
      return agentcore.send(new sdk.GetHarnessEndpointCommand({ harnessId, endpointName }), options);
    },
  },
  {
    action: 'bedrock-agentcore:ListGateways',
    call: ({ agentcore }, _about, options) => agentcore.send(new sdk.ListGatewaysCommand(ONE), options),
    finds: { gateway: 'items.0.gatewayId' },
  },
  {
    action: 'bedrock-agentcore:GetGateway',
    about: 'gateway',
    call: ({ agentcore }, gatewayIdentifier, options) => agentcore.send(new sdk.GetGatewayCommand({ gatewayIdentifier }), options),
    finds: { ANY: 'gatewayArn' },
  },
  {
    action: 'bedrock-agentcore:ListGatewayTargets',
    about: 'gateway',
    call: async ({ agentcore }, gatewayIdentifier, options) => {
      const { items } = await agentcore.send(new sdk.ListGatewayTargetsCommand({ gatewayIdentifier, ...ONE }), options);
      return { target: pair(gatewayIdentifier, items?.[0]?.targetId) };
    },
    finds: { 'target of a gateway': 'target' },
  },
  {
    action: 'bedrock-agentcore:GetGatewayTarget',
    about: 'target of a gateway',
    call: ({ agentcore }, both, options) => {
      const [gatewayIdentifier, targetId] = apart(both);
      return agentcore.send(new sdk.GetGatewayTargetCommand({ gatewayIdentifier, targetId }), options);
    },
  },
  {
    action: 'bedrock-agentcore:ListTagsForResource',
    about: 'ANY',
    call: ({ agentcore }, resourceArn, options) => agentcore.send(new sdk.ListTagsForResourceCommand({ resourceArn }), options),
  },
  UPSTREAM_PROBE,
  CREATOR_PROBE,
];

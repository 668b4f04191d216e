import type { ListingSource } from '../../ports.ts';
import { schemeOf } from '../aws/fields.ts';
import { createKindSource, type KindSourceDeps } from '../aws/kind-source.ts';
import { readUpstream } from '../aws/upstream.ts';
import { createEndpointReader } from './endpoint.ts';
import { GATEWAY } from './gateway.ts';
import type { AgentcoreClients } from './requests.ts';
import { agentRuntime, harness } from './runtime-and-harness.ts';

export interface AgentcoreSourceDeps extends KindSourceDeps<AgentcoreClients> {
  readonly settings: { readonly harmlessEnvironmentKeys: readonly string[] };
}

/** AgentCore is young: what it is said to be here is what the installed SDK says, and nothing outside this folder knows of it. */
export const createAgentcoreSource = ({ settings, ...deps }: AgentcoreSourceDeps): ListingSource => {
  const harmless = new Set(settings.harmlessEnvironmentKeys);
  const readers = [createEndpointReader(agentRuntime(harmless)), createEndpointReader(harness(harmless)), GATEWAY];
  return createKindSource(readers, { ...deps, scheme: schemeOf(harmless) }, readUpstream);
};

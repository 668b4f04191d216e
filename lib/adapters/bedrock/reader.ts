import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { KindSession } from '../aws/kind-source.ts';
import type { AgentClients } from './agents/requests.ts';

/** The clients that a scope is read with. */
export interface Clients extends AgentClients {
  readonly bedrock: BedrockClient;
  readonly cloudwatch: CloudWatchClient;
}

/** The requests for one kind of one scope. */
export type BedrockSession = KindSession<Clients>;

import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { DeploymentKind } from '../../core/kinds.ts';
import type { KindListing } from '../../core/sighting.ts';
import type { Answer } from '../aws/classify-error.ts';
import type { Session } from '../aws/session.ts';

/** The clients that a scope is read with. */
export interface Clients {
  readonly bedrock: BedrockClient;
  readonly cloudwatch: CloudWatchClient;
}

/** The requests for one kind of one scope. */
export interface BedrockSession extends Session, Clients {}

/** Reads one kind of deployment; each kind fails on its own. Never throws for what the provider does. */
export interface KindReader {
  readonly kind: DeploymentKind;
  readonly list: (session: BedrockSession) => Promise<KindListing>;
  /** Asks for one once more: VANISHED only where the provider says in so many words that there is none. */
  readonly describe: (session: BedrockSession, arn: string) => Promise<Answer<unknown>>;
}

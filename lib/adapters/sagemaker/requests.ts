import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Session } from '../aws/session.ts';

/** The clients that a scope is read with. */
export interface SagemakerClients {
  readonly client: SageMakerClient;
  /** Absent: Bedrock is not asked which endpoints serve models of its Marketplace. */
  readonly bedrock?: BedrockClient | undefined;
}

/** A listing of one scope, with the clients that send its requests. */
export interface SagemakerSession extends Session, SagemakerClients {}

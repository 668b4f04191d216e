import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Session } from '../aws/session.ts';

/** A listing of one scope, with the client that sends its requests. */
export interface SagemakerSession extends Session {
  readonly client: SageMakerClient;
}

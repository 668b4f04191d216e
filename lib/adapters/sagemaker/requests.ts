import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { CloudScope } from '../../core/scope.ts';
import type { Session } from '../aws/session.ts';

/** Why a request was spared. */
export const IN_SEARCH = 'shown by Search';
export const LISTED_AS_BEFORE = 'listed as before';

/** The clients that a scope is read with. */
export interface SagemakerClients {
  readonly client: SageMakerClient;
  readonly cloudwatch: CloudWatchClient;
  /** Absent: Bedrock is not asked which endpoints serve models of its Marketplace. */
  readonly bedrock?: BedrockClient | undefined;
  /** A client that may list buckets, for the region of one; absent: ETags that SageMaker does not show stay unknown. */
  readonly s3For?: ((scope: CloudScope) => S3Client) | undefined;
}

/** A listing of one scope, with the clients that send its requests. */
export interface SagemakerSession extends Session, SagemakerClients {}

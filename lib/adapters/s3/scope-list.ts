import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ScopeId } from '../../core/scope.ts';
import type { Instant } from '../../core/time.ts';

/** One item of the map: everything that one child needs to know. */
export interface ScopeTask {
  readonly scopes: readonly ScopeId[];
  readonly slot: Instant;
  readonly holder: string;
}

/** Where the map of the state machine reads the scopes of a roll call. */
export interface ScopeList {
  /** Writes the list and answers with its key. Writing the same run again overwrites it with the same. */
  readonly write: (slot: Instant, tasks: readonly ScopeTask[]) => Promise<string>;
}

export const createScopeList = (client: S3Client, bucket: string): ScopeList => ({
  write: async (slot, tasks) => {
    const key = `scopes/${slot}.json`;
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(tasks), ContentType: 'application/json' }));
    return key;
  },
});

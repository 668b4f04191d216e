import { AwsError, type Operation, text } from './call.ts';
import { LONG_AGO } from './estate.ts';
import { refusal } from './refusals.ts';
import type { Route } from './rest.ts';

/** Objects are what the estate's `objects` says; a bucket is there where one of them lies in it. */
const listObjects: Operation = call => {
  const { body, objects, pageSize = 1000 } = call;
  const place = `s3://${text(body['bucket'])}/`;
  const bucket = Object.entries(objects).flatMap(([uri, etag]) =>
    uri.startsWith(place) ? [[uri.slice(place.length), etag] as const] : [],
  );
  if (bucket.length === 0) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  const after = text(body['continuation-token']);
  if (after && !bucket.some(([key]) => key === after)) throw refusal(call, 'invalid', 'The continuation token provided is incorrect');
  const found = bucket.filter(([key]) => key.startsWith(text(body['prefix'])) && key > after).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const MaxKeys = Number(body['max-keys'] ?? 1000);
  const shown = found.slice(0, Math.min(MaxKeys, pageSize));
  const IsTruncated = shown.length < found.length;
  const ListBucketResult = {
    Name: body['bucket'],
    Prefix: text(body['prefix']),
    KeyCount: shown.length,
    MaxKeys,
    IsTruncated,
    ...(IsTruncated && { NextContinuationToken: shown.at(-1)?.[0] }),
    Contents: shown.map(([Key, etag]) => ({ Key, ETag: `"${etag}"`, LastModified: LONG_AGO, Size: 1, StorageClass: 'STANDARD' })),
  };
  return { ListBucketResult };
};

export const S3_ROUTES: readonly Route[] = [{ operation: 'ListObjectsV2', at: 'GET /{bucket}', act: listObjects }];

import { GetObjectCommand, ListObjectsV2Command, type ListObjectsV2CommandInput, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../lib/simcloud/estate.ts';
import { ACCOUNT, endpoints, inRegion, REGION, type RegionInput, simulate } from './simulated.ts';

const objects = {
  's3://models/a/2': 'e2',
  's3://models/a/1': 'e1',
  's3://models/a': 'e0',
  's3://models/b & <c>': 'e3',
  's3://others/a': 'x',
};

const store = async (region: RegionInput = endpoints('a'), pageSize?: number) => {
  const { simcloud } = await simulate(region, {
    estate: { ...inRegion(region), objects },
    ...(pageSize === undefined ? {} : { pageSize }),
  });
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'x' };
  const client = new S3Client({ endpoint: simcloud.endpoint, region: REGION, maxAttempts: 1, credentials });
  const list = (input: Partial<ListObjectsV2CommandInput>) => client.send(new ListObjectsV2Command({ Bucket: 'models', ...input }));
  return { simcloud, client, list };
};

describe('S3', () => {
  it.each([
    ['of a bucket, in order of their keys', {}, ['a', 'a/1', 'a/2', 'b & <c>'], false],
    ['under a prefix', { Prefix: 'a/' }, ['a/1', 'a/2'], false],
    ['no more than asked for', { Prefix: 'a', MaxKeys: 1 }, ['a'], true],
    ['none', { Prefix: 'z' }, undefined, false],
  ])('lists objects %s', async (_what, input, keys, IsTruncated) => {
    const { list } = await store();
    const answer = await list(input);
    expect(answer.Contents?.map(({ Key }) => Key)).toEqual(keys);
    expect(answer).toMatchObject({ Name: 'models', KeyCount: keys?.length ?? 0, IsTruncated });
  });

  it('goes on where a page ended, and quotes ETags as AWS does', async () => {
    const { list } = await store(endpoints('a'), 3);
    const { NextContinuationToken, Contents } = await list({});
    expect(Contents?.[0]).toMatchObject({ Key: 'a', ETag: '"e0"', Size: 1, StorageClass: 'STANDARD' });
    expect((await list({ ContinuationToken: NextContinuationToken })).Contents).toMatchObject([{ Key: 'b & <c>', ETag: '"e3"' }]);
    await expect(list({ ContinuationToken: 'of nobody' })).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('says which bucket is none, what is denied, and what it does not do', async () => {
    const { client, list, simcloud } = await store({ denied: [] });
    await expect(list({ Bucket: 'nobody' })).rejects.toMatchObject({ name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } });
    await expect(client.send(new GetObjectCommand({ Bucket: 'models', Key: 'a' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
    simcloud.load({ ...inRegion({ denied: ['ListObjectsV2'] }), objects });
    await expect(list({})).rejects.toMatchObject({ name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  });

  it('fails as it is told to, and counts its calls', async () => {
    const { list, simcloud } = await store();
    simcloud.faults.add({ kind: 'internal', operation: 'ListObjectsV2' });
    await expect(list({})).rejects.toMatchObject({ name: 'InternalError' });
    await list({});
    expect(simcloud.calls()).toEqual([{ operation: 'ListObjectsV2', account: ACCOUNT, region: REGION, count: 2 }]);
  });

  it('refuses an estate whose objects lie nowhere', () => {
    expect(() => parseEstate(`accounts: { "${ACCOUNT}": {} }\nobjects: { "models/a": e1 }\n`, 'e.yaml')).toThrow(
      'expected s3://bucket/key',
    );
  });
});

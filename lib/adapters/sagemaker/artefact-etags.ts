import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { ContainerFacts } from '../../core/composition.ts';
import { digestOf } from '../../core/digest.ts';
import type { CloudScope } from '../../core/scope.ts';
import { type Answer, ifRead } from '../aws/classify-error.ts';
import type { SendOptions, Session } from '../aws/session.ts';
import type { ReadModel } from './translate/model.ts';

/** What stands for the content that an artefact has now; null: nothing that can be known. */
export type ReadEtag = (uri: string) => Promise<Answer<string | null>>;

const S3_URI = /^s3:\/\/([\w.-]+)\/(.+)$/;

/** The most that one call lists. A model of more files stays unpinned, as it would cost a call for every thousand. */
const PAGE = 1000;

/** Every list says how many keys it holds: what does not is none, and not an empty one. `region`: where to ask instead. */
const listed = z.object({
  KeyCount: z.number(),
  IsTruncated: z.boolean(),
  Contents: z.array(z.object({ Key: z.string(), ETag: z.string() })).default([]),
  region: z.string().optional(),
});

/**
 * Reads ETags by listing, which takes no permission on any object. An artefact that is not there, or that may not be listed, has none;
 * each is asked for by itself, as a policy may open a part of a bucket. Without `s3For` nothing is asked.
 */
export const createEtagReader = (session: Session, s3For: ((scope: CloudScope) => S3Client) | undefined): ReadEtag => {
  if (!s3For) return async () => ({ ok: true, value: null });
  const clients = new Map<string, S3Client>();
  const regions = new Map<string, string>();
  const list = (Bucket: string, Prefix: string) => {
    const region = regions.get(Bucket) ?? session.scope.region;
    const client = clients.get(region) ?? s3For({ ...session.scope, region });
    clients.set(region, client);
    const guessed = regions.has(Bucket) ? undefined : region;
    // Of all keys that begin with one, that one is the first.
    const command = new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: Prefix.endsWith('/') ? PAGE : 1 });
    const send = (options: SendOptions) => client.send(command, options).catch(refusalAt(guessed));
    return session.ask({ action: 's3:ListObjectsV2', send, schema: listed });
  };
  return async uri => {
    const [, bucket = '', key = ''] = S3_URI.exec(uri) ?? [];
    if (!bucket) return { ok: true, value: null };
    const first = await list(bucket, key);
    const elsewhere = first.ok ? first.value.region : undefined;
    if (elsewhere !== undefined) regions.set(bucket, elsewhere);
    return ifRead(elsewhere === undefined ? first : await list(bucket, key), found => etagIn(found, key));
  };
};

/** An object by its own ETag, a prefix by the digest of all that lies under it. */
const etagIn = ({ IsTruncated, Contents }: z.output<typeof listed>, key: string): string | null => {
  if (!key.endsWith('/')) return Contents.find(({ Key }) => Key === key)?.ETag ?? null;
  return IsTruncated || Contents.length === 0 ? null : `sha256:${digestOf(Contents)}`;
};

const REGION = 'x-amz-bucket-region';
const refused = z.object({
  name: z.string(),
  $metadata: z.unknown(),
  $response: z.object({ headers: z.object({ [REGION]: z.string().optional() }) }).optional(),
});

/**
 * Refusals that are answers: a bucket of another region, and one that is not ours to look into. The SDK's own way to follow a bucket to its
 * region moves the client with every request under way.
 */
const refusalAt =
  (guessed: string | undefined) =>
  (error: unknown): unknown => {
    const { name = '', $metadata, $response } = refused.safeParse(error).data ?? {};
    const region = $response?.headers[REGION];
    const nothing = { $metadata, KeyCount: 0, IsTruncated: false };
    if (guessed !== undefined && region !== undefined && region !== guessed) return { ...nothing, region };
    if (/^(AccessDenied|AllAccessDisabled|NoSuchBucket)$/.test(name)) return nothing;
    throw error;
  };

/** A model with the ETags of what it loads; not known where one of them could not be read. */
export const withEtags = async (model: Answer<ReadModel>, readEtag: ReadEtag): Promise<Answer<ReadModel>> => {
  if (!model.ok) return model;
  const { facts } = model.value;
  const etags = new Map<string, string | null>();
  for (const { uri } of facts.containers.flatMap(unpinned)) {
    const etag = await readEtag(uri);
    if (!etag.ok) return etag;
    etags.set(uri, etag.value);
  }
  const containers = facts.containers.map(container => ({
    ...container,
    artefacts: container.artefacts.map(artefact => ({ ...artefact, etag: artefact.etag ?? etags.get(artefact.uri) ?? null })),
  }));
  return { ok: true, value: { ...model.value, facts: { ...facts, containers } } };
};

/** The set of a multi-model container is open: nothing pins it. */
const unpinned = ({ mode, artefacts }: ContainerFacts) => (mode === 'MultiModel' ? [] : artefacts.filter(({ etag }) => etag === null));

import { type BedrockClient, ListTagsForResourceCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import { composeParts } from '../../core/compose.ts';
import type { Part } from '../../core/composition.ts';
import { type DeploymentKind, KINDS } from '../../core/kinds.ts';
import { arnPattern, type CloudScope, scopeId } from '../../core/scope.ts';
import type { KindListing, Presence, Sighting } from '../../core/sighting.ts';
import { type TagReader, tagsAsListed } from '../aws/as-listed.ts';
import { failureOf } from '../aws/classify-error.ts';
import type { KindReader } from '../aws/kind-source.ts';
import { type Listed, listKind, notChecked } from '../aws/list-kind.ts';
import type { SendOptions } from '../aws/session.ts';
import { sideBySide } from '../aws/side-by-side.ts';
import type { BedrockSession, Clients } from './reader.ts';

/** What a summary says of a deployment, whatever its fields are called there. */
interface Summary extends Pick<Sighting, 'arn' | 'name' | 'status' | 'createdAt' | 'lastModified' | 'pending'> {
  readonly parts: readonly Part[];
}

/** A kind of Bedrock's control plane: its summaries say everything but the tags. */
export interface SummaryKind {
  readonly kind: DeploymentKind;
  /** What its statuses mean; one that is not in it serves. */
  readonly presence: ReadonlyMap<string, Presence>;
  readonly list: {
    readonly action: string;
    readonly field: string;
    /** Where the ARN of the first item stands, for `rollcall doctor`. */
    readonly arn: string;
    readonly send: (client: BedrockClient, nextToken: string | undefined, options: SendOptions) => Promise<unknown>;
  };
  readonly item: z.ZodType<Summary>;
  readonly get: {
    readonly action: string;
    readonly send: (client: BedrockClient, arn: string, options: SendOptions) => Promise<unknown>;
  };
  /** Of a kind whose summaries do not say whether it is about to change. */
  readonly pending?: (session: BedrockSession, summary: Summary) => Promise<string | null>;
}

export const createReader = (from: SummaryKind): KindReader<Clients> => ({
  kind: from.kind,
  list: session => readKind(session, from),
  describe: ({ ask, bedrock }, arn) =>
    ask({ action: from.get.action, send: options => from.get.send(bedrock, arn, options), schema: z.object({}) }),
});

type ListedSummary = Listed & Summary;

const readKind = async (session: BedrockSession, from: SummaryKind): Promise<KindListing> => {
  const { kind, list, pending } = from;
  const { listed, quarantined, failure } = await listKind(session, {
    action: list.action,
    list: list.field,
    tokenField: 'nextToken',
    send: (nextToken, options) => list.send(session.bedrock, nextToken, options),
    item: ownItem(session.scope, from),
  });
  if (failure) return notChecked(kind, failure);
  const sightings = await sideBySide(listed, async ({ parts, ...item }): Promise<Sighting> => {
    const [tags, change] = await Promise.all([tagsAsListed(session, item, TAGS), pending?.(session, { ...item, parts })]);
    return { ...item, tags, hosts: 'MODELS', pending: change ?? item.pending, detail: detailOf(item.name, parts) };
  });
  // A listing is done by its deadline or not at all: tags that were given up on are not tags that may not be read.
  return session.ranOut() ? notChecked(kind, failureOf('DEADLINE', TAGS.action)) : { kind, status: 'COMPLETE', quarantined, sightings };
};

/** Bedrock's patterns for names, all in one. */
const NAME = /^[0-9a-zA-Z:.][0-9a-zA-Z:. _-]{0,255}$/;

/** An item of this kind in this scope, and nothing else. */
const ownItem = (scope: CloudScope, { kind, item, presence }: SummaryKind): z.ZodType<ListedSummary> => {
  const { resource, title } = KINDS[kind];
  const ours = arnPattern(scope, resource);
  return item
    .refine(({ arn }) => ours.test(arn), { path: ['arn'], error: `not a ${title} of ${scopeId(scope)}` })
    .refine(({ name }) => NAME.test(name), { path: ['name'], error: 'not a Bedrock name' })
    .transform(summary => ({ ...summary, kind, scope: scopeId(scope), presence: presence.get(summary.status) ?? 'SERVING' }));
};

const tagged = z
  .object({ tags: z.array(z.object({ key: z.string(), value: z.string() })).default([]) })
  .transform(({ tags }) => Object.fromEntries(tags.map(({ key, value }) => [key, value])));

const TAGS: TagReader<BedrockSession> = {
  action: 'bedrock:ListTagsForResource',
  read: ({ ask, bedrock }, resourceARN) =>
    ask({
      action: TAGS.action,
      send: options => bedrock.send(new ListTagsForResourceCommand({ resourceARN }), options),
      schema: tagged,
    }),
};

/** One unit; of role, network and keys these kinds show nothing. */
export const detailOf = (name: string, parts: readonly Part[]): Sighting['detail'] => {
  const composition = composeParts(parts);
  return { state: 'KNOWN', composition, units: [{ name, role: 'PRODUCTION', composition, packageArns: [] }], posture: '' };
};

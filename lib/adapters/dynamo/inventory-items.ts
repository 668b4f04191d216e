import * as z from 'zod';
import type { DeploymentActs } from '../../core/act.ts';
import type { CreatorStatus } from '../../core/creators.ts';
import { PART_KINDS } from '../../core/composition.ts';
import { DEPLOYMENT_KINDS } from '../../core/kinds.ts';
import type { InventoryItem, Memo, ScopeStatus } from '../../core/inventory.ts';
import type { Message, MessageMember } from '../../core/notice.ts';
import type { Sighting } from '../../core/sighting.ts';
import { count, each, failureClass, findingKey, instant, maybe, maybeInstant, text } from './fields.ts';
import { toldSchema } from './finding-items.ts';

const kind = z.enum(DEPLOYMENT_KINDS);
const part = z.object({ ...each(text, 'slot', 'identity'), kind: z.enum(PART_KINDS), pinned: z.boolean() });
const composition = z.object({ digest: text, parts: z.array(part) });
const unit = z.object({ name: text, role: z.enum(['PRODUCTION', 'SHADOW', 'COMPONENT']), composition, packageArns: z.array(text) });
const unknownCause = z.enum(['DENIED', 'FAILED', 'VANISHED', 'LINEAGE_LOST', 'LINEAGE_REPLACED']);
const detail = z.discriminatedUnion('state', [
  z.object({ state: z.literal('KNOWN'), composition, units: z.array(unit), posture: text }),
  z.object({ state: z.literal('UNKNOWN'), cause: unknownCause, reason: text }),
]);

/** Tags are kept as pairs: their keys are anybody's text, and a map loses the key `__proto__`. */
const tagPairs = z.array(z.tuple([text, text])).transform((pairs): Record<string, string> => Object.fromEntries(pairs));

const upstream = z.object({ ...each(text, 'model', 'status'), ...each(maybeInstant, 'legacyAt', 'endOfLifeAt') });

const sighting: z.ZodType<Sighting> = z.object({
  ...each(text, 'arn', 'scope', 'name', 'status'),
  ...each(maybeInstant, 'createdAt', 'lastModified'),
  kind,
  presence: z.enum(['SERVING', 'STARTING', 'NOT_SERVING', 'LEAVING']),
  hosts: z.enum(['MODELS', 'COMPONENTS']),
  tags: tagPairs.nullable(),
  pending: maybe,
  detail,
  upstream: z.array(upstream).nullable().optional(),
});

/** An `i#` item; `storedItem` is its other direction. */
export const inventoryItem: z.ZodType<InventoryItem> = z.object({
  ...each(text, 'scope', 'arn'),
  ...each(maybe, 'model', 'version'),
  kind,
  sighting,
  firstSeen: instant,
  absentSince: count.nullable(),
  creationAsked: maybeInstant.default(null),
});
export const storedItem = (item: InventoryItem): Record<string, unknown> => {
  const { tags } = item.sighting;
  return { ...item, sighting: { ...item.sighting, tags: tags === null ? null : Object.entries(tags) } };
};

const namedBy = z.enum(['IDENTITY_CENTER_USER', 'SOURCE_IDENTITY', 'SSO_SESSION', 'IAM_USER', 'ROLE', 'ROOT', 'SERVICE', 'NOBODY']);
const actor = z.object({ name: text, role: maybe, because: namedBy });
const heard = z.enum(['ANNOUNCED', 'LOOKED_UP']).default('ANNOUNCED');
const act = z.object({ actor, operation: text, at: instant, eventId: text, heard }).nullable().default(null);

/** An `a#` item. */
export const actsItem: z.ZodType<DeploymentActs> = z.object({ ...each(text, 'scope', 'resource'), created: act, changed: act });

const failure = z.object({ failure: failureClass, reason: text, since: instant, slots: count });
const kindStatus = z.object({
  lastCompleteAt: maybeInstant,
  completeSeq: count,
  failure: failure.nullable(),
  count,
  excluded: maybe.default(null),
});

const creators: z.ZodType<CreatorStatus> = z.object({
  refused: z.object({ at: instant, reason: text }).nullable(),
});

/** An `s#` item; its lease attributes are no part of the status. A field that an earlier version did not write has a default, as in a run. */
export const statusItem: z.ZodType<ScopeStatus> = z.object({
  scope: text,
  firstTriedAt: instant,
  lastSlot: maybeInstant,
  kinds: z.partialRecord(kind, kindStatus),
  held: z.object({ arns: z.array(text), since: instant }).nullable(),
  emptySince: maybeInstant.default(null),
  invocationsCountedAt: maybeInstant.default(null),
  retiredSince: maybeInstant.default(null),
  creators: creators.nullable().default(null),
  deployments: z.object({ listed: count, registered: count }).default({ listed: 0, registered: 0 }),
  calls: count,
});

/** The lease attributes of an `s#` or `lease#` item. */
export const leaseItem = z.object({ leaseEpoch: count, leaseHolder: text, leaseUntil: instant });

export const memoItem: z.ZodType<Memo> = z.object({ key: text, since: instant, seq: count });

export const summaryItem = z.object({ at: instant });

const message: z.ZodType<Omit<Message, 'members'>> = z.object({
  ...each(text, 'id', 'receiver', 'subject', 'body'),
  topic: z.enum(['SECURITY', 'OWNERS', 'OPS']),
  attributes: z.record(text, z.union([text, z.array(text)])),
});

/** An `out` item: the message without its members, and how many of them lie beside it. */
export const outgoingItem = z.object({ message, state: z.enum(['PREPARED', 'PUBLISHED']), preparedAt: instant, memberCount: count });

const member: z.ZodType<MessageMember> = z.object({ finding: z.object(findingKey), receiver: text, told: toldSchema });
/** An `out#<message>` item: one chunk of its members. */
export const membersItem = z.object({ members: z.array(member) });

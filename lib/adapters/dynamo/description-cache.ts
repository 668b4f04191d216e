import pLimit from 'p-limit';
import * as z from 'zod';
import type { Description, DescriptionCache } from '../../ports.ts';
import { recentPartition, remove, type Table, update } from './client.ts';
import { instant, text } from './fields.ts';
import { descriptionKey, descriptionsOf } from './schema.ts';

/** Writes in flight. Only a first reading, or one after an upgrade, has more than a few. */
const CONCURRENCY = 25;

/** A `c#` item. What is broken in it reads as empty and very old, so that it is read anew, or forgotten. */
const descriptionItem: z.ZodType<Description> = z
  .object({
    sk: text,
    key: text.optional().catch(undefined),
    readAt: instant.catch('1970-01-01T00:00:00.000Z'),
    moment: text.optional().catch(undefined),
    scheme: text.catch(''),
    value: z.unknown().optional(),
  })
  .transform(({ sk, key = sk, moment = key, readAt, scheme, value }) => ({ key, readAt, moment, scheme, value }));

/** Descriptions in the Inventory table, an item each: one query reads those of a scope, and only what was read anew is written. */
export const dynamoDescriptionCache = (table: Table): DescriptionCache => {
  const limit = pLimit(CONCURRENCY);
  return {
    load: async function* (scope) {
      for await (const item of recentPartition(table, descriptionsOf(scope))) yield descriptionItem.parse(item);
    },
    save: async (scope, descriptions) => {
      await limit.map(descriptions, description => update(table, descriptionKey(scope, description.key), { set: { ...description } }));
    },
    forget: async (scope, keys) => {
      await limit.map(keys, key => remove(table, descriptionKey(scope, key)));
    },
  };
};

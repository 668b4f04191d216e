import * as z from 'zod';
import { RULE_IDS } from '../../core/rule-catalog.ts';

export const text = z.string();
export const maybe = text.nullable();
export const count = z.int();
export const instant = z.iso.datetime({ offset: true });
export const maybeInstant = instant.nullable();
export const words = z.record(text, text);
export const failureClass = z.enum(['TRANSIENT', 'DENIED', 'IDENTITY', 'UNSUPPORTED', 'BAD_REQUEST', 'MALFORMED', 'DEADLINE', 'UNKNOWN']);
export const findingKey = { scope: text, rule: z.enum(RULE_IDS), subject: text };

/** Fields of one type, by name: the item schemas stay as short as the types that they mirror. */
export const each = <T extends z.ZodType, K extends string>(type: T, ...names: readonly K[]): Record<K, T> =>
  // Typed as unknown pairs, because `fromEntries` cannot say that its result has exactly these keys.
  Object.fromEntries(names.map((name): readonly unknown[] => [name, type]));

import type * as z from 'zod';
import { isDueAgain } from '../../core/due-again.ts';
import type { ScopeId } from '../../core/scope.ts';
import type { Instant } from '../../core/time.ts';
import type { Description, DescriptionCache } from '../../ports.ts';

/** What one listing knows from earlier ones, and what it has read itself. */
export interface Memory {
  /** What was read under a key, unless it cannot be read, or does not hold any more. */
  readonly recall: <T>(key: string, schema: z.ZodType<T>, holds: (value: T) => boolean) => Recalled<T> | undefined;
  /** Keeps what was read or proven just now, until its moment of the day; JSON that its schema reads back. */
  readonly keep: (key: string, value: unknown, moment: string) => void;
  readonly damaged: () => number;
  /** Stores what was read, and forgets what is due and was not needed. */
  readonly close: () => Promise<void>;
}

export interface Recalled<T> {
  readonly value: T;
  /** NOW: this listing has read it itself. DUE: it is to be read anew, and only believed where something proves it. */
  readonly read: 'NOW' | 'EARLIER' | 'DUE';
}

interface MemoryDeps {
  readonly cache: DescriptionCache;
  readonly scope: ScopeId;
  readonly scheme: string;
  readonly now: Instant;
  /** Whether what is kept under a key is to be read anew whatever its age. */
  readonly isStale: (key: string) => boolean;
}

export const openMemory = async ({ cache, scope, scheme, now, isStale }: MemoryDeps): Promise<Memory> => {
  const stored = await cache.load(scope);
  const isDue = ({ moment, readAt }: Description): boolean => isDueAgain(`${scope} ${moment}`, readAt, now);
  const known = new Map(stored.filter(({ key, scheme: of }) => of === scheme && !isStale(key)).map(each => [each.key, each]));
  const read = new Map<string, Description>();
  const damaged = new Set<string>();
  return {
    recall: (key, schema, holds) => {
      const found = read.get(key) ?? known.get(key);
      if (found === undefined) return undefined;
      const { success, data } = schema.safeParse(found.value);
      if (!success) damaged.add(key);
      if (!success || !holds(data)) return undefined;
      return { value: data, read: read.has(key) ? 'NOW' : isDue(found) ? 'DUE' : 'EARLIER' };
    },
    keep: (key, value, moment) => void read.set(key, { key, readAt: now, moment, scheme, value }),
    damaged: () => damaged.size,
    close: async () => {
      await cache.save(scope, [...read.values()]);
      const useless = stored.filter(each => !read.has(each.key) && (!known.has(each.key) || isDue(each)));
      await cache.forget(
        scope,
        useless.map(({ key }) => key),
      );
    },
  };
};

/** For who reads once and keeps nothing. */
export const noCache: DescriptionCache = { load: async () => [], save: async () => {}, forget: async () => {} };

import type * as z from 'zod';
import { isDueAgain } from '../../core/due-again.ts';
import type { ScopeId } from '../../core/scope.ts';
import type { Instant } from '../../core/time.ts';
import type { Description, DescriptionCache } from '../../ports.ts';

/** What one listing knows from earlier ones, and what it has read itself. */
export interface Memory {
  /** What was read under a key, unless it is due to be read anew, cannot be read, or does not hold any more. */
  readonly recall: <T>(key: string, schema: z.ZodType<T>, holds: (value: T) => boolean) => Recalled<T> | undefined;
  /** Keeps what was read just now; JSON that its schema reads back. */
  readonly keep: (key: string, value: unknown) => void;
  readonly damaged: () => number;
  /** Stores what was read, and forgets what is due and was not needed. */
  readonly close: () => Promise<void>;
}

export interface Recalled<T> {
  readonly value: T;
  /** False: this listing has read it itself. */
  readonly earlier: boolean;
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
  const usable = ({ key, readAt, scheme: of }: Description): boolean =>
    of === scheme && !isStale(key) && !isDueAgain(`${scope} ${key}`, readAt, now);
  const known = new Map(stored.filter(usable).map(each => [each.key, each]));
  const read = new Map<string, Description>();
  const damaged = new Set<string>();
  return {
    recall: (key, schema, holds) => {
      const found = read.get(key) ?? known.get(key);
      if (found === undefined) return undefined;
      const { success, data } = schema.safeParse(found.value);
      if (!success) damaged.add(key);
      return success && holds(data) ? { value: data, earlier: !read.has(key) } : undefined;
    },
    keep: (key, value) => void read.set(key, { key, readAt: now, scheme, value }),
    damaged: () => damaged.size,
    close: async () => {
      await cache.save(scope, [...read.values()]);
      await cache.forget(
        scope,
        stored.map(({ key }) => key).filter(key => !known.has(key) && !read.has(key)),
      );
    },
  };
};

/** For who reads once and keeps nothing. */
export const noCache: DescriptionCache = { load: async () => [], save: async () => {}, forget: async () => {} };

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

/** What was read, as text: as values, those of a scope of 100,000 deployments would fill what a function has. */
interface Held extends Pick<Description, 'readAt' | 'moment'> {
  readonly json: string;
}

const held = ({ readAt, moment, value }: Description): Held => ({ readAt, moment, json: JSON.stringify(value ?? null) });

export const openMemory = async ({ cache, scope, scheme, now, isStale }: MemoryDeps): Promise<Memory> => {
  const isDue = ({ moment, readAt }: Held): boolean => isDueAgain(`${scope} ${moment}`, readAt, now);
  const known = new Map<string, Held>();
  const outdated: string[] = [];
  for await (const each of cache.load(scope)) {
    if (each.scheme === scheme && !isStale(each.key)) known.set(each.key, held(each));
    else outdated.push(each.key);
  }
  const read = new Map<string, Held>();
  const damaged = new Set<string>();
  const saver = createSaver(descriptions => cache.save(scope, descriptions));
  return {
    recall: (key, schema, holds) => {
      const found = read.get(key) ?? known.get(key);
      if (found === undefined) return undefined;
      const { success, data } = schema.safeParse(JSON.parse(found.json));
      if (!success) damaged.add(key);
      if (!success || !holds(data)) return undefined;
      return { value: data, read: read.has(key) ? 'NOW' : isDue(found) ? 'DUE' : 'EARLIER' };
    },
    keep: (key, value, moment) => {
      const description = { key, readAt: now, moment, scheme, value };
      read.set(key, held(description));
      saver.add(description);
    },
    damaged: () => damaged.size,
    close: async () => {
      await saver.close();
      const due = [...known].flatMap(([key, each]) => (isDue(each) ? [key] : []));
      await cache.forget(
        scope,
        [...outdated, ...due].filter(key => !read.has(key)),
      );
    },
  };
};

/** Descriptions that are saved in one go, while more are read. */
const SAVED_TOGETHER = 100;

/**
 * Saves while the listing goes on: a first reading of a huge scope runs out of time, and what it has read by then is what the next one goes on
 * from. There would be no time to save all of it at the end.
 */
const createSaver = (save: (descriptions: readonly Description[]) => Promise<void>) => {
  const waiting = new Map<string, Description>();
  let saved = Promise.resolve();
  const flush = (): void => {
    const descriptions = [...waiting.values()];
    waiting.clear();
    saved = saved.then(() => save(descriptions));
    // Whoever closes hears of it.
    saved.catch(() => {});
  };
  return {
    add: (description: Description): void => {
      waiting.set(description.key, description);
      if (waiting.size >= SAVED_TOGETHER) flush();
    },
    close: (): Promise<void> => {
      flush();
      return saved;
    },
  };
};

/** For who reads once and keeps nothing. */
export const noCache: DescriptionCache = { load: async function* () {}, save: async () => {}, forget: async () => {} };

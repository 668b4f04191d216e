import * as z from 'zod';
import { digestOf, sha256 } from '../../core/digest.ts';
import type { Instant } from '../../core/time.ts';

export const instantOf = (time: Date | undefined): Instant | null => time?.toISOString() ?? null;

/** Tags as the services around Bedrock's control plane answer: one object, and none where there are none. */
export const tagsAsObject = z.object({ tags: z.record(z.string(), z.string()).default({}) }).transform(({ tags }) => tags);

/** Environment keys that say nothing of how a deployment behaves. */
export type Harmless = ReadonlySet<string>;

/** The only door for environment values: they leave as one hash, so that none of them can be guessed from it alone. */
export const hashedEnvironment = (environment: Readonly<Record<string, string>> | undefined, harmless: Harmless): string | null => {
  const told = Object.entries(environment ?? {}).filter(([key]) => !harmless.has(key));
  return told.length === 0 ? null : digestOf(Object.fromEntries(told.map(([key, value]) => [key, sha256(value)])));
};

/**
 * The forms in which descriptions are kept between runs. Raise the number when one of these forms, or the way to it from an answer, changes:
 * then everything is read anew. Which environment keys are harmless decides what is kept of the others, so they are part of the scheme.
 */
export const schemeOf = (harmless: Harmless): string => `2:${digestOf([...harmless].toSorted())}`;

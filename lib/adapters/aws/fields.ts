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

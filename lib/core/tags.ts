import type { Sighting } from './sighting.ts';

/** The value of a tag; undefined where there is none, whatever an object inherits, and where the tags could not be read. */
export const tagOf = (tags: Sighting['tags'], key: string): string | undefined =>
  tags !== null && Object.hasOwn(tags, key) ? tags[key] : undefined;

import * as z from 'zod';
import { elapsed, type Instant } from '../../core/time.ts';
import { REMEMBERED } from './call-count.ts';
import { type Answer, ifRead } from './classify-error.ts';
import type { Listed } from './list-kind.ts';
import type { Memory } from './memory.ts';
import type { Requests } from './session.ts';

export interface Remembering {
  readonly session: Pick<Requests, 'spare'>;
  readonly memory: Memory;
}

/** Statuses in which a change may be pending, which only a description shows. */
export const isChanging = (status: string): boolean => /^(Creating|Updating|SystemUpdating|RollingBack)$/i.test(status);

interface Shown {
  readonly status: string | null;
  readonly lastModified: Instant | null;
}

/** Whether what was read is at least as new as what the listing shows: an index lags, and any answer may. */
export const isAsNew = ({ status, lastModified }: Shown, listed: Listed): boolean =>
  status === listed.status && lastModified !== null && listed.lastModified !== null && elapsed(listed.lastModified, lastModified) >= 0;

export interface Asked<T> {
  /** Kind and name. */
  readonly key: string;
  readonly action: string;
  readonly schema: z.ZodType<T>;
  readonly read: () => Promise<Answer<T>>;
  /** What the answer itself says of its age; null: nothing. */
  readonly shown: (value: T) => Shown | null;
}

/**
 * What was read of a deployment while it was listed as it is now, or what is read of it anew. That it is listed alike is a hint that nothing
 * has changed, and no proof: tags move no time. So it lasts for a day at most, by the memory's own rule.
 */
export const readAsListed = async <T>(
  { memory, session }: Remembering,
  item: Listed,
  { key, action, schema, read, shown }: Asked<T>,
): Promise<Answer<T>> => {
  if (item.lastModified === null || isChanging(item.status)) return read();
  const listed = `${item.createdAt} ${item.lastModified} ${item.status}`;
  const known = memory.recall(key, z.object({ listed: z.string(), of: schema }), before => before.listed === listed);
  if (known && known.read !== 'DUE') {
    session.spare(action, REMEMBERED);
    return { ok: true, value: known.value.of };
  }
  const answer = await read();
  if (answer.ok && isAsNew(shown(answer.value) ?? item, item)) memory.keep(key, { listed, of: answer.value }, key);
  return answer;
};

/** Says which keys are of deployments with these names, in lower case: whatever is kept under them is to be read anew. */
export const keptOf = (names: readonly string[]): ((key: string) => boolean) => {
  const announced = new Set(names);
  return key => announced.has((key.split(/[#/]/).at(-1) ?? '').toLowerCase());
};

/** How the tags of a deployment are asked for, where a service answers them as one object. */
export interface TagReader<S> {
  readonly action: string;
  readonly read: (session: S, arn: string) => Promise<Answer<Readonly<Record<string, string>>>>;
}

/** Pairs, since their keys are anybody's text, and a map loses the key `__proto__`. */
const keptTags = z.array(z.tuple([z.string(), z.string()]));

/** null where they could not be read, which is not the same as having none. */
export const tagsAsListed = async <S extends Remembering['session'] & Pick<Remembering, 'memory'>>(
  session: S,
  item: Listed,
  { action, read }: TagReader<S>,
): Promise<Readonly<Record<string, string>> | null> => {
  const tags = await readAsListed({ session, memory: session.memory }, item, {
    key: `${item.kind}_TAGS#${item.arn}`,
    action,
    schema: keptTags,
    read: async () => ifRead(await read(session, item.arn), Object.entries),
    shown: () => null,
  });
  return tags.ok ? Object.fromEntries(tags.value) : null;
};

import * as z from 'zod';
import { DEPLOYMENT_KINDS, type DeploymentKind } from '../../core/kinds.ts';
import { elapsed, type Instant } from '../../core/time.ts';
import type { Answer } from '../aws/classify-error.ts';
import type { Listed } from '../aws/list-kind.ts';
import type { Memory } from '../aws/memory.ts';
import { readTags } from './describe.ts';
import { keptTags } from './kept.ts';
import { REMEMBERED, type SagemakerSession } from './requests.ts';
import type { RawTag } from './shapes.ts';

export interface Remembering {
  readonly session: SagemakerSession;
  readonly memory: Memory;
}

/** Statuses in which a change may be pending, which only a description shows. */
export const isChanging = (status: string): boolean => /^(Creating|Updating|SystemUpdating|RollingBack)$/.test(status);

interface Shown {
  readonly status: string | null;
  readonly lastModified: Instant | null;
}

/** Whether what was read is at least as new as what the listing shows: an index lags, and any answer may. */
export const isAsNew = ({ status, lastModified }: Shown, listed: Listed): boolean =>
  status === listed.status && lastModified !== null && listed.lastModified !== null && elapsed(listed.lastModified, lastModified) >= 0;

export interface Asked<T> {
  readonly what: string;
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
  { what, action, schema, read, shown }: Asked<T>,
): Promise<Answer<T>> => {
  if (item.lastModified === null || isChanging(item.status)) return read();
  const key = `${what}#${item.name}`;
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

/** Says which keys of `readAsListed` are of these deployments, by names in lower case. */
export const keptOf = (names: readonly string[]): ((key: string) => boolean) => {
  const keys = new Set(DEPLOYMENT_KINDS.flatMap(kind => names.flatMap(name => [`${kind}#${name}`, `${tagsOf(kind)}#${name}`])));
  return key => keys.has(key.replace(/#.*/, name => name.toLowerCase()));
};

const tagsOf = (kind: DeploymentKind): string => `${kind}_TAGS`;

export const readTagsAsListed = (deps: Remembering, item: Listed): Promise<Answer<readonly RawTag[]>> =>
  readAsListed(deps, item, {
    what: tagsOf(item.kind),
    action: 'sagemaker:ListTags',
    schema: keptTags,
    read: () => readTags(deps.session, item.arn),
    shown: () => null,
  });

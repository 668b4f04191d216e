import * as z from 'zod';
import { type Part, PART_KINDS } from '../../core/composition.ts';
import { REMEMBERED } from './call-count.ts';
import type { Answer } from './classify-error.ts';
import { keptPosture, type Posture } from './detail.ts';
import type { Memory } from './memory.ts';
import type { Session } from './session.ts';

/** What a version names and does not hold: it changes by itself. */
export interface Reference {
  /** Where its parts stand. */
  readonly slot: string;
  readonly arn: string;
  /** Hash of what the version says of its use; null: nothing. */
  readonly use: string | null;
}

/** What one version is made of. */
export interface ReadVersion {
  readonly parts: readonly Part[];
  /** Of role, network and keys. */
  readonly posture: Posture;
  /** Absent: nothing. */
  readonly refers?: readonly Reference[] | undefined;
}

const text = z.string();
const keptVersion: z.ZodType<ReadVersion> = z.object({
  parts: z.array(z.object({ slot: text, kind: z.enum(PART_KINDS), identity: text, pinned: z.boolean() })),
  posture: keptPosture,
  refers: z.array(z.object({ slot: text, arn: text, use: text.nullable() })).optional(),
});

/** The working copy, which changes under its name. */
export const DRAFT = 'DRAFT';

/** Nothing of a working copy is pinned: each part can change under its name. */
export const asVersion = (parts: readonly Part[], version: string): readonly Part[] =>
  version === DRAFT ? parts.map(part => ({ ...part, pinned: false })) : parts;

/** What a version is kept by: whoever reads one of the same kind knows it again. */
export const versionKey = (kind: string, of: string, version: string): string => `${kind}#${of}:${version}`;

interface VersionId {
  readonly key: string;
  readonly version: string;
  /** What reads it. */
  readonly action: string;
}

/** A numbered version never changes, and its number is never given again: read once a day, as it may be gone. A working copy is read in every listing. */
export const rememberVersion = async (
  { memory, spare }: Pick<Session, 'spare'> & { readonly memory: Memory },
  { key, version, action }: VersionId,
  read: () => Promise<Answer<ReadVersion>>,
): Promise<Answer<ReadVersion>> => {
  if (!/^\d+$/.test(version)) return read();
  const known = memory.recall(key, keptVersion, () => true);
  if (known && known.read !== 'DUE') {
    spare(action, REMEMBERED);
    return { ok: true, value: known.value };
  }
  const answer = await read();
  if (answer.ok) memory.keep(key, answer.value, key);
  return answer;
};

import * as z from 'zod';
import type { Part } from '../../core/composition.ts';
import { digestOf, sha256 } from '../../core/digest.ts';

/** A name that becomes part of a slot. No slot has a space in it: a manifest tells a part by its words. */
export const slotName = z.string().regex(/^\S{1,200}$/, 'not a name');

/** All that is kept of a text, or of a structure that may hold some. Of a text it is what `sha256sum` says of it. */
export const hashed = (value: unknown): string => `sha256:${typeof value === 'string' ? sha256(value) : digestOf(value)}`;

/** A part told by its hash alone; none where there is nothing to hash. */
export const hashedPart = (slot: string, kind: Part['kind'], value: unknown): readonly Part[] =>
  value === undefined ? [] : [{ slot, kind, identity: hashed(value), pinned: true }];

/** A Lambda function stands still only where its ARN names a version: an alias moves, and so does the function itself. */
export const functionIdentity = (arn: string): Pick<Part, 'identity' | 'pinned'> => ({
  identity: arn,
  pinned: /:function:[^:]+:\d+$/.test(arn),
});

/** A version of a foundation model, a custom or an imported model never changes under its ARN; whatever else has one may. */
const IMMUTABLE = /:(foundation-model|custom-model|imported-model)\//;

/** A model as Bedrock is asked for it: `provider.model`, the id of a profile of AWS's, or the ARN of whatever serves it. */
export const modelIdentity = (id: string): Pick<Part, 'identity' | 'pinned'> => ({
  identity: id,
  pinned: id.startsWith('arn:') ? IMMUTABLE.test(id) : id.includes('.'),
});

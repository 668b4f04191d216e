import * as z from 'zod';
import { untilSchema } from '../core/answer.ts';

/** Bodies that the API takes. Unknown keys are refused: a misspelt field must not be ignored where people decide. */
export const acknowledgementBody = z.strictObject({
  reason: z.string(),
  until: untilSchema.optional(),
  generation: z.int().min(1).optional(),
});

export const releaseBody = z.union(
  [
    z.strictObject({ ids: z.array(z.string().max(16)).min(1).max(100) }),
    z.strictObject({ owner: z.string().min(1).max(254) }),
    z.strictObject({ all: z.literal(true) }),
  ],
  { error: 'expected one of { "ids": ["F-7K3Q"] } (at most 100), { "owner": "kim@example.com" }, { "all": true }' },
);

export const applyBody = z.strictObject({
  manifests: z.array(z.strictObject({ file: z.string().min(1).max(1024), text: z.string() })).max(5000),
  prune: z.boolean().default(false),
  confirm: z.int().min(1).optional(),
  dryRun: z.boolean().default(false),
});

/** `?folded` alone says yes, as a flag does. */
export const findingsQuery = z.strictObject({
  folded: z
    .enum(['', 'true', 'false'])
    .transform(text => text !== 'false')
    .default(false),
});

export const modelName = z.string().regex(/^[a-z0-9-]{1,128}$/, 'expected a-z, 0-9 and -, at most 128 characters');

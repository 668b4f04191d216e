import * as z from 'zod';
import type { Part } from '../../core/composition.ts';

/** What the summaries of Bedrock have in common. Fields that decide nothing are not named and so are dropped. */
export const text = z.string().min(1);
/** A status that is absent is as unknown as a new one. */
export const status = text.default('Unknown');
export const time = z
  .date()
  .optional()
  .transform(date => date?.toISOString() ?? null);
export const modelArn = z.string().regex(/^arn:\S{1,2044}$/, 'not an ARN');

/** Oldest first: what is created while we page lands at the end and moves nothing. 1,000 is the most that a page holds. */
export const PAGE = { maxResults: 1000 } as const;
export const ORDER = { ...PAGE, sortBy: 'CreationTime', sortOrder: 'Ascending' } as const;

/** A version of a foundation model, a custom or an imported model never changes under its ARN; a profile or router may. */
const IMMUTABLE = /:(foundation-model|custom-model|imported-model)\//;

/** The models that something serves, whatever order they were listed in. */
export const modelParts = (arns: readonly string[]): readonly Part[] =>
  arns.toSorted().map((arn, index) => ({
    slot: index === 0 ? 'model' : `model.${index + 1}`,
    kind: 'MODEL',
    identity: arn,
    pinned: IMMUTABLE.test(arn),
  }));

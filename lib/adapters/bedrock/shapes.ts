import * as z from 'zod';
import type { Part } from '../../core/composition.ts';
import { instantOf } from '../aws/fields.ts';
import { modelIdentity } from '../aws/parts.ts';

/** What the summaries of Bedrock have in common. Fields that decide nothing are not named and so are dropped. */
export const text = z.string().min(1);
/** A status that is absent is as unknown as a new one. */
export const status = text.default('Unknown');
export const time = z.date().optional().transform(instantOf);
export const modelArn = z.string().regex(/^arn:\S{1,2044}$/, 'not an ARN');

/** Oldest first: what is created while we page lands at the end and moves nothing. 1,000 is the most that a page holds. */
export const PAGE = { maxResults: 1000 } as const;
export const ORDER = { ...PAGE, sortBy: 'CreationTime', sortOrder: 'Ascending' } as const;

/** The models that something serves, whatever order they were listed in. */
export const modelParts = (arns: readonly string[]): readonly Part[] =>
  arns.toSorted().map((arn, index) => ({
    slot: index === 0 ? 'model' : `model.${index + 1}`,
    kind: 'MODEL',
    ...modelIdentity(arn),
  }));

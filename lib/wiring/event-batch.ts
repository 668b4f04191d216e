import * as z from 'zod';
import type { EventMessage } from '../core/events/plan-rechecks.ts';

/** What Lambda hands on from a queue. */
export const eventBatch = z
  .object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })).min(1) })
  .transform(({ Records }): readonly EventMessage[] => Records.map(({ messageId, body }) => ({ id: messageId, body })));

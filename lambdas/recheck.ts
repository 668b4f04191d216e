import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { plus } from '../lib/core/time.ts';
import { recheckScopes } from '../lib/usecases/recheck-scopes.ts';
import { WRITING_MS } from '../lib/usecases/reconcile-scope.ts';
import { awsPorts, awsSource } from '../lib/wiring/aws.ts';

const ports = awsPorts();
const batchSchema = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** A batch of events. What is named in the answer comes back; all else is done with. */
export const handler = async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis' | 'awsRequestId'>) => {
  const messages = batchSchema.parse(event).Records.map(({ messageId, body }) => ({ id: messageId, body }));
  const now = ports.clock.now();
  const deadline = plus(now, context.getRemainingTimeInMillis() - WRITING_MS);
  const source = awsSource(ports, now, ports.descriptions);
  const again = await recheckScopes({ ...ports, source }, { messages, holder: `recheck ${context.awsRequestId}`, deadline });
  return { batchItemFailures: again.map(itemIdentifier => ({ itemIdentifier })) };
};

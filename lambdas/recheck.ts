import type { Context } from 'aws-lambda';
import { plus } from '../lib/core/time.ts';
import { recheckScopes } from '../lib/usecases/recheck-scopes.ts';
import { WRITING_MS } from '../lib/usecases/reconcile-scope.ts';
import { awsPorts, awsSource } from '../lib/wiring/aws.ts';
import { eventBatch } from '../lib/wiring/event-batch.ts';

const ports = awsPorts();

/** A batch of events. What is named in the answer comes back; all else is done with. */
export const handler = async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis' | 'awsRequestId'>) => {
  const messages = eventBatch.parse(event);
  const now = ports.clock.now();
  const deadline = plus(now, context.getRemainingTimeInMillis() - WRITING_MS);
  const source = awsSource(ports, now, ports.descriptions);
  const again = await recheckScopes(
    { ...ports, source, creators: undefined },
    { messages, holder: `recheck ${context.awsRequestId}`, deadline },
  );
  return { batchItemFailures: again.map(itemIdentifier => ({ itemIdentifier })) };
};

import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { finishRun, tellBetween } from '../lib/usecases/finish-run.ts';
import { awsPorts, topicPublisher } from '../lib/wiring/aws.ts';
import { eventBatch } from '../lib/wiring/event-batch.ts';

const ports = awsPorts();
const deps = { ...ports, publisher: topicPublisher(ports.environment) };
const runSchema = z.object({ slot: z.iso.datetime(), holder: z.string().min(1) });

/**
 * A step of a roll call, or what was announced a few minutes ago.
 * Told by somebody else is not told by this run: it is tried again by the state machine, and then ends as FAILED. Messages come back then:
 * who tells of other announcements tells of their scopes alone.
 */
export const handler = async (event: unknown, context: Pick<Context, 'awsRequestId'>) => {
  const batch = eventBatch.safeParse(event);
  if (batch.success) {
    const outcome = await tellBetween(deps, { messages: batch.data, holder: `tell ${context.awsRequestId}` });
    ports.log.info('tell.between', { outcome });
    return { batchItemFailures: outcome === 'BUSY' ? batch.data.map(({ id: itemIdentifier }) => ({ itemIdentifier })) : [] };
  }
  const { outcome } = await finishRun(deps, runSchema.parse(event));
  if (outcome === 'BUSY') throw new Error('BUSY: another notifier is at work; what is left is told by the next run');
  return undefined;
};

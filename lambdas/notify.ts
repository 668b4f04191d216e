import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { finishRun, tellBetween } from '../lib/usecases/finish-run.ts';
import { awsPorts, topicPublisher } from '../lib/wiring/aws.ts';

const ports = awsPorts();
const deps = { ...ports, publisher: topicPublisher(ports.environment) };
const runSchema = z.object({ slot: z.iso.datetime(), holder: z.string().min(1) });
/** What the messages say was for the recheck: that there are any says that there may be something to tell. */
const messagesSchema = z.object({ Records: z.array(z.unknown()).min(1) });

/**
 * A step of a roll call, or what was announced a few minutes ago.
 * Told by somebody else is not told by this run: it is tried again by the state machine, and then ends as FAILED.
 */
export const handler = async (event: unknown, context: Pick<Context, 'awsRequestId'>) => {
  if (messagesSchema.safeParse(event).success) {
    const outcome = await tellBetween(deps, { holder: `tell ${context.awsRequestId}` });
    ports.log.info('tell.between', { outcome });
    return;
  }
  const { outcome } = await finishRun(deps, runSchema.parse(event));
  if (outcome === 'BUSY') throw new Error('BUSY: another notifier is at work; what is left is told by the next run');
};

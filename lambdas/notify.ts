import * as z from 'zod';
import { finishRun } from '../lib/usecases/finish-run.ts';
import { awsPorts, topicPublisher } from '../lib/wiring/aws.ts';

const ports = awsPorts();
const deps = { ...ports, publisher: topicPublisher(ports.environment) };
const eventSchema = z.object({ slot: z.iso.datetime(), holder: z.string().min(1) });

/** Told by somebody else is not told by this run: it is tried again by the state machine, and then ends as FAILED. */
export const handler = async (event: unknown) => {
  const { outcome } = await finishRun(deps, eventSchema.parse(event));
  if (outcome === 'BUSY') throw new Error('BUSY: another notifier is at work; what is left is told by the next run');
};

import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { plus } from '../lib/core/time.ts';
import { closeRun } from '../lib/usecases/close-run.ts';
import { awsPorts } from '../lib/wiring/aws.ts';

const ports = awsPorts();
const eventSchema = z.object({ slot: z.iso.datetime(), holder: z.string().min(1) });

/** Only a closed run is a success: anything else is tried again by the state machine, and then ends as FAILED. */
export const handler = async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>) => {
  const deadline = plus(ports.clock.now(), context.getRemainingTimeInMillis());
  const closed = await closeRun(ports, { ...eventSchema.parse(event), deadline });
  if (closed.outcome !== 'CLOSED' && closed.outcome !== 'OVERTAKEN') throw new Error(`${closed.outcome}: ${closed.reason}`);
  return { outcome: closed.outcome };
};

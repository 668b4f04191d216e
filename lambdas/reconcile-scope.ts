import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { plus } from '../lib/core/time.ts';
import { reconcileBatch } from '../lib/usecases/reconcile-batch.ts';
import { WRITING_MS } from '../lib/usecases/reconcile-scope.ts';
import { awsPorts, awsReading } from '../lib/wiring/aws.ts';

const ports = awsPorts();
const taskSchema = z.object({ scopes: z.array(z.string().min(1)).min(1), slot: z.iso.datetime(), holder: z.string().min(1) });

/** One item of the map: some scopes of one account. What is returned is for whoever invokes it by hand: the map discards it, and the log has the rest. */
export const handler = async (event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>) => {
  const deadline = plus(ports.clock.now(), context.getRemainingTimeInMillis() - WRITING_MS);
  const task = taskSchema.parse(event);
  const reading = awsReading(ports, task.slot, ports.descriptions);
  return { outcomes: await reconcileBatch({ ...ports, ...reading }, { ...task, mode: 'ROLL_CALL', deadline }) };
};

import * as z from 'zod';
import { finishRun } from '../lib/usecases/finish-run.ts';
import { awsPorts, topicPublisher } from '../lib/wiring/aws.ts';

const ports = awsPorts();
const deps = { ...ports, publisher: topicPublisher(ports.environment) };
const eventSchema = z.object({ slot: z.iso.datetime(), holder: z.string().min(1) });

export const handler = async (event: unknown) => {
  await finishRun(deps, eventSchema.parse(event));
};

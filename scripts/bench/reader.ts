import * as z from 'zod';
import { startWorker, type Worker } from './worker.ts';

const listedSchema = z.object({
  region: z.string(),
  seconds: z.number(),
  listed: z.int(),
  /** Names of deployments of which it is not known what they run. */
  unknown: z.array(z.string()),
  /** Why kinds could not be listed. */
  notChecked: z.array(z.string()),
  mib: z.number(),
});
export type Listed = z.infer<typeof listedSchema>;

/** A warm reader, bundled as deployed: each message is one listing of one region. */
export const startReader = (bundled: string, env: NodeJS.ProcessEnv): Worker<{ readonly region: string }, Listed> =>
  startWorker(bundled, listedSchema, env);

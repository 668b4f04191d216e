import * as z from 'zod';
import type { ReadOrder } from './reader-process.ts';
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

/** The reader, bundled as deployed. */
export const startReader = (bundled: string, env: NodeJS.ProcessEnv): Worker<ReadOrder, Listed> => startWorker(bundled, listedSchema, env);

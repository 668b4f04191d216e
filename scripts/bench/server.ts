import path from 'node:path';
import * as z from 'zod';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { ACCOUNT, REGION } from './estate.ts';
import type { Order } from './simcloud-process.ts';
import { startWorker } from './worker.ts';

const replySchema = z.object({
  endpoint: z.string(),
  calls: z.array(z.object({ operation: z.string(), account: z.string(), region: z.string(), count: z.int() })),
  cpuSeconds: z.number(),
});

/** Calls by operation, retries included. */
export type Calls = Readonly<Record<string, number>>;
export const total = (calls: Calls): number => Object.values(calls).reduce((sum, count) => sum + count, 0);

export interface Counted<T> {
  readonly result: T;
  readonly calls: Calls;
  /** Processor of the server meanwhile. */
  readonly serverSeconds: number;
}

export interface Server {
  /** For any AWS client; nothing of the machine's own credentials, profile or endpoints gets in. */
  readonly env: NodeJS.ProcessEnv;
  readonly tell: (order: Order) => Promise<void>;
  /** Runs a task and counts what arrives meanwhile. */
  readonly counting: <T>(task: () => Promise<T>) => Promise<Counted<T>>;
  readonly stop: () => Promise<void>;
}

export const startServer = async (estate: EstateInput): Promise<Server> => {
  const worker = startWorker<Order, z.infer<typeof replySchema>>(path.join(import.meta.dirname, 'simcloud-process.ts'), replySchema);
  const { endpoint } = await worker.ask({ estate });
  return {
    env: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    tell: async order => void (await worker.ask(order)),
    counting: async task => {
      const before = await worker.ask({});
      const result = await task();
      const after = await worker.ask({});
      return { result, calls: difference(before.calls, after.calls), serverSeconds: after.cpuSeconds - before.cpuSeconds };
    },
    stop: worker.stop,
  };
};

type Counts = readonly { readonly operation: string; readonly count: number }[];
const byOperation = (counted: Counts, operation: string): number =>
  counted.reduce((sum, each) => sum + (each.operation === operation ? each.count : 0), 0);

/** The calls of all regions that came after `before`. */
export const difference = (before: Counts, after: Counts): Calls =>
  Object.fromEntries(
    [...new Set(after.map(({ operation }) => operation))]
      .map(operation => [operation, byOperation(after, operation) - byOperation(before, operation)] as const)
      .filter(([, count]) => count > 0),
  );

import { fork } from 'node:child_process';
import { once } from 'node:events';
import type * as z from 'zod';

export interface Worker<M, R> {
  /** One message at a time. */
  readonly ask: (message: M) => Promise<R>;
  readonly stop: () => Promise<void>;
}

/** A process of its own that answers each message with one. */
export const startWorker = <M extends object, R>(file: string, reply: z.ZodType<R>, env: NodeJS.ProcessEnv = {}): Worker<M, R> => {
  const child = fork(file, { env: { ...process.env, ...env } });
  const ended = new AbortController();
  const closed = once(child, 'close').then(([code]) => ended.abort(new Error(`${file} ended with code ${code}`)));
  return {
    ask: async message => {
      child.send(message);
      const [answer] = await once(child, 'message', { signal: ended.signal });
      return reply.parse(answer);
    },
    stop: async () => {
      child.kill();
      await closed;
    },
  };
};

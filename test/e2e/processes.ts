import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export type Env = Readonly<Record<string, string>>;

/** A port of the loopback interface that is free now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });

export interface Server {
  readonly url: string;
  /** Ends the server and every worker that it started. */
  readonly stop: () => Promise<void>;
}

export interface ServerSpec {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Env;
  readonly url: string;
  /** Where its output goes; quoted when it does not start. */
  readonly logFile: string;
}

/** Starts a server as the leader of its own process group and waits until it answers any HTTP request. */
export const startServer = async ({ program, args, env, url, logFile }: ServerSpec): Promise<Server> => {
  const log = openSync(logFile, 'w');
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  const stop = async (): Promise<void> => {
    signalGroup(child, 'SIGTERM');
    await Promise.race([ended, wait(5000, undefined, { ref: false })]);
    signalGroup(child, 'SIGKILL');
  };
  try {
    await Promise.race([answering(url, child), failed]);
  } catch (cause) {
    await stop();
    throw new Error(`${path.basename(program)} did not start at ${url}:\n${readFileSync(logFile, 'utf8').slice(-2000)}`, { cause });
  }
  return { url, stop };
};

const answering = async (url: string, child: ChildProcess): Promise<void> => {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`);
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await wait(200);
  }
  throw new Error('no answer within 30 seconds');
};

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // The whole group has ended already: that is what was asked for.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
};

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Env;
}

/** Runs a command to its end and answers with its output. Throws with all of it when it fails. */
export const run = ({ program, args, cwd, env }: Command): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', chunk => chunks.push(chunk));
    child.stderr.on('data', chunk => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', code => {
      const output = Buffer.concat(chunks).toString('utf8');
      if (code === 0) resolve(output);
      else reject(new Error(`${path.basename(program)} ${args.join(' ')} ended with code ${code}:\n${output}`));
    });
  });

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** A scratch file of the measurement. */
  readonly peakFile: string;
}

export interface Measured {
  readonly code: number;
  /** From the start of the process to its end. */
  readonly seconds: number;
  /** The most memory that it, or any process that it started, held at once; NaN where this machine does not tell. */
  readonly mib: number;
  readonly stdout: string;
  readonly stderr: string;
}

const GNU_TIME = '/usr/bin/time';
const hasGnuTime = spawnSync(GNU_TIME, ['-f', '%M', 'true']).status === 0;
/** Between two looks at the memory where GNU time is missing. */
const POLL_MS = 20;

/** The last line of what `time -f %M` wrote: KiB. A line about the exit code may stand before it. */
export const peakOfTime = (written: string): number => Number(/(\d+)\s*$/.exec(written)?.[1] ?? Number.NaN) / 1_024;

/** The peak in `/proc/<pid>/status`, MiB. */
export const peakOfStatus = (status: string): number => Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1_024;

/** Runs a command to its end, whatever its exit code. */
export const measure = async ({ program, args, env, peakFile }: Command): Promise<Measured> => {
  const started = performance.now();
  const [file, ...rest] = hasGnuTime ? ([GNU_TIME, '-f', '%M', '-o', peakFile, program, ...args] as const) : ([program, ...args] as const);
  const child = spawn(file, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const state = { polled: 0 };
  const status = `/proc/${child.pid}/status`;
  const poll = setInterval(() => {
    if (!hasGnuTime && existsSync(status)) state.polled = Math.max(state.polled, peakOfStatus(readFileSync(status, 'utf8')) || 0);
  }, POLL_MS);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject).once('close', code => resolve(code ?? 70));
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(poll);
  return { code, seconds, stdout, stderr, mib: hasGnuTime ? peakOfTime(readFileSync(peakFile, 'utf8')) : state.polled || Number.NaN };
};

import type { Clock, Log } from '../../ports.ts';

/** One JSON object a line, so that untrusted text stays inside its value. `write` gets whole lines. */
export const createLineLog = (write: (line: string) => void, clock: Clock): Log => {
  const writer = (level: string) => (event: string, detail: Readonly<Record<string, unknown>>) =>
    write(`${JSON.stringify({ level, at: clock.now(), event, detail })}\n`);
  return { info: writer('INFO'), warn: writer('WARN') };
};

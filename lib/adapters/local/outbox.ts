import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Message } from '../../core/notice.ts';
import type { Publisher } from '../../ports.ts';

/** How many names are tried when another process writes to the same outbox. */
const TRIES = 100;

/** Writes each message to `NNN-<receiver>.txt` in `directory` (made when needed) and answers with the file's name. */
export const outboxPublisher = (directory: string): Publisher => ({
  publish: async message => {
    await mkdir(directory, { recursive: true });
    const first = 1 + Math.max(0, ...(await readdir(directory)).map(name => Number(/^(\d{3,9})-/.exec(name)?.[1] ?? 0)));
    for (let number = first; number < first + TRIES; number += 1) {
      const name = `${String(number).padStart(3, '0')}-${receiverName(message.receiver)}.txt`;
      if (await writeNew(path.join(directory, name), message)) return name;
    }
    throw new Error(`no free file name in ${directory} after ${TRIES} tries: is another process writing there?`);
  },
  /** Everybody's mail lands in the outbox; who would confirm a subscription is not known here. */
  reached: async () => undefined,
});

/** `owner:kim@example.com` → `kim`. Letters, digits and dashes only: a name can lead nowhere else. */
const receiverName = (receiver: string): string => {
  const local = receiver.replace(/^owner:/, '').split('@')[0] ?? '';
  const name = local.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return name.slice(0, 40).replace(/^-+|-+$/g, '') || 'unnamed';
};

const writeNew = async (file: string, { subject, body }: Message): Promise<boolean> => {
  try {
    await writeFile(file, `Subject: ${subject}\n\n${body}`, { flag: 'wx' });
    return true;
  } catch (error) {
    // Another process took the number in between; the next one is tried. Anything else stops.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
};

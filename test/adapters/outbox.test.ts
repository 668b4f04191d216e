import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { outboxPublisher } from '../../lib/adapters/local/outbox.ts';
import { aChange, planOf } from '../support/owed.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(path.join(tmpdir(), 'rollcall-outbox-'))));
afterEach(() => rmSync(directory, { recursive: true }));

const [message] = planOf([aChange()]).messages;
const to = (receiver: string) => ({ ...message!, receiver });

it('writes subject and body under a number that goes on from run to run', async () => {
  const outbox = path.join(directory, 'not/yet/there');
  expect(await outboxPublisher(outbox).publish(to('owner:kim@example.com'))).toBe('001-kim.txt');
  expect(await outboxPublisher(outbox).publish(to('security'))).toBe('002-security.txt');
  expect(readFileSync(path.join(outbox, '001-kim.txt'), 'utf8')).toBe(`Subject: ${message!.subject}\n\n${message!.body}`);
});

it.each([
  ['owner:../../etc/passwd', '001-etc-passwd.txt'],
  ['owner:..\\x', '001-x.txt'],
  ['owner:\u0000/\u202e', '001-unnamed.txt'],
  ['owner:C:con', '001-c-con.txt'],
  [`owner:${'a'.repeat(500)}`, `001-${'a'.repeat(40)}.txt`],
])('%j stays inside the outbox as %s', async (receiver, name) => {
  expect(await outboxPublisher(directory).publish(to(receiver))).toBe(name);
  expect(readdirSync(directory)).toEqual([name]);
});

it('goes on from the highest number, past other files, and never writes over one', async () => {
  for (const name of ['009-x.txt', 'notes.txt', '1000-y.txt']) writeFileSync(path.join(directory, name), 'kept');
  const both = await Promise.all([outboxPublisher(directory).publish(to('sam')), outboxPublisher(directory).publish(to('sam'))]);
  expect(both.toSorted()).toEqual(['1001-sam.txt', '1002-sam.txt']);
});

it('stops with the cause when it cannot write', async () => {
  const file = path.join(directory, 'file');
  writeFileSync(file, '');
  await expect(outboxPublisher(file).publish(to('sam'))).rejects.toThrow('EEXIST');
});

it('does not know who would confirm a subscription', async () => {
  expect(await outboxPublisher(directory).reached()).toBeUndefined();
});

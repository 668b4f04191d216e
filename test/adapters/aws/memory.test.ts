import { setImmediate as untilQuiet } from 'node:timers/promises';
import * as z from 'zod';
import { expect, test } from 'vitest';
import { openMemory } from '../../../lib/adapters/aws/memory.ts';
import { memoryDescriptionCache } from '../../../lib/adapters/memory/description-cache.ts';
import { NOW, SCOPE } from '../../support/builders.ts';

const opened = async (cache = memoryDescriptionCache()) => {
  const memory = await openMemory({ cache, scope: SCOPE, scheme: '1', now: NOW, isStale: () => false });
  const kept = async () => (await Array.fromAsync(cache.load(SCOPE))).map(({ key, value }) => `${key} ${String(value)}`);
  return { memory, kept };
};

test('what a listing reads is saved while it goes on, a hundred at a time, and the rest once it is done', async () => {
  const { memory, kept } = await opened();
  for (let at = 0; at < 150; at += 1) memory.keep(`MODEL#${at}`, at, 'MODEL');
  await untilQuiet();
  expect([(await kept()).length, memory.recall('MODEL#7', z.number(), () => true)]).toEqual([100, { value: 7, read: 'NOW' }]);
  memory.keep('MODEL#7', 'anew', 'MODEL');
  await memory.close();
  expect(await kept()).toEqual(expect.arrayContaining(['MODEL#7 anew', 'MODEL#149 149']));
});

test('what cannot be saved fails the listing at its end, and nothing before', async () => {
  const { memory } = await opened({ ...memoryDescriptionCache(), save: async () => Promise.reject(new Error('throttled')) });
  for (let at = 0; at < 100; at += 1) memory.keep(`MODEL#${at}`, at, 'MODEL');
  await untilQuiet();
  await expect(memory.close()).rejects.toThrow('throttled');
});

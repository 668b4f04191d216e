import { afterAll, beforeAll, expect, it } from 'vitest';
import { update } from '../../../lib/adapters/dynamo/client.ts';
import { registrationKey } from '../../../lib/adapters/dynamo/schema.ts';
import { type EmbeddedDynamo, startEmbeddedDynamo } from '../../../lib/adapters/local/embedded-dynamo.ts';
import { aRegistration } from '../../support/builders.ts';
import { freshStores } from '../../support/dynamo-tables.ts';

let dynamo: EmbeddedDynamo;
beforeAll(async () => {
  dynamo = await startEmbeddedDynamo();
});
afterAll(() => dynamo.close());
const open = freshStores(() => dynamo.endpoint, 'questions');

/** A registry of `models`, each of about `bytes`, and how it is asked for `keys` keys, one of which model m-0 answers to. */
const asked = async ({ models, bytes, keys }: Record<'models' | 'bytes' | 'keys', number>, damaged: readonly string[] = []) => {
  const { tables, registry } = await open();
  for (let index = 0; index < models; index += 1) {
    await registry.put(aRegistration({ name: `m-${index}`, purpose: 'p'.repeat(bytes), versions: [], decisions: [] }));
  }
  for (const name of damaged) await update(tables.registry, registrationKey(name), { set: { revision: 'broken' } });
  const commands = new Set<string>();
  tables.registry.client.middlewareStack.add(
    (next, { commandName = '' }) =>
      args => {
        commands.add(commandName.replace('ItemCommand', '').replace('Command', ''));
        return next(args);
      },
    { step: 'initialize', name: 'commands' },
  );
  const found = await registry.claiming(['claim:m-0', ...Array.from({ length: keys - 1 }, (_, key) => `claim:x-${key}`)]);
  tables.registry.client.middlewareStack.remove('commands');
  return {
    found: found.registrations.map(({ name }) => name),
    unreadable: found.unreadable,
    scans: commands.has('Scan'),
    gets: commands.has('BatchGet'),
  };
};

it.each([
  ['few keys are asked for one by one', { models: 3, bytes: 10, keys: 511 }, { scans: false, gets: true }],
  ['many keys of a small registry are answered by all of it', { models: 3, bytes: 10, keys: 512 }, { scans: true, gets: false }],
  ['many keys of a larger one are asked for after all', { models: 20, bytes: 60_000, keys: 1_000 }, { scans: true, gets: true }],
])('%s', async (_what, registry, how) => {
  expect(await asked(registry)).toEqual({ found: ['m-0'], unreadable: [], ...how });
});

it('a registration that cannot be read is reported only to who asks for it', async () => {
  expect(await asked({ models: 3, bytes: 10, keys: 600 }, ['m-1'])).toEqual({ found: ['m-0'], unreadable: [], scans: true, gets: true });
  const { unreadable } = await asked({ models: 3, bytes: 10, keys: 600 }, ['m-0']);
  expect(unreadable.map(({ item }) => item)).toEqual(['m-0']);
});

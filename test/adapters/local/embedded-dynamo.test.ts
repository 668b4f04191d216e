import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { dynamoInventoryStore } from '../../../lib/adapters/dynamo/inventory-store.ts';
import { createTables } from '../../../lib/adapters/dynamo/create-tables.ts';
import { startEmbeddedDynamo } from '../../../lib/adapters/local/embedded-dynamo.ts';
import { anItem, SCOPE } from '../../support/builders.ts';
import { clientAt } from '../../support/dynamo-tables.ts';

const names = { registry: 'registry', inventory: 'inventory', findings: 'findings' };

const session = async (directory: string | undefined, use: (store: ReturnType<typeof dynamoInventoryStore>) => Promise<unknown>) => {
  const dynamo = await startEmbeddedDynamo(directory === undefined ? {} : { path: path.join(directory, 'state', 'db') });
  const client = clientAt(dynamo.endpoint);
  await createTables(client, names);
  const result = await use(dynamoInventoryStore({ client, name: names.inventory }));
  await dynamo.close();
  return { result, endpoint: dynamo.endpoint };
};

it('keeps its tables in a directory from one start to the next', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'rollcall-'));
  await session(directory, store => store.putItem(anItem(), 1));
  const { result, endpoint } = await session(directory, store => store.items(SCOPE));
  expect(result).toEqual([anItem()]);
  await expect(fetch(endpoint)).rejects.toThrow('fetch failed');
  await rm(directory, { recursive: true });
});

it('forgets everything without a directory, and listens to this machine alone', async () => {
  const { endpoint } = await session(undefined, store => store.putItem(anItem(), 1));
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await session(undefined, store => store.items(SCOPE))).result).toEqual([]);
});

import { afterAll, beforeAll } from 'vitest';
import { type EmbeddedDynamo, startEmbeddedDynamo } from '../../../lib/adapters/local/embedded-dynamo.ts';
import { descriptionCacheContract } from '../../contract/description-cache.contract.ts';
import { findingStoreContract } from '../../contract/finding-store.contract.ts';
import { inventoryStoreContract } from '../../contract/inventory-store.contract.ts';
import { registryStoreContract } from '../../contract/registry-store.contract.ts';
import { freshStores } from '../../support/dynamo-tables.ts';

let dynamo: EmbeddedDynamo;
beforeAll(async () => {
  dynamo = await startEmbeddedDynamo();
});
afterAll(() => dynamo.close());

const open = freshStores(() => dynamo.endpoint, 'contract');
registryStoreContract('dynalite', async () => (await open()).registry);
inventoryStoreContract('dynalite', async () => (await open()).inventory);
descriptionCacheContract('dynalite', async () => (await open()).descriptions);
findingStoreContract('dynalite', async () => (await open()).findings);

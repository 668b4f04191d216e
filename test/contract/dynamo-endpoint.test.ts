import { expect, it } from 'vitest';
import { freshStores } from '../support/dynamo-tables.ts';
import { findingStoreContract } from './finding-store.contract.ts';
import { inventoryStoreContract } from './inventory-store.contract.ts';
import { registryStoreContract } from './registry-store.contract.ts';

/** Any other DynamoDB: DynamoDB Local, an emulator. The tables made there are named after this process and stay. */
const endpoint = process.env['ROLLCALL_TEST_DYNAMO_ENDPOINT'];

const contracts = (url: string): void => {
  const open = freshStores(() => url, `contract-${process.pid}`);
  registryStoreContract(url, async () => (await open()).registry);
  inventoryStoreContract(url, async () => (await open()).inventory);
  findingStoreContract(url, async () => (await open()).findings);
};

const notRun = (): void =>
  it('skipped: ROLLCALL_TEST_DYNAMO_ENDPOINT not set', ({ skip }) => {
    expect(endpoint).toBeUndefined();
    skip('set it to run the store contracts against another endpoint');
  });

(endpoint === undefined ? notRun : contracts)(endpoint ?? '');

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../../lib/adapters/dynamo/client.ts';
import { createTables } from '../../lib/adapters/dynamo/create-tables.ts';
import { dynamoDescriptionCache } from '../../lib/adapters/dynamo/description-cache.ts';
import { dynamoFindingStore } from '../../lib/adapters/dynamo/finding-store.ts';
import { dynamoInventoryStore } from '../../lib/adapters/dynamo/inventory-store.ts';
import { dynamoRegistryStore } from '../../lib/adapters/dynamo/registry-store.ts';
import type { TableNames } from '../../lib/adapters/dynamo/schema.ts';

export const clientAt = (endpoint: string): DynamoDBDocumentClient =>
  documentClient({ endpoint, region: 'eu-west-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });

/** Makes a fresh set of tables and its stores with each call; `prefix` keeps apart what shares an endpoint. */
export const freshStores = (endpoint: () => string, prefix: string) => {
  let made = 0;
  let client: DynamoDBDocumentClient | undefined;
  return async () => {
    made += 1;
    client ??= clientAt(endpoint());
    const names: TableNames = { registry: `${prefix}-g${made}`, inventory: `${prefix}-i${made}`, findings: `${prefix}-f${made}` };
    await createTables(client, names);
    const tables = {
      registry: { client, name: names.registry },
      inventory: { client, name: names.inventory },
      findings: { client, name: names.findings },
    };
    return {
      tables,
      registry: dynamoRegistryStore(tables.registry),
      inventory: dynamoInventoryStore(tables.inventory),
      descriptions: dynamoDescriptionCache(tables.inventory),
      findings: dynamoFindingStore(tables.findings),
    };
  };
};

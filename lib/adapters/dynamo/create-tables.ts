import { CreateTableCommand, type CreateTableCommandInput, DescribeTableCommand, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { setTimeout as pause } from 'node:timers/promises';
import { type TableNames, TABLES, type TableShape } from './schema.ts';

const POLL_MS = 25;
const POLLS = 1_200;

const ROLES = ['registry', 'inventory', 'findings'] as const;

/** Makes the three tables where there is no AWS stack to make them. Tables that exist stay as they are. */
export const createTables = async (client: DynamoDBDocumentClient, names: TableNames): Promise<void> => {
  await Promise.all(ROLES.map(role => createTable(client, tableInput(names[role], TABLES[role]))));
  for (const role of ROLES) await untilActive(client, names[role]);
};

const tableInput = (name: string, { indexes, ...base }: TableShape): CreateTableCommandInput => {
  const attributes = new Set([base, ...indexes].flatMap(({ partition, sort }) => [partition, sort]));
  const secondary = indexes.map(index => ({
    IndexName: index.name,
    KeySchema: keySchema(index),
    Projection: { ProjectionType: 'ALL' as const },
  }));
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map(AttributeName => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keySchema(base),
    ...(secondary.length === 0 ? {} : { GlobalSecondaryIndexes: secondary }),
  };
};

const keySchema = ({ partition, sort }: { readonly partition: string; readonly sort: string }) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
];

const createTable = async (client: DynamoDBDocumentClient, input: CreateTableCommandInput): Promise<void> => {
  try {
    await client.send(new CreateTableCommand(input));
  } catch (error) {
    // It is there from an earlier start.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
};

const untilActive = async (client: DynamoDBDocumentClient, name: string): Promise<void> => {
  for (let poll = 0; poll < POLLS; poll += 1) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await pause(POLL_MS);
  }
  throw new Error(`table ${name} is not active after ${(POLLS * POLL_MS) / 1000} seconds`);
};

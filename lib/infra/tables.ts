import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { type KeyShape, TABLES, type TableShape } from '../adapters/dynamo/schema.ts';

export type Tables = Readonly<Record<keyof typeof TABLES, TableV2>>;

/** `namePrefix` is for tests alone: it names the tables, and lets a destroy take the data with it. Otherwise both are protected. */
export const createTables = (scope: Construct, namePrefix: string | undefined): Tables => {
  const table = (id: string, { indexes, ...keys }: TableShape): TableV2 =>
    new TableV2(scope, id, {
      ...keyAttributes(keys),
      globalSecondaryIndexes: indexes.map(({ name, ...indexed }) => ({ indexName: name, ...keyAttributes(indexed) })),
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryptionV2.awsManagedKey(),
      deletionProtection: namePrefix === undefined,
      removalPolicy: namePrefix === undefined ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(namePrefix === undefined ? {} : { tableName: `${namePrefix}-${id}` }),
    });
  return {
    registry: table('RegistryTable', TABLES.registry),
    inventory: table('InventoryTable', TABLES.inventory),
    findings: table('FindingsTable', TABLES.findings),
  };
};

const text = (name: string) => ({ name, type: AttributeType.STRING });

const keyAttributes = ({ partition, sort }: KeyShape) => ({ partitionKey: text(partition), sortKey: text(sort) });

import { setTimeout as pause } from 'node:timers/promises';
import { ConditionalCheckFailedException, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { chunksOf } from '../../core/chunks.ts';
import { canonicalJson } from '../../core/digest.ts';
import { UnreadableItemError, type UnreadableItem, type WriteOutcome } from '../../ports.ts';
import type { Key } from './schema.ts';

/** One table, and the client to reach it with. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

export type Item = Record<string, unknown>;

/** A condition expression; its placeholders begin with `#c`/`:c`, so that they never meet those of `SET`. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

export const documentClient = (config: DynamoDBClientConfig): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient(config), { marshallOptions: { removeUndefinedValues: true } });

/** Read strongly, as is every read here but those of an index, and `recentPartition`. */
export const getItem = async ({ client, name }: Table, key: Key): Promise<Item | undefined> =>
  (await client.send(new GetCommand({ TableName: name, Key: key, ConsistentRead: true }))).Item;

/** The items of one partition in the order of its sort key. One page of them is held at a time: whoever makes something else of each never holds both. */
export const partition = (table: Table, pk: string): AsyncIterable<Item> => inPartition(table, pk, true);

/** The same for half the units, maybe as it was a moment ago: for what only saves requests. */
export const recentPartition = (table: Table, pk: string): AsyncIterable<Item> => inPartition(table, pk, false);

const inPartition = (table: Table, pk: string, ConsistentRead: boolean): AsyncIterable<Item> =>
  everyItem(table.name, queryPage(table, { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk }, ConsistentRead }));

export const query = (table: Table, input: Question): Promise<readonly Item[]> => allPages(table.name, queryPage(table, input));

type Question = Omit<QueryCommandInput, 'TableName'>;

const queryPage =
  ({ client, name }: Table, input: Question): ReadPage =>
  start =>
    client.send(new QueryCommand({ ...input, TableName: name, ExclusiveStartKey: start }));

const scanPage = ({ client, name }: Table, leading: string) => {
  const filter = { FilterExpression: 'begins_with(pk, :leading)', ExpressionAttributeValues: { ':leading': leading } };
  const ask = { TableName: name, ConsistentRead: true, ...filter };
  return (start: Item | undefined): Promise<Page> => client.send(new ScanCommand({ ...ask, ExclusiveStartKey: start }));
};

/** Every item whose partition key begins with `leading`. Reads the whole table: for tables of thousands of items. */
export const scan = (table: Table, leading: string): Promise<readonly Item[]> => allPages(table.name, scanPage(table, leading));

/** The same, unless the table has more than `most` pages: then undefined, and no more than those were read. */
export const scanWithin = async (table: Table, leading: string, most: number): Promise<readonly Item[] | undefined> => {
  const items: Item[] = [];
  let left = most;
  if (left === 0) return undefined;
  for await (const page of pagesOf(table.name, scanPage(table, leading))) {
    items.push(...page.items);
    left -= 1;
    if (page.isLast) return items;
    if (left === 0) return undefined;
  }
  return undefined;
};

interface Page {
  readonly Items?: Item[] | undefined;
  readonly LastEvaluatedKey?: Item | undefined;
}

/** A page holds at most 1 MB, so this is 10 GB of one partition. */
const MAX_PAGES = 10_000;

type ReadPage = (start: Item | undefined) => Promise<Page>;

export const allPages = (table: string, read: ReadPage): Promise<readonly Item[]> => Array.fromAsync(everyItem(table, read));

async function* everyItem(table: string, read: ReadPage): AsyncGenerator<Item> {
  for await (const { items } of pagesOf(table, read)) yield* items;
}

/** An empty page says nothing: only a page without a continuation key ends the list. */
async function* pagesOf(table: string, read: ReadPage): AsyncGenerator<{ readonly items: readonly Item[]; readonly isLast: boolean }> {
  let start: Item | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { Items = [], LastEvaluatedKey: next } = await read(start);
    yield { items: Items, isLast: next === undefined };
    if (next === undefined) return;
    if (canonicalJson(next) === canonicalJson(start))
      throw new Error(`table ${table} gave the same page twice, after ${canonicalJson(next)}`);
    start = next;
  }
  throw new Error(`table ${table} gave more than ${MAX_PAGES} pages for one list`);
}

/** The limit of BatchGetItem. */
const BATCH = 100;
const BATCH_TRIES = 8;

/** The items behind `keys` in no order; keys without an item are left out. Throws when the table keeps leaving keys unprocessed. */
export const getItems = async (
  table: Table,
  keys: readonly Key[],
  wait: (ms: number) => Promise<unknown> = pause,
): Promise<readonly Item[]> => {
  const distinct = [...new Map(keys.map(key => [canonicalJson(key), key])).values()];
  const items: Item[] = [];
  for (const batch of chunksOf(distinct, BATCH)) items.push(...(await getBatch(table, batch, wait)));
  return items;
};

const getBatch = async (
  { client, name }: Table,
  keys: readonly Key[],
  wait: (ms: number) => Promise<unknown>,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let left: Item[] = keys.map(({ pk, sk }) => ({ pk, sk }));
  for (let tried = 0; tried < BATCH_TRIES; tried += 1) {
    const answer = await client.send(new BatchGetCommand({ RequestItems: { [name]: { Keys: left, ConsistentRead: true } } }));
    items.push(...(answer.Responses?.[name] ?? []));
    left = answer.UnprocessedKeys?.[name]?.Keys ?? [];
    if (left.length === 0) return items;
    await wait(25 * 2 ** tried);
  }
  throw new Error(`table ${name} left ${left.length} of ${keys.length} keys unprocessed after ${BATCH_TRIES} tries`);
};

/** Attributes to set; further clauses of `SET` (`also`) and of `REMOVE` in the condition's placeholders; and what must hold. */
export interface Change {
  readonly set?: Item;
  readonly also?: string;
  readonly remove?: string;
  readonly condition?: Condition;
}

/** Changes the named attributes and leaves all others of the item alone. False: the condition did not hold and nothing was written. */
export const update = async ({ client, name }: Table, key: Key, { set = {}, also, remove, condition }: Change): Promise<boolean> => {
  const entries = Object.entries(set).filter(([, value]) => value !== undefined);
  const clauses = [...entries.map((_, index) => `#s${index} = :s${index}`), also].filter(clause => clause !== undefined);
  const write = new UpdateCommand({
    TableName: name,
    Key: key,
    UpdateExpression: remove === undefined ? `SET ${clauses.join(', ')}` : `REMOVE ${remove}`,
    ConditionExpression: condition?.expression,
    ExpressionAttributeNames: {
      ...Object.fromEntries(entries.map(([attribute], index) => [`#s${index}`, attribute])),
      ...condition?.names,
    },
    ExpressionAttributeValues: { ...Object.fromEntries(entries.map(([, value], index) => [`:s${index}`, value])), ...condition?.values },
  });
  return holds(client.send(write));
};

/** False: there is an item already, and it stays as it is. */
export const putIfAbsent = async ({ client, name }: Table, key: Key, item: object): Promise<boolean> =>
  holds(client.send(new PutCommand({ TableName: name, Item: { ...item, ...key }, ConditionExpression: 'attribute_not_exists(pk)' })));

export const remove = async ({ client, name }: Table, key: Key, condition?: Condition): Promise<boolean> => {
  const { expression, names, values } = condition ?? {};
  const conditions = { ConditionExpression: expression, ExpressionAttributeNames: names, ExpressionAttributeValues: values };
  return holds(client.send(new DeleteCommand({ TableName: name, Key: key, ...conditions })));
};

/**
 * Holds unless an observer with a later epoch has written the item. What this gives: an item never goes back in time.
 * What no condition on one item can give: a holder that lost its lease unnoticed may still write an item that its successor
 * has not written. Its last write, the status, is conditioned on the lease itself and refused, and the successor's next
 * complete listing puts such an item right.
 */
export const notSeenLater = (epoch: number): Condition & { readonly values: Item } => ({
  expression: '(attribute_not_exists(observedEpoch) OR observedEpoch <= :cEpoch)',
  values: { ':cEpoch': epoch },
});

export const conflict = (reason: string): WriteOutcome => ({ outcome: 'CONFLICT', reason });
export const written = (done: boolean, otherwise: string): WriteOutcome => (done ? { outcome: 'WRITTEN' } : conflict(otherwise));

/** Whether a conditional write was made. Only a failed condition is an answer; every other error stays one. */
export const holds = async (write: Promise<unknown>): Promise<boolean> => {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
};

/** Why an item does not parse, for people: the first problem, with its place in the item. */
export const problemOf = (error: z.ZodError): string => {
  const [issue] = error.issues;
  return issue === undefined ? 'unreadable' : `${issue.path.join('.')}: ${issue.message}`;
};

/** What `read` makes of each item, and the items of which it makes nothing. */
export const readEach = async <T>(items: readonly Item[], read: (item: Item) => T | Promise<T>) => {
  const [values, unreadable]: [T[], UnreadableItem[]] = [[], []];
  for (const item of items) {
    try {
      values.push(await read(item));
    } catch (error) {
      if (!(error instanceof UnreadableItemError)) throw error;
      unreadable.push(error.unreadable);
    }
  }
  return { values, unreadable };
};

/** An item as its schema says it is. Throws naming the item: left out silently, it would look like one that isn't there. */
export const readItem = <T>(table: Table, schema: z.ZodType<T>, item: Item): T => {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const place = `${String(item['pk'])} / ${String(item['sk'])}`;
  const reason = problemOf(parsed.error);
  throw new UnreadableItemError(
    { item: place, reason },
    `unreadable item ${place} in table ${table.name}: ${reason}; repair it, or remove it to start anew`,
    parsed.error,
  );
};

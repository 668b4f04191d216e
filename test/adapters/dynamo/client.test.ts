import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { allPages, documentClient, getItems, type Table } from '../../../lib/adapters/dynamo/client.ts';

const key = (n: number) => ({ pk: `p${n}`, sk: 's' });

it('reads on after an empty page that has a continuation key', async () => {
  const pages = [{ Items: [], LastEvaluatedKey: key(1) }, { LastEvaluatedKey: key(2) }, { Items: [key(3)] }];
  expect(await allPages('findings', async () => pages.shift() ?? {})).toEqual([key(3)]);
});

it('gives up on a list that repeats a continuation key', async () => {
  const page = { Items: [], LastEvaluatedKey: key(1) };
  await expect(allPages('findings', async () => page)).rejects.toThrow(
    'table findings gave the same page twice, after {"pk":"p1","sk":"s"}',
  );
});

it('gives up on a list that never ends', async () => {
  let page = 0;
  await expect(allPages('findings', async () => ({ LastEvaluatedKey: key(page++) }))).rejects.toThrow('more than 10000 pages');
  expect(page).toBe(10_000);
});

type Answer = (asked: readonly object[]) => { readonly found: readonly object[]; readonly left: readonly object[] };

/** A table whose BatchGetItem answers as `answer` says. */
const batches = (answer: Answer): Table => {
  const handle = async ({ body }: { readonly body: Uint8Array }) => {
    const { found, left } = answer(JSON.parse(new TextDecoder().decode(body)).RequestItems.findings.Keys);
    const UnprocessedKeys = left.length === 0 ? {} : { findings: { Keys: left } };
    const text = JSON.stringify({ Responses: { findings: found }, UnprocessedKeys });
    return { response: { statusCode: 200, headers: {}, body: Readable.from([text]) } };
  };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return { client: documentClient({ region: 'eu-west-1', credentials, requestHandler: { handle } }), name: 'findings' };
};

it('asks again for the keys that a batch left unprocessed, until it has each item once', async () => {
  const waits: number[] = [];
  const oneByOne = batches(asked => ({ found: asked.slice(0, 1), left: asked.slice(1) }));
  expect(await getItems(oneByOne, [1, 2, 2, 3].map(key), async ms => waits.push(ms))).toEqual([1, 2, 3].map(key));
  expect(waits).toEqual([25, 50]);
});

it('never takes a key that stays unprocessed for one that has no item', async () => {
  const stuck = batches(asked => ({ found: [], left: asked }));
  await expect(getItems(stuck, [key(1)], async () => {})).rejects.toThrow('left 1 of 1 keys unprocessed after 8 tries');
});

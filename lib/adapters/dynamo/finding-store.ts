import type { FindingKey, FindingRecord, HistoryEntry, HistoryHead, StoredFinding, Told } from '../../core/finding.ts';
import { sealEntry } from '../../core/history.ts';
import type { ScopeId } from '../../core/scope.ts';
import { type FindingStore, MissingFindingError, type RecordWrite, type ResponseWrite, type WriteOutcome } from '../../ports.ts';
import * as db from './client.ts';
import type { Item, Table } from './client.ts';
import { headItem, historyItem, recordItem, responseItem } from './finding-items.ts';
import * as schema from './schema.ts';

/** Records, responses and their history in the Findings table. An unreadable item throws: left out, it would look like no finding. */
export const dynamoFindingStore = (table: Table): FindingStore => ({
  inScope: scope => inScope(table, scope),
  get: key => get(table, key),
  withIdPrefix: prefix => withIdPrefix(table, prefix),
  writeRecord: write => writeRecord(table, write),
  copyToArchive: record => copyToArchive(table, record),
  leavePartition: record => leavePartition(table, record),
  writeTold: (key, receiver, told) => writeTold(table, key, { receiver, told }),
  writeResponse: (write, expectedSeq) => writeResponse(table, write, expectedSeq),
  history: async key => {
    const chains = schema.CHAINS.map(chain =>
      Array.fromAsync(db.partition(table, schema.historyOf(key, chain)), item => db.readItem(table, historyItem, item)),
    );
    return (await Promise.all(chains)).flat();
  },
});

const inScope = async (table: Table, scope: ScopeId): Promise<readonly StoredFinding[]> => {
  const [records, responses] = await Promise.all([
    Array.fromAsync(db.partition(table, schema.recordsOf(scope)), item => db.readItem(table, recordItem, item)),
    Array.fromAsync(db.partition(table, schema.responsesOf(scope))),
  ]);
  return joined(table, records, responses);
};

const joined = (table: Table, records: readonly FindingRecord[], responses: readonly Item[]): readonly StoredFinding[] => {
  const bySubject = new Map(responses.map(item => [item['sk'], item]));
  return records.map(record => {
    const response = bySubject.get(schema.responseKey(record).sk);
    return { record, response: response && db.readItem(table, responseItem, response) };
  });
};

const get = async (table: Table, key: FindingKey): Promise<StoredFinding | undefined> => {
  const [record, response] = await Promise.all([storedRecord(table, key), db.getItem(table, schema.responseKey(key))]);
  return record && joined(table, [db.readItem(table, recordItem, record)], response ? [response] : [])[0];
};

/** The partition first: a record is copied into the archive before it leaves, and a copy that stayed behind is older. */
const storedRecord = async (table: Table, key: FindingKey): Promise<Item | undefined> =>
  (await db.getItem(table, schema.recordKey(key))) ?? (await db.getItem(table, schema.archivedKey(key)));

const withIdPrefix = async (table: Table, prefix: string): Promise<readonly StoredFinding[]> => {
  const indexed = await db.query(table, {
    IndexName: schema.BY_ID.name,
    KeyConditionExpression: 'idShard = :shard AND begins_with(id, :prefix)',
    ExpressionAttributeValues: { ':shard': schema.ID_SHARD, ':prefix': prefix },
  });
  const records = onceEach(indexed).map(item => db.readItem(table, recordItem, item));
  return joined(table, records, await db.getItems(table, records.map(schema.responseKey)));
};

const isCopy = ({ pk }: Item): boolean => String(pk).startsWith(schema.LEADING.archived);
const findingOf = ({ scope, sk }: Item): string => JSON.stringify([scope, sk]);

/** Without the copies in the archive of what a partition has. */
const onceEach = (records: readonly Item[]): readonly Item[] => {
  const inPartition = new Set(records.filter(item => !isCopy(item)).map(findingOf));
  return records.filter(item => !isCopy(item) || !inPartition.has(findingOf(item)));
};

const writeRecord = async (table: Table, { record, entry }: RecordWrite): Promise<WriteOutcome> => {
  const { told: _owned, ...facts } = recordAttributes(record);
  const [key, isFirst] = [schema.recordKey(record), entry.previous === ''];
  const head = async () => headIn(table, await storedRecord(table, record));
  const ahead = await writeAhead(table, record, { entry, head, planned: now => (now?.hash ?? '') === entry.previous });
  if (ahead === undefined) return db.conflict(movedOn(record));
  const { expression, values } = db.notSeenLater(record.epoch);
  // Nothing in the partition: it is new, or it was archived with the head that the entry follows, for which that entry was still free.
  const unmoved = isFirst ? 'attribute_not_exists(head)' : 'attribute_not_exists(head) OR head.#cHash = :cPrevious';
  const done = await db.update(table, key, {
    set: { ...facts, head: ahead },
    also: 'told = if_not_exists(told, :cTold)',
    condition: {
      expression: `${expression} AND (${unmoved} OR head.#cHash = :cHash)`,
      names: { '#cHash': 'hash' },
      values: {
        ...values,
        ':cHash': ahead.hash,
        ':cTold': isFirst ? {} : record.told,
        ...(isFirst ? {} : { ':cPrevious': entry.previous }),
      },
    },
  });
  return done ? { outcome: 'WRITTEN' } : refused(table, record);
};

/** An `f#` or `z#` item; `recordItem` is the other direction. */
const recordAttributes = ({ epoch, ...record }: FindingRecord): Item => ({
  ...record,
  observedEpoch: epoch,
  idShard: schema.ID_SHARD,
});

const copyToArchive = async (table: Table, record: FindingRecord): Promise<WriteOutcome> => {
  const condition = {
    // Whatever is damaged in the copy, it is written over.
    expression: 'attribute_not_exists(head.#cSeq) OR head.#cSeq <= :cSeq',
    names: { '#cSeq': 'seq' },
    values: { ':cSeq': record.head.seq },
  };
  const done = await db.update(table, schema.archivedKey(record), { set: recordAttributes(record), condition });
  return db.written(done, `the archive has a later state of ${record.rule} of ${record.subject}`);
};

const leavePartition = async (table: Table, record: FindingRecord): Promise<WriteOutcome> => {
  const { hash } = record.head;
  const copy = await headIn(table, await db.getItem(table, schema.archivedKey(record)));
  if (copy?.hash !== hash) return db.conflict(`the archive has no copy of ${record.rule} of ${record.subject} as it was read`);
  const unmoved = { expression: 'head.#cHash = :cHash', names: { '#cHash': 'hash' }, values: { ':cHash': hash } };
  return db.written(await db.remove(table, schema.recordKey(record), unmoved), movedOn(record));
};

const movedOn = ({ rule, subject }: FindingKey): string => `${rule} of ${subject} has changed since it was read`;

/** A failed condition does not say which half failed: the item is read again. */
const refused = async (table: Table, record: FindingRecord): Promise<WriteOutcome> => {
  const seen = Number((await db.getItem(table, schema.recordKey(record)))?.['observedEpoch'] ?? 0);
  if (seen <= record.epoch) return db.conflict(movedOn(record));
  return db.conflict(`an observer with epoch ${seen} has written ${record.rule} of ${record.subject}; this one has epoch ${record.epoch}`);
};

const writeTold = async (table: Table, key: FindingKey, { receiver, told }: { receiver: string; told: Told }): Promise<void> => {
  const condition = { expression: 'attribute_exists(told)', names: { '#cReceiver': receiver }, values: { ':cTold': told } };
  const done = await db.update(table, schema.recordKey(key), { set: {}, also: 'told.#cReceiver = :cTold', condition });
  if (!done) throw new MissingFindingError(`no finding ${key.rule} of ${key.subject} in ${key.scope} to mark as told to ${receiver}`);
};

const writeResponse = async (table: Table, { response, entry }: ResponseWrite, expectedSeq: number): Promise<WriteOutcome> => {
  const key = schema.responseKey(response);
  const head = async () => headIn(table, await db.getItem(table, key));
  const ahead = await writeAhead(table, response, { entry, head, planned: now => (now?.seq ?? 0) === expectedSeq });
  if (ahead === undefined) return db.conflict(movedOn(response));
  const unmoved = expectedSeq === 0 ? 'attribute_not_exists(head)' : 'head.#cSeq = :cSeq';
  const done = await db.update(table, key, {
    set: { ...response, head: ahead },
    condition: {
      expression: `${unmoved} OR head.#cHash = :cHash`,
      names: { '#cHash': 'hash', ...(expectedSeq === 0 ? {} : { '#cSeq': 'seq' }) },
      values: { ':cHash': ahead.hash, ...(expectedSeq === 0 ? {} : { ':cSeq': expectedSeq }) },
    },
  });
  return db.written(done, movedOn(response));
};

interface Ahead {
  readonly entry: HistoryEntry;
  readonly head: () => Promise<HistoryHead | undefined>;
  /** Whether the stored head is still the one that the entry was planned on. */
  readonly planned: (head: HistoryHead | undefined) => boolean;
}

/** More orphans in a row than crashes explain: something keeps the write that follows from being made. */
const AHEAD_TRIES = 50;

/**
 * Puts the entry before the write that names it. An equal entry at its seq is ours from before a crash and is used again;
 * another one that no head reaches is an orphan, and the next seq is tried. undefined: the chain moved on, and nothing was put.
 */
const writeAhead = async (table: Table, key: FindingKey, { entry, head, planned }: Ahead): Promise<HistoryHead | undefined> => {
  let candidate = entry;
  for (let tried = 0; tried < AHEAD_TRIES; tried += 1) {
    const place = schema.historyKey(key, candidate);
    if (await db.putIfAbsent(table, place, candidate)) return headFrom(candidate);
    const now = await head();
    if (!planned(now) && now?.hash !== resealed(entry, now?.seq ?? 0).hash) return undefined;
    if ((await db.getItem(table, place))?.['hash'] === candidate.hash) return headFrom(candidate);
    candidate = resealed(candidate, candidate.seq + 1);
  }
  throw new Error(
    `${AHEAD_TRIES} history entries of ${key.rule} of ${key.subject} lead to no ${entry.chain}: its write keeps failing, see the log`,
  );
};

const headFrom = ({ seq, hash }: HistoryEntry): HistoryHead => ({ seq, hash });

const resealed = ({ hash: _of, ...entry }: HistoryEntry, seq: number): HistoryEntry => sealEntry({ ...entry, seq });

const headIn = async (table: Table, item: Item | undefined): Promise<HistoryHead | undefined> =>
  item && db.readItem(table, headItem, item).head;

import { type Act, ACT_KINDS, type DeploymentActs, orderOf } from '../../core/act.ts';
import type { InventoryItem, RunRecord, ScopeStatus } from '../../core/inventory.ts';
import type { OutgoingMessage } from '../../core/notice.ts';
import { type Instant, isDue } from '../../core/time.ts';
import { type ActSubject, type InventoryStore, type Lease, UnreadableItemError, type WriteOutcome } from '../../ports.ts';
import * as db from './client.ts';
import type { Item, Table } from './client.ts';
import * as shapes from './inventory-items.ts';
import { runItem, storedRun } from './run-item.ts';
import * as schema from './schema.ts';
import type { Key } from './schema.ts';

/** Sightings, statuses with their leases, memos, runs and outgoing messages in the Inventory table. An unreadable item throws. */
export const dynamoInventoryStore = (table: Table): InventoryStore => ({
  takeLease: (name, holder, now, until) => takeLease(table, name, { holder, now, until }),
  releaseLease: (name, epoch) => releaseLease(table, name, epoch),
  ...scopes(table),
  ...acts(table),
  ...memos(table),
  ...runs(table),
  outgoing: async report => {
    const items = await Array.fromAsync(db.partition(table, schema.LEADING.outgoing));
    if (report === undefined) return Promise.all(items.map(item => withMembers(table, item)));
    const { values, unreadable } = await db.readEach(items, item => withMembers(table, item));
    unreadable.forEach(report);
    return values;
  },
  putOutgoing: outgoing => putOutgoing(table, outgoing),
  removeOutgoing: messageId => removeOutgoing(table, messageId),
});

interface LeaseAsk {
  readonly holder: string;
  readonly now: Instant;
  readonly until: Instant;
}

const LEASE_TRIES = 5;

/** The epoch read is the condition of the grant: of two that find a lease free, one gets it and the other reads again. */
const takeLease = async (table: Table, name: string, { holder, now, until }: LeaseAsk): Promise<Lease> => {
  const key = schema.leaseKey(name);
  for (let tried = 0; tried < LEASE_TRIES; tried += 1) {
    const item = await db.getItem(table, key);
    const held = item?.['leaseEpoch'] === undefined ? undefined : db.readItem(table, shapes.leaseItem, item);
    if (held && held.leaseHolder !== holder && !isDue(held.leaseUntil, now))
      return { granted: false, holder: held.leaseHolder, until: held.leaseUntil };
    const epoch = (held?.leaseEpoch ?? 0) + 1;
    const condition = held
      ? { expression: 'leaseEpoch = :cEpoch', values: { ':cEpoch': held.leaseEpoch } }
      : { expression: 'attribute_not_exists(leaseEpoch)' };
    if (await db.update(table, key, { set: { leaseEpoch: epoch, leaseHolder: holder, leaseUntil: until }, condition }))
      return { granted: true, epoch };
  }
  throw new Error(`the lease of ${name} changed hands ${LEASE_TRIES} times while it was being taken`);
};

/** Always due. The epoch stays: it must never be given twice. */
const RELEASED = '1970-01-01T00:00:00.000Z';

/** A lease that has passed to another holder is theirs to release. */
const releaseLease = async (table: Table, name: string, epoch: number): Promise<void> => {
  await db.update(table, schema.leaseKey(name), {
    set: { leaseUntil: RELEASED },
    condition: { expression: 'leaseEpoch = :cEpoch', values: { ':cEpoch': epoch } },
  });
};

const superseded = (what: string, epoch: number): string =>
  `an observer with a later epoch than ${epoch}, or of a later slot, has taken or written ${what}`;

const scopes = (table: Table) => ({
  status: async (scope: string) => {
    const item = await db.getItem(table, schema.statusKey(scope));
    return item && hasStatus(item) ? db.readItem(table, shapes.statusItem, item) : undefined;
  },
  statuses: async () => {
    const shards = await Promise.all(schema.STATUS_SHARDS.map(shard => Array.fromAsync(db.partition(table, shard))));
    const { values, unreadable } = await db.readEach(shards.flat().filter(hasStatus), item => db.readItem(table, shapes.statusItem, item));
    return { statuses: values.toSorted((a, b) => (a.scope < b.scope ? -1 : 1)), unreadable };
  },
  putStatus: (status: ScopeStatus, epoch: number) => putStatus(table, status, epoch),
  items: (scope: string) =>
    Array.fromAsync(db.partition(table, schema.itemsOf(scope)), item => db.readItem(table, shapes.inventoryItem, item)),
  putItem: (item: InventoryItem, epoch: number) => putFenced(table, schema.itemKey(item.scope, item.arn), shapes.storedItem(item), epoch),
  removeItem: (scope: string, arn: string, epoch: number) => removeFenced(table, schema.itemKey(scope, arn), epoch),
});

/** A scope whose lease was taken before its first status was written has no status yet. */
const hasStatus = (item: Item): boolean => item['observedEpoch'] !== undefined;

/** The one write that the lease itself fences: it is refused as soon as another holder has the scope, and by a status of a later slot. */
const putStatus = async (table: Table, status: ScopeStatus, epoch: number): Promise<WriteOutcome> => {
  const { expression, values } = db.notSeenLater(epoch);
  const { lastSlot } = status;
  const never = 'attribute_not_exists(lastSlot) OR attribute_type(lastSlot, :cNull)';
  const notOlder = lastSlot === null ? `(${never})` : `(${never} OR lastSlot <= :cSlot)`;
  const condition = {
    expression: `${expression} AND (attribute_not_exists(leaseEpoch) OR leaseEpoch <= :cEpoch) AND ${notOlder}`,
    values: { ...values, ':cNull': 'NULL', ...(lastSlot === null ? {} : { ':cSlot': lastSlot }) },
  };
  const done = await db.update(table, schema.statusKey(status.scope), { set: { ...status, observedEpoch: epoch }, condition });
  return db.written(done, superseded(status.scope, epoch));
};

const putFenced = async (table: Table, key: Key, set: object, epoch: number): Promise<WriteOutcome> => {
  const done = await db.update(table, key, { set: { ...set, observedEpoch: epoch }, condition: db.notSeenLater(epoch) });
  return db.written(done, superseded(`${key.pk} / ${key.sk}`, epoch));
};

const removeFenced = async (table: Table, key: Key, epoch: number): Promise<WriteOutcome> =>
  db.written(await db.remove(table, key, db.notSeenLater(epoch)), superseded(`${key.pk} / ${key.sk}`, epoch));

const acts = (table: Table): Pick<InventoryStore, 'acts' | 'recordAct' | 'forgetActs'> => ({
  acts: scope => Array.fromAsync(db.partition(table, schema.actsOf(scope)), item => db.readItem(table, shapes.actsItem, item)),
  recordAct: (of, act) => recordAct(table, of, act),
  forgetActs: async read => {
    await db.remove(table, schema.actsKey(read.scope, read.resource), asRead(read));
  },
});

/** Each act lies beside its order, which later ones are held against: events come in any order, and more than once. */
const recordAct = async (table: Table, { scope, resource, kind }: ActSubject, act: Act): Promise<WriteOutcome> => {
  const order = `${kind}Order`;
  const done = await db.update(table, schema.actsKey(scope, resource), {
    set: { scope, resource, [kind]: act, [order]: orderOf(act) },
    condition: {
      expression: 'attribute_not_exists(#cOrder) OR #cOrder < :cOrder',
      names: { '#cOrder': order },
      values: { ':cOrder': orderOf(act) },
    },
  });
  return db.written(done, `this act on ${resource}, or a later one, is known`);
};

const asRead = (read: DeploymentActs): db.Condition => {
  const known = ACT_KINDS.flatMap(kind => (read[kind] === null ? [] : [[kind, orderOf(read[kind])] as const]));
  const clauses = ACT_KINDS.map(kind => (read[kind] === null ? `attribute_not_exists(${kind}Order)` : `${kind}Order = :c${kind}`));
  return { expression: clauses.join(' AND '), values: Object.fromEntries(known.map(([kind, order]) => [`:c${kind}`, order])) };
};

const memos = (table: Table): Pick<InventoryStore, 'memos' | 'putMemo' | 'removeMemo'> => ({
  memos: () => Array.fromAsync(db.partition(table, schema.LEADING.memo), item => db.readItem(table, shapes.memoItem, item)),
  putMemo: (memo, epoch) => putFenced(table, schema.memoKey(memo.key), memo, epoch),
  removeMemo: (key, epoch) => removeFenced(table, schema.memoKey(key), epoch),
});

const runs = (table: Table): Pick<InventoryStore, 'startRun' | 'run' | 'updateRun' | 'lastSummary' | 'putLastSummary'> => ({
  startRun: async run => {
    if (await db.putIfAbsent(table, schema.runKey(run.slot), storedRun(run))) return { outcome: 'STARTED', run };
    const stored = await readRun(table, run.slot);
    if (stored === undefined) throw new Error(`the run of ${run.slot} was removed while it was being started`);
    return { outcome: stored.holder === run.holder ? 'RESUMED' : 'DUPLICATE', run: stored };
  },
  run: slot => readRun(table, slot),
  updateRun: async run => {
    await db.update(table, schema.runKey(run.slot), { set: storedRun(run) });
  },
  lastSummary: async receiver => {
    const item = await db.getItem(table, schema.summaryKey(receiver));
    return item && db.readItem(table, shapes.summaryItem, item).at;
  },
  putLastSummary: async (receiver, at) => {
    await db.update(table, schema.summaryKey(receiver), { set: { receiver, at } });
  },
});

const readRun = async (table: Table, slot: Instant): Promise<RunRecord | undefined> => {
  const item = await db.getItem(table, schema.runKey(slot));
  return item && db.readItem(table, runItem, item);
};

/** About 1 KB each, so a chunk stays far below the 400 KB of an item. */
const MEMBERS_IN_CHUNK = 100;

/** Members first, then the message that says how many there are: a message that can be read is whole. */
const putOutgoing = async (table: Table, { message, state, preparedAt }: OutgoingMessage): Promise<void> => {
  const { members, ...alone } = message;
  for (let at = 0; at < members.length; at += MEMBERS_IN_CHUNK) {
    await db.update(table, schema.outgoingMembersKey(message.id, at), { set: { members: members.slice(at, at + MEMBERS_IN_CHUNK) } });
  }
  await db.update(table, schema.outgoingKey(message.id), { set: { message: alone, state, preparedAt, memberCount: members.length } });
};

const withMembers = async (table: Table, item: Item): Promise<OutgoingMessage> => {
  const { message, memberCount, ...rest } = db.readItem(table, shapes.outgoingItem, item);
  const chunks = db.partition(table, schema.outgoingMembersOf(message.id));
  const members = (await Array.fromAsync(chunks, chunk => db.readItem(table, shapes.membersItem, chunk).members)).flat();
  if (members.length === memberCount) return { ...rest, message: { ...message, members } };
  throw new UnreadableItemError(
    { item: message.id, reason: `${members.length} of its ${memberCount} members are there` },
    `outgoing message ${message.id} in table ${table.name} has ${members.length} of its ${memberCount} members; remove it: what it owes is sent anew`,
  );
};

/** The message first: a crash leaves members that nothing leads to, and the same message would write them again. */
const removeOutgoing = async (table: Table, messageId: string): Promise<void> => {
  await db.remove(table, schema.outgoingKey(messageId));
  for await (const { sk } of db.partition(table, schema.outgoingMembersOf(messageId)))
    await db.remove(table, { pk: schema.outgoingMembersOf(messageId), sk: String(sk) });
};

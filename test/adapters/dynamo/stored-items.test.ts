import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getItem, putIfAbsent, remove, type Table, update } from '../../../lib/adapters/dynamo/client.ts';
import { createTables } from '../../../lib/adapters/dynamo/create-tables.ts';
import { dynamoInventoryStore } from '../../../lib/adapters/dynamo/inventory-store.ts';
import * as schema from '../../../lib/adapters/dynamo/schema.ts';
import { type EmbeddedDynamo, startEmbeddedDynamo } from '../../../lib/adapters/local/embedded-dynamo.ts';
import { registrationKeys } from '../../../lib/core/match-keys.ts';
import { sealEntry } from '../../../lib/core/history.ts';
import { aKindStatus, anApproval, anItem, aRecord, aRegistration, aResponse, aStatus, NOW, SCOPE } from '../../support/builders.ts';
import { anAct, someActs } from '../../support/events.ts';
import type { UnreadableItem } from '../../../lib/ports.ts';
import { freshStores } from '../../support/dynamo-tables.ts';

let dynamo: EmbeddedDynamo;
beforeAll(async () => {
  dynamo = await startEmbeddedDynamo();
});
afterAll(() => dynamo.close());
const open = freshStores(() => dynamo.endpoint, 'items');

const entry = (seq: number) => sealEntry({ chain: 'record', seq, previous: '', at: NOW, by: 'roll call', event: `n${seq}`, detail: {} });

const damage = (table: Table, key: schema.Key, set: Record<string, unknown>) => update(table, key, { set });
const MESSAGE = { id: 'm-1', topic: 'OPS', receiver: 'ops', subject: 's', body: 'b', attributes: {}, members: [] } as const;
const team = (name: string) => ({ packageGroup: null, tags: { team: name }, uses: [] });

describe('items that no longer parse', () => {
  it('are reported by the registry by model name, beside the registrations that parse', async () => {
    const { registry, tables } = await open();
    for (const name of ['a', 'b', 'c']) await registry.put(aRegistration({ name }));
    await damage(tables.registry, schema.registrationKey('a'), { riskTier: 'HUGE' });
    await damage(tables.registry, schema.decisionKey('c', 1), { decision: { ...anApproval(), status: 'MAYBE' } });
    for (const found of [await registry.all(), await registry.claiming(['claim:a', 'claim:b', 'claim:c'])]) {
      expect(found.registrations).toEqual([aRegistration({ name: 'b' })]);
      expect(found.unreadable.toSorted((x, y) => (x.item < y.item ? -1 : 1))).toEqual([
        { item: 'a', reason: expect.stringContaining('riskTier') },
        { item: 'c', reason: expect.stringContaining('decision 0000000001: decision.status') },
      ]);
    }
    await expect(registry.get('c')).rejects.toThrow('the registration of c in table items-g1 is unreadable');
  });

  it('stop the inventory, which would otherwise take them for absent', async () => {
    const { inventory, tables } = await open();
    await inventory.putItem(anItem(), 1);
    await inventory.putStatus(aStatus(), 1);
    await damage(tables.inventory, schema.itemKey(SCOPE, anItem().arn), { firstSeen: 'yesterday' });
    await damage(tables.inventory, schema.statusKey(SCOPE), { kinds: 'none' });
    await expect(inventory.items(SCOPE)).rejects.toThrow(`unreadable item i#${SCOPE} / ${anItem().arn} in table items-i2: firstSeen`);
    await expect(inventory.status(SCOPE)).rejects.toThrow('kinds');
  });

  it('are reported beside the statuses and messages that parse', async () => {
    const { inventory, tables } = await open();
    const other = aStatus({ scope: 'sagemaker/111122223333/us-east-1' });
    for (const status of [aStatus(), other]) await inventory.putStatus(status, 1);
    await damage(tables.inventory, schema.statusKey(SCOPE), { kinds: 'none' });
    const item = `${schema.statusKey(SCOPE).pk} / ${SCOPE}`;
    expect(await inventory.statuses()).toEqual({ statuses: [other], unreadable: [{ item, reason: expect.stringContaining('kinds') }] });
    await inventory.putOutgoing({ message: MESSAGE, state: 'PREPARED', preparedAt: NOW });
    await inventory.putOutgoing({ message: { ...MESSAGE, id: 'm-2' }, state: 'PREPARED', preparedAt: NOW });
    await damage(tables.inventory, schema.outgoingKey('m-1'), { memberCount: 2 });
    await damage(tables.inventory, schema.outgoingKey('m-3'), { message: 'none' });
    const reported: UnreadableItem[] = [];
    expect((await inventory.outgoing(each => reported.push(each))).map(({ message }) => message.id)).toEqual(['m-2']);
    expect(reported.map(each => each.item)).toEqual(['m-1', 'out / m-3']);
  });

  it('stop the findings, by the name of the item', async () => {
    const { findings, tables } = await open();
    await findings.writeRecord({ record: aRecord(), entry: entry(1) });
    await damage(tables.findings, schema.responseKey(aResponse()), { answer: 'yes' });
    await expect(findings.inScope(SCOPE)).rejects.toThrow(`unreadable item r#${SCOPE} / APR-02#dep:`);
  });

  it('stop at an outgoing message that lacks members', async () => {
    const { inventory, tables } = await open();
    await inventory.putOutgoing({ message: MESSAGE, state: 'PREPARED', preparedAt: NOW });
    await damage(tables.inventory, schema.outgoingKey('m-1'), { memberCount: 2 });
    await expect(inventory.outgoing()).rejects.toThrow('outgoing message m-1 in table items-i5 has 0 of its 2 members');
  });

  it('are very old and empty in the cache of descriptions, beside those that parse', async () => {
    const { descriptions, tables } = await open();
    const whole = { key: 'MODEL#whole', readAt: NOW, moment: 'MODEL', scheme: '1:x', value: { of: 1 } };
    await descriptions.save(SCOPE, [whole]);
    await damage(tables.inventory, schema.descriptionKey(SCOPE, 'MODEL#broken'), { readAt: 'yesterday', scheme: 7 });
    expect(await Array.fromAsync(descriptions.load(SCOPE))).toEqual([
      { key: 'MODEL#broken', readAt: '1970-01-01T00:00:00.000Z', moment: 'MODEL#broken', scheme: '', value: undefined },
      whole,
    ]);
    await descriptions.forget(SCOPE, ['MODEL#broken']);
    expect(await Array.fromAsync(descriptions.load(SCOPE))).toEqual([whole]);
  });

  it('in the archive stop who needs them, by the name of the item, and nobody else', async () => {
    const { findings, tables } = await open();
    const first = entry(1);
    const record = aRecord({ condition: 'CLEARED', head: { seq: 1, hash: first.hash } });
    await findings.writeRecord({ record, entry: first });
    await damage(tables.findings, schema.archivedKey(record), { idShard: 'F', scope: SCOPE, id: record.id, head: 'none' });
    expect(await findings.withIdPrefix(record.id)).toHaveLength(1);
    // Written over by the next move.
    expect([await findings.copyToArchive(record), await findings.leavePartition(record)]).toEqual([
      { outcome: 'WRITTEN' },
      { outcome: 'WRITTEN' },
    ]);
    await damage(tables.findings, schema.archivedKey(record), { head: 'none' });
    await damage(tables.findings, schema.responseKey(record), { answer: 'yes' });
    expect(await findings.inScope(SCOPE)).toEqual([]);
    const anew = { record: aRecord(), entry: sealEntry({ ...first, event: 'OPENED' }) };
    for (const call of [() => findings.get(record), () => findings.withIdPrefix(record.id), () => findings.writeRecord(anew)])
      await expect(call()).rejects.toThrow(`unreadable item z#${SCOPE} / APR-02#dep:`);
  });
});

describe('items of an earlier version', () => {
  it('are read as what they were: a description that is due by itself', async () => {
    const { descriptions, tables } = await open();
    const { moment, ...before } = { key: 'MODEL#m', readAt: NOW, moment: 'MODEL#m', scheme: '1:x', value: { of: 1 } };
    await update(tables.inventory, schema.descriptionKey(SCOPE, before.key), { set: before });
    expect(await Array.fromAsync(descriptions.load(SCOPE))).toEqual([{ ...before, moment }]);
  });

  it('are read as what they were: a status that never rests and that nobody was looked up in, a run that knows of no list', async () => {
    const { inventory, tables } = await open();
    const { excluded: _excluded, ...kind } = aKindStatus();
    const {
      emptySince: _,
      invocationsCountedAt: __,
      creators: ___,
      deployments: ____,
      ...status
    } = { ...aStatus(), kinds: { ENDPOINT: kind } };
    await update(tables.inventory, schema.statusKey(SCOPE), { set: { ...status, observedEpoch: 1 } });
    expect(await inventory.statuses()).toEqual({ statuses: [aStatus({ emptySince: null, invocationsCountedAt: null })], unreadable: [] });
    const counts = { deployments: 2, registered: 1, scopesComplete: 1, scopesNotChecked: 0, calls: 7, opened: 1, cleared: 0 };
    const totals = { ...counts, open: { HIGH: 1 } };
    const run = { slot: NOW, holder: 'h', startedAt: NOW, manual: false, scopes: [SCOPE], state: 'COMPLETE', totals, completedAt: NOW };
    await putIfAbsent(tables.inventory, schema.runKey(NOW), run);
    expect(await inventory.run(NOW)).toEqual({ ...run, unread: [], unlisted: [], totals: { ...totals, scopesAtRest: 0 } });
  });

  it('are read as what they were: a deployment, and a scope with a mark up to when it was asked, of which nobody was asked who made it', async () => {
    const { inventory, tables } = await open();
    const { creationAsked: _, ...item } = anItem();
    const { tags, ...sighting } = item.sighting;
    const stored = { ...item, sighting: { ...sighting, tags: Object.entries(tags ?? {}) }, observedEpoch: 1 };
    await update(tables.inventory, schema.itemKey(SCOPE, item.arn), { set: stored });
    expect(await inventory.items(SCOPE)).toEqual([anItem()]);
    const creators = { askedUpTo: { ENDPOINT: NOW }, refused: null };
    await update(tables.inventory, schema.statusKey(SCOPE), { set: { ...aStatus(), creators, observedEpoch: 1 } });
    expect(await inventory.status(SCOPE)).toEqual(aStatus({ creators: { refused: null } }));
  });

  it('are read as what they were: an act that was announced', async () => {
    const { inventory, tables } = await open();
    const { heard: _, ...created } = anAct();
    await update(tables.inventory, schema.actsKey(SCOPE, someActs().resource), { set: { ...someActs(), created } });
    expect(await inventory.acts(SCOPE)).toEqual([someActs({ created: anAct({ heard: 'ANNOUNCED' }) })]);
  });

  it('are read as what they were: accounts of a run, one by one', async () => {
    const { inventory, tables } = await open();
    const unread = [
      { account: '444455556666', region: null, failure: 'DENIED', reason: 'account 444455556666 is SUSPENDED', leaving: false },
    ];
    const unlisted = [{ scope: 'organization', failure: 'TRANSIENT', reason: 'failed after retries', since: NOW, slots: 2 }];
    const run = { slot: NOW, holder: 'h', startedAt: NOW, manual: false, scopes: [SCOPE], unread, unlisted };
    await putIfAbsent(tables.inventory, schema.runKey(NOW), { ...run, state: 'CLOSED', totals: null, completedAt: null });
    expect(await inventory.run(NOW)).toMatchObject(run);
  });
});

describe('match items', () => {
  it('that lead to a registration that is not there, or does not have the key, are dropped', async () => {
    const { registry, tables } = await open();
    await registry.put(aRegistration());
    const set = { 'model:never-registered': 'crashed before', 'model:fraud-scorer': 'has another team' };
    await update(tables.registry, schema.matchKey('tag:team=search'), { set });
    expect(await registry.claiming(['tag:team=search'])).toEqual({ registrations: [], unreadable: [] });
  });

  it('that were lost come back when their registration is renewed, and those of others stay', async () => {
    const { registry, tables } = await open();
    const registration = aRegistration({ match: team('fraud') });
    await registry.put(registration);
    await registry.put(aRegistration({ name: 'other', match: team('fraud') }));
    for (const key of registrationKeys(registration).filter(each => !each.startsWith('tag:')))
      await remove(tables.registry, schema.matchKey(key));
    await update(tables.registry, schema.matchKey('tag:team=fraud'), { set: { 'model:fraud-scorer': 'of a crash' } });
    await registry.renew(registration);
    for (const key of registrationKeys(registration)) {
      expect((await registry.claiming([key])).registrations.map(({ name }) => name)).toContain('fraud-scorer');
    }
    await registry.put({ ...registration, match: team('search'), revision: 2 });
    expect((await registry.claiming(['tag:team=fraud'])).registrations.map(({ name }) => name)).toEqual(['other']);
    expect(Object.keys((await getItem(tables.registry, schema.matchKey('tag:team=fraud'))) ?? {})).not.toContain('model:fraud-scorer');
  });

  it('of the previous revision are removed, unless another writer has renewed them', async () => {
    const { registry, tables } = await open();
    const key = schema.matchKey('tag:team=fraud');
    await registry.put(aRegistration({ match: team('fraud') }));
    await registry.put(aRegistration({ match: team('search'), revision: 2 }));
    expect(await getItem(tables.registry, key)).toEqual(key);
    await registry.put(aRegistration({ match: team('fraud'), revision: 3 }));
    await update(tables.registry, key, { set: { 'model:fraud-scorer': 'renewed' } });
    await registry.put(aRegistration({ match: team('search'), revision: 4 }));
    expect(await getItem(tables.registry, key)).toEqual({ ...key, 'model:fraud-scorer': 'renewed' });
  });
});

describe('keys', () => {
  it.each(['d'.repeat(3_000), '界'.repeat(1_000)])('stay within the limits of DynamoDB and apart from each other', text => {
    const [one, two] = ['1', '2'].map(end => schema.itemKey(text + end, text + end));
    for (const part of [one?.pk, one?.sk]) expect(Buffer.byteLength(part ?? '')).toBeLessThanOrEqual(1_024);
    expect([one?.pk === two?.pk, one?.sk === two?.sk]).toEqual([false, false]);
    // A name that spells a shortened key is not that key.
    expect(schema.itemKey(SCOPE, one?.sk ?? '').sk).not.toBe(one?.sk);
  });

  it('give the lease of a scope its status item, and other leases one of their own', () => {
    expect(schema.leaseKey(SCOPE)).toEqual(schema.statusKey(SCOPE));
    expect(schema.leaseKey('registry')).toEqual(schema.statusKey('registry'));
    expect(schema.leaseKey('notifier')).toEqual({ pk: 'lease#notifier', sk: 'lease' });
  });
});

it('stops when entry after entry leads to no record', async () => {
  const { findings, tables } = await open();
  for (let seq = 1; seq <= 50; seq += 1)
    await putIfAbsent(tables.findings, schema.historyKey(aRecord(), { chain: 'record', seq }), entry(seq));
  const write = { record: aRecord(), entry: sealEntry({ ...entry(1), event: 'OPENED' }) };
  await expect(findings.writeRecord(write)).rejects.toThrow('50 history entries of APR-02');
});

it('leaves tables alone that are there already', async () => {
  const { findings, tables } = await open();
  await findings.writeRecord({ record: aRecord(), entry: entry(1) });
  const { registry, inventory } = tables;
  await createTables(tables.findings.client, { registry: registry.name, inventory: inventory.name, findings: tables.findings.name });
  expect(await findings.inScope(SCOPE)).toHaveLength(1);
});

it('passes on every error of a write but a failed condition', async () => {
  const { tables } = await open();
  const elsewhere = dynamoInventoryStore({ ...tables.inventory, name: 'no-such-table' });
  await expect(elsewhere.putItem(anItem(), 1)).rejects.toThrow(/not found|non-existent/);
});

import { describe, expect, it } from 'vitest';
import type { FindingRecord, HistoryEntry, HistoryHead } from '../../lib/core/finding.ts';
import { sealEntry } from '../../lib/core/history.ts';
import type { FindingStore, RecordWrite, ResponseWrite } from '../../lib/ports.ts';
import { aRecord, aResponse, NOW, SCOPE } from '../support/builders.ts';
import { aTold } from '../support/owed.ts';
import { HOSTILE_NAMES } from './hostile-names.ts';

const entryAfter = (head: HistoryHead | undefined, chain: HistoryEntry['chain'], event: string): HistoryEntry =>
  sealEntry({ chain, seq: (head?.seq ?? 0) + 1, previous: head?.hash ?? '', at: NOW, by: 'roll call', event, detail: { rule: 'APR-02' } });

/** A record as the planner makes it: with the entry that follows `head`. */
const recording = (over: Partial<FindingRecord> = {}, head?: HistoryHead): RecordWrite => {
  const entry = entryAfter(head, 'record', over.reason ?? 'OPENED');
  return { record: aRecord({ ...over, head: { seq: entry.seq, hash: entry.hash } }), entry };
};
const answering = (by: string, head?: HistoryHead): ResponseWrite => {
  const entry = entryAfter(head, 'response', `by ${by}`);
  return { response: aResponse({ release: { by, at: NOW }, head: { seq: entry.seq, hash: entry.hash } }), entry };
};

const told = (notice: string) => aTold({ notice });
const KEY = aRecord();
const seqs = async (store: FindingStore) => (await store.history(KEY)).map(({ chain, seq }) => `${chain} ${seq}`);
const read = async (store: FindingStore) => (await store.get(KEY))?.record;

/** What every finding store promises; one line per implementation calls it. */
export const findingStoreContract = (implementation: string, open: () => Promise<FindingStore>): void => {
  /** A store with one finding whose head the test goes on from. */
  const withFinding = async (over: Partial<FindingRecord> = {}) => {
    const store = await open();
    const first = recording(over);
    await store.writeRecord(first);
    return { store, first, head: first.record.head };
  };

  describe(`finding records: ${implementation}`, () => {
    it('gives back a record and its history entry', async () => {
      const cleared = { code: 'ABSENT', reason: 'gone', at: NOW } as const;
      const { store, first } = await withFinding({ condition: 'CLEARED', cleared, evidence: { one: 'a', many: ['b', 'c'] } });
      expect(await store.get(KEY)).toEqual({ record: first.record, response: undefined });
      expect(await store.history(KEY)).toEqual([first.entry]);
      expect(await store.get({ ...KEY, rule: 'INV-01' })).toBeUndefined();
      expect(await store.history({ ...KEY, rule: 'INV-01' })).toEqual([]);
    });

    it('takes a write that is repeated as written, with one entry', async () => {
      const { store, first } = await withFinding();
      expect(await store.writeRecord(first)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.history(KEY)).toEqual([first.entry]);
    });

    it('refuses an observer with an earlier epoch; its entry, written ahead, stays as an orphan', async () => {
      const { store, first, head } = await withFinding();
      const stale = recording({ epoch: 6, reason: 'stale' }, head);
      expect(await store.writeRecord(stale)).toMatchObject({ outcome: 'CONFLICT', reason: expect.stringContaining('epoch 7') });
      expect(await read(store)).toEqual(first.record);
      expect(await store.history(KEY)).toEqual([first.entry, stale.entry]);
    });

    it('takes the next free seq after orphans, and the head names it', async () => {
      const { store, head } = await withFinding();
      for (const reason of ['stale', 'staler']) await store.writeRecord(recording({ epoch: 6, reason }, head));
      const next = recording({ reason: 'next' }, head);
      for (const _ of ['written', 'repeated']) expect(await store.writeRecord(next)).toEqual({ outcome: 'WRITTEN' });
      const entries = await store.history(KEY);
      const last = entries.at(-1);
      expect(await seqs(store)).toEqual(['record 1', 'record 2', 'record 3', 'record 4']);
      expect(last).toEqual(sealEntry({ ...next.entry, seq: 4 }));
      expect(await read(store)).toEqual({ ...next.record, head: { seq: 4, hash: last?.hash } });
    });

    it('refuses a write that was planned on an older head, and puts no entry for it', async () => {
      const { store, head } = await withFinding();
      const second = recording({ reason: 'second' }, head);
      await store.writeRecord(second);
      for (const late of [recording({ reason: 'late', epoch: 9 }, head), recording({ reason: 'as if new', epoch: 9 })]) {
        expect(await store.writeRecord(late)).toMatchObject({ outcome: 'CONFLICT', reason: expect.stringContaining('has changed') });
      }
      expect(await read(store)).toEqual(second.record);
      expect(await seqs(store)).toEqual(['record 1', 'record 2']);
    });

    it('refuses an old write that is repeated after a later one', async () => {
      const { store, first, head } = await withFinding();
      const second = recording({ reason: 'second' }, head);
      await store.writeRecord(second);
      expect(await store.writeRecord(first)).toMatchObject({ outcome: 'CONFLICT' });
      expect(await read(store)).toEqual(second.record);
    });

    it('lets one of two observers that start the same finding win', async () => {
      const store = await open();
      const outcomes = await Promise.all(['a', 'b'].map(reason => store.writeRecord(recording({ reason }))));
      expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['CONFLICT', 'WRITTEN']);
    });

    it('marks one receiver as told and changes nothing else', async () => {
      const { store, first } = await withFinding();
      await store.writeTold(KEY, 'security', told('n-1'));
      await store.writeTold(KEY, 'owner:kim@example.com', told('n-2'));
      await store.writeTold(KEY, 'security', told('n-3'));
      expect(await read(store)).toEqual({ ...first.record, told: { security: told('n-3'), 'owner:kim@example.com': told('n-2') } });
    });

    it('keeps what was told when an observer that had not seen it writes the record', async () => {
      const { store, head } = await withFinding();
      const next = recording({ reason: 'next', told: {} }, head);
      await Promise.all([store.writeTold(KEY, 'security', told('n-1')), store.writeRecord(next)]);
      expect(await read(store)).toEqual({ ...next.record, told: { security: told('n-1') } });
    });

    it('does not invent a finding to mark as told', async () => {
      const store = await open();
      await expect(store.writeTold(KEY, 'security', told('n-1'))).rejects.toThrow('no finding APR-02');
      expect(await store.inScope(SCOPE)).toEqual([]);
    });
  });

  describe(`archived records: ${implementation}`, () => {
    const CLEARED = { condition: 'CLEARED', cleared: { code: 'FACT', reason: 'covered', at: NOW } } as const;
    const move = async (store: FindingStore, record: FindingRecord) => [
      (await store.copyToArchive(record)).outcome,
      (await store.leavePartition(record)).outcome,
    ];
    /** Told, answered, cleared and archived. */
    const withArchived = async () => {
      const { store, first, head } = await withFinding();
      await store.writeTold(KEY, 'security', told('n-1'));
      const { response, entry } = answering('kim');
      await store.writeResponse({ response, entry }, 0);
      const cleared = recording({ ...CLEARED, reason: 'cleared' }, head);
      await store.writeRecord(cleared);
      const record = { ...cleared.record, told: { security: told('n-1') } };
      expect(await move(store, record)).toEqual(['WRITTEN', 'WRITTEN']);
      return { store, first, record, response };
    };
    const everywhere = async (store: FindingStore) => [
      await store.inScope(SCOPE),
      [await store.get(KEY)],
      await store.withIdPrefix('F-7K3Q'),
    ];

    it('are in no list of their scope, found by key and id with what was told, answered and done, and told no more', async () => {
      const { store, record, response } = await withArchived();
      const found = [{ record, response }];
      expect(await everywhere(store)).toEqual([[], found, found]);
      expect(await seqs(store)).toEqual(['record 1', 'record 2', 'response 1']);
      await expect(store.writeTold(KEY, 'security', told('n-2'))).rejects.toThrow('no finding APR-02');
    });

    it('are what the partition has, once, where a crash left both', async () => {
      const { store, first, head } = await withFinding(CLEARED);
      await store.copyToArchive(first.record);
      const next = recording({ reason: 'next', generation: 2 }, head);
      for (const { record } of [first, await store.writeRecord(next).then(() => next)]) {
        const found = [{ record: (await read(store)) ?? record, response: undefined }];
        expect(await everywhere(store)).toEqual([found, found, found]);
      }
      expect((await read(store))?.generation).toBe(2);
    });

    it('never leave their partition without a copy of what was read there, nor once they have changed', async () => {
      const { store, first, head } = await withFinding(CLEARED);
      const isRefused = { outcome: 'CONFLICT', reason: expect.stringContaining('no copy of APR-02') };
      expect(await store.leavePartition(first.record)).toEqual(isRefused);
      await store.copyToArchive(first.record);
      const next = recording({ reason: 'next' }, head);
      await store.writeRecord(next);
      expect(await store.leavePartition(next.record)).toEqual(isRefused);
      expect(await store.leavePartition(first.record)).toMatchObject({
        outcome: 'CONFLICT',
        reason: expect.stringContaining('has changed'),
      });
      expect(await store.inScope(SCOPE)).toEqual([{ record: next.record, response: undefined }]);
    });

    it('are not opened as new: neither by who does not know of them, nor by an old write that is repeated', async () => {
      const { store, first, record } = await withArchived();
      for (const write of [recording({ reason: 'as if new', epoch: 9 }), { ...first, record: { ...first.record, epoch: 9 } }])
        expect(await store.writeRecord(write)).toMatchObject({ outcome: 'CONFLICT', reason: expect.stringContaining('has changed') });
      expect([await store.inScope(SCOPE), await read(store)]).toEqual([[], record]);
      expect(await seqs(store)).toEqual(['record 1', 'record 2', 'response 1']);
    });

    it('come back by a write that follows their head, with what was told, and the copy that stays behind counts no more', async () => {
      const { store, record, response } = await withArchived();
      const again = recording({ reason: 'again', generation: 2, told: record.told }, record.head);
      for (const _ of ['written', 'repeated']) expect(await store.writeRecord(again)).toEqual({ outcome: 'WRITTEN' });
      const found = [{ record: again.record, response }];
      expect(await everywhere(store)).toEqual([found, found, found]);
      expect(await seqs(store)).toEqual(['record 1', 'record 2', 'record 3', 'response 1']);
    });

    it('come back for one of two observers that find them open again', async () => {
      const { store, record } = await withArchived();
      const outcomes = await Promise.all(['a', 'b'].map(reason => store.writeRecord(recording({ reason, generation: 2 }, record.head))));
      expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['CONFLICT', 'WRITTEN']);
    });

    it('are archived again in their later state, and never in an earlier one', async () => {
      const { store, record, response } = await withArchived();
      const again = recording({ ...CLEARED, reason: 'again', generation: 2, told: record.told }, record.head);
      await store.writeRecord(again);
      for (const _ of ['moved', 'moved by another']) expect((await store.copyToArchive(again.record)).outcome).toBe('WRITTEN');
      expect(await store.copyToArchive(record)).toMatchObject({ outcome: 'CONFLICT', reason: expect.stringContaining('a later state') });
      expect((await store.leavePartition(again.record)).outcome).toBe('WRITTEN');
      expect((await store.leavePartition(again.record)).outcome).toBe('CONFLICT');
      const found = [{ record: again.record, response }];
      expect(await everywhere(store)).toEqual([[], found, found]);
    });
  });

  describe(`finding responses: ${implementation}`, () => {
    it('keeps record and response apart: writing one never touches the other', async () => {
      const { store, first, head } = await withFinding();
      const { response, entry } = answering('kim');
      expect(await store.writeResponse({ response, entry }, 0)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.get(KEY)).toEqual({ record: first.record, response });
      const next = recording({ reason: 'next' }, head);
      await store.writeRecord(next);
      expect(await store.inScope(SCOPE)).toEqual([{ record: next.record, response }]);
      expect(await seqs(store)).toEqual(['record 1', 'record 2', 'response 1']);
    });

    it('refuses an answer to a response that has changed since, and takes a repeated one as written', async () => {
      const { store } = await withFinding();
      const first = answering('kim');
      await store.writeResponse(first, 0);
      const second = answering('dana', first.response.head);
      for (const _ of ['written', 'repeated']) expect(await store.writeResponse(second, 1)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.writeResponse(answering('lee', first.response.head), 1)).toMatchObject({ outcome: 'CONFLICT' });
      expect(await store.writeResponse(answering('lee'), 0)).toMatchObject({ outcome: 'CONFLICT' });
      expect(await store.writeResponse(first, 0)).toMatchObject({ outcome: 'CONFLICT' });
      expect((await store.get(KEY))?.response).toEqual(second.response);
      expect(await seqs(store)).toEqual(['record 1', 'response 1', 'response 2']);
    });

    it('lets one of two people who answer at once win', async () => {
      const { store } = await withFinding();
      const outcomes = await Promise.all(['kim', 'dana'].map(by => store.writeResponse(answering(by), 0)));
      expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['CONFLICT', 'WRITTEN']);
    });
  });

  describe(`findings: ${implementation}`, () => {
    it('lists history by chain, then by number', async () => {
      const { store, head } = await withFinding();
      await store.writeResponse(answering('kim'), 0);
      let last = head;
      for (let n = 2; n <= 11; n += 1) {
        const next = recording({ reason: `n${n}` }, last);
        await store.writeRecord(next);
        last = next.record.head;
      }
      expect(await seqs(store)).toEqual([...Array.from({ length: 11 }, (_, n) => `record ${n + 1}`), 'response 1']);
    });

    it('lists the findings of one scope, more than a page of them', async () => {
      const store = await open();
      const subjects = Array.from({ length: 20 }, (_, n) => `dep:${100 + n}`);
      for (const subject of subjects) await store.writeRecord(recording({ subject, evidence: { text: 'e'.repeat(60_000) } }));
      await store.writeRecord(recording({ scope: 'registry', subject: 'model:churn' }));
      expect((await store.inScope(SCOPE)).map(({ record }) => record.subject)).toEqual(subjects);
    });

    it('finds findings of all scopes by the start of their id, with their responses', async () => {
      const { store, first } = await withFinding();
      const churn = recording({ scope: 'registry', subject: 'model:churn', id: 'F-7K3QAAAA' });
      await store.writeRecord(churn);
      await store.writeRecord(recording({ subject: 'dep:x', id: 'F-7K4Q0000' }));
      const { response, entry } = answering('kim');
      await store.writeResponse({ response, entry }, 0);
      const found = await store.withIdPrefix('F-7K3Q');
      expect(found.toSorted((a, b) => (a.record.id < b.record.id ? -1 : 1))).toEqual([
        { record: first.record, response },
        { record: churn.record, response: undefined },
      ]);
      expect(await store.withIdPrefix('F-ZZZZ')).toEqual([]);
    });

    it('keeps subjects, scopes and receivers with hostile names apart', async () => {
      const store = await open();
      for (const name of HOSTILE_NAMES) {
        await store.writeRecord(recording({ subject: name, reason: name }));
        await store.writeRecord(recording({ scope: name, reason: name }));
        await store.writeTold(aRecord({ subject: name }), `owner:${name}`, told(name));
      }
      for (const name of HOSTILE_NAMES) {
        const { record } = recording({ subject: name, reason: name });
        expect((await store.get(record))?.record).toEqual({ ...record, told: { [`owner:${name}`]: told(name) } });
        expect((await store.history(record)).map(({ event }) => event)).toEqual([name]);
        expect(await store.inScope(name)).toHaveLength(1);
      }
    });
  });
};

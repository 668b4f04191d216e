import { canonicalJson } from '../../core/digest.ts';
import type { FindingKey, FindingRecord, FindingResponse, HistoryEntry, HistoryHead, StoredFinding } from '../../core/finding.ts';
import { sealEntry } from '../../core/history.ts';
import { type FindingStore, MissingFindingError, type WriteOutcome } from '../../ports.ts';

const keyOf = ({ scope, rule, subject }: FindingKey): string => canonicalJson([scope, rule, subject]);
const conflict = (reason: string): WriteOutcome => ({ outcome: 'CONFLICT', reason });
const moved = ({ rule, subject }: FindingKey) => conflict(`${rule} of ${subject} has changed since it was read`);
const resealed = ({ hash: _of, ...entry }: HistoryEntry, seq: number): HistoryEntry => sealEntry({ ...entry, seq });

/** Findings that last as long as the process. */
export const memoryFindingStore = (): FindingStore => {
  const records = new Map<string, FindingRecord>();
  const archived = new Map<string, FindingRecord>();
  const responses = new Map<string, FindingResponse>();
  const histories = new Map<string, HistoryEntry[]>();
  const stored = (record: FindingRecord): StoredFinding => ({ record, response: responses.get(keyOf(record)) });
  const all = (kept: ReadonlyMap<string, FindingRecord>) =>
    [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => stored(record));
  const recordOf = (key: FindingKey) => records.get(keyOf(key)) ?? archived.get(keyOf(key));
  const historyOf = (key: FindingKey) => histories.get(keyOf(key)) ?? [];

  /** History first, as it has to be where a crash can come in between. undefined: the chain moved on. */
  const writeAhead = (key: FindingKey, entry: HistoryEntry, isPlanned: boolean, head?: HistoryHead): HistoryHead | undefined => {
    const entries = historyOf(key).filter(({ chain }) => chain === entry.chain);
    for (let candidate = entry; ; candidate = resealed(candidate, candidate.seq + 1)) {
      const { seq, hash } = candidate;
      const there = entries.find(one => one.seq === seq);
      if (there === undefined) histories.set(keyOf(key), [...historyOf(key), candidate]);
      if (there === undefined || there.hash === hash) return { seq, hash };
      if (!isPlanned && head?.hash !== resealed(entry, head?.seq ?? 0).hash) return undefined;
    }
  };

  return {
    inScope: async scope => all(records).filter(({ record }) => record.scope === scope),
    get: async key => {
      const record = recordOf(key);
      return record && stored(record);
    },
    withIdPrefix: async prefix => all(new Map([...archived, ...records])).filter(({ record }) => record.id.startsWith(prefix)),
    writeRecord: async ({ record, entry }) => {
      const before = recordOf(record);
      const isPlanned = (before?.head.hash ?? '') === entry.previous;
      const head = writeAhead(record, entry, isPlanned, before?.head);
      if (head === undefined || (before && !isPlanned && before.head.hash !== head.hash)) return moved(record);
      if (records.has(keyOf(record)) && before && before.epoch > record.epoch)
        return conflict(`an observer with epoch ${before.epoch} has written ${record.subject}`);
      records.set(keyOf(record), { ...record, head, told: before?.told ?? {} });
      return { outcome: 'WRITTEN' };
    },
    copyToArchive: async record => {
      const later = (archived.get(keyOf(record))?.head.seq ?? 0) > record.head.seq;
      if (later) return conflict(`the archive has a later state of ${record.rule} of ${record.subject}`);
      archived.set(keyOf(record), record);
      return { outcome: 'WRITTEN' };
    },
    leavePartition: async record => {
      const [here, copy] = [records.get(keyOf(record)), archived.get(keyOf(record))];
      if (copy?.head.hash !== record.head.hash)
        return conflict(`the archive has no copy of ${record.rule} of ${record.subject} as it was read`);
      if (here?.head.hash !== record.head.hash) return moved(record);
      records.delete(keyOf(record));
      return { outcome: 'WRITTEN' };
    },
    writeTold: async (key, receiver, told) => {
      const record = records.get(keyOf(key));
      if (!record) throw new MissingFindingError(`no finding ${key.rule} of ${key.subject} in ${key.scope} to mark as told to ${receiver}`);
      records.set(keyOf(key), { ...record, told: { ...record.told, [receiver]: told } });
    },
    writeResponse: async ({ response, entry }, expectedSeq) => {
      const before = responses.get(keyOf(response));
      const isPlanned = (before?.head.seq ?? 0) === expectedSeq;
      const head = writeAhead(response, entry, isPlanned, before?.head);
      if (head === undefined || (!isPlanned && before?.head.hash !== head.hash)) return moved(response);
      responses.set(keyOf(response), { ...response, head });
      return { outcome: 'WRITTEN' };
    },
    history: async key => historyOf(key).toSorted((a, b) => (a.chain === b.chain ? a.seq - b.seq : a.chain < b.chain ? -1 : 1)),
  };
};

import { digestOf } from './digest.ts';
import type { HistoryEntry, HistoryHead } from './finding.ts';

/** Completes an entry with the hash of all else in it. */
export const sealEntry = (entry: Omit<HistoryEntry, 'hash'>): HistoryEntry => ({ ...entry, hash: hashOf(entry) });

const hashOf = ({ chain, seq, previous, at, by, event, detail }: Omit<HistoryEntry, 'hash'>): string =>
  digestOf({ chain, seq, previous, at, by, event, detail });

export type ChainCheck =
  | { readonly intact: true; readonly orphans: number }
  | { readonly intact: false; readonly seq: number; readonly code: 'MISSING' | 'ALTERED' };

/** Follows one chain from its head to its first entry. Entries that no head reaches are what crashes left behind: counted, no fault. */
export const verifyChain = (entries: readonly HistoryEntry[], head: HistoryHead): ChainCheck => {
  const byHash = new Map(entries.map(entry => [entry.hash, entry]));
  let { hash, seq } = head;
  let reached = 0;
  while (hash !== '') {
    const entry = byHash.get(hash);
    if (!entry) return { intact: false, seq, code: 'MISSING' };
    if (hashOf(entry) !== hash || entry.seq > seq) return { intact: false, seq: entry.seq, code: 'ALTERED' };
    reached += 1;
    ({ previous: hash } = entry);
    seq = entry.seq - 1;
  }
  return { intact: true, orphans: entries.length - reached };
};

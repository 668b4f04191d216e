import { decideArchive } from '../core/archive.ts';
import type { FindingRecord, StoredFinding } from '../core/finding.ts';
import type { Instant } from '../core/time.ts';
import type { FindingStore, InventoryStore, WriteOutcome } from '../ports.ts';
import { inBatches } from './in-batches.ts';

/** Each takes three requests. A first, large backlog takes the time of several runs, and never much of one. */
const MOVED_AT_MOST = 500;
/** Moves under way at a time: each changes the one key of the index twice. */
const MOVES = 10;

/** Collects what is to move, of the partitions that it is handed. */
export const collectForArchive = (now: Instant) => {
  const due: FindingRecord[] = [];
  const visit = (stored: readonly StoredFinding[]): void => {
    const old = stored.filter(finding => decideArchive(finding, now).archive).slice(0, MOVED_AT_MOST - due.length);
    due.push(...old.map(({ record }) => record));
  };
  return { due, visit };
};

/**
 * Moves what was cleared long ago into the archive; answers how many. Copied first, then removed: a crash in between leaves both, the
 * partition holds, and the next run moves it again. No lease is needed: a record leaves only with the head that was read, whoever else moves it.
 */
export const archiveFindings = async (findings: FindingStore, due: readonly FindingRecord[]): Promise<number> => {
  const moves = await inBatches(due, MOVES, record => moveToArchive(findings, record));
  return moves.filter(({ outcome }) => outcome === 'WRITTEN').length;
};

const moveToArchive = async (findings: FindingStore, record: FindingRecord): Promise<WriteOutcome> => {
  const copied = await findings.copyToArchive(record);
  return copied.outcome === 'WRITTEN' ? findings.leavePartition(record) : copied;
};

/**
 * Whether no message is on its way, so that nobody is to be marked as told. A record that a message tells of has to stay where it is until
 * that is marked; asked before the records are read, as what was marked in between is then read with them.
 */
export const isNothingOnItsWay = async (inventory: InventoryStore): Promise<boolean> => {
  let unreadable = 0;
  const outgoing = await inventory.outgoing(() => void (unreadable += 1));
  return outgoing.length + unreadable === 0;
};

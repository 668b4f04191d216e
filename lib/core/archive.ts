import type { StoredFinding } from './finding.ts';
import { noticesOwed } from './notices.ts';
import { DAY, elapsed, type Instant } from './time.ts';

/** Nobody works with a finding any more that has been cleared for so long; who looks for it finds it by its id. */
export const ARCHIVE_AFTER_DAYS = 30;

export interface ArchiveDecision {
  readonly archive: boolean;
  readonly reason: 'OPEN' | 'CLEARED_LATELY' | 'OWES_A_NOTICE' | 'CLEARED_LONG_AGO';
}

/** Whether a record leaves the partition of its scope, which every run reads, for the archive, which none does. */
export const decideArchive = (finding: StoredFinding, now: Instant): ArchiveDecision => {
  const { cleared } = finding.record;
  if (cleared === null) return { archive: false, reason: 'OPEN' };
  if (elapsed(cleared.at, now) < ARCHIVE_AFTER_DAYS * DAY) return { archive: false, reason: 'CLEARED_LATELY' };
  // Notices are derived from what is in the partition: what is owed would be forgotten.
  if (noticesOwed([finding], now).owed.length > 0) return { archive: false, reason: 'OWES_A_NOTICE' };
  return { archive: true, reason: 'CLEARED_LONG_AGO' };
};

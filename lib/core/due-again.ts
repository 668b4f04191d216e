import { sha256 } from './digest.ts';
import { DAY, elapsed, type Instant } from './time.ts';

/** Any would do. */
const MIDNIGHT: Instant = '1970-01-01T00:00:00.000Z';

/**
 * Whether what was read at `readAt` is to be read anew by `now`: once a day, at a moment of the day that is the key's own. So the work of
 * a day is spread evenly over its runs, none of which has to know what an earlier one did, and what a run misses the next one makes up for.
 */
export const isDueAgain = (key: string, readAt: Instant, now: Instant): boolean => {
  const moment = Number.parseInt(sha256(key).slice(0, 8), 16) % DAY;
  const day = (at: Instant): number => Math.floor((elapsed(MIDNIGHT, at) - moment) / DAY);
  return day(readAt) !== day(now);
};

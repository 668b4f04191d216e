/** An instant as an ISO 8601 string in UTC, as stored everywhere: `2026-11-23T09:15:00.000Z`. */
export type Instant = string;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `instant` moved by `milliseconds`. Throws RangeError on text that is no instant: callers parse at the edge. */
export const plus = (instant: Instant, milliseconds: number): Instant => new Date(Date.parse(instant) + milliseconds).toISOString();

/** Milliseconds from `earlier` to `later`; negative when they are the other way round. */
export const elapsed = (earlier: Instant, later: Instant): number => Date.parse(later) - Date.parse(earlier);

/** Whether `instant` is at or before `now`. */
export const isDue = (instant: Instant, now: Instant): boolean => elapsed(instant, now) >= 0;

/** `instant` rounded down to a multiple of `minutes` since the epoch: the slot of a scheduled run. */
export const roundDown = (instant: Instant, minutes: number): Instant => {
  const step = minutes * MINUTE;
  return new Date(Math.floor(Date.parse(instant) / step) * step).toISOString();
};

/** Whole days between two instants, rounded down, for people: "expired 9 days ago". */
export const wholeDays = (earlier: Instant, later: Instant): number => Math.floor(elapsed(earlier, later) / DAY);

import { DAY, elapsed, HOUR, type Instant, MINUTE, plus, roundDown } from './time.ts';

/** What the scheduler replaces by the scheduled time, and some emulators hand on as it stands. */
const PLACEHOLDER = '<aws.scheduler.scheduled-time>';
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** A slot ahead holds back the clocks of all slots before it, so it may not be far; one that has passed only finds itself overtaken. */
const AHEAD = 2 * DAY;

export interface SlotQuestion {
  /** The `slot` of the input, whatever it is; undefined: none was given. */
  readonly given: unknown;
  readonly startedAt: Instant;
  readonly everyMinutes: number;
}

/** `manual`: the slot comes from the start time. */
export type SlotChoice =
  | { readonly ok: true; readonly slot: Instant; readonly manual: boolean }
  | { readonly ok: false; readonly code: 'NO_INSTANT' | 'TOO_LATE'; readonly reason: string };

/** The slot of a roll call. A slot far ahead would move clocks that every later run goes by: absences, coverage, reminders. */
export const chooseSlot = ({ given, startedAt, everyMinutes }: SlotQuestion): SlotChoice => {
  if (given === undefined || given === PLACEHOLDER) return { ok: true, slot: roundDown(startedAt, everyMinutes), manual: true };
  const refuse = (code: 'NO_INSTANT' | 'TOO_LATE', because: string): SlotChoice => ({
    ok: false,
    code,
    reason: `slot ${JSON.stringify(given)} ${because}; give the scheduled time, or no slot to start now`,
  });
  if (typeof given !== 'string' || !INSTANT.test(given) || Number.isNaN(elapsed(given, startedAt)))
    return refuse('NO_INSTANT', 'is no instant such as 2026-11-23T09:15:00Z');
  if (elapsed(startedAt, given) > AHEAD) return refuse('TOO_LATE', `is more than two days after the start at ${startedAt}`);
  return { ok: true, slot: roundDown(given, everyMinutes), manual: false };
};

/** The state machine ends a roll call after this. */
export const LONGEST_ROLL_CALL = HOUR;

/** The slots whose roll calls may be under way at `now`, the latest first. */
export const slotsUnderWay = (now: Instant, everyMinutes: number): readonly Instant[] => {
  const latest = roundDown(now, everyMinutes);
  const before = Math.max(0, Math.floor((LONGEST_ROLL_CALL - elapsed(latest, now)) / (everyMinutes * MINUTE)));
  return Array.from({ length: before + 1 }, (_each, index) => plus(latest, -index * everyMinutes * MINUTE));
};

import { describe, expect, it } from 'vitest';
import { chooseSlot, slotsUnderWay } from '../../lib/core/choose-slot.ts';

const STARTED = '2026-11-23T10:31:07.000Z';
const choose = (given: unknown, everyMinutes = 15) => chooseSlot({ given, startedAt: STARTED, everyMinutes });

describe('the slot of a roll call', () => {
  it.each<[what: string, given: unknown, slot: string, manual: boolean, everyMinutes?: number]>([
    ['the scheduled time, rounded down', '2026-11-23T10:29:59Z', '2026-11-23T10:15:00.000Z', false],
    ['a scheduled time with an offset', '2026-11-23T11:15:00+01:00', '2026-11-23T10:15:00.000Z', false],
    ['the start time where none is given', undefined, '2026-11-23T10:30:00.000Z', true],
    ['the start time for the placeholder that an emulator leaves', '<aws.scheduler.scheduled-time>', '2026-11-23T10:30:00.000Z', true],
    ['two days ahead', '2026-11-25T10:31:07Z', '2026-11-25T10:30:00.000Z', false],
    ['long past, when it will find itself overtaken', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', false],
    ['a day before, of a daily schedule', '2026-11-22T10:31:07Z', '2026-11-22T00:00:00.000Z', false, 1440],
  ])('is %s', (_what, given, slot, manual, everyMinutes) => {
    expect(choose(given, everyMinutes)).toEqual({ ok: true, slot, manual });
  });

  it.each<[given: unknown, code: string]>([
    ['2026-11-25T10:31:08Z', 'TOO_LATE'],
    ['2036-11-23T10:30:00Z', 'TOO_LATE'],
    ['<aws.scheduler.execution-id>', 'NO_INSTANT'],
    ['', 'NO_INSTANT'],
    ['2026-11-23', 'NO_INSTANT'],
    ['2026-13-23T10:30:00Z', 'NO_INSTANT'],
    [null, 'NO_INSTANT'],
    [1763893800000, 'NO_INSTANT'],
  ])('is never %j: it is refused by name', (given, code) => {
    const chosen = choose(given);
    expect(chosen).toMatchObject({ ok: false, code, reason: expect.stringContaining(`slot ${JSON.stringify(given)} `) });
  });
});

it.each<[string, number, readonly string[]]>([
  ['those of an hour', 15, ['10:30', '10:15', '10:00', '09:45']],
  ['the latest one alone, where they are further apart', 120, ['10:00']],
  ['those that began not more than an hour ago', 20, ['10:20', '10:00', '09:40']],
])('the roll calls that may be under way are %s', (_what, everyMinutes, slots) => {
  expect(slotsUnderWay('2026-11-23T10:31:07.000Z', everyMinutes)).toEqual(slots.map(slot => `2026-11-23T${slot}:00.000Z`));
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDueAgain } from '../../lib/core/due-again.ts';
import { DAY, elapsed, type Instant, MINUTE, plus } from '../../lib/core/time.ts';

const START = '2026-11-23T09:15:00.000Z';
const SEED = { seed: 20_261_123 };

/** The slots in which `key` is read, of those that take place; it was read at the start. */
const reads = (key: string, slots: readonly Instant[]): readonly Instant[] => {
  const read = [START];
  for (const slot of slots) if (isDueAgain(key, read.at(-1)!, slot)) read.push(slot);
  return read;
};
const slots = (days: number, minutes: number) =>
  Array.from({ length: (days * DAY) / (minutes * MINUTE) }, (_, at) => plus(START, (at + 1) * minutes * MINUTE));

describe('reading anew', () => {
  test.each([5, 15, 60, 360, 1440])('comes once in any day of slots every %i minutes, each time at the same time of day', minutes => {
    const law = fc.property(fc.string(), text => {
      const gaps = reads(text, slots(4, minutes)).map((at, index, all) => (index === 0 ? 0 : elapsed(all[index - 1]!, at)));
      expect(gaps).toHaveLength(1 + 4);
      expect(gaps[1]).toBeLessThanOrEqual(DAY);
      expect(gaps.slice(2)).toEqual([DAY, DAY, DAY]);
    });
    fc.assert(law, { ...SEED, numRuns: 30 });
  });

  test('is never put off beyond the first slot that takes place after a day', () => {
    const law = fc.property(fc.string(), fc.array(fc.boolean(), { minLength: 300, maxLength: 300 }), (text, takesPlace) => {
      const held = slots(4, 15).filter((_, at) => takesPlace[at]);
      const read = reads(text, held);
      for (const slot of held) {
        const last = read.findLast(at => elapsed(at, slot) >= 0)!;
        expect(elapsed(last, slot)).toBeLessThan(DAY);
      }
    });
    fc.assert(law, { ...SEED, numRuns: 50 });
  });

  test('is spread over the day: no slot of 15 minutes has more than 3 % of a thousand keys, and all of them together have each once', () => {
    const keys = Array.from({ length: 1_000 }, (_, at) => `sagemaker/111122223333/eu-west-1 ENDPOINT#e${at}`);
    const due = slots(1, 15).map(slot => keys.filter(text => isDueAgain(text, plus(slot, -15 * MINUTE), slot)).length);
    expect(Math.max(...due)).toBeLessThanOrEqual(30);
    expect(due.reduce((sum, count) => sum + count)).toBe(1_000);
  });

  test.each([
    ['a day ago', plus(START, -DAY), true],
    ['in a future that a broken clock wrote', plus(START, 400 * DAY), true],
    ['at no time', 'yesterday', true],
    ['just now', START, false],
  ])('what was read %s: %s', (_when, readAt, due) => {
    expect(isDueAgain('key', readAt, START)).toBe(due);
  });

  test('of two keys comes at different times of the day', () => {
    const at = (text: string) => reads(text, slots(1, 15))[1];
    expect(at('a')).not.toBe(at('b'));
  });
});

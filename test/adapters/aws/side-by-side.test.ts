import { setImmediate as untilQuiet } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sideBySide } from '../../../lib/adapters/aws/side-by-side.ts';

test('of a thousand tasks 25 are under way at a time, and what they make stands in their order', async () => {
  const [count, most] = [{ now: 0 }, { ever: 0 }];
  const made = await sideBySide(Array(1_000).keys(), async item => {
    count.now += 1;
    most.ever = Math.max(most.ever, count.now);
    await untilQuiet();
    count.now -= 1;
    return item;
  });
  expect([most.ever, made]).toEqual([25, [...Array(1_000).keys()]]);
});

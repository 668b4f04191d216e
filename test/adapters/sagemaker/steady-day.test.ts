import { expect, test } from 'vitest';
import { DAY } from '../../../lib/core/time.ts';
import { type Reading, remembering, SLOT } from './remembering.ts';
import { many } from './scene.ts';

test.each([
  ['allowed', 1000, 20.5, 30, 10],
  ['denied', 200, 8, 20, 2],
])(
  'a day with Search %s of %i endpoints that each have a configuration and a model of their own costs %f calls a slot on average, and at most %i in any',
  async (search, endpoints, average, most, pages) => {
    const world = await remembering(many(endpoints - 1, endpoints - 1));
    if (search === 'denied') world.deny('Search');
    await world.read();
    const day: Reading[] = [];
    while (day.length < DAY / SLOT) {
      world.later(SLOT);
      day.push(await world.read());
    }
    const calls = day.map(({ listing }) => listing.calls);
    expect(calls.reduce((sum, each) => sum + each, 0) / calls.length).toBeLessThanOrEqual(average);
    expect(Math.max(...calls)).toBeLessThanOrEqual(most);
    for (const list of ['ListEndpointConfigs', 'ListModels']) expect(day.flatMap(read => read.calls[list] ?? [])).toEqual([pages]);
    expect(day.at(-1)!.listing.kinds).toEqual((await world.fresh()).listing.kinds);
  },
  300_000,
);

import { describe, expect, test } from 'vitest';
import { DAY } from '../../../lib/core/time.ts';
import { type Reading, remembering, SLOT } from './remembering.ts';
import { many, type Scene } from './scene.ts';

test.each([
  ['allowed', 300, 6.1, 9, 3],
  ['denied', 100, 4.2, 10, 1],
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

describe('configurations that are due', () => {
  const due = async (over: Scene) => {
    const world = await remembering({ ...many(9, 9), ...over });
    await world.read();
    world.later(DAY);
    return world;
  };
  const shown = ({ calls, listing }: Reading) => ({
    pages: calls['ListEndpointConfigs'] ?? 0,
    described: calls['DescribeEndpointConfig'] ?? 0,
    spared: listing.callsByAction?.['sagemaker:DescribeEndpointConfig']?.spared['listed as before'] ?? 0,
  });

  test('are proven by as many pages as half of them are', async () => {
    const world = await due({ pageSize: 1 });
    expect(shown(await world.read())).toEqual({ pages: 5, described: 5, spared: 5 });
  });

  test('are sought no further than all of them are found', async () => {
    const old = { createdAt: '2026-01-01T00:00:00Z', variants: [{ model: 'm' }] };
    const world = await due({ pageSize: 5, endpointConfigs: { ...many(9, 9).endpointConfigs, x: old, y: old } });
    expect(shown(await world.read())).toEqual({ pages: 2, described: 0, spared: 10 });
  });

  test('are described where the list is denied, each at its own moment of the day from then on, and proven where it is not any more', async () => {
    const world = await due({});
    world.deny('ListEndpointConfigs');
    expect(shown(await world.read())).toEqual({ pages: 1, described: 10, spared: 0 });
    const day = async () => {
      const slots: ReturnType<typeof shown>[] = [];
      for (let passed = 0; passed < DAY; passed += SLOT) {
        world.later(SLOT);
        slots.push(shown(await world.read()));
      }
      return slots.map(({ described }) => described);
    };
    const [first, second] = [await day(), await day()];
    for (const slots of [first, second]) expect(slots.reduce((sum, each) => sum + each, 0)).toBe(10);
    expect(Math.max(...second)).toBeLessThan(4);
    world.allow();
    world.later(DAY);
    expect(shown(await world.read())).toEqual({ pages: 1, described: 0, spared: 10 });
  });

  test('are described where nobody says when they were made', async () => {
    const world = await due({ stored: { 'endpoint-config/c': { CreationTime: undefined } } });
    expect(shown(await world.read())).toMatchObject({ described: 1, spared: 9 });
  });
});

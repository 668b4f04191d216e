import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sighting } from '../../../lib/core/sighting.ts';
import { DAY, elapsed, HOUR, type Instant, MINUTE } from '../../../lib/core/time.ts';
import { remembered, remembering } from './remembering.ts';
import { CONTAINER, sightings } from './scene.ts';

type World = Awaited<ReturnType<typeof remembering>>;
interface Place {
  readonly endpoint: string;
  readonly config: string;
  readonly model: string;
  /** Never given twice. */
  readonly unique: string;
}
interface Act {
  readonly does: (world: World, place: Place) => unknown;
  /** What it changes without moving a time of any endpoint. */
  readonly silently?: (place: Place) => string;
}
const [theModel, theConfig] = [({ model }: Place) => model, ({ config }: Place) => config];

const ACTS = {
  makeModel: { does: ({ people }, { model, unique }) => people.makeModel(model, unique), silently: theModel },
  dropModel: { does: ({ people }, { model }) => people.dropModel(model), silently: theModel },
  remakeModel: { does: ({ people }, { model, unique }) => people.remakeModel(model, unique), silently: theModel },
  makeConfig: { does: ({ people }, { config, model }) => people.makeConfig(config, model), silently: theConfig },
  dropConfig: { does: ({ people }, { config }) => people.dropConfig(config), silently: theConfig },
  remakeConfig: { does: ({ people }, { config, model }) => people.remakeConfig(config, model), silently: theConfig },
  make: { does: ({ people }, { endpoint, config }) => people.make(endpoint, config) },
  change: { does: ({ people }, { endpoint, config }) => people.change(endpoint, config) },
  drop: { does: ({ people }, { endpoint }) => people.drop(endpoint) },
  tag: {
    does: ({ people }, { endpoint, unique }) => people.tag(`endpoint/${endpoint}`, unique),
    silently: ({ endpoint }) => `tags of ${endpoint}`,
  },
  deny: { does: ({ deny }) => deny('Search') },
  allow: { does: ({ allow }) => allow() },
} satisfies Readonly<Record<string, Act>>;

/** Two configurations share a model, and at first two endpoints a configuration. */
const modelOf = (config: number): string => `m${config % 2}`;
const scene = {
  models: { m0: CONTAINER, m1: { ...CONTAINER, artefact: 's3://m1' } },
  endpointConfigs: Object.fromEntries([0, 1, 2].map(at => [`c${at}`, { variants: [{ model: modelOf(at) }] }])),
  endpoints: Object.fromEntries([0, 1, 2].map(at => [`e${at}`, { config: `c${Math.min(at, 1)}` }])),
};

const where = fc
  .tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.uuid())
  .map(([endpoint, config, unique]): Place => ({ endpoint: `e${endpoint}`, config: `c${config}`, model: modelOf(config), unique }));
const anyActs = fc.array(fc.tuple(fc.constantFrom<Act[]>(...Object.values(ACTS)), where), { minLength: 1, maxLength: 4 });
/** A thing made anew under its old name, and selected at once: by an endpoint that had it, or by another. */
const replacement = fc.tuple(fc.constantFrom<Act[]>(ACTS.remakeModel, ACTS.remakeConfig), where).map(([act, place]): [Act, Place][] => [
  [act, place],
  [ACTS.change, place],
]);
/** What people do between two readings, and how long they last. */
const history = fc.array(
  fc.tuple(
    fc.oneof({ weight: 2, arbitrary: anyActs }, replacement),
    fc.constantFrom(0, 14 * MINUTE, 14 * MINUTE, HOUR, 9 * HOUR, 23 * HOUR, DAY),
  ),
  { minLength: 3, maxLength: 7 },
);

/** Whether all that an endpoint shows must be seen by now: nothing under it was changed within a day, unless its own time has moved since. */
const isSettled = (world: World, { name, lastModified }: Sighting, changes: ReadonlyMap<string, Instant>): boolean => {
  const config = String(world.endpoint(name)?.['EndpointConfigName']);
  const under = [config, modelOf(Number(config.slice(1))), `tags of ${name}`].flatMap(thing => changes.get(thing) ?? []);
  return under.every(at => elapsed(at, world.now()) >= DAY || (lastModified !== null && elapsed(at, lastModified) > 0));
};

const perform = async (world: World, acts: readonly (readonly [Act, Place])[], changes: Map<string, Instant>): Promise<void> => {
  for (const [{ does, silently }, place] of acts) {
    // What cannot be done as things are, such as deleting twice, is refused by the service.
    await Promise.resolve(does(world, place)).catch(() => {});
    if (silently) changes.set(silently(place), world.now());
    world.later(MINUTE / 2);
  }
};

test('whoever remembers says what a fresh reader says: at once where a time moved, within a day of any other change', async () => {
  const tally = { settled: 0, others: 0, used: 0 };
  const law = fc.asyncProperty(fc.boolean(), history, async (denied, steps) => {
    const world = await remembering(scene);
    if (denied) world.deny('Search');
    const changes = new Map<string, Instant>();
    await world.read();
    for (const [acts, pause] of steps) {
      await perform(world, acts, changes);
      world.later(pause);
      const { listing } = await world.read();
      const [seen, truth] = [sightings(listing), sightings((await world.fresh()).listing)];
      const settled = Object.values(seen).filter(each => isSettled(world, each, changes));
      expect(settled).toEqual(settled.map(({ name }) => truth[name]));
      expect(Object.keys(seen)).toEqual(Object.keys(truth));
      tally.settled += settled.length;
      tally.others += Object.keys(seen).length - settled.length;
      tally.used += remembered(listing);
    }
  });
  await fc.assert(law, { numRuns: 25, seed: 20_261_123 });
  expect(tally.settled).toBeGreaterThan(tally.others);
  expect(tally.used).toBeGreaterThan(tally.settled);
}, 120_000);

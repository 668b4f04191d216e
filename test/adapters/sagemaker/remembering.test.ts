import { describe, expect, test } from 'vitest';
import type { Description } from '../../../lib/ports.ts';
import type { Sighting } from '../../../lib/core/sighting.ts';
import { DAY, MINUTE } from '../../../lib/core/time.ts';
import { arn } from '../../simcloud/simulated.ts';
import { type Reading, remembered, remembering, SLOT } from './remembering.ts';
import { CONTAINER, identities, known, many, type Scene, sightings } from './scene.ts';

type World = Awaited<ReturnType<typeof remembering>>;

describe('1,000 endpoints over 20 models and configurations, and again a quarter of an hour later', () => {
  const busy = (world: World) => {
    for (let at = 0; at < 10; at += 1)
      world.amend(arn(`endpoint/e${at}`), doc => ({ ...doc, LastModifiedTime: Date.parse(world.now()) / 1000 - 60 }));
  };
  test.each([
    ['allowed', 41, 30, 50],
    ['denied', 10 + 2 + 2 * 1000 + 2 * 20, 70, 100],
  ])(
    'with Search %s cost %i calls, then at most %i, and %i with a hundredth of them changed',
    async (search, cold, steady, changed) => {
      const world = await remembering(many(999, 19));
      if (search === 'denied') world.deny('Search');
      expect((await world.read()).listing.calls).toBe(cold);
      expect(world.saved().length).toBe(search === 'denied' ? 2 * 1000 + 2 * 20 : 2 * 20);
      world.later(SLOT);
      const again = await world.read();
      expect(again.listing.calls).toBeLessThanOrEqual(steady);
      expect(world.saved().length).toBe(again.listing.calls - (search === 'denied' ? 11 : 20));
      expect(again.listing.kinds).toEqual((await world.fresh()).listing.kinds);
      world.later(SLOT);
      busy(world);
      expect((await world.read()).listing.calls).toBeLessThanOrEqual(changed);
    },
    60_000,
  );

  test('where each has its own and Search is denied are bounded by those', async () => {
    const world = await remembering(many(199, 199));
    world.deny('Search');
    expect((await world.read()).listing.calls).toBe(2 + 2 + 4 * 200);
    world.later(SLOT);
    expect((await world.read()).listing.calls).toBeLessThanOrEqual(3 + (4 * 200) / 48);
  });
});

const scene: Scene = {
  endpointConfigs: { d: { variants: [{ model: 'n' }] } },
  models: { n: { ...CONTAINER, artefact: 's3://models/n' } },
  endpoints: { f: { config: 'd', tags: { owner: 'lee' } } },
  components: { x: { model: 'm' } },
};
const seenBy = ({ listing }: Reading): Readonly<Record<string, Sighting>> => sightings(listing);

describe('what changes', () => {
  /** AT_ONCE: in the next listing. IN_A_DAY: not before the thing's moment of the day, and by then. */
  type When = 'AT_ONCE' | 'IN_A_DAY';
  test.each<[string, (people: World['people']) => unknown, When, When?]>([
    ['a tag of an endpoint', people => people.tag('endpoint/e', 'dana'), 'AT_ONCE', 'IN_A_DAY'],
    ['a tag of a component', people => people.tag('inference-component/x', 'dana'), 'IN_A_DAY'],
    ['a configuration that another endpoint has', people => people.change('e', 'd'), 'AT_ONCE'],
    ['an endpoint made', people => people.make('g', 'd'), 'AT_ONCE'],
    ['an endpoint gone', people => people.drop('e'), 'AT_ONCE'],
    ['a model deleted under it', people => people.dropModel('n'), 'IN_A_DAY'],
    ['a configuration deleted under it', people => people.dropConfig('c'), 'IN_A_DAY'],
    ['a model made anew, and nobody selected it', people => people.remakeModel('n', 's3://other'), 'IN_A_DAY'],
    ['a configuration made anew, and nobody selected it', people => people.remakeConfig('c', 'n'), 'IN_A_DAY'],
  ])('%s', async (_what, act, allowed, denied = allowed) => {
    for (const [setUp, when] of [[() => {}, allowed] as const, [(world: World) => world.deny('Search'), denied] as const]) {
      const world = await remembering(scene);
      setUp(world);
      const before = seenBy(await world.read());
      world.later(2 * MINUTE);
      await act(world.people);
      world.later(2 * MINUTE);
      const [after, truth] = [seenBy(await world.read()), seenBy(await world.fresh())];
      expect(truth).not.toEqual(before);
      expect(after).toEqual(when === 'AT_ONCE' ? truth : before);
      world.later(DAY - 4 * MINUTE);
      expect(seenBy(await world.read())).toEqual(truth);
    }
  });

  test.each<[string, (people: World['people']) => Promise<unknown>, string]>([
    ['a configuration', people => people.remakeConfig('c', 'n'), 's3://models/n'],
    ['a model', people => people.remakeModel('m', 's3://anew'), 's3://anew'],
  ])(
    '%s made anew under its old name is read anew for whoever selects it then, with the others that have it',
    async (_what, remake, runs) => {
      for (const search of ['allowed', 'denied']) {
        const world = await remembering({ ...scene, endpoints: { ...scene.endpoints, still: { config: 'c' } } });
        if (search === 'denied') world.deny('Search');
        await world.read();
        await world.people.change('e', 'd');
        world.later(SLOT);
        await world.read();
        await remake(world.people);
        await world.people.change('e', 'c');
        world.later(2 * MINUTE);
        const { e, still } = seenBy(await world.read());
        expect(identities(known(e).composition)).toContain(runs);
        expect(still?.detail).toMatchObject({ cause: 'LINEAGE_REPLACED' });
      }
    },
  );

  test.each(['allowed', 'denied'])(
    'a tag is read at once where its change was announced, and kept from then on, with Search %s',
    async search => {
      const world = await remembering({ ...scene, endpoints: { E: { config: 'c' } } });
      if (search === 'denied') world.deny('Search');
      await world.read();
      world.later(2 * MINUTE);
      await world.people.tag('inference-component/x', 'dana');
      await world.people.tag('endpoint/e', 'dana');
      world.later(2 * MINUTE);
      expect((await world.recheck('other')).listing.kinds).not.toEqual((await world.fresh()).listing.kinds);
      for (const read of [() => world.recheck('x', 'e'), world.read])
        expect((await read()).listing.kinds).toEqual((await world.fresh()).listing.kinds);
    },
  );

  test('an endpoint deleted and made anew under its name is read anew, tags and all', async () => {
    const world = await remembering(scene);
    world.deny('Search');
    await world.read();
    await world.people.drop('e');
    world.later(2 * MINUTE);
    await world.people.make('e', 'd');
    world.later(2 * MINUTE);
    expect(seenBy(await world.read())['e']).toEqual(seenBy(await world.fresh())['e']);
  });

  test('is described in every listing while it is changing', async () => {
    const world = await remembering({ endpoints: { e: { config: 'c', status: 'Updating' } } });
    for (const _ of [1, 2]) expect((await world.read()).calls).toMatchObject({ DescribeEndpoint: 1 });
  });

  test('is described again where the description was older than the listing', async () => {
    const world = await remembering({
      faults: [{ kind: 'altered', operation: 'DescribeEndpoint', fields: { LastModifiedTime: 1 } }],
      denied: ['Search'],
    });
    await world.read();
    expect((await world.read()).calls).toMatchObject({ DescribeEndpoint: 1 });
    expect((await world.read()).calls).not.toHaveProperty('DescribeEndpoint');
  });

  test('of an artefact is seen at once: its ETag is never remembered', async () => {
    const uri = CONTAINER.artefact;
    const world = await remembering({ objects: { [uri]: 'e1' } });
    for (const etag of ['e1', 'e2']) {
      world.overwrite({ [uri]: etag });
      const read = await world.read();
      expect(identities(known(seenBy(read)['e']).composition)).toContain(`${uri} etag:${etag}`);
      expect(read.calls).toMatchObject({ ListObjectsV2: 1 });
    }
    expect(JSON.stringify(await world.kept())).not.toMatch(/"e[12]"/);
  });
});

describe('what is kept', () => {
  const afterOne = async () => {
    const world = await remembering(scene);
    world.deny('Search');
    await world.read();
    return { world, kept: await world.kept() };
  };

  test('holds no environment value, nor the hash of one alone', async () => {
    const { kept } = await afterOne();
    expect(JSON.stringify(kept)).not.toMatch(/canary|SECRET/);
    const one = kept.find(({ key }) => key === 'MODEL#m')?.value;
    expect(one).toMatchObject({ of: { facts: { containers: [{ parameters: expect.stringMatching(/^[0-9a-f]{64}$/) }] } } });
  });

  test('has these forms: where one changes, so must the number of the scheme', async () => {
    const { kept } = await afterOne();
    expect(new Set(kept.map(({ scheme }) => scheme.split(':')[0]))).toEqual(new Set(['2']));
    const forms = kept.filter(({ key }) => /#[ecxm]$/.test(key)).toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const text = JSON.stringify(Object.fromEntries(forms.map(({ key, value }) => [key, value])), null, 2);
    await expect(`${text}\n`).toMatchFileSnapshot('../../golden/kept-descriptions.json');
  });

  test.each<[string, (each: Description) => Description, number]>([
    ['another scheme', each => ({ ...each, scheme: '0:other' }), 0],
    ['a form that cannot be read', each => ({ ...each, value: { of: 7 } }), 13],
  ])('in %s is as if it were not there, and is put right', async (_what, change, damaged) => {
    const { world, kept } = await afterOne();
    const cold = await world.fresh();
    await world.keep(kept.map(change));
    const { listing, calls } = await world.read();
    expect(calls).toEqual(cold.calls);
    expect(listing).toEqual({ ...cold.listing, damagedDescriptions: damaged });
    const again = (await world.read()).listing;
    // Model m, which both an endpoint and a component have, is asked for twice.
    expect([remembered(again), again.damagedDescriptions]).toEqual([kept.length + 1, 0]);
  });

  test.each<[string, (each: Description) => Description]>([
    ['an age that nobody knows', each => ({ ...each, readAt: 'yesterday' })],
    ['another day', each => ({ ...each, readAt: '2026-11-20T00:00:00.000Z' })],
  ])('of %s is read anew, but for configurations and models: their lists show that they are those', async (_what, change) => {
    const { world, kept } = await afterOne();
    const cold = await world.fresh();
    await world.keep(kept.map(change));
    const { listing, calls } = await world.read();
    const { DescribeEndpointConfig: _config, DescribeModel: _model, ...others } = cold.calls;
    expect(calls).toEqual({ ...others, Search: 1, ListEndpointConfigs: 1, ListModels: 1 });
    expect(listing.kinds).toEqual(cold.listing.kinds);
    expect(remembered((await world.read()).listing)).toBe(kept.length + 1);
  });

  test('under other harmless keys is read anew: they decide what is kept', async () => {
    const { world } = await afterOne();
    const { listing } = await world.read({ settings: { harmlessEnvironmentKeys: ['SECRET'] } });
    expect([remembered(listing), listing.damagedDescriptions]).toEqual([0, 0]);
  });

  test('is forgotten when its day has come and nobody asks for it', async () => {
    const { world } = await afterOne();
    await world.people.drop('f');
    world.later(SLOT);
    await world.read();
    expect((await world.kept()).map(({ key }) => key)).toContain('MODEL#n');
    world.later(DAY);
    await world.read();
    expect((await world.kept()).map(({ key }) => key).filter(key => /#(n|f|d)$/.test(key))).toEqual([]);
  });

  test.each([
    ['tags that could not be read', 'ListTags', 'ENDPOINT_TAGS#e'],
    ['an endpoint that could not be described', 'DescribeEndpoint', 'ENDPOINT#e'],
    ['a configuration that could not be read', 'DescribeEndpointConfig', 'CONFIG#c'],
  ])('is not what failed: %s', async (_what, operation, key) => {
    const world = await remembering(scene);
    world.deny('Search');
    world.deny(operation);
    await world.read();
    expect(world.saved()).not.toContain(key);
    world.allow();
    world.deny('Search');
    await world.read();
    expect(world.saved()).toContain(key);
  });

  test('is nothing of what a deployment selected at a time that nobody knows', async () => {
    const world = await remembering({ endpoints: { f: { config: 'c' } }, stored: { 'endpoint/e': { LastModifiedTime: undefined } } });
    for (const _ of [1, 2]) expect((await world.read()).calls).toMatchObject({ DescribeEndpointConfig: 1, DescribeModel: 1 });
    expect(world.saved().filter(key => /^(CONFIG|MODEL|ENDPOINT#e)/.test(key))).toEqual([]);
  });

  test('of a change just now is not what an index says, which may be the model before', async () => {
    const changed = '2026-11-23T09:00:00Z';
    const world = await remembering({
      models: { m: { ...CONTAINER, createdAt: changed }, n: { ...CONTAINER, createdAt: changed } },
      endpointConfigs: { c: { variants: [{ model: 'm' }, { model: 'n' }] } },
      endpoints: { e: { config: 'c', lastModified: changed } },
    });
    expect((await world.read()).calls).not.toHaveProperty('DescribeModel');
    expect(world.saved()).toEqual(['CONFIG#c']);
  });
});

test('a scope too large for one run is read in several, each going on from the last, and never by half', async () => {
  let world: World | undefined;
  const eachCallTakes = async () => world?.later(MINUTE);
  world = await remembering({ ...many(13, 1), denied: ['Search'], wait: eachCallTakes });
  const statuses = async (read: () => Promise<Reading>) => {
    const { kinds } = (await read()).listing;
    return kinds.map(kind => (kind.status === 'COMPLETE' ? kind.sightings.length : `${kind.failure}: ${kind.reason}`));
  };
  const late = ['DEADLINE: out of time: sagemaker:DescribeEndpoint', 'DEADLINE: out of time: sagemaker:ListInferenceComponents'];
  const going = late.with(0, `${late[0]} (the next run goes on from what was read)`);
  expect([await statuses(world.fresh), await statuses(world.fresh), await statuses(world.fresh)]).toEqual([late, late, late]);
  expect([await statuses(world.read), await statuses(world.read), await statuses(world.read)]).toEqual([going, going, [14, 0]]);
});

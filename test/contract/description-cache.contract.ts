import { describe, expect, it } from 'vitest';
import type { Description, DescriptionCache } from '../../lib/ports.ts';
import { NOW, SCOPE, SLOT } from '../support/builders.ts';
import { HOSTILE_NAMES } from './hostile-names.ts';

const aDescription = (key: string, over: Partial<Description> = {}): Description => ({
  key,
  readAt: NOW,
  moment: key,
  scheme: '1:abc',
  value: { name: '', none: null, list: [{ deep: [['__proto__', 'ü']] }], count: 3, yes: false },
  ...over,
});
const byKey = (all: readonly Description[]) => all.toSorted((a, b) => (a.key < b.key ? -1 : 1));

/** What every cache of descriptions promises; one line per implementation calls it. */
export const descriptionCacheContract = (implementation: string, open: () => Promise<DescriptionCache>): void => {
  describe(`description cache: ${implementation}`, () => {
    it('gives back what was saved in a scope, and nothing of another', async () => {
      const cache = await open();
      expect(await Array.fromAsync(cache.load(SCOPE))).toEqual([]);
      const saved = [aDescription('MODEL#a'), aDescription('MODEL#b', { value: 'text' }), aDescription('TAGS#a', { value: [] })];
      await cache.save(SCOPE, saved);
      await cache.save(`${SCOPE}-2`, [aDescription('MODEL#c')]);
      expect(byKey(await Array.fromAsync(cache.load(SCOPE)))).toEqual(saved);
    });

    it('replaces a description as a whole, and forgets it by its key', async () => {
      const cache = await open();
      await cache.save(SCOPE, [aDescription('MODEL#a'), aDescription('MODEL#b')]);
      const anew = aDescription('MODEL#a', { readAt: SLOT, moment: 'MODEL', scheme: '2:abc', value: { other: 1 } });
      await cache.save(SCOPE, [anew]);
      await cache.forget(SCOPE, ['MODEL#b', 'MODEL#never']);
      expect(await Array.fromAsync(cache.load(SCOPE))).toEqual([anew]);
    });

    it('keeps a thousand of them', async () => {
      const cache = await open();
      const keys = Array.from({ length: 1_000 }, (_, at) => `MODEL#${String(at).padStart(4, '0')}`);
      await cache.save(
        SCOPE,
        keys.map(key => aDescription(key, { value: { text: 'x'.repeat(1_500) } })),
      );
      expect(byKey(await Array.fromAsync(cache.load(SCOPE))).map(({ key }) => key)).toEqual(keys);
    });

    it('tells hostile names apart, and can forget whatever it loads', async () => {
      const cache = await open();
      await cache.save(
        SCOPE,
        HOSTILE_NAMES.map((name, value) => aDescription(`MODEL#${name}`, { value })),
      );
      const loaded = await Array.fromAsync(cache.load(SCOPE));
      expect(new Set(loaded.map(({ value }) => value)).size).toBe(HOSTILE_NAMES.length);
      await cache.forget(
        SCOPE,
        loaded.map(({ key }) => key),
      );
      expect(await Array.fromAsync(cache.load(SCOPE))).toEqual([]);
    });
  });
};

import { describe, expect, it } from 'vitest';
import type { Registration } from '../../lib/core/registration.ts';
import type { RegistryStore } from '../../lib/ports.ts';
import { applyManifests } from '../../lib/usecases/apply-manifests.ts';
import { aRegistration, NOW } from '../support/builders.ts';

/** A registry that refuses what is not the next revision. `beforePut` is what others do in between. */
const aRegistry = (stored: readonly Registration[], beforePut: (models: Map<string, Registration>) => void = () => {}) => {
  const models = new Map(stored.map(one => [one.name, one]));
  const renewed: string[] = [];
  const conflict = { outcome: 'CONFLICT', reason: 'somebody wrote in between' } as const;
  const registry: RegistryStore = {
    get: async name => models.get(name),
    all: async () => ({ registrations: [...models.values()], unreadable: [{ item: 'd#x', reason: 'no JSON' }] }),
    claiming: async () => ({ registrations: [], unreadable: [] }),
    put: async registration => {
      beforePut(models);
      if ((models.get(registration.name)?.revision ?? 0) !== registration.revision - 1) return conflict;
      models.set(registration.name, registration);
      return { outcome: 'WRITTEN' };
    },
    renew: async ({ name }) => void renewed.push(name),
    remove: async (name, revision) => (models.get(name)?.revision === revision && models.delete(name) ? { outcome: 'WRITTEN' } : conflict),
  };
  return { registry, models, renewed };
};
const declared = [aRegistration({ name: 'a', purpose: 'new' }), aRegistration({ name: 'b' }), aRegistration({ name: 'c' })];
const stored = ['a', 'b', 'old'].map(name => aRegistration({ name }));
const ask = { declared, prune: true, dryRun: false, by: 'sam', now: NOW };
const outcomes = ({ changes }: Awaited<ReturnType<typeof applyManifests>>) =>
  changes.map(({ name, action, outcome }) => [name, action, outcome]);

describe('applying manifests', () => {
  it('writes what differs and nothing else; a second time there is nothing to do', async () => {
    const { registry, models, renewed } = aRegistry(stored);
    const result = await applyManifests({ registry }, ask);
    expect(renewed).toEqual(['b']);
    expect(outcomes(result)).toEqual([
      ['a', 'UPDATE', 'WRITTEN'],
      ['b', 'UNCHANGED', 'NOTHING_TO_DO'],
      ['c', 'CREATE', 'WRITTEN'],
      ['old', 'REMOVE', 'WRITTEN'],
    ]);
    expect([...models.values()].map(({ name, purpose, revision }) => `${name} ${purpose} ${revision}`)).toEqual([
      'a new 2',
      'b Score card payments for fraud 1',
      'c Score card payments for fraud 1',
    ]);
    expect(result.unreadable).toHaveLength(1);
    expect(outcomes(await applyManifests({ registry }, ask)).map(([, action]) => action)).toEqual(['UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
  });

  it('shows the same plan in a dry run and writes nothing', async () => {
    const { registry, models, renewed } = aRegistry(stored);
    const { plan } = await applyManifests({ registry }, { ...ask, dryRun: true });
    expect([[...models.values()], renewed]).toEqual([stored, []]);
    expect(plan).toEqual((await applyManifests({ registry }, ask)).plan);
  });

  it('refuses a model that somebody else wrote in between, and only that one', async () => {
    const { registry, models } = aRegistry(stored, others => others.set('a', aRegistration({ name: 'a', purpose: 'theirs', revision: 2 })));
    const result = await applyManifests({ registry }, ask);
    expect(result.conflicts).toEqual(['a']);
    expect(outcomes(result)).toContainEqual(['c', 'CREATE', 'WRITTEN']);
    expect(models.get('a')?.purpose).toBe('theirs');
  });

  it.each<[what: string, stored: number, kept: number, confirm: number | undefined, removed: number]>([
    ['removes five of five unasked', 5, 0, undefined, 5],
    ['removes a fifth of many unasked', 50, 40, undefined, 10],
    ['removes nothing where it would remove more than both', 50, 39, undefined, 0],
    ['removes nothing where another number was confirmed', 6, 0, 5, 0],
    ['removes as many as were confirmed', 6, 0, 6, 6],
  ])('%s', async (_what, count, kept, confirm, removed) => {
    const all = Array.from({ length: count }, (_, n) => aRegistration({ name: `m-${n}` }));
    const { registry, models } = aRegistry(all);
    const fresh = aRegistration({ name: 'fresh' });
    const result = await applyManifests({ registry }, { ...ask, declared: [...all.slice(0, kept), fresh], confirm });
    const refused = removed === 0;
    expect([models.size, models.has('fresh'), result.tooMany]).toEqual([
      count - removed + (refused ? 0 : 1),
      !refused,
      refused ? count - kept : undefined,
    ]);
  });
});

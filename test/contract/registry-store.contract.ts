import { describe, expect, it } from 'vitest';
import { registrationKeys } from '../../lib/core/match-keys.ts';
import type { RegistryStore } from '../../lib/ports.ts';
import { aComposition, anApproval, anAttestation, aRegistration, aVersion } from '../support/builders.ts';
import { HOSTILE_NAMES } from './hostile-names.ts';

const revoked = anApproval({ status: 'REVOKED', at: '2026-11-20T10:00:00.000Z' });
const names = (found: { readonly registrations: readonly { readonly name: string }[] }) => found.registrations.map(({ name }) => name);
const tagged = (name: string, team: string) =>
  aRegistration({ name, versions: [], decisions: [], match: { packageGroup: null, tags: { team }, uses: [] } });

/** What every registry promises; one line per implementation calls it. */
export const registryStoreContract = (implementation: string, open: () => Promise<RegistryStore>): void => {
  describe(`registry store: ${implementation}`, () => {
    it('gives back what was put, decisions in the order in which they were recorded', async () => {
      const store = await open();
      const registration = aRegistration({ decisions: [anAttestation(), anApproval()] });
      expect(await store.put(registration)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.get('fraud-scorer')).toEqual(registration);
      expect(await store.get('churn')).toBeUndefined();
    });

    it('lists all registrations by name', async () => {
      const store = await open();
      for (const name of ['ranker', 'churn', 'embed']) await store.put(aRegistration({ name }));
      const all = await store.all();
      expect(names(all)).toEqual(['churn', 'embed', 'ranker']);
      expect(all.unreadable).toEqual([]);
      expect(all.registrations[0]).toEqual(aRegistration({ name: 'churn' }));
    });

    it('lists registrations and decisions of more than a page', async () => {
      const store = await open();
      const purpose = 'p'.repeat(60_000);
      for (let n = 100; n < 120; n += 1) await store.put(aRegistration({ name: `m-${n}`, purpose }));
      const { registrations } = await store.all();
      expect(registrations.map(({ name, decisions }) => `${name} ${decisions.length}`)).toEqual(
        Array.from({ length: 20 }, (_, n) => `m-${100 + n} 2`),
      );
    });

    it('finds a registration by each of its match keys, and no other by them', async () => {
      const store = await open();
      const registration = aRegistration({
        match: { packageGroup: 'arn:group', tags: { team: 'fraud' }, uses: ['111122223333/anthropic.claude-*'] },
      });
      await store.put(registration);
      await store.put(aRegistration({ name: 'other', versions: [], decisions: [] }));
      for (const key of registrationKeys(registration)) {
        expect(names(await store.claiming([key, key, 'tag:nobody=has']))).toEqual(['fraud-scorer']);
      }
    });

    it.each([250, 1_100])('finds every registration that shares a key, asked among %d, and no other', async size => {
      const store = await open();
      for (const name of ['b', 'a']) await store.put(tagged(name, 'fraud'));
      await store.put(tagged('c', 'risk'));
      const others = Array.from({ length: size }, (_, n) => `tag:team=${n}`);
      expect(names(await store.claiming([...others, 'tag:team=fraud', ...others]))).toEqual(['a', 'b']);
      expect(await store.claiming([])).toEqual({ registrations: [], unreadable: [] });
    });

    it('no longer finds a registration by a key that it gave up, and finds the other that has it', async () => {
      const store = await open();
      await store.put(tagged('a', 'fraud'));
      await store.put(tagged('b', 'fraud'));
      await store.put({ ...tagged('a', 'search'), revision: 2 });
      expect(names(await store.claiming(['tag:team=fraud']))).toEqual(['b']);
      expect(names(await store.claiming(['tag:team=search']))).toEqual(['a']);
    });

    it('finds a registration by a decision that its manifest no longer repeats', async () => {
      const store = await open();
      const identity = { by: 'COMPOSITION', composition: aComposition('v3').digest } as const;
      await store.put(aRegistration({ decisions: [anApproval({ identity })] }));
      await store.put(aRegistration({ decisions: [], versions: [aVersion('4')], revision: 2 }));
      expect(names(await store.claiming([`digest:${identity.composition}`]))).toEqual(['fraud-scorer']);
    });

    it('changes nothing when another revision is stored', async () => {
      const store = await open();
      await store.put(aRegistration());
      const over = { purpose: 'late', decisions: [revoked], match: { packageGroup: null, tags: { late: 'y' }, uses: [] } };
      const late = [1, 3].map(revision => aRegistration({ ...over, revision }));
      for (const registration of late) {
        expect(await store.put(registration)).toMatchObject({ outcome: 'CONFLICT', reason: expect.stringContaining('fraud-scorer') });
      }
      expect(await store.get('fraud-scorer')).toEqual(aRegistration());
      expect(await store.claiming(['tag:late=y'])).toEqual({ registrations: [], unreadable: [] });
    });

    it('lets one of two writers of the same revision win', async () => {
      const store = await open();
      for (const revision of [1, 2]) {
        const outcomes = await Promise.all(['x', 'y'].map(purpose => store.put(aRegistration({ purpose, decisions: [], revision }))));
        expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['CONFLICT', 'WRITTEN']);
      }
    });

    it('renews the match items of a registration and changes nothing else', async () => {
      const store = await open();
      await store.put(tagged('a', 'fraud'));
      await store.renew(tagged('a', 'fraud'));
      expect(names(await store.claiming(['tag:team=fraud']))).toEqual(['a']);
      expect(await store.get('a')).toEqual(tagged('a', 'fraud'));
    });

    it('takes a put that is repeated as written, and records its decisions once', async () => {
      const store = await open();
      for (const _ of [1, 2]) expect(await store.put(aRegistration())).toEqual({ outcome: 'WRITTEN' });
      expect((await store.claiming(['claim:fraud-scorer'])).registrations).toEqual([aRegistration()]);
    });

    it('adds decisions and never takes one away', async () => {
      const store = await open();
      await store.put(aRegistration({ decisions: [anApproval()] }));
      await store.put(aRegistration({ decisions: [], revision: 2 }));
      await store.put(aRegistration({ decisions: [revoked, anApproval()], revision: 3 }));
      expect((await store.get('fraud-scorer'))?.decisions).toEqual([anApproval(), revoked]);
    });

    it('removes the declared side of the stored revision and keeps its decisions', async () => {
      const store = await open();
      await store.put(aRegistration());
      expect(await store.remove('fraud-scorer', 2)).toMatchObject({ outcome: 'CONFLICT' });
      expect(await store.remove('fraud-scorer', 1)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.get('fraud-scorer')).toBeUndefined();
      expect(names(await store.claiming(['claim:fraud-scorer']))).toEqual([]);
      expect(await store.remove('fraud-scorer', 1)).toMatchObject({ outcome: 'CONFLICT' });
      await store.put(aRegistration({ decisions: [revoked] }));
      expect((await store.get('fraud-scorer'))?.decisions).toEqual([anApproval(), anAttestation(), revoked]);
      expect(names(await store.claiming(['claim:fraud-scorer']))).toEqual(['fraud-scorer']);
    });

    it('keeps models with hostile names apart', async () => {
      const store = await open();
      for (const name of HOSTILE_NAMES) await store.put(aRegistration({ name, purpose: `is ${name}` }));
      for (const name of HOSTILE_NAMES) {
        expect(await store.get(name)).toEqual(aRegistration({ name, purpose: `is ${name}` }));
        expect(names(await store.claiming([`claim:${name}`]))).toEqual([name]);
      }
      expect((await store.all()).registrations).toHaveLength(HOSTILE_NAMES.length);
    });
  });
};

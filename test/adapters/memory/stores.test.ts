import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryDescriptionCache } from '../../../lib/adapters/memory/description-cache.ts';
import { memoryFindingStore } from '../../../lib/adapters/memory/finding-store.ts';
import { memoryInventoryStore } from '../../../lib/adapters/memory/inventory-store.ts';
import { memoryRegistryStore } from '../../../lib/adapters/memory/registry-store.ts';
import { MINUTE, plus } from '../../../lib/core/time.ts';
import { descriptionCacheContract } from '../../contract/description-cache.contract.ts';
import { findingStoreContract } from '../../contract/finding-store.contract.ts';
import { inventoryStoreContract } from '../../contract/inventory-store.contract.ts';
import { registryStoreContract } from '../../contract/registry-store.contract.ts';
import { anItem, aStatus, NOW, SCOPE } from '../../support/builders.ts';

registryStoreContract('memory', async () => memoryRegistryStore());
inventoryStoreContract('memory', async () => memoryInventoryStore());
descriptionCacheContract('memory', async () => memoryDescriptionCache());
findingStoreContract('memory', async () => memoryFindingStore());

describe('overlapping observers', () => {
  it('never share an epoch, and the latest that wrote stands, in any interleaving', async () => {
    const property = fc.asyncProperty(fc.scheduler(), async scheduler => {
      const store = memoryInventoryStore();
      const granted: number[] = [];
      const written: number[] = [];
      // Each asks a minute after the one before and holds for a minute and a half, so some find the lease taken and some steal it.
      const pause = () => scheduler.schedule(Promise.resolve());
      const observe = async (n: number) => {
        await pause();
        const lease = await store.takeLease(SCOPE, `observer ${n}`, plus(NOW, n * MINUTE), plus(NOW, (n + 1.5) * MINUTE));
        if (!lease.granted) return;
        granted.push(lease.epoch);
        await pause();
        await store.putItem(anItem({ absentSince: lease.epoch }), lease.epoch);
        await pause();
        if ((await store.putStatus(aStatus({ calls: lease.epoch }), lease.epoch)).outcome === 'WRITTEN') written.push(lease.epoch);
        await store.releaseLease(SCOPE, lease.epoch);
      };
      const observers = Promise.all([0, 1, 2, 3, 4, 5].map(observe));
      await scheduler.waitFor(observers);
      expect(granted).toEqual(granted.map((_, index) => index + 1));
      expect(written).toEqual(written.toSorted((a, b) => a - b));
      expect((await store.status(SCOPE))?.calls).toBe(written.at(-1));
      expect((await store.items(SCOPE))[0]?.absentSince).toBeGreaterThanOrEqual(written.at(-1) ?? 0);
    });
    await fc.assert(property, { numRuns: 50, seed: 20_261_123 });
  });
});

import { describe, expect, it } from 'vitest';
import { digestOf } from '../../lib/core/digest.ts';
import type { RunRecord } from '../../lib/core/inventory.ts';
import type { MessageMember, OutgoingMessage } from '../../lib/core/notice.ts';
import { MINUTE, plus } from '../../lib/core/time.ts';
import type { InventoryStore } from '../../lib/ports.ts';
import { aKindStatus, anItem, aSighting, aStatus, NOW, SCOPE, SLOT, unknownDetail } from '../support/builders.ts';
import { aTold, TOTALS } from '../support/owed.ts';
import { actsContract } from './acts.contract.ts';
import { HOSTILE_NAMES } from './hostile-names.ts';

const soon = plus(NOW, 5 * MINUTE);
const aRun = (over: Partial<RunRecord> = {}): RunRecord => ({
  slot: SLOT,
  holder: 'execution-1',
  startedAt: NOW,
  manual: false,
  scopes: ['bedrock/444455556666/us-east-1', SCOPE, 'sagemaker/444455556666/eu-west-1', 'sagemaker/777788889999/eu-west-1'],
  unread: ['444455556666', '777788889999'].flatMap(account =>
    ['eu-west-1', 'us-east-1'].map(region => {
      const reason = `${region} is not enabled in account ${account}`;
      return { account, region, failure: 'TRANSIENT', reason, leaving: region === 'us-east-1' } as const;
    }),
  ),
  unlisted: [{ scope: 'organization', failure: 'TRANSIENT', reason: 'failed after retries', since: NOW, slots: 2 }],
  state: 'RUNNING',
  totals: null,
  completedAt: null,
  ...over,
});
const aLargeRun = (): RunRecord => {
  const accounts = Array.from({ length: 10_000 }, (_, n) => String(100_000_000_000 + n * 7));
  const regions = Array.from({ length: 20 }, (_, n) => `eu-region-${10 + n}`);
  const reasonOf = (account: string) => `access denied: account:ListRegions, arn:aws:iam::${account}:role/Spoke `.padEnd(300, '.');
  return aRun({
    scopes: accounts.flatMap(account => regions.map(region => `sagemaker/${account}/${region}`)),
    unread: accounts.map(account => ({ account, region: null, failure: 'DENIED', reason: reasonOf(account), leaving: false }) as const),
    unlisted: accounts.map(account => ({
      scope: `regions/${account}`,
      failure: 'DENIED',
      reason: reasonOf(account),
      since: NOW,
      slots: 2,
    })),
  });
};
const member = (n: number): MessageMember => ({
  finding: { scope: SCOPE, rule: 'INV-01', subject: `dep:${n}` },
  receiver: 'security',
  told: aTold({ notice: `n-${n}`, folded: true, facts: 'f'.repeat(800) }),
});
const anOutgoing = (id: string, members: number): OutgoingMessage => ({
  message: {
    id,
    topic: 'SECURITY',
    receiver: 'security',
    subject: 'first roll call',
    body: 'Hello,\n',
    attributes: { severity: 'HIGH', rules: ['INV-01', 'INV-09'] },
    members: Array.from({ length: members }, (_, n) => member(n)),
  },
  state: 'PREPARED',
  preparedAt: NOW,
});

const UPSTREAM = [{ model: 'm', status: 'LEGACY', legacyAt: '2026-06-01T00:00:00.000Z', endOfLifeAt: null }];

/** What every inventory promises; one line per implementation calls it. */
export const inventoryStoreContract = (implementation: string, open: () => Promise<InventoryStore>): void => {
  describe(`leases: ${implementation}`, () => {
    it.each([SCOPE, 'registry', 'notifier'])('grants %s to one holder until it ends', async name => {
      const store = await open();
      expect(await store.takeLease(name, 'one', NOW, soon)).toEqual({ granted: true, epoch: 1 });
      expect(await store.takeLease(name, 'two', plus(soon, -1), plus(soon, MINUTE))).toEqual({
        granted: false,
        holder: 'one',
        until: soon,
      });
      expect(await store.takeLease(name, 'two', soon, plus(soon, MINUTE))).toEqual({ granted: true, epoch: 2 });
      expect(await store.takeLease(name, 'one', soon, plus(soon, MINUTE))).toMatchObject({ granted: false, holder: 'two' });
    });

    it('grants its own lease again to a holder that comes back, with a higher epoch', async () => {
      const store = await open();
      await store.takeLease(SCOPE, 'one', NOW, soon);
      expect(await store.takeLease(SCOPE, 'one', NOW, soon)).toEqual({ granted: true, epoch: 2 });
    });

    it('is free once released, and never gives an epoch twice', async () => {
      const store = await open();
      await store.takeLease(SCOPE, 'one', NOW, soon);
      await store.releaseLease(SCOPE, 1);
      expect(await store.takeLease(SCOPE, 'two', NOW, soon)).toEqual({ granted: true, epoch: 2 });
    });

    it('ignores a release by a holder that has lost it', async () => {
      const store = await open();
      await store.takeLease(SCOPE, 'one', NOW, soon);
      await store.takeLease(SCOPE, 'two', soon, plus(soon, MINUTE));
      await store.releaseLease(SCOPE, 1);
      expect(await store.takeLease(SCOPE, 'three', soon, plus(soon, MINUTE))).toMatchObject({ granted: false, holder: 'two' });
    });

    it('grants it to one of many that ask at once', async () => {
      const store = await open();
      const leases = await Promise.all(['a', 'b', 'c', 'd'].map(holder => store.takeLease(SCOPE, holder, NOW, soon)));
      expect(leases.filter(({ granted }) => granted)).toEqual([{ granted: true, epoch: 1 }]);
    });
  });

  describe(`inventory store: ${implementation}`, () => {
    const full = aStatus({
      kinds: {
        ENDPOINT: aKindStatus({ failure: { failure: 'DENIED', reason: 'no', since: NOW, slots: 2 } }),
        INFERENCE_COMPONENT: aKindStatus({ lastCompleteAt: null }),
      },
      held: { arns: ['arn:a'], since: NOW },
      lastSlot: null,
    });

    it('keeps the status of a scope beside its lease', async () => {
      const store = await open();
      await store.takeLease(SCOPE, 'one', NOW, soon);
      expect(await store.status(SCOPE)).toBeUndefined();
      expect(await store.statuses()).toEqual({ statuses: [], unreadable: [] });
      expect(await store.putStatus(full, 1)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.status(SCOPE)).toEqual(full);
      expect(await store.takeLease(SCOPE, 'two', NOW, soon)).toMatchObject({ granted: false, holder: 'one' });
    });

    it('refuses the status of a holder whose lease has passed on, even before the next one writes', async () => {
      const store = await open();
      await store.takeLease(SCOPE, 'one', NOW, soon);
      await store.takeLease(SCOPE, 'two', soon, plus(soon, MINUTE));
      expect(await store.putStatus(aStatus(), 1)).toMatchObject({ outcome: 'CONFLICT', reason: expect.stringContaining(SCOPE) });
      expect(await store.status(SCOPE)).toBeUndefined();
      expect(await store.putStatus(aStatus(), 2)).toEqual({ outcome: 'WRITTEN' });
    });

    it('refuses a status of an older slot, however late its epoch', async () => {
      const store = await open();
      const statusOf = (lastSlot: string | null) => aStatus({ lastSlot });
      const outcome = async (lastSlot: string | null, epoch: number) => (await store.putStatus(statusOf(lastSlot), epoch)).outcome;
      expect([await outcome(null, 1), await outcome(null, 2), await outcome(SLOT, 3), await outcome(SLOT, 4)]).toEqual(
        Array.from({ length: 4 }, () => 'WRITTEN'),
      );
      expect([await outcome(plus(SLOT, -15 * MINUTE), 5), await outcome(null, 6)]).toEqual(['CONFLICT', 'CONFLICT']);
      expect([(await store.status(SCOPE))?.lastSlot, await outcome(plus(SLOT, 15 * MINUTE), 5)]).toEqual([SLOT, 'WRITTEN']);
    });

    it('lists the statuses of all scopes by name', async () => {
      const store = await open();
      const scopes = Array.from({ length: 20 }, (_, n) => `sagemaker/111122223333/eu-west-${100 + n}`);
      for (const scope of scopes) await store.putStatus(aStatus({ scope }), 1);
      expect(await store.statuses()).toEqual({ statuses: scopes.map(scope => aStatus({ scope })), unreadable: [] });
    });

    it('keeps items by scope and ARN, with a known, an unknown and an untagged sighting', async () => {
      const store = await open();
      const items = [
        anItem({ arn: 'a', sighting: aSighting({ tags: Object.fromEntries([['__proto__', 'x']]) }) }),
        anItem({ arn: 'b', sighting: aSighting({ detail: unknownDetail(), tags: null, upstream: UPSTREAM }), model: null, absentSince: 3 }),
      ];
      for (const item of items) expect(await store.putItem(item, 1)).toEqual({ outcome: 'WRITTEN' });
      await store.putItem(anItem({ scope: 'other' }), 1);
      const read = await store.items(SCOPE);
      expect(read).toEqual(items);
      expect(Object.keys(read[0]?.sighting.tags ?? {})).toEqual(['__proto__']);
      expect(await store.items('nowhere')).toEqual([]);
    });

    it('lets no earlier observer write or remove what a later one wrote', async () => {
      const store = await open();
      await store.putItem(anItem({ version: 'five' }), 5);
      await store.putMemo({ key: 'owner:kim', since: NOW, seq: 5 }, 5);
      const refused = [
        await store.putItem(anItem({ version: 'four' }), 4),
        await store.removeItem(SCOPE, anItem().arn, 4),
        await store.putMemo({ key: 'owner:kim', since: NOW, seq: 4 }, 4),
        await store.removeMemo('owner:kim', 4),
      ];
      expect(refused.map(({ outcome }) => outcome)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'CONFLICT']);
      expect(await store.items(SCOPE)).toEqual([anItem({ version: 'five' })]);
      expect(await store.memos()).toEqual([{ key: 'owner:kim', since: NOW, seq: 5 }]);
    });

    it('lets the same and a later observer write and remove', async () => {
      const store = await open();
      for (const epoch of [5, 5, 6]) expect(await store.putItem(anItem({ absentSince: epoch }), epoch)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.removeItem(SCOPE, anItem().arn, 6)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.removeItem(SCOPE, anItem().arn, 6)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.items(SCOPE)).toEqual([]);
      await store.putMemo({ key: 'owner:kim', since: NOW, seq: 0 }, 1);
      expect(await store.removeMemo('owner:kim', 1)).toEqual({ outcome: 'WRITTEN' });
      expect(await store.memos()).toEqual([]);
    });

    it('lists the items of more than a page', async () => {
      const store = await open();
      const sighting = aSighting({ pending: 'p'.repeat(60_000) });
      const arns = Array.from({ length: 20 }, (_, n) => `arn-${100 + n}`);
      for (const arn of arns) await store.putItem(anItem({ arn, sighting }), 1);
      expect((await store.items(SCOPE)).map(({ arn }) => arn)).toEqual(arns);
    });

    it('keeps deployments, scopes, memos and receivers with hostile names apart', async () => {
      const store = await open();
      for (const name of HOSTILE_NAMES) {
        await store.putItem(anItem({ arn: name }), 1);
        await store.putItem(anItem({ scope: name }), 1);
        await store.putStatus(aStatus({ scope: name }), 1);
        await store.putMemo({ key: name, since: NOW, seq: 0 }, 1);
        await store.putLastSummary(name, NOW);
      }
      expect(new Set((await store.items(SCOPE)).map(({ arn }) => arn))).toEqual(new Set(HOSTILE_NAMES));
      expect((await store.statuses()).statuses).toHaveLength(HOSTILE_NAMES.length);
      expect(await store.memos()).toHaveLength(HOSTILE_NAMES.length);
      for (const name of HOSTILE_NAMES) {
        expect(await store.items(name)).toEqual([anItem({ scope: name })]);
        expect(await store.lastSummary(name)).toBe(NOW);
      }
    });

    actsContract(open);

    it('gives a slot to the first holder, again to the same, and to no other', async () => {
      const store = await open();
      const other = aRun({ holder: 'execution-2', scopes: [] });
      expect(await store.run(SLOT)).toBeUndefined();
      expect(await store.startRun(aRun())).toEqual({ outcome: 'STARTED', run: aRun() });
      expect(await store.startRun(aRun({ scopes: [] }))).toEqual({ outcome: 'RESUMED', run: aRun() });
      expect(await store.startRun(other)).toEqual({ outcome: 'DUPLICATE', run: aRun() });
      const closed = aRun({ state: 'COMPLETE', totals: { ...TOTALS, open: { HIGH: 4 } }, completedAt: NOW });
      await store.updateRun(closed);
      expect(await store.run(SLOT)).toEqual(closed);
    });

    it('keeps a run of 10,000 accounts in 20 regions, of each of which much is said in 300 characters', async () => {
      const store = await open();
      const run = aLargeRun();
      expect(await store.startRun(run)).toMatchObject({ outcome: 'STARTED' });
      await store.updateRun({ ...run, state: 'COMPLETE' });
      // By digest: a difference among 200,000 scopes is none to read.
      expect(digestOf(await store.run(SLOT))).toBe(digestOf({ ...run, state: 'COMPLETE' }));
    });

    it('keeps a message with hundreds of members until it is removed', async () => {
      const store = await open();
      const large = anOutgoing('m-1', 234);
      await store.putOutgoing(large);
      await store.putOutgoing(anOutgoing('m-2', 0));
      await store.putOutgoing({ ...large, state: 'PUBLISHED' });
      expect(await store.outgoing()).toEqual([{ ...large, state: 'PUBLISHED' }, anOutgoing('m-2', 0)]);
      await store.removeOutgoing('m-1');
      expect(await store.outgoing()).toEqual([anOutgoing('m-2', 0)]);
    });

    it('remembers the last summary of each receiver', async () => {
      const store = await open();
      expect(await store.lastSummary('security')).toBeUndefined();
      await store.putLastSummary('security', NOW);
      await store.putLastSummary('security', soon);
      expect(await store.lastSummary('security')).toBe(soon);
      expect(await store.lastSummary('owner:kim@example.com')).toBeUndefined();
    });
  });
};

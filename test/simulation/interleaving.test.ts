import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { findingId } from '../../lib/core/finding-id.ts';
import { sealEntry } from '../../lib/core/history.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import { DAY, MINUTE, plus } from '../../lib/core/time.ts';
import { archiveFindings } from '../../lib/usecases/archive-findings.ts';
import { reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import type { RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { aRecord, aRegistration, anApproval, aSighting, aVersion, SCOPE } from '../support/builders.ts';
import { type Ask, type Call, everyInterleaving, lookAt, type Observer, portsBy, worldOf } from './every-interleaving.ts';
import { UNFENCED } from './plants.ts';
import { allFindings, factsOf } from './simulated-world.ts';

const slotAt = (index: number) => plus('2026-11-23T09:00:00.000Z', index * 15 * MINUTE);
const stray = (name: string, over: Parameters<typeof aSighting>[0] = {}) => aSighting({ name, artefact: name, tags: {}, ...over });
const observe = (ports: RollCallDeps, index: number, holder = `run-${index}`) => {
  const deadline = plus(slotAt(index), 10 * MINUTE);
  return reconcileScope(ports, { scope: SCOPE, slot: slotAt(index), mode: 'ROLL_CALL', holder, deadline });
};

/** The calls of something that is done alone. */
const callsOf = async (act: (ports: RollCallDeps, ask: Ask) => Promise<unknown>): Promise<readonly Call[]> => {
  const [calls, world]: [Call[], Awaited<ReturnType<typeof worldOf>>] = [[], await worldOf([])];
  const ask: Ask = (name, ...args) => {
    calls.push({ name, args });
    return world.ask(name, ...args);
  };
  await act(portsBy(ask, world.now), ask);
  return calls;
};
const clearedLongAgo = ({ arn }: Sighting) => {
  const [rule, subject, at] = ['INV-01', `dep:${arn}`, plus(slotAt(0), -31 * DAY)] as const;
  const entry = sealEntry({ chain: 'record', seq: 1, previous: '', at, by: 'rollcall', event: 'CLEAR', detail: {} });
  const cleared = { code: 'ABSENT', reason: 'the deployment is gone', at } as const;
  const [id, head] = [findingId(rule, subject), { seq: 1, hash: entry.hash }];
  return { entry, record: aRecord({ rule, subject, id, condition: 'CLEARED', cleared, epoch: 0, head }) };
};
const before = await callsOf(async (ports, ask) => {
  await ports.registry.put(aRegistration());
  const { record, entry } = clearedLongAgo(stray('archived'));
  await ports.findings.writeRecord({ record, entry });
  await archiveFindings(ports.findings, [record]);
  await ask('world.passTo', slotAt(0));
  await ask('world.show', aSighting(), stray('claimed'), stray('goes'), stray('returns'));
  await observe(ports, 0);
  await ask('world.passTo', slotAt(1));
  await ask('world.show', aSighting(), stray('claimed'), stray('goes'));
  await observe(ports, 1);
  await ask('world.passTo', slotAt(2));
  await ask(
    'world.show',
    aSighting({ artefact: 'v4' }),
    stray('claimed', { status: 'Updating' }),
    stray('returns'),
    stray('brief'),
    stray('archived'),
  );
});
/** Two versions are approved, one deployment is claimed, one is new, two are gone, and one is still there whose finding was archived. */
const moveOn = async (ports: RollCallDeps, ask: Ask) => {
  const claimed = stray('claimed', { tags: { 'rollcall:model': 'fraud-scorer' }, artefact: 'v3' });
  await ask('world.show', aSighting({ artefact: 'v4' }), claimed, stray('new'), stray('archived'));
  const versions = [aVersion('3'), aVersion('4')];
  await ports.registry.put(aRegistration({ revision: 2, versions, decisions: [anApproval({ version: '4' })] }));
};
const early: Observer = ports => observe(ports, 2);
/** Begins when the world has moved on. */
const late =
  (minutes: number, ...by: [slot: number, holder?: string]): Observer =>
  async (ports, ask) => {
    await ask('world.passTo', plus(slotAt(2), minutes * MINUTE));
    await moveOn(ports, ask);
    return observe(ports, ...by);
  };
const next = late(15, 3);

/** What calm observers make of what was left behind. */
const settled = async (calls: readonly Call[]) => {
  const { deps, ask } = await worldOf(calls);
  for (const index of [4, 5, 6]) {
    await ask('world.passTo', slotAt(index));
    expect((await observe(deps, index)).outcome).toBe('DONE');
  }
  return {
    open: factsOf(await allFindings(deps)).flatMap(({ generation: _of, ...facts }) => (facts.condition === 'OPEN' ? [facts] : [])),
    items: (await deps.inventory.items(SCOPE)).map(({ arn, model, version, absentSince }) => ({ arn, model, version, absentSince })),
  };
};

describe.each([
  ['the second beginning after the lease of the first', next, 3e9, ['BUSY DONE', 'DONE DONE', 'SUPERSEDED DONE']],
  ['the second a retry that takes the lease of the first', late(1, 2), 3e9, ['DONE DONE', 'DONE SUPERSEDED', 'SUPERSEDED DONE']],
  ['the second beginning within the lease of the first', late(1, 2, 'other'), 9e3, ['BUSY DONE', 'DONE BUSY', 'DONE DONE']],
] as const)('two observers of one scope, %s', (_, second, more, outcomes) => {
  let ends: Awaited<ReturnType<typeof everyInterleaving>>;
  const outcomeOf = ({ observers }: (typeof ends)[number]) => observers.map(({ id }) => id).join(' ');
  beforeAll(async () => {
    ends = await everyInterleaving([early, second], before);
  }, 120_000);

  it('never write over what a later epoch wrote, in any interleaving', () => {
    expect(ends.reduce((sum, { schedules }) => sum + schedules, 0)).toBeGreaterThan(more);
    expect([...new Set(ends.map(outcomeOf))].toSorted()).toEqual(outcomes);
  });

  it('leave behind what is right again once calm observers have looked', { timeout: 60_000 }, async () => {
    const calm = await settled(await callsOf(async (ports, ask) => (await ports.registry.put(aRegistration()), moveOn(ports, ask))));
    for (const { world, schedule } of new Map(ends.map(end => [end.world.id, end])).values())
      expect(await settled(world.calls), `after ${schedule}`).toEqual(calm);
  });

  it('end in one of these ways where they really run at the same time', { timeout: 60_000 }, async () => {
    const known = new Set(ends.map(end => `${outcomeOf(end)} ${end.world.seen.text}`));
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async scheduler => {
        const world = await worldOf(before);
        const ask: Ask = async (name, ...args) => {
          await scheduler.schedule(Promise.resolve());
          return world.ask(name, ...args);
        };
        const both = Promise.all([early, second].map(observer => observer(portsBy(ask, world.now), ask)));
        const outcome = (await scheduler.waitFor(both)).map(each => each.outcome).join(' ');
        expect(known.has(`${outcome} ${(await lookAt(world)).text}`)).toBe(true);
      }),
      { seed: 20261123, numRuns: 200 },
    );
  });
});

describe('every interleaving', () => {
  it.each([
    ['finding', /^INV-01 .* was written over by 0 in [01]+$/],
    ['item', /^arn:.* was written over by 0 in [01]+$/],
    ['status', /^status was written over by 0 in [01]+$/],
  ] as const)('would notice a stale %s', { timeout: 60_000 }, async (what, shown) => {
    await expect(everyInterleaving([early, next], before, UNFENCED[what])).rejects.toThrow(shown);
  });

  let count = 0;
  const asks =
    (call: (ports: RollCallDeps) => Promise<unknown>): Observer =>
    async ports => (await call(ports), { outcome: 'DONE' });
  it.each([
    ['two calls at once', asks(({ inventory }) => Promise.all([inventory.items(SCOPE), inventory.items(SCOPE)])), 'not one known call'],
    ['a call whose effect is not looked at', asks(({ inventory }) => inventory.memos()), 'not one known call'],
    ['an observer that heeds more than answers', asks(({ registry }) => registry.claiming([`${(count += 1)}`])), 'was asked before'],
  ] as const)('refuses %s', async (_, observer, reason) => {
    await expect(everyInterleaving([observer], [])).rejects.toThrow(reason);
  });
});

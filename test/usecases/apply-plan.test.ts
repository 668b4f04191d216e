import { setImmediate as untilQuiet } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { FindingStore, InventoryStore, WriteOutcome } from '../../lib/ports.ts';
import { applyPlan } from '../../lib/usecases/apply-plan.ts';
import { aListing, anItem, aScopeWorld, aSighting, aStatus, aKindStatus, endpointArn, endpointsOf } from '../support/builders.ts';

/** Seven deployments that nobody registered, and one that is gone. */
const strays = Array.from({ length: 7 }, (_, at) => aSighting({ name: `stray-${at}`, artefact: `${at}`, tags: {} }));
const gone = anItem({ arn: endpointArn('gone'), absentSince: 2, sighting: aSighting({ name: 'gone' }) });
const PLAN = planReconcile(
  aScopeWorld({
    registrations: [],
    listing: aListing({ kinds: [endpointsOf(strays)] }),
    items: [gone],
    status: aStatus({ kinds: { ENDPOINT: aKindStatus({ completeSeq: 2 }) } }),
    gone: new Map([[gone.arn, { answer: 'GONE' }]]),
  }),
);

/** Applies the plan, three writes at a time, to stores of which each write ends as `end` says; what was written, in the order of its beginning. */
const applied = async (end: (write: string) => WriteOutcome = () => ({ outcome: 'WRITTEN' })) => {
  const [begun, most, flying] = [[] as string[], { ever: 0 }, new Map<string, number>()];
  const write = (phase: string) => async () => {
    begun.push(phase);
    flying.set(phase, (flying.get(phase) ?? 0) + 1);
    most.ever = Math.max(most.ever, ...flying.values());
    expect([...flying.values()].filter(count => count > 0).length, `${phase} alone`).toBe(1);
    const index = begun.filter(each => each === phase).length;
    // Every other one takes longer than its neighbours.
    for (let tick = 0; tick <= index % 2; tick += 1) await untilQuiet();
    flying.set(phase, (flying.get(phase) ?? 0) - 1);
    return end(`${phase} ${index}`);
  };
  const inventory = {
    putItem: write('item'),
    removeItem: write('gone'),
    putStatus: write('status'),
  } as Partial<InventoryStore> as InventoryStore;
  const findings = { writeRecord: write('finding'), get: async () => undefined } as Partial<FindingStore> as FindingStore;
  const outcome = await applyPlan({ inventory, findings, writesAtOnce: 3 }, PLAN, 1).catch(String);
  expect(
    [...flying.values()].filter(count => count > 0),
    'still under way',
  ).toEqual([]);
  return { outcome, begun, most: most.ever };
};
const times = (phase: string, count: number) => Array.from({ length: count }, () => phase);

describe('a plan is carried out', () => {
  it('a few writes at a time, but no finding before the items, no removal before the findings, and the status last', async () => {
    const begun = [...times('item', 7), ...times('finding', 7), 'gone', 'status'];
    expect(await applied()).toEqual({ outcome: { outcome: 'WRITTEN' }, begun, most: 3 });
  });

  it('until one write is refused: those under way end, and none is begun', async () => {
    const refused = { outcome: 'CONFLICT', reason: 'a later observer has written' } as const;
    const { outcome, begun } = await applied(write => (write === 'finding 1' ? refused : { outcome: 'WRITTEN' }));
    expect([outcome, begun]).toEqual([refused, [...times('item', 7), ...times('finding', 3)]]);
  });

  it('until one write fails: those under way end, and none is begun', async () => {
    const { outcome, begun } = await applied(write => {
      if (write === 'item 2') throw new Error('throttled');
      return { outcome: 'WRITTEN' };
    });
    expect([outcome, begun]).toEqual(['Error: throttled', times('item', 3)]);
  });
});

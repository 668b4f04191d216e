import { expect, test } from 'vitest';
import { plus } from '../../lib/core/time.ts';
import { reconcileBatch } from '../../lib/usecases/reconcile-batch.ts';
import type { RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { simulate } from '../simulation/simulated-world.ts';
import { ACCOUNT, aSighting, SLOT, someSettings } from '../support/builders.ts';

const SCOPES = ['eu-west-1', 'us-east-1', 'us-west-2'].map(region => `sagemaker/${ACCOUNT}/${region}`);
const [FIRST, BAD, LAST] = SCOPES as [string, string, string];

const aBatch = () => {
  const { deps, cloud, setNow } = simulate(someSettings(), SCOPES);
  setNow(SLOT);
  for (const scope of SCOPES) {
    const arn = `arn:aws:sagemaker:${scope.split('/')[2]}:${ACCOUNT}:endpoint/stray`;
    cloud.live.set(scope, aSighting({ scope, arn, name: 'stray', artefact: 'stray', tags: {} }));
  }
  const read = (over: Partial<RollCallDeps> = {}) =>
    reconcileBatch({ ...deps, ...over }, { scopes: SCOPES, slot: SLOT, holder: 'run-1', mode: 'ROLL_CALL', deadline: plus(SLOT, 60_000) });
  const stored = async (scope: string) =>
    JSON.stringify([await deps.inventory.status(scope), await deps.inventory.items(scope), await deps.findings.inScope(scope)]);
  return { deps, read, stored };
};

test('the scopes of a batch are each read', async () => {
  const { read, stored } = aBatch();
  expect(await read()).toEqual(['DONE', 'DONE', 'DONE']);
  for (const scope of SCOPES) expect(await stored(scope)).toContain('INV-01');
});

test('one that throws is named and costs its siblings nothing', async () => {
  const whole = aBatch();
  await whole.read();
  const world = aBatch();
  const { inventory } = world.deps;
  const broken = {
    ...inventory,
    items: (scope: string) => (scope === BAD ? Promise.reject(new Error('throttled')) : inventory.items(scope)),
  };
  await expect(world.read({ inventory: broken })).rejects.toThrow(`${BAD}: Error: throttled`);
  for (const scope of [FIRST, LAST]) expect(await world.stored(scope)).toBe(await whole.stored(scope));
  expect(await world.deps.inventory.status(BAD)).toBeUndefined();
});

test('what is gone is confirmed within the time of the reading, which ends before that of the writing', async () => {
  const { deps, cloud } = simulate(someSettings(), SCOPES);
  const asked: string[] = [];
  const confirmGone: typeof deps.source.confirmGone = async (_scope, _arns, deadline) => (asked.push(deadline), new Map());
  cloud.live.set('stray', aSighting({ scope: FIRST }));
  const slots = [0, 15, 30].map(minutes => plus(SLOT, minutes * 60_000));
  for (const slot of slots) {
    await reconcileBatch(
      { ...deps, source: { ...deps.source, confirmGone } },
      { scopes: [FIRST], slot, holder: slot, mode: 'ROLL_CALL', deadline: plus(slot, 60_000) },
    );
    cloud.live.clear();
  }
  expect(asked).toEqual([plus(SLOT, 31 * 60_000)]);
});

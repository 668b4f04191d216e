import { expect, test } from 'vitest';
import { type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import { reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import { rollCall, type RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { simulate } from '../simulation/simulated-world.ts';
import { ACCOUNT, aSighting, SCOPE, someSettings } from '../support/builders.ts';

const EMPTY = `sagemaker/${ACCOUNT}/us-east-1`;
const STRAY = `arn:aws:sagemaker:us-east-1:${ACCOUNT}:endpoint/stray`;
const NINE = '2026-11-23T09:00:00.000Z';

/** Roll calls every 15 minutes from 09:00 on, of one scope in which something lives and one in which nothing does. */
const aStory = () => {
  const settings = someSettings({ spoke: { roleName: 'RollcallSpoke', externalId: 'x-1' } });
  const { deps: memory, cloud, setNow } = simulate(settings, [SCOPE, EMPTY]);
  cloud.live.set('ours', aSighting({ name: 'ours', artefact: 'ours', tags: {} }));
  const asked: string[] = [];
  const { source } = memory;
  const deps: RollCallDeps = {
    ...memory,
    source: { ...source, list: (scope, ask) => (asked.push(scope.region), source.list(scope, ask)) },
  };
  const at = (index: number): Instant => plus(NINE, index * 15 * MINUTE);
  const call = async (index: number) => {
    asked.length = 0;
    setNow(at(index));
    const { closed } = await rollCall(deps, { slot: at(index), holder: `run-${index}` });
    const totals = closed?.outcome === 'CLOSED' ? closed.totals : undefined;
    const coverage = (await deps.findings.inScope('registry')).filter(({ record }) => record.condition === 'OPEN');
    return {
      asked: [...asked],
      totals: [totals?.scopesComplete, totals?.scopesNotChecked, totals?.scopesAtRest],
      calls: totals?.calls,
      read: (await deps.inventory.status(EMPTY))?.lastSlot,
      coverage: coverage.map(({ record }) => `${record.rule} ${record.subject}`),
    };
  };
  const stray = async () => (await deps.findings.inScope(EMPTY)).map(({ record }) => record.rule);
  return { deps, cloud, call, at, stray, asked };
};
const BOTH = { asked: ['eu-west-1', 'us-east-1'], totals: [2, 0, 0], calls: 4, coverage: [] };

test('an empty scope is read twice, then once an hour, and is shown as read when it was', async () => {
  const { call, at } = aStory();
  expect(await call(0)).toEqual({ ...BOTH, read: at(0) });
  expect(await call(1)).toEqual({ ...BOTH, read: at(1) });
  const resting = { asked: ['eu-west-1'], totals: [1, 0, 1], calls: 2, read: at(1), coverage: [] };
  expect(await call(2)).toEqual(resting);
  expect(await call(3)).toEqual(resting);
  expect(await call(4)).toEqual({ ...BOTH, read: at(4) });
  expect(await call(7)).toEqual({ ...resting, read: at(4) });
});

test('what appears in it is found in the next hour, and then it is read in every slot again', async () => {
  const { call, cloud, stray, at } = aStory();
  for (const index of [0, 1, 2]) await call(index);
  cloud.live.set('stray', aSighting({ scope: EMPTY, arn: STRAY, name: 'stray', artefact: 'stray', tags: {} }));
  await call(3);
  expect(await stray()).toEqual([]);
  await call(4);
  expect(await stray()).toEqual(['INV-01']);
  expect(await call(5)).toEqual({ ...BOTH, read: at(5) });
});

test('a recheck reads it all the same', async () => {
  const { deps, call, asked, at } = aStory();
  for (const index of [0, 1, 2]) await call(index);
  asked.length = 0;
  await reconcileScope(deps, { scope: EMPTY, slot: at(2), holder: 'recheck', mode: 'RECHECK', deadline: at(3) });
  expect(asked).toEqual(['us-east-1']);
});

test('what a recheck finds in it ends its rest', async () => {
  const { deps, call, cloud, stray, at } = aStory();
  for (const index of [0, 1, 2]) await call(index);
  cloud.live.set('stray', aSighting({ scope: EMPTY, arn: STRAY, name: 'stray', artefact: 'stray', tags: {} }));
  await reconcileScope(deps, { scope: EMPTY, slot: at(2), holder: 'recheck', mode: 'RECHECK', deadline: at(3) });
  expect(await stray()).toEqual(['INV-01']);
  expect(await call(3)).toEqual({ ...BOTH, read: at(3) });
});

test('one that cannot be read when its rest ends is a finding at once, and stale two intervals after its last rest', async () => {
  const { call, cloud } = aStory();
  for (const index of [0, 1, 2, 3]) await call(index);
  cloud.broken.add(EMPTY);
  expect(await call(4)).toMatchObject({ asked: BOTH.asked, totals: [1, 1, 0], coverage: [`OPS-01 scope:${EMPTY}`] });
  expect(await call(5)).toMatchObject({ asked: BOTH.asked, coverage: [`OPS-01 scope:${EMPTY}`, `OPS-02 scope:${EMPTY}`] });
  cloud.broken.delete(EMPTY);
  expect(await call(6)).toMatchObject({ asked: BOTH.asked, coverage: [] });
  expect(await call(7)).toMatchObject({ asked: ['eu-west-1'], coverage: [] });
});

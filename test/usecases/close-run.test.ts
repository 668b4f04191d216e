import { describe, expect, it } from 'vitest';
import type { ScopeId } from '../../lib/core/scope.ts';
import { type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import { UnreadableItemError } from '../../lib/ports.ts';
import { closeDeadline, closeRun } from '../../lib/usecases/close-run.ts';
import { finishRun } from '../../lib/usecases/finish-run.ts';
import { planScopes } from '../../lib/usecases/plan-scopes.ts';
import { reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import { rollCall, type RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { aListing, aRegistration, aSighting, endpointArn, SCOPE, SLOT, someSettings } from '../support/builders.ts';
import { allFindings, factsOf, simulate } from '../simulation/simulated-world.ts';

const OTHER = 'sagemaker/111122223333/us-east-1';
const at = (index: number): Instant => plus(SLOT, index * 15 * MINUTE);
const holder = (index: number): string => `execution-${index}`;

const aWorld = async () => {
  const world = simulate(someSettings(), [SCOPE, OTHER]);
  const warned: string[] = [];
  const deps: RollCallDeps = { ...world.deps, log: { info: () => {}, warn: event => warned.push(event) } };
  world.setNow(SLOT);
  world.cloud.live.set('a', aSighting({ name: 'stray', artefact: 'stray', tags: {} }));
  const arn = 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/other';
  world.cloud.live.set('b', aSighting({ name: 'other', artefact: 'other', arn, scope: OTHER, tags: {} }));
  await deps.registry.put(aRegistration({ businessOwner: null }));
  const read = async (index: number, scopes: readonly ScopeId[] = [SCOPE, OTHER]) => {
    world.setNow(at(index));
    await planScopes(deps, { slot: at(index), manual: false, holder: holder(index) });
    for (const scope of scopes) {
      const ask = { scope, slot: at(index), holder: holder(index), deadline: plus(at(index), 270_000) };
      expect((await reconcileScope(deps, { ...ask, mode: 'ROLL_CALL' })).outcome).toBe('DONE');
    }
  };
  const close = (index: number, over: Partial<RollCallDeps> = {}) =>
    closeRun({ ...deps, ...over }, { slot: at(index), holder: holder(index), deadline: closeDeadline(deps.clock.now()) });
  const finish = (index: number) => finishRun(deps, { slot: at(index), holder: holder(index) });
  const state = async (index: number) => (await deps.inventory.run(at(index)))?.state;
  return { ...world, deps, warned, read, close, finish, state };
};

const damaged = (item: string) => new UnreadableItemError({ item, reason: 'firstSeen' }, `unreadable item ${item}`);

describe('two slots that close out of order', () => {
  it.each([
    ['the older one closing first', [0, 1]],
    ['the older one closing last', [1, 0]],
  ] as const)('change no status, open no coverage finding and mail nobody: %s', async (_what, order) => {
    const { deps, read, close, finish, accepted, warned } = await aWorld();
    await read(0);
    await close(0);
    await finish(0);
    const before = [factsOf(await allFindings(deps)), accepted.length];
    // The older run has read nothing when the newer one is done.
    await read(1, []);
    await read(2);
    for (const index of order) expect((await close(1 + index)).outcome).toBe(index === 0 && order[0] === 1 ? 'OVERTAKEN' : 'CLOSED');
    for (const index of order) await finish(1 + index);
    expect([factsOf(await allFindings(deps)), accepted.length]).toEqual(before);
    const { statuses } = await deps.inventory.statuses();
    expect(statuses.map(({ lastSlot, kinds }) => [lastSlot, kinds.ENDPOINT?.failure ?? null])).toEqual(statuses.map(() => [at(2), null]));
    expect(warned.includes('run.overtaken')).toBe(order[0] === 1);
  });

  it('count a scope as read that only the later one has read, and judge what neither has read', async () => {
    const { deps, read, close } = await aWorld();
    await read(0, []);
    await read(1, [SCOPE]);
    const totals = { scopesComplete: 1, scopesNotChecked: 1, deployments: 1, registered: 0 };
    expect(await close(0)).toMatchObject({ outcome: 'CLOSED', totals });
    expect((await deps.inventory.status(OTHER))?.kinds.ENDPOINT?.failure?.failure).toBe('DEADLINE');
    expect((await allFindings(deps)).filter(({ record }) => record.rule === 'OPS-01').map(({ record }) => record.subject)).toEqual([
      `scope:${OTHER}`,
    ]);
  });
});

describe('a run that could not be closed', () => {
  it.each<[what: string, take: (deps: RollCallDeps) => Promise<unknown>, outcome: string]>([
    ['somebody else is closing', deps => deps.inventory.takeLease('registry', 'other', SLOT, at(1)), 'BUSY'],
    [
      'somebody else took over meanwhile',
      async deps =>
        Object.assign(deps, { inventory: { ...deps.inventory, putStatus: async () => ({ outcome: 'CONFLICT', reason: 'x' }) } }),
      'SUPERSEDED',
    ],
  ])('tells what is owed and is not complete: %s', async (_what, take, outcome) => {
    const { deps, read, close, finish, state, accepted } = await aWorld();
    await read(0);
    await take(deps);
    expect((await close(0)).outcome).toBe(outcome);
    expect((await finish(0)).outcome).toBe('TOLD');
    expect(accepted.length).toBeGreaterThan(0);
    expect(await state(0)).toBe('RUNNING');
  });

  it('was never planned', async () => {
    expect((await (await aWorld()).close(7)).outcome).toBe('NO_SUCH_RUN');
  });

  it('is not complete either while another notifier is at work', async () => {
    const { deps, read, close, finish, state } = await aWorld();
    await read(0);
    await close(0);
    await deps.inventory.takeLease('notifier', 'other', SLOT, at(1));
    expect([(await finish(0)).outcome, await state(0)]).toEqual(['BUSY', 'CLOSED']);
  });
});

describe('an unreadable stored item', () => {
  const rules = async (deps: RollCallDeps) => (await allFindings(deps)).map(({ record }) => `${record.rule} ${record.subject}`).toSorted();

  it.each<[what: string, damage: (deps: RollCallDeps) => Partial<RollCallDeps>]>([
    [
      'an inventory item',
      ({ inventory }) => ({
        inventory: { ...inventory, items: async scope => (scope === OTHER ? Promise.reject(damaged('i#x')) : inventory.items(scope)) },
      }),
    ],
    [
      'a finding',
      ({ findings }) => ({
        findings: { ...findings, inScope: async scope => (scope === OTHER ? Promise.reject(damaged('f#x')) : findings.inScope(scope)) },
      }),
    ],
    [
      'a status',
      ({ inventory }) => ({
        inventory: {
          ...inventory,
          status: async scope => (scope === OTHER ? Promise.reject(damaged('s#x')) : inventory.status(scope)),
          statuses: async () => ({
            statuses: (await inventory.statuses()).statuses.filter(({ scope }) => scope !== OTHER),
            unreadable: [damaged('s#x').unreadable],
          }),
        },
      }),
    ],
  ])('costs its own scope and no other, and the run is not complete: %s', async (_what, damage) => {
    const { deps, accepted, state, warned } = await aWorld();
    const call = rollCall({ ...deps, ...damage(deps) }, { slot: SLOT, holder: 'h' });
    await expect(call).rejects.toThrow(/[fis]#x/);
    expect(await rules(deps)).toEqual([`INV-01 dep:${endpointArn('stray')}`, `OPS-01 scope:${OTHER}`, 'OWN-01 model:fraud-scorer']);
    expect(accepted.map(({ receiver }) => receiver)).toContain('security');
    expect([await state(0), warned.includes('item.unreadable')]).toEqual(['RUNNING', true]);
  });

  it('of the registry leaves models and coverage as they are, and the rest goes on', async () => {
    const { deps, accepted, state } = await aWorld();
    const memos = async () => Promise.reject(damaged('memo'));
    await expect(rollCall({ ...deps, inventory: { ...deps.inventory, memos } }, { slot: SLOT, holder: 'h' })).rejects.toThrow('memo');
    expect((await rules(deps)).map(rule => rule.split(' ')[0])).toEqual(['INV-01', 'INV-01']);
    expect([accepted.length, await state(0)]).toEqual([1, 'RUNNING']);
  });

  it('of a declared deployment proves nothing of it', async () => {
    const { deps, close, read } = await aWorld();
    const arn = 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/ghost';
    await deps.registry.put(aRegistration({ name: 'ghost', deployments: [{ arn, environment: null, version: null }] }));
    await read(0);
    const items = async (scope: string) => (scope === OTHER ? Promise.reject(damaged('i#x')) : deps.inventory.items(scope));
    expect(await close(0, { inventory: { ...deps.inventory, items } })).toMatchObject({ outcome: 'UNREADABLE', reason: 'i#x: firstSeen' });
    expect(await deps.inventory.memos()).toEqual([]);
    await close(0);
    expect(await deps.inventory.memos()).toHaveLength(1);
  });
});

it('the log of a scope says what was asked of whom', async () => {
  const { deps } = await aWorld();
  const logged: unknown[] = [];
  const callsByAction = { 'sagemaker:ListEndpoints': { requests: 1, retries: 0, spared: {} } };
  const source = { ...deps.source, list: async () => aListing({ callsByAction }) };
  const log = { ...deps.log, info: (...line: readonly unknown[]) => void logged.push(line) };
  await reconcileScope(
    { ...deps, source, log },
    { scope: SCOPE, slot: SLOT, holder: 'h', deadline: plus(SLOT, MINUTE), mode: 'ROLL_CALL' },
  );
  expect(logged).toMatchObject([['scope.reconciled', { calls: 3, callsByAction }]]);
});

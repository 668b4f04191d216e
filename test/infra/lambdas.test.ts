import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings } from '../../lib/core/settings.ts';

const called = vi.hoisted(() => {
  const fake = vi.fn<(...given: unknown[]) => Promise<unknown>>;
  return { planScopes: fake(), reconcileBatch: fake(), closeRun: fake(), finishRun: fake(), write: fake() };
});
const NOW = '2026-11-23T09:15:02.000Z';
vi.mock('../../lib/wiring/aws.ts', () => ({
  awsPorts: () => ({ settings: defaultSettings(), environment: {}, clock: { now: () => NOW } }),
  scopeListOf: () => ({ write: called.write }),
  accountPlanner: (_ports: unknown, run: string) => `the planner of ${run}`,
  sagemakerSource: (_ports: unknown, run: string) => `the source of ${run}`,
  topicPublisher: () => 'the publisher',
}));
vi.mock('../../lib/usecases/plan-scopes.ts', () => ({ planScopes: called.planScopes }));
vi.mock('../../lib/usecases/reconcile-batch.ts', () => ({ reconcileBatch: called.reconcileBatch }));
vi.mock('../../lib/usecases/close-run.ts', () => ({ closeRun: called.closeRun }));
vi.mock('../../lib/usecases/finish-run.ts', () => ({ finishRun: called.finishRun }));
const { handler: plan } = await import('../../lambdas/plan-scopes.ts');
const { handler: reconcile } = await import('../../lambdas/reconcile-scope.ts');
const { handler: close } = await import('../../lambdas/close-run.ts');
const { handler: tell } = await import('../../lambdas/notify.ts');

const SLOT = '2026-11-23T09:15:00.000Z';
const run = { slot: SLOT, holder: 'execution-1' };
const lambda = { getRemainingTimeInMillis: () => 270_000 };
beforeEach(() => {
  vi.resetAllMocks();
  called.planScopes.mockResolvedValue({ outcome: 'STARTED', slot: SLOT, batches: [['a', 'b'], ['c']] });
  called.write.mockResolvedValue('the key');
});

const start = (input: unknown) => plan({ input, startedAt: '2026-11-23T10:31:07Z', holder: 'execution-1' });

describe('plan-scopes', () => {
  it.each([
    ['the scheduled time', { slot: '2026-11-23T09:29:59Z' }, SLOT, false],
    ['the start time where none is given', {}, '2026-11-23T10:30:00.000Z', true],
  ])('takes %s', async (_what, input, slot, manual) => {
    await start(input);
    const deps = expect.objectContaining({ planner: `the planner of ${slot}` });
    expect(called.planScopes).toHaveBeenCalledWith(deps, { slot, manual, holder: 'execution-1' });
  });

  it('writes one task per batch for the map and answers with their key', async () => {
    expect(await start({ slot: SLOT })).toEqual({ outcome: 'STARTED', key: 'the key', ...run });
    expect(called.write).toHaveBeenCalledWith(SLOT, [
      { scopes: ['a', 'b'], ...run },
      { scopes: ['c'], ...run },
    ]);
  });

  it('writes nothing when another execution has the slot', async () => {
    called.planScopes.mockResolvedValue({ outcome: 'DUPLICATE', slot: SLOT, batches: [] });
    expect(await start({ slot: SLOT })).toMatchObject({ outcome: 'DUPLICATE', key: '' });
    expect(called.write).not.toHaveBeenCalled();
  });

  it('refuses a slot far from its start, naming it, and claims none', async () => {
    await expect(start({ slot: '2036-11-23T09:15:00Z' })).rejects.toThrow('slot "2036-11-23T09:15:00Z" is more than two days after');
    expect(called.planScopes).not.toHaveBeenCalled();
  });

  it('refuses an event that no state machine sent', async () => {
    await expect(plan({ slot: SLOT })).rejects.toThrow(/startedAt/);
  });
});

describe('reconcile-scope', () => {
  it('keeps half a minute of its time for planning and writing', async () => {
    called.reconcileBatch.mockResolvedValue(['DONE', 'BUSY']);
    expect(await reconcile({ scopes: ['a', 'b'], ...run }, lambda)).toEqual({ outcomes: ['DONE', 'BUSY'] });
    const ask = { scopes: ['a', 'b'], ...run, mode: 'ROLL_CALL', deadline: '2026-11-23T09:19:02.000Z' };
    expect(called.reconcileBatch).toHaveBeenCalledWith(expect.objectContaining({ source: `the source of ${SLOT}` }), ask);
  });
});

describe('close-run and notify', () => {
  it('act on the run that plan-scopes claimed', async () => {
    called.closeRun.mockResolvedValue({ outcome: 'CLOSED', totals: 'many' });
    expect(await close({ outcome: 'STARTED', key: 'k', ...run }, lambda)).toEqual({ outcome: 'CLOSED' });
    expect(called.closeRun).toHaveBeenCalledWith(expect.anything(), { ...run, deadline: '2026-11-23T09:19:32.000Z' });
    called.finishRun.mockResolvedValue({ outcome: 'TOLD' });
    await tell({ outcome: 'STARTED', key: 'k', failure: {}, ...run });
    expect(called.finishRun).toHaveBeenCalledWith(expect.objectContaining({ publisher: 'the publisher' }), run);
  });

  it.each(['BUSY', 'SUPERSEDED', 'NO_SUCH_RUN', 'UNREADABLE'])(
    'fail where closing comes to %s, so that it is tried again and alarms',
    async outcome => {
      called.closeRun.mockResolvedValue({ outcome, reason: 'why' });
      await expect(close(run, lambda)).rejects.toThrow(`${outcome}: why`);
    },
  );

  it('end well where a later slot was closed before, and fail where somebody else is telling', async () => {
    called.closeRun.mockResolvedValue({ outcome: 'OVERTAKEN', reason: 'why' });
    expect(await close(run, lambda)).toEqual({ outcome: 'OVERTAKEN' });
    called.finishRun.mockResolvedValue({ outcome: 'BUSY' });
    await expect(tell(run)).rejects.toThrow('BUSY: another notifier');
  });
});

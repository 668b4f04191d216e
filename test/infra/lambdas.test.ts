import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings } from '../../lib/core/settings.ts';

const called = vi.hoisted(() => {
  const fake = vi.fn<(...given: unknown[]) => Promise<unknown>>;
  return {
    planScopes: fake(),
    reconcileBatch: fake(),
    closeRun: fake(),
    finishRun: fake(),
    tellBetween: fake(),
    recheckScopes: fake(),
    write: fake(),
  };
});
const NOW = '2026-11-23T09:15:02.000Z';
vi.mock('../../lib/wiring/aws.ts', () => ({
  awsPorts: () => ({
    settings: defaultSettings(),
    environment: {},
    clock: { now: () => NOW },
    log: { info: () => {} },
    descriptions: 'kept',
  }),
  scopeListOf: () => ({ write: called.write }),
  accountPlanner: (_ports: unknown, run: string) => `the planner of ${run}`,
  awsSource: (_ports: unknown, run: string, cache: string) => `the source of ${run} with what is ${cache}`,
  awsReading: (_ports: unknown, run: string, cache: string) => ({
    source: `the source of ${run} with what is ${cache}`,
    creators: 'who tells of creators',
  }),
  topicPublisher: () => 'the publisher',
}));
vi.mock('../../lib/usecases/plan-scopes.ts', () => ({ planScopes: called.planScopes }));
vi.mock('../../lib/usecases/reconcile-batch.ts', () => ({ reconcileBatch: called.reconcileBatch }));
vi.mock('../../lib/usecases/close-run.ts', () => ({ closeRun: called.closeRun }));
vi.mock('../../lib/usecases/finish-run.ts', () => ({ finishRun: called.finishRun, tellBetween: called.tellBetween }));
vi.mock('../../lib/usecases/recheck-scopes.ts', () => ({ recheckScopes: called.recheckScopes }));
const { handler: plan } = await import('../../lambdas/plan-scopes.ts');
const { handler: reconcile } = await import('../../lambdas/reconcile-scope.ts');
const { handler: close } = await import('../../lambdas/close-run.ts');
const { handler: tell } = await import('../../lambdas/notify.ts');
const { handler: recheck } = await import('../../lambdas/recheck.ts');

const SLOT = '2026-11-23T09:15:00.000Z';
const run = { slot: SLOT, holder: 'execution-1' };
const lambda = { getRemainingTimeInMillis: () => 270_000, awsRequestId: 'request-1' };
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

  it.each([
    ['another execution has the slot', 'DUPLICATE'],
    ['no scope is to be read now', 'STARTED'],
  ])('writes nothing when %s', async (_when, outcome) => {
    called.planScopes.mockResolvedValue({ outcome, slot: SLOT, batches: [] });
    expect(await start({ slot: SLOT })).toMatchObject({ outcome, key: '' });
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
    const source = `the source of ${SLOT} with what is kept`;
    const reading = expect.objectContaining({ source, creators: 'who tells of creators' });
    expect(called.reconcileBatch).toHaveBeenCalledWith(reading, ask);
  });
});

describe('close-run and notify', () => {
  it('act on the run that plan-scopes claimed', async () => {
    called.closeRun.mockResolvedValue({ outcome: 'CLOSED', totals: 'many' });
    expect(await close({ outcome: 'STARTED', key: 'k', ...run }, lambda)).toEqual({ outcome: 'CLOSED' });
    expect(called.closeRun).toHaveBeenCalledWith(expect.anything(), { ...run, deadline: '2026-11-23T09:19:32.000Z' });
    called.finishRun.mockResolvedValue({ outcome: 'TOLD' });
    await tell({ outcome: 'STARTED', key: 'k', failure: {}, ...run }, lambda);
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
    await expect(tell(run, lambda)).rejects.toThrow('BUSY: another notifier');
  });
});

const records = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `m-${index}`, body, receiptHandle: 'r' })),
});

describe('announced changes', () => {
  it('are rechecked with half a minute kept back, and what is to come back is named', async () => {
    called.recheckScopes.mockResolvedValue(['m-1']);
    expect(await recheck(records('{}', 'text'), lambda)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm-1' }] });
    const messages = [
      { id: 'm-0', body: '{}' },
      { id: 'm-1', body: 'text' },
    ];
    const ask = { messages, holder: 'recheck request-1', deadline: '2026-11-23T09:19:02.000Z' };
    expect(called.recheckScopes).toHaveBeenCalledWith(expect.objectContaining({ source: `the source of ${NOW} with what is kept` }), ask);
    await expect(recheck({}, lambda)).rejects.toThrow(/Records/);
  });

  it('are told between roll calls, where the messages say', async () => {
    called.tellBetween.mockResolvedValue('TOLD');
    expect(await tell(records('{}'), lambda)).toEqual({ batchItemFailures: [] });
    const ask = { messages: [{ id: 'm-0', body: '{}' }], holder: 'tell request-1' };
    expect(called.tellBetween).toHaveBeenCalledWith(expect.objectContaining({ publisher: 'the publisher' }), ask);
    expect(called.finishRun).not.toHaveBeenCalled();
    await expect(tell({ Records: [] }, lambda)).rejects.toThrow(/slot/);
  });

  it('come back while another notifier is at work: it may tell of other scopes', async () => {
    called.tellBetween.mockResolvedValue('BUSY');
    const batchItemFailures = [{ itemIdentifier: 'm-0' }, { itemIdentifier: 'm-1' }];
    expect(await tell(records('{}', '{}'), lambda)).toEqual({ batchItemFailures });
  });
});

import { plus } from '../../lib/core/time.ts';
import { closeDeadline, closeRun } from '../../lib/usecases/close-run.ts';
import { finishRun } from '../../lib/usecases/finish-run.ts';
import { planScopes } from '../../lib/usecases/plan-scopes.ts';
import { reconcileBatch } from '../../lib/usecases/reconcile-batch.ts';
import type { RollCallAsk, RollCallDeps } from '../../lib/usecases/roll-call.ts';

/** The steps of the state machine; `reconcile` is the map, all of its children one after the other. */
export const STEPS = ['plan', 'reconcile', 'close', 'notify'] as const;
export type Step = (typeof STEPS)[number];

export interface DeployedRun {
  readonly seconds: Readonly<Record<Step, number>>;
  /** Children of the map. */
  readonly batches: number;
  readonly scopesRead: number;
}

/** Of a batch, as the deployed function keeps it. */
const READING_MS = 240_000;

/** About each step: what is counted of it, and how. */
export type Around = <T>(step: Step, run: () => Promise<T>) => Promise<T>;

/** One roll call as the state machine runs it, batch by batch. */
export const deployedRun = async (deps: RollCallDeps, ask: RollCallAsk, around: Around): Promise<DeployedRun> => {
  const seconds: Record<Step, number> = { plan: 0, reconcile: 0, close: 0, notify: 0 };
  const timed = async <T>(step: Step, run: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await around(step, run);
    seconds[step] = (performance.now() - started) / 1_000;
    return result;
  };
  const { batches } = await timed('plan', () => planScopes(deps, { ...ask, manual: false }));
  await timed('reconcile', async () => {
    for (const scopes of batches)
      await reconcileBatch(deps, { scopes, ...ask, mode: 'ROLL_CALL', deadline: plus(deps.clock.now(), READING_MS) });
  });
  const closed = await timed('close', () => closeRun(deps, { ...ask, deadline: closeDeadline(deps.clock.now()) }));
  if (closed.outcome !== 'CLOSED') throw new Error(`the run of ${ask.slot} was not closed: ${closed.outcome}: ${closed.reason}`);
  await timed('notify', () => finishRun(deps, ask));
  return { seconds, batches: batches.length, scopesRead: batches.flat().length };
};

import type { Settings } from '../core/settings.ts';
import type { Instant } from '../core/time.ts';
import type { Clock, FindingStore, InventoryStore, Log, Publisher } from '../ports.ts';
import { isFirstRollCall } from './close-run.ts';
import { notify, type NotifyOutcome } from './notify.ts';

export interface FinishDeps {
  readonly findings: FindingStore;
  readonly inventory: InventoryStore;
  readonly publisher: Publisher;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sends what is owed, then marks the run complete if it was closed. Nothing after this may open a finding. */
export const finishRun = async (deps: FinishDeps, ask: { readonly slot: Instant; readonly holder: string }) => {
  const run = await deps.inventory.run(ask.slot);
  if (run === undefined) throw new TypeError(`no run was planned for ${ask.slot}`);
  const { statuses } = await deps.inventory.statuses();
  const told = await notify(deps, {
    slot: ask.slot,
    now: deps.clock.now(),
    holder: ask.holder,
    scopes: [...new Set([...run.scopes, ...statuses.map(({ scope }) => scope)])],
    settings: deps.settings,
    totals: run.totals,
    firstRollCall: isFirstRollCall(statuses, ask.slot),
  });
  // A run that could not tell somebody is not complete: it fails, alarms, and what is owed is owed to the next.
  if (told.outcome === 'FAILED') throw new Error(failure(ask.slot, told));
  // Somebody else is telling, or died at it: the run stays closed, and the next one tells what is left.
  if (told.outcome === 'BUSY') return told;
  if (run.state === 'RUNNING') {
    deps.log.warn('run.not-closed', { slot: ask.slot });
    return told;
  }
  await deps.inventory.updateRun({ ...run, state: 'COMPLETE', completedAt: deps.clock.now() });
  return told;
};

const failure = (slot: Instant, { failed, unreadable }: NotifyOutcome): string =>
  [
    ...(failed.length === 0 ? [] : [`${failed.length} messages of ${slot} were not accepted: ${failed[0]?.reason ?? ''}`]),
    ...unreadable.map(({ item, reason }) => `unreadable: ${item}, ${reason}`),
  ].join('; ');

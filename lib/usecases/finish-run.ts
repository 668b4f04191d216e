import type { Settings } from '../core/settings.ts';
import { type Instant, MINUTE, plus, roundDown } from '../core/time.ts';
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
    ...ask,
    now: deps.clock.now(),
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

/**
 * Tells what cannot wait of what rechecks found. LEFT: a roll call is under way. It tells everything when it has read everything, and
 * what is told of a part of it could not be folded any more. What another notifier is telling is left to it.
 */
export const tellBetween = async (deps: FinishDeps, ask: { readonly holder: string }): Promise<NotifyOutcome['outcome'] | 'LEFT'> => {
  const now = deps.clock.now();
  const { everyMinutes } = deps.settings.schedule;
  const slot = roundDown(now, everyMinutes);
  const run = (await deps.inventory.run(slot)) ?? (await deps.inventory.run(plus(slot, -everyMinutes * MINUTE)));
  if (run !== undefined && run.state !== 'COMPLETE') return 'LEFT';
  const scopes = (await deps.inventory.statuses()).statuses.map(({ scope }) => scope);
  const { settings } = deps;
  const told = await notify(deps, { ...ask, slot, now, scopes, settings, totals: null, firstRollCall: false, between: true });
  if (told.outcome === 'FAILED') throw new Error(failure(slot, told));
  return told.outcome;
};

const failure = (slot: Instant, { failed, unreadable }: NotifyOutcome): string =>
  [
    ...(failed.length === 0 ? [] : [`${failed.length} messages of ${slot} were not accepted: ${failed[0]?.reason ?? ''}`]),
    ...unreadable.map(({ item, reason }) => `unreadable: ${item}, ${reason}`),
  ].join('; ');

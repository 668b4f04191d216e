import { type EventMessage, planRechecks } from '../core/events/plan-rechecks.ts';
import type { Settings } from '../core/settings.ts';
import { type Instant, roundDown } from '../core/time.ts';
import type { Clock, FindingStore, InventoryStore, Log, Publisher } from '../ports.ts';
import { isFirstRollCall } from './close-run.ts';
import { latestRun, type WatchDeps, watchIn } from './known-runs.ts';
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

export interface TellAsk {
  /** The events whose rechecks have ended by now. */
  readonly messages: readonly EventMessage[];
  readonly holder: string;
}

/**
 * Tells what cannot wait of what rechecks found in the scopes that the messages name. LEFT: a roll call is under way, or none was yet. It
 * tells everything when it has read everything, and what is told of a part of it could not be folded any more. BUSY: another notifier is at
 * work, maybe on other scopes: the messages have to come back.
 */
export const tellBetween = async (
  deps: FinishDeps & WatchDeps,
  { messages, holder }: TellAsk,
): Promise<NotifyOutcome['outcome'] | 'LEFT'> => {
  const run = await latestRun(deps);
  const watch = await watchIn(deps, run);
  if (watch === undefined || (run !== undefined && run.state !== 'COMPLETE')) return 'LEFT';
  const scopes = planRechecks(messages, watch).rechecks.map(({ scope }) => scope);
  const { clock, settings } = deps;
  const now = clock.now();
  const slot = roundDown(now, settings.schedule.everyMinutes);
  const told = await notify(deps, { holder, slot, now, scopes, settings, totals: null, firstRollCall: false, between: true });
  if (told.outcome === 'FAILED') throw new Error(failure(slot, told));
  return told.outcome;
};

const failure = (slot: Instant, { failed, unreadable }: NotifyOutcome): string =>
  [
    ...(failed.length === 0 ? [] : [`${failed.length} messages of ${slot} were not accepted: ${failed[0]?.reason ?? ''}`]),
    ...unreadable.map(({ item, reason }) => `unreadable: ${item}, ${reason}`),
  ].join('; ');

import { slotsUnderWay } from '../core/choose-slot.ts';
import { admittedBy } from '../core/events/admitted.ts';
import type { Watch } from '../core/events/plan-rechecks.ts';
import type { RunRecord } from '../core/inventory.ts';
import { whyUnread } from '../core/plan-scope-list.ts';
import { REGISTRY_SCOPE } from '../core/scope.ts';
import type { Settings } from '../core/settings.ts';
import type { Clock, InventoryStore } from '../ports.ts';

export interface WatchDeps {
  readonly inventory: InventoryStore;
  readonly settings: Settings;
  readonly clock: Clock;
  /** Where Rollcall itself runs: its bus admits that account whatever is read there. */
  readonly home: { readonly account: string };
}

/** The latest roll call that may be under way, in whatever state it is; undefined: none was planned that late. */
export const latestRun = async ({ inventory, settings, clock }: Omit<WatchDeps, 'home'>): Promise<RunRecord | undefined> => {
  for (const slot of slotsUnderWay(clock.now(), settings.schedule.everyMinutes)) {
    const run = await inventory.run(slot);
    if (run) return run;
  }
  return undefined;
};

/** What the latest roll call reads, or else the one that was closed last: an event about anything else is not looked at. undefined: there was none yet. */
export const watchIn = async ({ inventory, settings, home }: WatchDeps, latest: RunRecord | undefined): Promise<Watch | undefined> => {
  const run = latest ?? (await lastClosed(inventory));
  if (!run) return undefined;
  const whyNot = whyUnread(run);
  const { accounts, organization } = admittedBy(settings);
  const scopes = run.scopes.filter(scope => whyNot(scope) === undefined);
  return { scopes, admitted: { accounts: [home.account, ...accounts], organization } };
};

/** The roll call that was closed last; undefined: none was, or what is kept of it is gone. Throws UnreadableItemError. */
export const lastClosed = async (inventory: InventoryStore): Promise<RunRecord | undefined> => {
  const slot = (await inventory.status(REGISTRY_SCOPE))?.lastSlot ?? null;
  return slot === null ? undefined : inventory.run(slot);
};

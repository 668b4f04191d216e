import { batchScopes } from '../core/batch-scopes.ts';
import type { RunRecord, UnreadPlace } from '../core/inventory.ts';
import type { PlannedScope, ScopeQuestion } from '../core/plan-accounts.ts';
import { accountsToAsk, planScopeList, type ScopePlan, whyUnread } from '../core/plan-scope-list.ts';
import type { ScopeId } from '../core/scope.ts';
import { isAtRest } from '../core/scope-status.ts';
import type { Settings } from '../core/settings.ts';
import { elapsed, type Instant, MINUTE } from '../core/time.ts';
import { type AccountSource, type Clock, type InventoryStore, type Log, UnreadableItemError } from '../ports.ts';
import { lastClosed } from './known-runs.ts';

/** Finds out what there is to read. */
export type ScopePlanner = (ask: Pick<ScopeQuestion, 'slot' | 'last'>) => Promise<ScopePlan>;

export interface PlanScopesDeps {
  readonly inventory: InventoryStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly planner: ScopePlanner;
  readonly settings: Pick<Settings, 'schedule'>;
}

export interface PlanAsk {
  readonly slot: Instant;
  readonly manual: boolean;
  readonly holder: string;
}

export interface PlannedScopes {
  readonly outcome: 'STARTED' | 'RESUMED' | 'DUPLICATE';
  readonly slot: Instant;
  /** What is to be read now, as it is read together. */
  readonly batches: readonly (readonly ScopeId[])[];
}

/** Claims the slot for `holder` and says which scopes to read. DUPLICATE: another execution has the slot, and this one ends. */
export const planScopes = async (deps: PlanScopesDeps, ask: PlanAsk): Promise<PlannedScopes> => {
  const stored = await deps.inventory.run(ask.slot);
  const { outcome, run } = await deps.inventory.startRun(stored ? { ...stored, holder: ask.holder } : await newRun(deps, ask));
  const { statuses } = await deps.inventory.statuses();
  const known = new Map(statuses.map(status => [status.scope, status]));
  const whyNot = whyUnread(run);
  const due =
    outcome === 'DUPLICATE' ? [] : run.scopes.filter(scope => whyNot(scope) === undefined && !isAtRest(known.get(scope), run.slot));
  deps.log.info('run.planned', {
    slot: run.slot,
    outcome,
    scopes: run.scopes.length,
    due: due.length,
    unread: run.unread.length,
    unlisted: run.unlisted.length,
    reasons: firstReasons([...run.unread, ...run.unlisted]),
  });
  return { outcome, slot: run.slot, batches: batchScopes(due, statuses) };
};

/** What does not fit one line of a log: its findings have all of them. */
const firstReasons = (entries: readonly { readonly reason: string }[]): readonly string[] =>
  [...new Set(entries.map(({ reason }) => reason))].slice(0, 1_000);

const newRun = async (deps: PlanScopesDeps, { slot, manual, holder }: PlanAsk): Promise<RunRecord> => {
  const { scopes, unread, unlisted } = await deps.planner({ slot, last: await lastRun(deps, slot) });
  const leftOut = scopes.filter(({ reading }) => reading === 'LEFT_OUT');
  if (leftOut.length > 0) deps.log.info('scopes.left-out', { slot, reasons: firstReasons(leftOut) });
  return {
    slot,
    holder,
    startedAt: deps.clock.now(),
    manual,
    scopes: scopes.filter(({ reading }) => reading !== 'LEFT_OUT').map(({ scope }) => scope),
    unread,
    unlisted,
    state: 'RUNNING',
    totals: null,
    completedAt: null,
  };
};

/** The roll call that was closed last. Where it is not there to be read, every scope that was ever read, and is not known to have left, is part of it: rather one too many. */
const lastRun = async ({ inventory, log, settings }: PlanScopesDeps, slot: Instant): Promise<ScopeQuestion['last']> => {
  const run = await lastClosed(inventory).catch((error: unknown): undefined => {
    if (!(error instanceof UnreadableItemError)) throw error;
    log.warn('item.unreadable', { ...error.unreadable, where: 'the last run' });
  });
  if (run) return elapsed(run.slot, slot) <= settings.schedule.everyMinutes * MINUTE ? run : { ...run, unread: run.unread.map(staying) };
  const { statuses } = await inventory.statuses();
  return { scopes: statuses.flatMap(({ scope, retiredSince }) => (retiredSince === null ? [scope] : [])), unread: [], unlisted: [] };
};

/** What a run that was not closed heard of the lists nobody knows: who was leaving before it may have been there, and leaves anew. */
const staying = (place: UnreadPlace): UnreadPlace => ({ ...place, leaving: false });

export interface Planning extends Pick<ScopeQuestion, 'home' | 'providers' | 'settings'> {
  readonly accounts: AccountSource;
}

/** Asks for the accounts and regions that the settings leave open. */
export const scopePlanner =
  ({ accounts, ...planning }: Planning): ScopePlanner =>
  async ask => {
    const units = planning.settings.organization?.units;
    const question = { ...planning, ...ask, organization: units && (await accounts.members(units)) };
    const regions = accountsToAsk(question).map(async account => [account, await accounts.enabledRegions(account)] as const);
    return planScopeList({ ...question, regions: new Map(await Promise.all(regions)) });
  };

/** Always the same scopes, whatever there is. */
export const fixedPlanner =
  (scopes: readonly ScopeId[]): ScopePlanner =>
  async () => ({ scopes: scopes.map((scope): PlannedScope => ({ scope, reading: 'NOW', reason: 'given' })), unread: [], unlisted: [] });

import type { InventoryItem, RunRecord, RunTotals, ScopeStatus } from '../core/inventory.ts';
import { planRegistry, planRetiredScope } from '../core/plan-registry.ts';
import type { ReconcilePlan, RegistryWorld } from '../core/plan.ts';
import type { Registration } from '../core/registration.ts';
import { type CloudScope, REGISTRY_SCOPE, scopeId, scopeOfArn } from '../core/scope.ts';
import type { KindListing } from '../core/sighting.ts';
import { type Instant, plus } from '../core/time.ts';
import type { ListingSource } from '../ports.ts';
import { applyPlan } from './apply-plan.ts';
import { lookUpOwners, namedOwners } from './look-up-owners.ts';
import { type ReconcileDeps, reconcileScope } from './reconcile-scope.ts';
import { runTotals } from './run-totals.ts';

export interface CloseAsk {
  readonly slot: Instant;
  readonly holder: string;
  readonly deadline: Instant;
}

export type CloseDeps = Omit<ReconcileDeps, 'source'>;

export type CloseOutcome =
  | { readonly outcome: 'CLOSED'; readonly plan: ReconcilePlan; readonly totals: RunTotals }
  | { readonly outcome: 'BUSY' | 'SUPERSEDED' | 'NO_SUCH_RUN'; readonly reason: string };

/**
 * Ends the reading part of a run: judges dates in scopes whose reconcile did not finish, retires scopes that left the
 * configuration, then reconciles the pseudo-scope `registry` (models, owners, declared deployments, coverage).
 */
export const closeRun = async (deps: CloseDeps, ask: CloseAsk): Promise<CloseOutcome> => {
  const run = await deps.inventory.run(ask.slot);
  if (run === undefined) return { outcome: 'NO_SUCH_RUN', reason: `no run was planned for ${ask.slot}` };
  await judgeUnfinished(deps, run, ask);
  await retireScopes(deps, run, ask);
  const lease = await deps.inventory.takeLease(REGISTRY_SCOPE, ask.holder, deps.clock.now(), ask.deadline);
  if (!lease.granted) return { outcome: 'BUSY', reason: `${lease.holder} is closing a run until ${lease.until}` };
  const plan = planRegistry(await readRegistryWorld(deps, run, lease.epoch));
  const written = await applyPlan(deps, plan, lease.epoch);
  if (written.outcome === 'CONFLICT') return { outcome: 'SUPERSEDED', reason: written.reason };
  await deps.inventory.releaseLease(REGISTRY_SCOPE, lease.epoch);
  const totals = await runTotals(deps, run);
  await deps.inventory.updateRun({ ...run, state: 'CLOSED', totals });
  deps.log.info('run.closed', { slot: run.slot, ...totals });
  return { outcome: 'CLOSED', plan, totals };
};

/** A scope whose status is older than the slot was not read: its presence freezes, its dates are judged all the same. */
const judgeUnfinished = async (deps: CloseDeps, run: RunRecord, ask: CloseAsk): Promise<void> => {
  const statuses = new Map((await deps.inventory.statuses()).map(status => [status.scope, status]));
  for (const scope of run.scopes) {
    if (statuses.get(scope)?.lastSlot === run.slot) continue;
    const outcome = await reconcileScope({ ...deps, source: unfinishedSource }, { ...ask, scope, mode: 'ROLL_CALL' });
    deps.log.warn('scope.unfinished', { scope, slot: run.slot, outcome: outcome.outcome });
  }
};

/** Stands in for a reading that crashed, timed out or lost its lease. */
const unfinishedSource: ListingSource = {
  list: async (scope: CloudScope) => ({
    scope: scopeId(scope),
    kinds: [unfinished('ENDPOINT'), unfinished('INFERENCE_COMPONENT')],
    packages: [],
    calls: 0,
  }),
  confirmGone: async () => new Map(),
};

const unfinished = (kind: KindListing['kind']): KindListing => ({
  kind,
  status: 'NOT_CHECKED',
  failure: 'DEADLINE',
  reason: 'the reconcile did not finish',
});

const retireScopes = async (deps: CloseDeps, run: RunRecord, ask: CloseAsk): Promise<void> => {
  const retired = (await deps.inventory.statuses()).filter(({ scope }) => !run.scopes.includes(scope));
  for (const { scope } of retired) {
    const findings = await deps.findings.inScope(scope);
    if (findings.every(({ record }) => record.condition === 'CLEARED')) continue;
    const lease = await deps.inventory.takeLease(scope, ask.holder, deps.clock.now(), ask.deadline);
    if (!lease.granted) continue;
    await applyPlan(deps, planRetiredScope({ scope, findings, now: deps.clock.now(), epoch: lease.epoch }), lease.epoch);
    await deps.inventory.releaseLease(scope, lease.epoch);
  }
};

const readRegistryWorld = async (deps: CloseDeps, run: RunRecord, epoch: number): Promise<RegistryWorld> => {
  const { registrations, unreadable } = await deps.registry.all();
  for (const { item, reason } of unreadable) deps.log.warn('registry.unreadable', { item, reason });
  return {
    slot: run.slot,
    now: deps.clock.now(),
    epoch,
    registrations,
    unreadable: unreadable.map(({ item }) => item),
    statuses: await deps.inventory.statuses(),
    scopes: run.scopes,
    declared: await declaredItems(deps, registrations, run.scopes),
    memos: await deps.inventory.memos(),
    findings: await deps.findings.inScope(REGISTRY_SCOPE),
    owners: await lookUpOwners(deps.directory, namedOwners(registrations, [], deps.settings)),
    settings: deps.settings,
  };
};

/** Inventory items of every declared ARN, read scope by scope: one query each, whatever the number of declarations. */
const declaredItems = async (
  deps: CloseDeps,
  registrations: readonly Registration[],
  scopes: readonly string[],
): Promise<ReadonlyMap<string, InventoryItem | undefined>> => {
  const arns = registrations.flatMap(({ deployments }) => deployments.map(({ arn }) => arn));
  const wanted = new Set(arns.map(scopeIdOfArn).filter(scope => scope !== undefined && scopes.includes(scope)));
  const items = new Map<string, InventoryItem>();
  for (const scope of wanted) for (const item of await deps.inventory.items(scope ?? '')) items.set(item.arn, item);
  return new Map(arns.map(arn => [arn, items.get(arn)]));
};

const scopeIdOfArn = (arn: string): string | undefined => {
  const scope = scopeOfArn(arn);
  return scope === undefined ? undefined : scopeId(scope);
};

export const isFirstRollCall = (statuses: readonly ScopeStatus[], slot: Instant): boolean =>
  statuses.every(({ firstTriedAt }) => firstTriedAt >= slot);

/** How long closing may take; its lease ends by itself after that. */
export const closeDeadline = (now: Instant): Instant => plus(now, 10 * 60_000);

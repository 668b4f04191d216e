import type { InventoryItem, RunRecord, RunTotals, ScopeStatus, UnreadPlace } from '../core/inventory.ts';
import { kindsOf } from '../core/kinds.ts';
import { whyUnread } from '../core/plan-scope-list.ts';
import { leftScopes, planRegistry, planRetiredScope } from '../core/plan-registry.ts';
import type { ReconcilePlan, RegistryWorld } from '../core/plan.ts';
import type { Registration } from '../core/registration.ts';
import { type CloudScope, REGISTRY_SCOPE, type ScopeId, scopeId, scopeOfArn } from '../core/scope.ts';
import type { KindListing } from '../core/sighting.ts';
import { isAtRest, untried } from '../core/scope-status.ts';
import { elapsed, type Instant, plus } from '../core/time.ts';
import type { ListingSource, Log } from '../ports.ts';
import { applyPlan } from './apply-plan.ts';
import { archiveFindings, collectForArchive, isNothingOnItsWay } from './archive-findings.ts';
import { collectDamage, type Damage } from './damage.ts';
import { inBatches, PARTITIONS_AT_ONCE } from './in-batches.ts';
import { lookUpOwners, namedOwners } from './look-up-owners.ts';
import { type ReconcileDeps, reconcileScope } from './reconcile-scope.ts';
import { runTotals } from './run-totals.ts';

export interface CloseAsk {
  readonly slot: Instant;
  readonly holder: string;
  readonly deadline: Instant;
}

export type CloseDeps = Omit<ReconcileDeps, 'source' | 'creators'>;

/**
 * OVERTAKEN: a later slot was closed before; what it judged stands. UNREADABLE: stored items do not parse; what they are about
 * was left as it is, all else was closed, and the run does not count as closed.
 */
export type CloseOutcome =
  | { readonly outcome: 'CLOSED'; readonly plan: ReconcilePlan; readonly totals: RunTotals }
  | { readonly outcome: 'OVERTAKEN' | 'BUSY' | 'SUPERSEDED' | 'NO_SUCH_RUN' | 'UNREADABLE'; readonly reason: string };

/**
 * Ends the reading part of a run: judges dates in scopes whose reconcile did not finish, retires scopes that left the
 * configuration, reconciles the pseudo-scope `registry` (models, owners, declared deployments, coverage), then archives what was
 * cleared long ago.
 */
export const closeRun = async (deps: CloseDeps, ask: CloseAsk): Promise<CloseOutcome> => {
  const run = await deps.inventory.run(ask.slot);
  if (run === undefined) return { outcome: 'NO_SUCH_RUN', reason: `no run was planned for ${ask.slot}` };
  const damage = collectDamage(deps.log);
  await judgeUnfinished(deps, run, { ...ask, damage });
  const left = await retireScopes(deps, run, { ...ask, damage });
  const judged = await damage.spare('registry', () => judgeRegistry(deps, run, { ...ask, damage }));
  // Only now, as a crash before the finding must not keep it from being opened.
  if (judged?.outcome === 'CLOSED') for (const status of left) await markRetired(deps, status, ask);
  if (judged?.outcome === 'BUSY' || judged?.outcome === 'SUPERSEDED') return judged;
  const mayArchive = await isNothingOnItsWay(deps.inventory);
  const { due, visit } = collectForArchive(deps.clock.now());
  const totals = await runTotals(deps, run, { damage, visit });
  const isWhole = judged !== undefined && damage.found.length === 0;
  await deps.inventory.updateRun({ ...run, state: isWhole ? 'CLOSED' : run.state, totals });
  deps.log.info('run.closed', { slot: run.slot, outcome: judged?.outcome ?? 'UNREADABLE', ...totals });
  // Last, as what fails here must keep nobody from being told.
  if (mayArchive) deps.log.info('findings.archived', { slot: run.slot, archived: await archiveFindings(deps.findings, due) });
  if (!isWhole) return { outcome: 'UNREADABLE', reason: damage.found.map(({ item, reason }) => `${item}: ${reason}`).join('; ') };
  return judged.outcome === 'CLOSED' ? { ...judged, totals } : judged;
};

interface Closing extends CloseAsk {
  readonly damage: Damage;
}

const judgeRegistry = async (deps: CloseDeps, run: RunRecord, ask: Closing) => {
  const lease = await deps.inventory.takeLease(REGISTRY_SCOPE, ask.holder, deps.clock.now(), ask.deadline);
  if (!lease.granted) return { outcome: 'BUSY', reason: `${lease.holder} is closing a run until ${lease.until}` } as const;
  const before = await deps.inventory.status(REGISTRY_SCOPE);
  const later = before?.lastSlot ?? null;
  const result =
    later !== null && elapsed(run.slot, later) > 0
      ? overtaken(deps.log, run, later)
      : await applyRegistry(deps, await readRegistryWorld(deps, run, { ...ask, epoch: lease.epoch }), before);
  if (result.outcome !== 'SUPERSEDED') await deps.inventory.releaseLease(REGISTRY_SCOPE, lease.epoch);
  return result;
};

const overtaken = (log: Log, { slot }: RunRecord, later: Instant) => {
  const reason = `${later} was closed before ${slot}: models, owners and coverage stay as it judged them`;
  log.warn('run.overtaken', { slot, later, reason });
  return { outcome: 'OVERTAKEN', reason } as const;
};

/** The registry has a status as a scope has, written last: it says which slot was closed, and no older one can be after it. */
const applyRegistry = async (deps: CloseDeps, world: RegistryWorld, before: ScopeStatus | undefined) => {
  const { slot, epoch } = world;
  const status = { ...untried(REGISTRY_SCOPE, before?.firstTriedAt ?? slot), lastSlot: slot };
  const plan = { ...planRegistry(world), status };
  const written = await applyPlan(deps, plan, epoch);
  return written.outcome === 'CONFLICT'
    ? ({ outcome: 'SUPERSEDED', reason: written.reason } as const)
    : ({ outcome: 'CLOSED', plan } as const);
};

/** Whether a roll call of `slot` or a later one has finished the scope. */
const isDone = (status: ScopeStatus | undefined, slot: Instant): boolean =>
  status !== undefined && status.lastSlot !== null && elapsed(slot, status.lastSlot) >= 0;

/** A scope whose status is older than the slot was not read: its presence freezes, its dates are judged all the same. */
const judgeUnfinished = async (deps: CloseDeps, run: RunRecord, { damage, ...ask }: Closing): Promise<void> => {
  const statuses = new Map((await deps.inventory.statuses()).statuses.map(status => [status.scope, status]));
  const whyNot = whyUnread(run);
  const unfinished = run.scopes.filter(scope => !isDone(statuses.get(scope), run.slot) && !isAtRest(statuses.get(scope), run.slot));
  await inBatches(unfinished, PARTITIONS_AT_ONCE, async scope => {
    const why = whyNot(scope) ?? { failure: 'DEADLINE', reason: 'the reconcile did not finish' };
    const judge = () => reconcileScope({ ...deps, source: unreadSource(why), creators: undefined }, { ...ask, scope, mode: 'ROLL_CALL' });
    const outcome = await damage.spare(scope, judge);
    deps.log.warn('scope.unfinished', { scope, slot: run.slot, reason: why.reason, outcome: outcome?.outcome ?? 'UNREADABLE' });
  });
};

/** Stands in for a reading that was not to be, or that crashed, timed out or lost its lease. */
const unreadSource = ({ failure, reason }: Pick<UnreadPlace, 'failure' | 'reason'>): ListingSource => ({
  list: async (scope: CloudScope) => ({
    scope: scopeId(scope),
    kinds: kindsOf(scope.provider).map((kind): KindListing => ({ kind, status: 'NOT_CHECKED', failure, reason })),
    packages: [],
    calls: 0,
  }),
  confirmGone: async () => new Map(),
});

/** Closes what is open in scopes that left the roll call; answers with those in which nothing is open any more. */
const retireScopes = async (deps: CloseDeps, run: RunRecord, ask: Closing): Promise<readonly ScopeStatus[]> => {
  const { statuses, unreadable } = await deps.inventory.statuses();
  for (const each of unreadable) ask.damage.add(each);
  const closed: ScopeStatus[] = [];
  for (const status of leftScopes({ ...run, statuses }))
    if (await ask.damage.spare(status.scope, () => retireScope(deps, status.scope, ask))) closed.push(status);
  return closed;
};

const retireScope = async (deps: CloseDeps, scope: ScopeId, ask: CloseAsk): Promise<boolean> => {
  const findings = await deps.findings.inScope(scope);
  if (findings.every(({ record }) => record.condition === 'CLEARED')) return true;
  const lease = await deps.inventory.takeLease(scope, ask.holder, deps.clock.now(), ask.deadline);
  if (!lease.granted) return false;
  const written = await applyPlan(deps, planRetiredScope({ scope, findings, now: deps.clock.now(), epoch: lease.epoch }), lease.epoch);
  await deps.inventory.releaseLease(scope, lease.epoch);
  return written.outcome === 'WRITTEN';
};

/** That it left is told once: from the next run on there is nothing to say of it, until it is read again. */
const markRetired = async (deps: CloseDeps, status: ScopeStatus, ask: CloseAsk): Promise<void> => {
  const lease = await deps.inventory.takeLease(status.scope, ask.holder, deps.clock.now(), ask.deadline);
  if (!lease.granted) return;
  await deps.inventory.putStatus({ ...status, retiredSince: ask.slot }, lease.epoch);
  await deps.inventory.releaseLease(status.scope, lease.epoch);
};

const readRegistryWorld = async (
  deps: CloseDeps,
  run: RunRecord,
  { damage, epoch }: Closing & { readonly epoch: number },
): Promise<RegistryWorld> => {
  const { registrations, unreadable } = await deps.registry.all();
  for (const { item, reason } of unreadable) deps.log.warn('registry.unreadable', { item, reason });
  return {
    slot: run.slot,
    now: deps.clock.now(),
    epoch,
    registrations,
    unreadable: unreadable.map(({ item }) => item),
    statuses: (await deps.inventory.statuses()).statuses,
    scopes: run.scopes,
    unlisted: run.unlisted,
    declared: await declaredItems(deps, registrations, { scopes: run.scopes, damage }),
    memos: await deps.inventory.memos(),
    findings: await deps.findings.inScope(REGISTRY_SCOPE),
    owners: await lookUpOwners(deps.directory, namedOwners(registrations, [], deps.settings)),
    settings: deps.settings,
  };
};

/** Inventory items of every declared ARN, read scope by scope; those of a scope whose items cannot be read are left out, which proves nothing. */
const declaredItems = async (
  deps: CloseDeps,
  registrations: readonly Registration[],
  { scopes, damage }: { readonly scopes: readonly ScopeId[]; readonly damage: Damage },
): Promise<ReadonlyMap<string, InventoryItem | undefined>> => {
  const arns = registrations.flatMap(({ deployments }) => deployments.map(({ arn }) => arn));
  const items = new Map<string, InventoryItem>();
  const unread = new Set<ScopeId>();
  for (const scope of new Set(arns.map(scopeIdOfArn))) {
    if (scope === undefined || !scopes.includes(scope)) continue;
    const read = await damage.spare(scope, () => deps.inventory.items(scope));
    if (read === undefined) unread.add(scope);
    for (const item of read ?? []) items.set(item.arn.toLowerCase(), item);
  }
  return new Map(arns.filter(arn => !unread.has(scopeIdOfArn(arn) ?? '')).map(arn => [arn, items.get(arn.toLowerCase())]));
};

const scopeIdOfArn = (arn: string): string | undefined => {
  const scope = scopeOfArn(arn);
  return scope === undefined ? undefined : scopeId(scope);
};

export const isFirstRollCall = (statuses: readonly ScopeStatus[], slot: Instant): boolean =>
  statuses.every(({ firstTriedAt }) => firstTriedAt >= slot);

/** How long closing may take; its lease ends by itself after that. */
export const closeDeadline = (now: Instant): Instant => plus(now, 10 * 60_000);

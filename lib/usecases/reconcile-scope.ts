import { absencesToConfirm } from '../core/absence.ts';
import { announcedSince } from '../core/act.ts';
import { invocationsToCount } from '../core/invocations.ts';
import type { InventoryItem } from '../core/inventory.ts';
import { groupOfPackage, sightingKeys } from '../core/match-keys.ts';
import type { ReconcilePlan, ScopeWorld } from '../core/plan.ts';
import { planReconcile } from '../core/plan-scope.ts';
import type { Registration } from '../core/registration.ts';
import { type CloudScope, parseScopeId, type ScopeId, scopeOfArn } from '../core/scope.ts';
import { untried } from '../core/scope-status.ts';
import type { Settings } from '../core/settings.ts';
import { type GoneAnswer, type Listing, type Sighting, sightingsOf } from '../core/sighting.ts';
import { type Instant, plus } from '../core/time.ts';
import type { Clock, CreatorSource, ListingSource, Log, OwnerDirectory, RegistryStore, WriteOutcome } from '../ports.ts';
import { type ApplyDeps, applyPlan } from './apply-plan.ts';
import { lookUpCreators } from './look-up-creators.ts';
import { lookUpOwners, namedOwners } from './look-up-owners.ts';

export interface ReconcileDeps extends ApplyDeps {
  readonly source: ListingSource;
  /** undefined: nobody is looked up. */
  readonly creators: CreatorSource | undefined;
  readonly directory: OwnerDirectory;
  readonly registry: RegistryStore;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ReconcileAsk {
  readonly scope: ScopeId;
  readonly slot: Instant;
  readonly mode: ScopeWorld['mode'];
  /** Who asks; the same holder may take its own lease again after a crash. */
  readonly holder: string;
  readonly deadline: Instant;
}

/** BUSY: another observer is reading the scope now. SUPERSEDED: a later one wrote while this one was reading. UNREADABLE: what is stored of it does not parse. None changes anything more. */
export type ReconcileOutcome =
  | { readonly outcome: 'DONE'; readonly plan: ReconcilePlan; readonly listing: Listing }
  | { readonly outcome: 'BUSY' | 'SUPERSEDED' | 'UNREADABLE'; readonly reason: string };

/**
 * Milliseconds for planning and writing after the deadline of a listing: whoever calls keeps them back of its own time, and the lease
 * outlives the deadline by as much, so that a slow last write is still its holder's.
 */
export const WRITING_MS = 30_000;

/** Lists one scope, compares it with the registry and stores the differences. Read → plan → apply, under the scope's lease. Throws UnreadableItemError. */
export const reconcileScope = async (deps: ReconcileDeps, ask: ReconcileAsk): Promise<ReconcileOutcome> => {
  const cloud = parseScopeId(ask.scope);
  if (cloud === undefined) throw new TypeError(`not a scope to list: ${ask.scope}`);
  const lease = await deps.inventory.takeLease(ask.scope, ask.holder, deps.clock.now(), plus(ask.deadline, WRITING_MS));
  if (!lease.granted) return { outcome: 'BUSY', reason: `${lease.holder} is reading this scope until ${lease.until}` };
  const world = await readOrRelease(deps, { ...ask, cloud, epoch: lease.epoch });
  const plan = planReconcile(world);
  const held = await confirmLease(deps, world, plan);
  const written = held.outcome === 'WRITTEN' ? await applyPlan(deps, plan, lease.epoch) : held;
  if (written.outcome === 'CONFLICT') return { outcome: 'SUPERSEDED', reason: written.reason };
  await deps.inventory.releaseLease(ask.scope, lease.epoch);
  logOutcome(deps.log, world, plan);
  return { outcome: 'DONE', plan, listing: world.listing };
};

/** Of all writes only the status is refused once another holder has the scope: written as it was, it stops a late observer before the first change. */
const confirmLease = async (deps: ReconcileDeps, world: ScopeWorld, plan: ReconcilePlan): Promise<WriteOutcome> => {
  const { scope, slot, epoch } = world;
  if (plan.findings.length + plan.items.length === 0) return { outcome: 'WRITTEN' };
  return deps.inventory.putStatus(world.status ?? untried(scope, slot), epoch);
};

interface HeldAsk extends ReconcileAsk {
  readonly cloud: CloudScope;
  readonly epoch: number;
}

/** Whatever kept this one from reading, nothing is written yet: the scope is free for the next, who need not wait for the lease to end. */
const readOrRelease = async (deps: ReconcileDeps, ask: HeldAsk): Promise<ScopeWorld> => {
  try {
    return await readWorld(deps, ask);
  } catch (cause) {
    await deps.inventory.releaseLease(ask.scope, ask.epoch);
    throw cause;
  }
};

const readWorld = async (deps: ReconcileDeps, ask: HeldAsk): Promise<ScopeWorld> => {
  const items = await deps.inventory.items(ask.scope);
  const status = await deps.inventory.status(ask.scope);
  const heard = await deps.inventory.acts(ask.scope);
  const listed = await deps.source.list(ask.cloud, {
    packageGroups: await groupsToAsk(deps.registry, ask.cloud, items),
    deadline: ask.deadline,
    announced: announcedSince(heard, status?.lastSlot ?? null),
    invocations: invocationsToCount({ ...ask, status, settings: deps.settings, now: deps.clock.now() }),
  });
  const { acts, lookUp, listing } = await lookUpCreators(deps, {
    ...ask,
    creators: status?.creators ?? null,
    items,
    listing: listed,
    acts: heard,
  });
  const sightings = [...sightingsOf(listing), ...items.map(item => item.sighting)];
  const claimed = await deps.registry.claiming(matchKeys(sightings, items, deps.settings));
  const absent = absencesToConfirm({ listing, items, status, mode: ask.mode, slot: ask.slot });
  return {
    scope: ask.scope,
    slot: ask.slot,
    now: deps.clock.now(),
    mode: ask.mode,
    epoch: ask.epoch,
    listing,
    registrations: claimed.registrations,
    unreadable: claimed.unreadable.map(({ item }) => item),
    items,
    acts,
    lookUp,
    status,
    findings: await deps.findings.inScope(ask.scope),
    gone: absent.length === 0 ? new Map<string, GoneAnswer>() : await deps.source.confirmGone(ask.cloud, absent, ask.deadline),
    owners: await lookUpOwners(deps.directory, namedOwners(claimed.registrations, sightings, deps.settings)),
    settings: deps.settings,
  };
};

const matchKeys = (sightings: readonly Sighting[], items: readonly InventoryItem[], settings: Settings): readonly string[] => {
  // One set from the start: a deployment has half a dozen keys, most of them twice, as seen and as remembered.
  const keys = new Set<string>();
  for (const sighting of sightings) for (const key of sightingKeys(sighting, settings)) keys.add(key);
  for (const { model } of items) if (model !== null) keys.add(`claim:${model}`);
  return [...keys];
};

/** Package groups of the models that were matched here before; a model that matches for the first time has its group read in the next run. */
const groupsToAsk = async (registry: RegistryStore, scope: CloudScope, items: readonly InventoryItem[]): Promise<readonly string[]> => {
  const models = [...new Set(items.flatMap(({ model }) => (model === null ? [] : [`claim:${model}`])))];
  const { registrations } = await registry.claiming(models);
  return packageGroupsIn(scope, registrations);
};

/** The package groups, declared or behind a declared version, that lie in `scope`. */
export const packageGroupsIn = (scope: CloudScope, registrations: readonly Registration[]): readonly string[] => {
  const groups = registrations.flatMap(({ match, versions, decisions }) => [
    match.packageGroup,
    ...[...versions, ...decisions.filter(decision => decision.type === 'APPROVAL')].map(({ identity }) =>
      identity?.by === 'PACKAGE' ? groupOfPackage(identity.packageArn) : null,
    ),
  ]);
  const here = (group: string): boolean => {
    const owner = scopeOfArn(group);
    return owner?.account === scope.account && owner.region === scope.region;
  };
  return [...new Set(groups.filter(group => group !== null && group !== undefined))].filter(here);
};

const logOutcome = (log: Log, world: ScopeWorld, plan: ReconcilePlan): void => {
  for (const item of world.unreadable) log.warn('registry.unreadable', { scope: world.scope, item });
  log.info('scope.reconciled', {
    scope: world.scope,
    slot: world.slot,
    kinds: world.listing.kinds.map(kind => ({
      kind: kind.kind,
      status: kind.status,
      reason: kind.status === 'NOT_CHECKED' ? kind.reason : null,
    })),
    calls: world.listing.calls,
    callsByAction: world.listing.callsByAction,
    damagedDescriptions: world.listing.damagedDescriptions,
    changes: plan.findings.length,
  });
};

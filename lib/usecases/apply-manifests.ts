import { type ManifestChange, type ManifestPlan, planManifests } from '../core/plan-manifests.ts';
import type { Registration } from '../core/registration.ts';
import type { Instant } from '../core/time.ts';
import type { RegistryStore, UnreadableItem, WriteOutcome } from '../ports.ts';

export interface ApplyRequest {
  readonly declared: readonly Registration[];
  readonly prune: boolean;
  /** How many registrations a large prune is meant to remove, as the caller has read it. */
  readonly confirm?: number | undefined;
  readonly dryRun: boolean;
  /** The verified caller. */
  readonly by: string;
  readonly now: Instant;
}

/** What came of one change. CONFLICT: somebody wrote that model in between, and nothing of it was written. */
export type AppliedChange = ManifestChange & ({ readonly outcome: 'NOTHING_TO_DO' | 'DRY_RUN' } | WriteOutcome);

export interface Applied {
  readonly plan: ManifestPlan;
  readonly changes: readonly AppliedChange[];
  readonly conflicts: readonly string[];
  /** Stored items that no longer parse; a model behind one is refused as a conflict rather than written over. */
  readonly unreadable: readonly UnreadableItem[];
  /** How many registrations a prune would have removed: more than goes without `confirm`, so that nothing at all was written. */
  readonly tooMany: number | undefined;
}

/** A prune of more than both of these is more likely a wrong directory than a clean-up. */
const PRUNE_COUNT = 5;
const PRUNE_PERCENT = 20;

/** Plans and writes manifests, one model after the other; one model's conflict stops no other. An unchanged one gets back what it lost of its match items. A dry run is the same plan, unwritten. */
export const applyManifests = async ({ registry }: { readonly registry: RegistryStore }, request: ApplyRequest): Promise<Applied> => {
  const { registrations: stored, unreadable } = await registry.all();
  const plan = planManifests({ ...request, stored });
  const removals = plan.changes.filter(({ action }) => action === 'REMOVE').length;
  const large = removals > PRUNE_COUNT && removals > (stored.length * PRUNE_PERCENT) / 100;
  if (large && !request.dryRun && request.confirm !== removals) return { plan, changes: [], conflicts: [], unreadable, tooMany: removals };
  const changes: AppliedChange[] = [];
  for (const change of plan.changes) {
    if (change.action === 'UNCHANGED' && !request.dryRun) await registry.renew(change.registration);
    if (change.action === 'UNCHANGED') changes.push({ ...change, outcome: 'NOTHING_TO_DO' });
    else if (request.dryRun) changes.push({ ...change, outcome: 'DRY_RUN' });
    else changes.push({ ...change, ...(await write(registry, change)) });
  }
  const conflicts = changes.filter(({ outcome }) => outcome === 'CONFLICT').map(({ name }) => name);
  return { plan, changes, conflicts, unreadable, tooMany: undefined };
};

const write = (registry: RegistryStore, { action, registration }: ManifestChange): Promise<WriteOutcome> =>
  action === 'REMOVE' ? registry.remove(registration.name, registration.revision) : registry.put(registration);

import { type ManifestChange, type ManifestPlan, planManifests } from '../core/plan-manifests.ts';
import type { Registration } from '../core/registration.ts';
import type { Instant } from '../core/time.ts';
import type { RegistryStore, UnreadableItem, WriteOutcome } from '../ports.ts';

export interface ApplyRequest {
  readonly declared: readonly Registration[];
  readonly prune: boolean;
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
}

/** Plans and writes manifests, one model after the other; one model's conflict stops no other. A dry run is the same plan, unwritten. */
export const applyManifests = async ({ registry }: { readonly registry: RegistryStore }, request: ApplyRequest): Promise<Applied> => {
  const { registrations: stored, unreadable } = await registry.all();
  const plan = planManifests({ ...request, stored });
  const changes: AppliedChange[] = [];
  for (const change of plan.changes) {
    if (change.action === 'UNCHANGED') changes.push({ ...change, outcome: 'NOTHING_TO_DO' });
    else if (request.dryRun) changes.push({ ...change, outcome: 'DRY_RUN' });
    else changes.push({ ...change, ...(await write(registry, change)) });
  }
  return { plan, changes, conflicts: changes.filter(({ outcome }) => outcome === 'CONFLICT').map(({ name }) => name), unreadable };
};

const write = (registry: RegistryStore, { action, registration }: ManifestChange): Promise<WriteOutcome> =>
  action === 'REMOVE' ? registry.remove(registration.name, registration.revision) : registry.put(registration);

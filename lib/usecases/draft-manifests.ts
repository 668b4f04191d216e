import { type Draft, draftManifests, type Grouping, TODO } from '../core/draft-manifest.ts';
import { deploymentOf, type FindingRecord } from '../core/finding.ts';
import { plural } from '../core/message/words.ts';
import type { JudgedSighting } from '../core/plan.ts';
import type { InventoryStore, RegistryStore } from '../ports.ts';

export interface Drafted {
  readonly drafts: readonly Draft[];
  /** "500 deployments → 41 models, 246 TODO, 9 groupings to check" */
  readonly summary: string;
}

export interface DraftFromLive {
  readonly sightings: readonly JudgedSighting[];
  readonly grouping: Grouping;
  readonly ownerTags: readonly string[];
}

/** Drafts for all that is live and unregistered; the registry is asked for names that are taken, undefined where there is none. */
export const draftFromLive = async (
  deps: { readonly registry: Pick<RegistryStore, 'all'> | undefined },
  ask: DraftFromLive,
): Promise<Drafted> => {
  const taken = (await deps.registry?.all())?.registrations.map(({ name }) => name) ?? [];
  const drafts = draftManifests({ ...ask, taken });
  const deployments = drafts.reduce((sum, draft) => sum + draft.deployments, 0);
  const todos = drafts.flatMap(({ manifest }) => Object.values(manifest).filter(value => value === TODO)).length;
  const doubtful = drafts.filter(({ doubts }) => doubts.length > 0).length;
  const check = doubtful === 0 ? '' : `, ${plural(doubtful, 'grouping')} to check`;
  const summary = `${plural(deployments, 'deployment')} → ${plural(drafts.length, 'model')}, ${todos} TODO${check}`;
  return { drafts, summary };
};

export type DraftedForFinding =
  | { readonly outcome: 'DRAFTED'; readonly draft: Draft }
  | { readonly outcome: 'NO_DEPLOYMENT' | 'NOT_IN_INVENTORY' | 'NOTHING_TO_DRAFT'; readonly reason: string };

/** A draft for the deployment that a finding is about, from what the inventory last saw of it. */
export const draftForFinding = async (
  { registry, inventory }: { readonly registry: Pick<RegistryStore, 'all'>; readonly inventory: Pick<InventoryStore, 'items'> },
  { record, ownerTags }: { readonly record: FindingRecord; readonly ownerTags: readonly string[] },
): Promise<DraftedForFinding> => {
  const { scope, id, about } = record;
  const arn = deploymentOf(record.subject);
  if (arn === undefined) return { outcome: 'NO_DEPLOYMENT', reason: `${id} is about ${record.subject}, not a deployment` };
  const item = (await inventory.items(scope)).find(one => one.arn === arn);
  if (item === undefined) return { outcome: 'NOT_IN_INVENTORY', reason: `${arn} is no longer in the inventory of ${scope}` };
  const sighting: JudgedSighting = { ...item, matchedBy: 'none', environment: about.environment };
  const drafted = await draftFromLive({ registry }, { sightings: [sighting], grouping: { by: 'PACKAGE_GROUP' }, ownerTags });
  const [draft] = drafted.drafts;
  if (draft !== undefined) return { outcome: 'DRAFTED', draft };
  return {
    outcome: 'NOTHING_TO_DRAFT',
    reason: item.model === null ? `${arn} is ${item.sighting.status}` : `${arn} belongs to ${item.model} already`,
  };
};

import { type ModelView, modelView } from '../core/model-view.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import type { Instant } from '../core/time.ts';
import type { RegistryStore } from '../ports.ts';
import { everyFinding, type FindDeps } from './find-findings.ts';
import { inBatches, PARTITIONS_AT_ONCE } from './in-batches.ts';

/** Who owns a model, what it connects to, and what changed since its last approval. */
export const showModel = async (
  deps: FindDeps & { readonly registry: RegistryStore },
  ask: { readonly name: string; readonly now: Instant },
): Promise<Outcome<ModelView>> => {
  const registration = await deps.registry.get(ask.name);
  if (registration === undefined)
    return refused('NOT_FOUND', `no model named ${ask.name} is registered`, { lines: ['its name is the one in its manifest'] });
  const statuses = (await deps.inventory.statuses()).statuses.filter(({ retiredSince }) => retiredSince === null);
  const items = (await inBatches(statuses, PARTITIONS_AT_ONCE, ({ scope }) => deps.inventory.items(scope)))
    .flat()
    .filter(({ model }) => model === ask.name);
  const findings = (await everyFinding(deps, ask.now)).filter(
    ({ model, state, hiddenBy }) => model === ask.name && state !== 'RESOLVED' && hiddenBy === null,
  );
  return done(modelView({ registration, items, findings }));
};

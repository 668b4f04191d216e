import type { Composition } from '../core/composition.ts';
import { kindOfArn } from '../core/kinds.ts';
import { groupOfPackage } from '../core/match-keys.ts';
import { parseScopeId, scopeId, scopeOfArn } from '../core/scope.ts';
import { sightingsOf, type Unit } from '../core/sighting.ts';
import type { Instant } from '../core/time.ts';
import type { ListingSource } from '../ports.ts';

export type CompositionAnswer =
  | { readonly outcome: 'FOUND'; readonly composition: Composition; readonly units: readonly Unit[] }
  | { readonly outcome: 'NOT_AN_ARN' | 'NOT_FOUND' | 'NOT_CHECKED'; readonly reason: string };

/** What a live deployment or a model package is composed of, read now. */
export const findComposition = async (
  source: ListingSource,
  ask: { readonly arn: string; readonly deadline: Instant },
): Promise<CompositionAnswer> => {
  const { arn, deadline } = ask;
  const place = scopeOfArn(arn);
  const scope = place && parseScopeId(scopeId(place));
  const kind = kindOfArn(arn);
  if (scope === undefined || (kind === undefined && !arn.includes(':model-package/')))
    return { outcome: 'NOT_AN_ARN', reason: `${arn} is no ARN of a deployment or model package` };
  const group = groupOfPackage(arn);
  const listing = await source.list(scope, { packageGroups: group ? [group] : [], deadline });
  const found = listing.packages.find(one => one.arn === arn);
  if (found)
    return found.composition === null
      ? { outcome: 'NOT_CHECKED', reason: 'the package could not be read' }
      : { outcome: 'FOUND', composition: found.composition, units: [] };
  const detail = sightingsOf(listing).find(sighting => sighting.arn === arn)?.detail;
  if (detail?.state === 'KNOWN') return { outcome: 'FOUND', composition: detail.composition, units: detail.units };
  if (detail !== undefined) return { outcome: 'NOT_CHECKED', reason: detail.reason };
  const failed = listing.kinds.find(each => each.status === 'NOT_CHECKED' && (kind === undefined || each.kind === kind));
  if (failed?.status === 'NOT_CHECKED') return { outcome: 'NOT_CHECKED', reason: failed.reason };
  return { outcome: 'NOT_FOUND', reason: `${arn} is not in the listing of ${listing.scope}` };
};

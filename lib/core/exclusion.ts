import { kindsOf } from './kinds.ts';
import type { FindingRecord } from './finding.ts';
import { parseScopeId, type ScopeId } from './scope.ts';

/**
 * The entry of `excluded` in `rollcall.yaml` that leaves out what could not be read of a scope, ready to paste but for the reason.
 * `kinds`: as OPS-01 names them, in words; all of them or none are the whole scope. undefined for a list of accounts or regions.
 */
export const exclusionOf = (scope: ScopeId, kinds: string): string | undefined => {
  const place = parseScopeId(scope);
  if (place === undefined) return undefined;
  const all = kindsOf(place.provider);
  const named = all.filter(kind => kinds.split(', ').includes(kind));
  const some = named.length > 0 && named.length < all.length ? `, kinds: [${named.join(', ')}]` : '';
  return `{scope: ${JSON.stringify(scope)}${some}, reason: "..."}`;
};

/** The same for what an OPS-01 is about. */
export const exclusionFor = ({ subject, facts }: Pick<FindingRecord, 'subject' | 'facts'>): string | undefined =>
  exclusionOf(subject.replace(/^scope:/, ''), facts['kinds'] ?? '');

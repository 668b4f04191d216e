import type { Verdict } from '../finding.ts';
import { hasVersions, type UnitStanding } from '../standing.ts';
import { versionWithin } from './around.ts';
import { type MatchedCase, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear, present } from './verdict.ts';

/**
 * INV-03: runs another version than its declaration names, or, outside production, one that the registry does not know. A unit that is a
 * registered version but for what lies around it is INV-04 or INV-05, and no third finding.
 */
export const judgeDrift = (c: MatchedCase): Verdict => {
  const { sighting, registration, standing, environment } = c;
  const subject = subjectOf(c);
  const { units, unread } = standing;
  if (sighting.detail.state === 'UNKNOWN' || units === null) return cannotTell('INV-03', subject, causeOf(c), 'what it runs is not known');
  const declared = registration.deployments.find(({ arn }) => arn.toLowerCase() === sighting.arn.toLowerCase())?.version ?? null;
  const other = units.find(({ version }) => declared !== null && version !== null && version !== declared);
  if (other && declared !== null) return otherVersion(c, other, declared);
  if (units.every(({ version }) => version !== null)) return clear('INV-03', subject, 'KNOWN_VERSION', 'runs a version of the registry');
  const strange = units.filter(unit => unit.version === null && versionWithin(unit) === null);
  if (strange.length === 0) return clear('INV-03', subject, 'AROUND', 'runs a version of the registry with something else around it');
  if (unread !== null) return cannotTell('INV-03', subject, 'PACKAGES_UNREAD', unread);
  const doubt = strange.find(unit => unit.doubts.version)?.doubts.version;
  if (doubt) return cannotTell('INV-03', subject, doubt.code, doubt.reason);
  if (environment.production !== 'NO') return clear('INV-03', subject, 'IN_PRODUCTION', 'in production the approval decides');
  if (declared === null && !hasVersions(registration, c.packages))
    return clear('INV-03', subject, 'NO_VERSIONS', 'no version is registered');
  const reason =
    declared === null ? 'runs a version the registry does not know' : `runs an unregistered version, registry says v${declared}`;
  return violatedBy(c, 'INV-03', {
    code: 'UNKNOWN_VERSION',
    reason,
    facts: present({ declared, composition: sighting.detail.composition.digest }),
    evidence: unitEvidence(units),
  });
};

/** The code of a verdict that needs a detail which is not known. */
export const causeOf = ({ sighting: { detail } }: Pick<MatchedCase, 'sighting'>): string =>
  detail.state === 'UNKNOWN' ? `DETAIL_${detail.cause}` : 'DETAIL_UNKNOWN';

const otherVersion = (c: MatchedCase, { unit, version, nearest }: UnitStanding, declared: string): Verdict => {
  const approved = nearest !== null && nearest.approval.version === version ? 'approved ' : '';
  return violatedBy(c, 'INV-03', {
    code: 'OTHER_VERSION',
    reason: `runs ${approved}v${version}, registry says v${declared}`,
    facts: { live: version ?? 'unknown', declared },
    evidence: { unit, ...unitEvidence(c.standing.units ?? []) },
  });
};

const unitEvidence = (units: readonly UnitStanding[]) => ({
  units: units.slice(0, 10).map(({ unit, version }) => `${unit}: ${version === null ? 'unknown version' : `version ${version}`}`),
});

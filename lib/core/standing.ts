import { type Approval, type Approvals, approvalsOf, groupsOf, packagesOf, packageVersion } from './approvals.ts';
import { type Comparison, covers, type LiveUnit } from './compare.ts';
import type { PackageFacts } from './composition.ts';
import { groupOfPackage } from './match-keys.ts';
import type { Registration, VersionIdentity } from './registration.ts';
import type { Settings } from './settings.ts';
import type { Sighting } from './sighting.ts';
import { type Instant, isDue } from './time.ts';

/** What one unit of a deployment runs, and the approval that comes nearest to it. */
export interface UnitStanding {
  readonly unit: string;
  /** The registered or packaged version that it is; null: none that the registry knows. */
  readonly version: string | null;
  /** The nearest approval for this environment; null: there is none at all. */
  readonly nearest: Nearest | null;
  /** Covered by an approval that is for another environment only. */
  readonly elsewhere: Approval | null;
}

interface Nearest {
  readonly approval: Approval;
  readonly comparison: Comparison;
  readonly expired: boolean;
}

/** Where a deployment stands with its registration. */
export interface Standing {
  readonly approvals: Approvals;
  /** Why the approvals are not known, or null: a model whose packages could not be read has no standing, good or bad. */
  readonly unread: string | null;
  /** null: what it runs is not known. */
  readonly units: readonly UnitStanding[] | null;
  /** The version that all units run; null: not one version, or none that is known. */
  readonly version: string | null;
}

export interface StandingQuestion {
  readonly sighting: Sighting;
  readonly registration: Registration;
  readonly environment: string;
  readonly packages: readonly PackageFacts[];
  readonly packagesUnread: readonly string[];
  readonly settings: Settings;
  readonly now: Instant;
}

export const standingOf = (ask: StandingQuestion): Standing => {
  const approvals = approvalsOf(ask);
  const { detail } = ask.sighting;
  const unread = unreadPackages(ask);
  if (detail.state === 'UNKNOWN') return { approvals, unread, units: null, version: null };
  const units = detail.units.map(unit => ({
    unit: unit.name,
    version: versionOf(unit, ask.registration, ask.packages),
    nearest: nearestApproval(unit, approvals.here, ask),
    elsewhere: approvals.elsewhere.find(each => isCovering(coverage(each, unit, ask.packages))) ?? null,
  }));
  const versions = new Set(units.map(({ version }) => version));
  return { approvals, unread, units, version: versions.size === 1 ? (units[0]?.version ?? null) : null };
};

const unreadPackages = ({ registration, sighting, packages, packagesUnread }: StandingQuestion): string | null => {
  if (registration.approvals !== 'SAGEMAKER') return null;
  const groups = groupsOf(registration);
  const failed = packagesUnread.find(group => groups.has(group.toLowerCase()));
  if (failed !== undefined) return `package group ${failed} could not be read`;
  const known = new Set(packages.map(({ arn }) => arn.toLowerCase()));
  const units = sighting.detail.state === 'KNOWN' ? sighting.detail.units : [];
  const own = units.flatMap(unit => unit.packageArns).filter(arn => groups.has((groupOfPackage(arn) ?? '').toLowerCase()));
  const missing = own.find(arn => !known.has(arn.toLowerCase()));
  if (missing !== undefined) return `package ${missing} could not be read`;
  return groups.size > 0 && packagesOf(registration, packages).length === 0 ? 'no package of its group has been read yet' : null;
};

export const isCovering = ({ result }: Comparison): boolean => result === 'EQUAL' || result === 'EQUAL_UNPINNED';

const coverage = ({ identity }: Approval, unit: LiveUnit, packages: readonly PackageFacts[]): Comparison =>
  identity === null ? { result: 'DIFFERENT', differences: [] } : covers(identity, unit, packages);

const RANK: readonly Comparison['result'][] = ['EQUAL', 'EQUAL_UNPINNED', 'CANNOT_TELL', 'DIFFERENT'];
const distance = ({ comparison, expired }: Nearest): number => {
  const parts = comparison.result === 'DIFFERENT' && comparison.differences.length > 0 ? Math.min(comparison.differences.length, 98) : 99;
  return RANK.indexOf(comparison.result) * 1000 + (expired ? 500 : 0) + (comparison.result === 'DIFFERENT' ? parts : 0);
};

/** The approval that covers the unit; else one that we cannot judge; else the one that differs in the fewest parts; of equals the latest. */
const nearestApproval = (unit: LiveUnit, approvals: readonly Approval[], { packages, now }: StandingQuestion): Nearest | null => {
  const all = approvals.map(
    (approval): Nearest => ({
      approval,
      comparison: coverage(approval, unit, packages),
      expired: approval.expiresAt !== null && isDue(approval.expiresAt, now),
    }),
  );
  const latest = ({ approval }: Nearest) => `${approval.at ?? ''} ${approval.version}`;
  return all.toSorted((a, b) => distance(a) - distance(b) || (latest(a) > latest(b) ? -1 : 1))[0] ?? null;
};

/** The version whose identity a unit has, however it is written down: declared, approved, or a package of the model's group. */
const versionOf = (unit: LiveUnit, registration: Registration, packages: readonly PackageFacts[]): string | null => {
  const results = knownVersions(unit, registration, packages).map(({ version, identity }) => ({
    version,
    result: covers(identity, unit, packages).result,
  }));
  const found = results.find(({ result }) => result === 'EQUAL') ?? results.find(({ result }) => result === 'EQUAL_UNPINNED');
  return found?.version ?? null;
};

const knownVersions = (unit: LiveUnit, registration: Registration, packages: readonly PackageFacts[]) => {
  const said = [...registration.versions, ...registration.decisions.filter(decision => decision.type === 'APPROVAL')];
  const groups = groupsOf(registration);
  const named = unit.packageArns.filter(arn => groups.has((groupOfPackage(arn) ?? '').toLowerCase())).map(arn => ({ arn, version: null }));
  return [
    ...said.flatMap(({ version, identity }) => (identity === null ? [] : [{ version, identity }])),
    ...[...named, ...packagesOf(registration, packages)].map(each => {
      const identity: VersionIdentity = { by: 'PACKAGE', packageArn: each.arn };
      return { version: packageVersion(each), identity };
    }),
  ];
};

/** Whether the registry knows any version at all: without one there is nothing to drift from. */
export const hasVersions = (registration: Registration, packages: readonly PackageFacts[]): boolean =>
  registration.versions.some(({ identity }) => identity !== null) || packagesOf(registration, packages).length > 0;

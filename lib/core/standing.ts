import { type Approval, type Approvals, approvalsOf, groupsOf, packagesOf, packageVersion, type Withdrawal } from './approvals.ts';
import { type Comparison, covers, type Doubt, doubt, isCovering, type LiveUnit, type PartDifference } from './compare.ts';
import type { Composition, PackageFacts } from './composition.ts';
import { groupOfPackage } from './match-keys.ts';
import { compositionOf } from './part-text.ts';
import type { Registration, VersionIdentity } from './registration.ts';
import { type ScopeId, scopeId, scopeOfArn } from './scope.ts';
import type { Settings } from './settings.ts';
import type { Sighting, Unit, UnreadGroup } from './sighting.ts';
import { type Instant, isDue } from './time.ts';

/** What one unit of a deployment runs, and the approval that comes nearest to it. */
export interface UnitStanding {
  readonly unit: string;
  /** The registered or packaged version that it is; null: none that the registry knows. */
  readonly version: string | null;
  /** Where it is no known version: the one that differs from it in the fewest parts, as far as parts are known. */
  readonly closest: ClosestVersion | null;
  /** The nearest approval for this environment; null: there is none at all. */
  readonly nearest: Nearest | null;
  /** Covered by an approval that is for another environment only. */
  readonly elsewhere: Approval | null;
  /** The decision that took what it runs out of use; null: none did, or an approval under another name covers it. */
  readonly withdrawn: Withdrawal | null;
  /** What could be the version, cover the unit here, cover it elsewhere or have taken it out of use, as far as nothing surely does. */
  readonly doubts: Readonly<Record<'version' | 'here' | 'elsewhere' | 'withdrawn', Doubt | null>>;
}

export interface ClosestVersion {
  readonly version: string;
  readonly differences: readonly PartDifference[];
}

interface Nearest {
  readonly approval: Approval;
  readonly comparison: Comparison;
  readonly expired: boolean;
}

/** Where a deployment stands with its registration. */
export interface Standing {
  readonly approvals: Approvals;
  /** Why the approvals are not known, or null: a model whose approvals lie in packages that could not be read has no standing, good or bad. */
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
  readonly packagesUnread: readonly UnreadGroup[];
  readonly groupsAsked: readonly string[];
  readonly settings: Settings;
  readonly now: Instant;
}

export const standingOf = (ask: StandingQuestion): Standing => {
  const approvals = approvalsOf(ask);
  const { detail } = ask.sighting;
  const failed = failedPackages(ask);
  const unread = ask.registration.approvals === 'SAGEMAKER' ? (failed ?? noPackages(ask)) : null;
  if (detail.state === 'UNKNOWN') return { approvals, unread, units: null, version: null };
  const compositions = statedCompositions(ask.registration);
  const units = detail.units.map(unit => unitStanding(unit, approvals, { ...ask, failed, compositions }));
  const versions = new Set(units.map(({ version }) => version));
  return { approvals, unread, units, version: versions.size === 1 ? (units[0]?.version ?? null) : null };
};

/** `failed`: why packages of the model could not be read. */
type UnitQuestion = StandingQuestion & { readonly failed: string | null; readonly compositions: readonly Composition[] };

/** The compositions whose parts the registration states; a line that is no part was refused when the manifest was read. */
const statedCompositions = ({ versions }: Registration): readonly Composition[] =>
  versions.flatMap(({ parts }) => {
    const stated = parts.length === 0 ? undefined : compositionOf(parts);
    return stated && 'digest' in stated ? [stated] : [];
  });

const unitStanding = (unit: Unit, { here, elsewhere, withdrawn }: Approvals, ask: UnitQuestion): UnitStanding => {
  const near = nearApprovals(unit, here, ask);
  const [nearest = null] = near;
  const far = elsewhere.map(approval => ({ approval, comparison: coverage(approval, unit, ask) }));
  const taken = near.some(isInForce) ? [] : withdrawn.map(decision => ({ decision, comparison: coverage(decision, unit, ask) }));
  const version = versionOf(unit, ask);
  return {
    unit: unit.name,
    version: version.version,
    closest: version.closest,
    nearest,
    withdrawn: taken.find(({ comparison }) => isCovering(comparison))?.decision ?? null,
    elsewhere: far.find(({ comparison }) => isCovering(comparison))?.approval ?? null,
    doubts: {
      version: version.doubt,
      // An approval that has expired explains nothing that one in force leaves open.
      here: nearest && isInForce(nearest) ? null : doubtIn(near.filter(each => each === nearest || !each.expired)),
      elsewhere: far.some(({ comparison }) => isCovering(comparison)) ? null : doubtIn(far),
      withdrawn: taken.some(({ comparison }) => isCovering(comparison)) ? null : doubtIn(taken),
    },
  };
};

const doubtIn = (judged: readonly { readonly comparison: Comparison }[]): Doubt | null =>
  judged.map(({ comparison }) => comparison).find(comparison => comparison.result === 'CANNOT_TELL') ?? null;

const failedPackages = ({ registration, sighting, packages, packagesUnread }: StandingQuestion): string | null => {
  const groups = groupsOf(registration);
  const failed = packagesUnread.find(({ group }) => groups.has(group.toLowerCase()));
  if (failed !== undefined) return `package group ${failed.group} could not be read`;
  const known = new Set(packages.map(({ arn }) => arn.toLowerCase()));
  const units = sighting.detail.state === 'KNOWN' ? sighting.detail.units : [];
  const own = units.flatMap(unit => unit.packageArns).filter(arn => groups.has((groupOfPackage(arn) ?? '').toLowerCase()));
  const missing = own.find(arn => !known.has(arn.toLowerCase()));
  return missing === undefined ? null : `package ${missing} could not be read`;
};

/**
 * Packages are read by the groups of the scope that were asked for, and by what is known to run. What neither names is not waited for: a
 * group that is empty, or that lies elsewhere, holds no approval of what runs here.
 */
const noPackages = ({ sighting: { detail, scope }, registration, packages, groupsAsked }: StandingQuestion): string | null => {
  const groups = [...groupsOf(registration)];
  const asked = groupsAsked.map(group => group.toLowerCase());
  const mayCome = groups.some(group => isIn(group, scope) && !asked.includes(group)) || (groups.length > 0 && detail.state === 'UNKNOWN');
  return mayCome && packagesOf(registration, packages).length === 0 ? 'no package of its group has been read yet' : null;
};

const isIn = (arn: string, scope: ScopeId): boolean => {
  const own = scopeOfArn(arn);
  return own !== undefined && scopeId(own) === scope;
};

const isInForce = ({ comparison, expired }: Nearest): boolean => isCovering(comparison) && !expired;

const coverage = ({ identity }: Pick<Approval, 'identity'>, unit: LiveUnit, ask: UnitQuestion): Comparison =>
  identity === null ? { result: 'DIFFERENT', differences: [] } : coverageBy(identity, unit, ask);

/** A package may tell the parts of a digest, which then differ in less than everything: while one could not be read, no digest differs. */
const coverageBy = (identity: VersionIdentity, unit: LiveUnit, { packages, compositions, failed }: UnitQuestion): Comparison => {
  const comparison = covers(identity, unit, { packages, compositions });
  const isStrict = comparison.result === 'DIFFERENT' && comparison.differences.some(({ kind }) => kind === 'COMPOSITION');
  return isStrict && failed !== null ? doubt('PACKAGE_UNREAD', failed) : comparison;
};

const RANK: readonly Comparison['result'][] = ['EQUAL', 'EQUAL_UNPINNED', 'CANNOT_TELL', 'DIFFERENT'];
const distance = ({ comparison, expired }: Nearest): number => {
  const parts = comparison.result === 'DIFFERENT' && comparison.differences.length > 0 ? Math.min(comparison.differences.length, 98) : 99;
  return RANK.indexOf(comparison.result) * 1000 + (expired ? 500 : 0) + (comparison.result === 'DIFFERENT' ? parts : 0);
};

/** Nearest first: the approval that covers the unit; else one that we cannot judge; else the one that differs in the fewest parts; of equals the latest. */
const nearApprovals = (unit: LiveUnit, approvals: readonly Approval[], ask: UnitQuestion): readonly Nearest[] => {
  const all = approvals.map(
    (approval): Nearest => ({
      approval,
      comparison: coverage(approval, unit, ask),
      expired: approval.expiresAt !== null && isDue(approval.expiresAt, ask.now),
    }),
  );
  const latest = ({ approval }: Nearest) => `${approval.at ?? ''} ${approval.version}`;
  return all.toSorted((a, b) => distance(a) - distance(b) || (latest(a) > latest(b) ? -1 : 1));
};

/** The version whose identity a unit has, however it is written down: declared, approved, or a package of the model's group. */
const versionOf = (unit: LiveUnit, ask: UnitQuestion): Pick<UnitStanding, 'version' | 'closest'> & { readonly doubt: Doubt | null } => {
  const judged = knownVersions(unit, ask.registration, ask.packages).map(({ version, identity }) => ({
    version,
    comparison: coverageBy(identity, unit, ask),
  }));
  const having = (result: Comparison['result']) => judged.find(({ comparison }) => comparison.result === result);
  const found = having('EQUAL') ?? having('EQUAL_UNPINNED');
  if (found) return { version: found.version, closest: null, doubt: null };
  const near = judged.flatMap(({ version, comparison }) => (comparison.result === 'DIFFERENT' ? [{ version, ...comparison }] : []));
  const [closest = null] = near
    .filter(({ differences }) => differences.every(({ kind }) => kind !== 'COMPOSITION'))
    .toSorted((a, b) => a.differences.length - b.differences.length || (a.version < b.version ? 1 : -1));
  return { version: null, closest: closest && { version: closest.version, differences: closest.differences }, doubt: doubtIn(judged) };
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

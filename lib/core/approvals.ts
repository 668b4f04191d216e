import type { PackageFacts } from './composition.ts';
import { sameEnvironment } from './environment.ts';
import { groupOfPackage } from './match-keys.ts';
import type { ApprovalDecision, AttestationDecision, Decision, Registration, VersionIdentity } from './registration.ts';
import type { Settings } from './settings.ts';
import { DAY, elapsed, type Instant, plus } from './time.ts';

type CountsCode = 'COUNTS' | 'SELF_APPROVED' | 'NOT_TRUSTED' | 'ASSERTER_UNKNOWN' | 'ASSERTED_BY_REQUESTER' | 'ASSERTED_BY_OWNER';
interface Counts {
  readonly counts: boolean;
  readonly code: CountsCode;
  readonly reason: string;
}

const refusal = (code: CountsCode, reason: string): Counts => ({ counts: false, code, reason });
const COUNTS: Counts = { counts: true, code: 'COUNTS', reason: 'a decision of a person' };
const samePerson = (a: string | null, b: string | null): boolean => a !== null && b !== null && a.toLowerCase() === b.toLowerCase();

/** Whether an approval counts. A manifest only asserts one: it takes trust, and an asserter who gains nothing by it. */
export const approvalCounts = (decision: ApprovalDecision, registration: Registration, settings: Settings): Counts => {
  const { approver, requester, source, assertedBy } = decision;
  if (samePerson(approver, requester)) return refusal('SELF_APPROVED', `${approver} requested it too`);
  if (source !== 'MANIFEST') return COUNTS;
  if (settings.manifestDecisions !== 'trust') return refusal('NOT_TRUSTED', 'asserted by a manifest; manifestDecisions is not trust');
  if (assertedBy === null) return refusal('ASSERTER_UNKNOWN', 'nobody is known to have asserted it');
  if (samePerson(assertedBy, requester)) return refusal('ASSERTED_BY_REQUESTER', `asserted by ${assertedBy}, who requested it`);
  const owners = [registration.businessOwner, registration.technicalOwner];
  if (owners.some(owner => samePerson(assertedBy, owner))) return refusal('ASSERTED_BY_OWNER', `asserted by ${assertedBy}, an owner`);
  return COUNTS;
};

export const attestationCounts = ({ source }: AttestationDecision, settings: Settings): boolean =>
  source !== 'MANIFEST' || settings.manifestDecisions === 'trust';

/** An approval that stands, whichever registry it was given in. `expiresAt` may be past: that is a finding of its own. */
export interface Approval {
  readonly version: string;
  /** null: nothing says what that version is, so the approval covers nothing. */
  readonly identity: VersionIdentity | null;
  readonly environment: string | null;
  readonly at: Instant | null;
  readonly expiresAt: Instant | null;
}

export interface Approvals {
  /** For the environment that was asked for. */
  readonly here: readonly Approval[];
  /** For other environments only. */
  readonly elsewhere: readonly Approval[];
  readonly pending: boolean;
  /** Why approvals that were asserted do not count. */
  readonly refused: readonly string[];
}

const expiryOf = (at: Instant, { riskTier }: Registration, settings: Settings): Instant | null => {
  const days = settings.policy.approvalDays[riskTier ?? 'HIGH'];
  return days === 0 ? null : plus(at, days * DAY);
};

const isApproval = (decision: Decision): decision is ApprovalDecision => decision.type === 'APPROVAL';

/** What a version is: its own identity, else the package of the model's group with that number. */
const identityOf = ({ version, identity }: ApprovalDecision, registration: Registration, packages: readonly PackageFacts[]) =>
  identity ??
  registration.versions.find(each => each.version === version)?.identity ??
  packageIdentity(packagesOf(registration, packages).find(each => String(each.version) === version)?.arn);

const packageIdentity = (packageArn: string | undefined): VersionIdentity | null =>
  packageArn === undefined ? null : { by: 'PACKAGE', packageArn };

/** The package groups that a registration's versions come from, in lower case. */
export const groupsOf = ({ match, versions }: Registration): ReadonlySet<string> => {
  const derived = versions.map(({ identity }) => (identity?.by === 'PACKAGE' ? groupOfPackage(identity.packageArn) : null));
  return new Set([match.packageGroup, ...derived].flatMap(group => (group === null ? [] : [group.toLowerCase()])));
};

export const packagesOf = (registration: Registration, packages: readonly PackageFacts[]): readonly PackageFacts[] => {
  const groups = groupsOf(registration);
  return packages.filter(({ arn, group }) => groups.has((group ?? groupOfPackage(arn) ?? '').toLowerCase()));
};

/** The version number of a package, from what was read of it or else from its name. */
export const packageVersion = ({ arn, version }: Pick<PackageFacts, 'arn' | 'version'>): string =>
  String(version ?? arn.slice(arn.lastIndexOf('/') + 1));

export interface ApprovalQuestion {
  readonly registration: Registration;
  readonly environment: string;
  readonly packages: readonly PackageFacts[];
  readonly settings: Settings;
}

/** The approvals of a model that stand. Of the decisions on one version the latest that counts holds; a request in between changes nothing. */
export const approvalsOf = (ask: ApprovalQuestion): Approvals =>
  ask.registration.approvals === 'SAGEMAKER' ? fromPackages(ask) : fromDecisions(ask);

const fromPackages = ({ registration, packages, settings }: ApprovalQuestion): Approvals => {
  const own = packagesOf(registration, packages);
  const here = own.flatMap((each): Approval[] => {
    if (each.approval !== 'APPROVED') return [];
    const expiresAt = each.approvedAt === null ? null : expiryOf(each.approvedAt, registration, settings);
    const identity: VersionIdentity = { by: 'PACKAGE', packageArn: each.arn };
    return [{ version: packageVersion(each), identity, environment: null, at: each.approvedAt, expiresAt }];
  });
  return { here, elsewhere: [], pending: own.some(each => each.approval === 'PENDING'), refused: [] };
};

const fromDecisions = (ask: ApprovalQuestion): Approvals => {
  const { registration, environment, settings } = ask;
  const decisions = registration.decisions.filter(isApproval);
  const here = standing(ask, decisions, environment);
  const others = new Set(decisions.flatMap(each => (each.environment === null ? [] : [each.environment])));
  const isHere = (each: Approval) => each.environment === null || sameEnvironment(each.environment, environment, settings);
  return {
    here,
    elsewhere: [...others].flatMap(other => standing(ask, decisions, other)).filter(each => !isHere(each)),
    pending: decisions.some(each => each.status === 'PENDING'),
    refused: decisions.flatMap(each => {
      const { counts, reason } = approvalCounts(each, registration, settings);
      return each.status === 'APPROVED' && !counts ? [`version ${each.version}: ${reason}`] : [];
    }),
  };
};

/** A refusal or revocation needs no proof of independence: it takes an approval away, it never gives one. */
const standing = (ask: ApprovalQuestion, decisions: readonly ApprovalDecision[], environment: string): Approval[] => {
  const { registration, packages, settings } = ask;
  const deciding = decisions.filter(
    each =>
      each.status !== 'PENDING' &&
      (each.environment === null || sameEnvironment(each.environment, environment, settings)) &&
      (each.status !== 'APPROVED' || approvalCounts(each, registration, settings).counts),
  );
  return [...Map.groupBy(deciding, each => each.version).values()].flatMap(same => {
    const last = same.reduce((latest, each) => (elapsed(latest.at, each.at) >= 0 ? each : latest));
    if (last.status !== 'APPROVED') return [];
    const { version, at } = last;
    const expiresAt = last.expiresAt ?? expiryOf(at, registration, settings);
    return [{ version, identity: identityOf(last, registration, packages), environment: last.environment, at, expiresAt }];
  });
};

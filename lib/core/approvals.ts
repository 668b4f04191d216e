import type { PackageFacts } from './composition.ts';
import { sameEnvironment } from './environment.ts';
import { groupOfPackage } from './match-keys.ts';
import { personBehind, samePerson } from './person.ts';
import type { ApprovalDecision, AttestationDecision, Decision, Registration, VersionIdentity } from './registration.ts';
import type { Settings } from './settings.ts';
import { DAY, elapsed, type Instant, isDue, plus } from './time.ts';

type CountsCode =
  | 'COUNTS'
  | 'NO_APPROVER'
  | 'SELF_APPROVED'
  | 'APPROVED_BY_OWNER'
  | 'NOT_YET'
  | 'NOT_TRUSTED'
  | 'ASSERTER_UNKNOWN'
  | 'ASSERTED_BY_REQUESTER'
  | 'ASSERTED_BY_OWNER';
interface Counts {
  readonly counts: boolean;
  readonly code: CountsCode;
  readonly reason: string;
}

const refusal = (code: CountsCode, reason: string): Counts => ({ counts: false, code, reason });
const COUNTS: Counts = { counts: true, code: 'COUNTS', reason: 'a decision of a person' };

const owns = (person: string | null, { businessOwner, technicalOwner }: Registration): boolean =>
  [businessOwner, technicalOwner].some(owner => samePerson(person, owner));

/** Whether an approval counts: it takes an approver who gains nothing by it, and whose time has come. */
export const approvalCounts = (decision: ApprovalDecision, ask: Pick<ApprovalQuestion, 'registration' | 'settings' | 'now'>): Counts => {
  const { approver, requester, at } = decision;
  if (approver === null) return refusal('NO_APPROVER', 'nobody is said to have approved it');
  if (samePerson(approver, requester)) return refusal('SELF_APPROVED', `${approver} requested it too`);
  if (owns(approver, ask.registration)) return refusal('APPROVED_BY_OWNER', `${approver} owns the model`);
  if (!isDue(at, ask.now)) return refusal('NOT_YET', `it is dated ahead, at ${at}`);
  return decision.source === 'MANIFEST' ? assertionCounts(decision, ask) : COUNTS;
};

/** A manifest only asserts an approval: it takes trust, and an asserter who gains nothing by it either. */
const assertionCounts = (
  { requester, assertedBy }: ApprovalDecision,
  { registration, settings }: Pick<ApprovalQuestion, 'registration' | 'settings'>,
): Counts => {
  if (settings.manifestDecisions !== 'trust') return refusal('NOT_TRUSTED', 'asserted by a manifest; manifestDecisions is not trust');
  if (assertedBy === null) return refusal('ASSERTER_UNKNOWN', 'nobody is known to have asserted it');
  const asserter = personBehind(assertedBy);
  if (samePerson(asserter, requester)) return refusal('ASSERTED_BY_REQUESTER', `asserted by ${asserter}, who requested it`);
  return owns(asserter, registration) ? refusal('ASSERTED_BY_OWNER', `asserted by ${asserter}, an owner`) : COUNTS;
};

/** Whether an attestation counts: only owners can say that a registration is still true. */
export const attestationCounts = ({ by, source }: AttestationDecision, registration: Registration, settings: Settings): boolean =>
  owns(by, registration) && (source !== 'MANIFEST' || settings.manifestDecisions === 'trust');

/** An approval that stands, whichever registry it was given in. `expiresAt` may be past: that is a finding of its own. */
export interface Approval {
  readonly version: string;
  /** null: nothing says what that version is, so the approval covers nothing. */
  readonly identity: VersionIdentity | null;
  readonly environment: string | null;
  readonly at: Instant | null;
  readonly expiresAt: Instant | null;
}

/** A version that was taken out of use: it may not serve, whatever was approved before. */
export interface Withdrawal {
  readonly version: string;
  readonly identity: VersionIdentity | null;
  readonly status: 'REJECTED' | 'REVOKED';
  readonly environment: string | null;
}

export interface Approvals {
  /** For the environment that was asked for. */
  readonly here: readonly Approval[];
  /** For other environments only. */
  readonly elsewhere: readonly Approval[];
  /** Versions whose last decision for the environment that was asked for takes them out of use. */
  readonly withdrawn: readonly Withdrawal[];
  readonly pending: boolean;
  /** Why approvals that were asserted do not count. */
  readonly refused: readonly string[];
}

/** The end that the decision set; where it set none, the days of the tier. */
const expiryOf = (at: Instant, said: Instant | null, { registration, settings }: ApprovalQuestion): Instant | null => {
  const days = settings.policy.approvalDays[registration.riskTier ?? 'HIGH'];
  return said ?? (days === 0 ? null : plus(at, days * DAY));
};

const isApproval = (decision: Decision): decision is ApprovalDecision => decision.type === 'APPROVAL';

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
  readonly now: Instant;
}

/** The approvals of a model that stand. Of the decisions on one version the latest that counts holds; a request in between changes nothing. */
export const approvalsOf = (ask: ApprovalQuestion): Approvals =>
  ask.registration.approvals === 'SAGEMAKER' ? fromPackages(ask) : fromDecisions(ask);

const fromPackages = (ask: ApprovalQuestion): Approvals => {
  const own = packagesOf(ask.registration, ask.packages);
  const here = own.flatMap((each): Approval[] => {
    if (each.approval !== 'APPROVED') return [];
    const expiresAt = each.approvedAt === null ? null : expiryOf(each.approvedAt, null, ask);
    const identity: VersionIdentity = { by: 'PACKAGE', packageArn: each.arn };
    return [{ version: packageVersion(each), identity, environment: null, at: each.approvedAt, expiresAt }];
  });
  const withdrawn = own.flatMap(({ arn, approval, version }): Withdrawal[] =>
    approval === 'REJECTED'
      ? [{ version: packageVersion({ arn, version }), identity: { by: 'PACKAGE', packageArn: arn }, status: approval, environment: null }]
      : [],
  );
  return { here, elsewhere: [], withdrawn, pending: own.some(each => each.approval === 'PENDING'), refused: [] };
};

const fromDecisions = (ask: ApprovalQuestion): Approvals => {
  const { registration, environment, settings } = ask;
  const decisions = registration.decisions.filter(isApproval);
  const deciding = lastDecisions(ask, decisions, environment);
  const here = deciding.flatMap(each => approvalIn(each, ask));
  const others = new Set(decisions.flatMap(each => (each.environment === null ? [] : [each.environment])));
  const isHere = (each: Approval) => each.environment === null || sameEnvironment(each.environment, environment, settings);
  return {
    here,
    elsewhere: [...others]
      .flatMap(other => lastDecisions(ask, decisions, other).flatMap(each => approvalIn(each, ask)))
      .filter(each => !isHere(each)),
    withdrawn: deciding.flatMap(({ version, identity, status, environment: where }) =>
      status === 'REJECTED' || status === 'REVOKED' ? [{ version, identity, status, environment: where }] : [],
    ),
    pending: decisions.some(each => each.status === 'PENDING'),
    refused: decisions.flatMap(each => {
      const { counts, reason } = approvalCounts(each, ask);
      return each.status === 'APPROVED' && !counts ? [`version ${each.version}: ${reason}`] : [];
    }),
  };
};

/** The decision that holds for each version. A refusal or revocation needs no proof of independence: it takes an approval away, it never gives one. */
const lastDecisions = (ask: ApprovalQuestion, decisions: readonly ApprovalDecision[], environment: string): ApprovalDecision[] => {
  const deciding = decisions.filter(
    each =>
      each.status !== 'PENDING' &&
      (each.environment === null || sameEnvironment(each.environment, environment, ask.settings)) &&
      (each.status !== 'APPROVED' || approvalCounts(each, ask).counts),
  );
  return [...Map.groupBy(deciding, each => each.version).values()].map(same =>
    same.reduce((latest, each) => (elapsed(latest.at, each.at) >= 0 ? each : latest)),
  );
};

const approvalIn = ({ status, version, identity, environment, at, expiresAt }: ApprovalDecision, ask: ApprovalQuestion): Approval[] =>
  status === 'APPROVED' ? [{ version, identity, environment, at, expiresAt: expiryOf(at, expiresAt, ask) }] : [];

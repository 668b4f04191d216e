import { actEvidence, type DeploymentActs } from '../act.ts';
import type { PackageFacts } from '../composition.ts';
import type { EnvironmentFacts } from '../environment.ts';
import type { About, Subject, Verdict } from '../finding.ts';
import type { Match } from '../match.ts';
import { receiversFor } from '../receivers.ts';
import type { OwnerAnswer, Registration, Tier } from '../registration.ts';
import { type RuleEntry, type RuleId, ruleEntry } from '../rule-catalog.ts';
import { parseScopeId } from '../scope.ts';
import type { Settings } from '../settings.ts';
import { severityOf } from '../severity.ts';
import type { InvocationLogging, Invocations, Sighting } from '../sighting.ts';
import type { Standing } from '../standing.ts';
import { HOUR, type Instant, isDue, plus } from '../time.ts';
import { present, violated } from './verdict.ts';

/** One deployment with everything that its rules judge it by. */
export interface DeploymentCase {
  /** Its tags are those that were read last, where any were. */
  readonly sighting: Sighting;
  readonly tagsUnread: boolean;
  readonly match: Match;
  readonly environment: EnvironmentFacts;
  /** With the matched registration; null without one. */
  readonly standing: Standing | null;
  readonly firstSeen: Instant;
  readonly acts: DeploymentActs | undefined;
  /** Why nobody was asked who made it; null: somebody was, or nobody could be. */
  readonly creatorUnread: string | null;
  readonly packages: readonly PackageFacts[];
  /** undefined: they were not counted in this listing. */
  readonly invocations: Invocations | undefined;
  readonly invocationLogging: InvocationLogging | undefined;
  readonly unreadable: readonly string[];
  readonly owners: ReadonlyMap<string, OwnerAnswer>;
  readonly settings: Settings;
  readonly now: Instant;
}

/** A deployment whose registration is known, so that it can be held against it. */
export interface MatchedCase extends DeploymentCase {
  readonly registration: Registration;
  readonly standing: Standing;
}

export const subjectOf = ({ sighting }: Pick<DeploymentCase, 'sighting'>): Subject => `dep:${sighting.arn}`;

/** Instants on both sides of a grace: since when, and whether it is over. */
export const isPast = (since: Instant, hours: number, now: Instant): boolean => isDue(plus(since, hours * HOUR), now);

const registrationOf = ({ match }: DeploymentCase): Registration | null => (match.state === 'MATCHED' ? match.registration : null);

/** The tier that a violation is judged by; of several candidates the highest, and absent counts as the highest of all. */
export const tierOf = ({ match }: DeploymentCase): Tier | null => {
  if (match.state === 'MATCHED') return match.registration.riskTier;
  if (match.state === 'UNMATCHED') return null;
  const tiers = match.candidates.map(({ riskTier }) => riskTier);
  return tiers.includes(null) ? null : ((['HIGH', 'MEDIUM', 'LOW', 'EXPERIMENT'] as const).find(tier => tiers.includes(tier)) ?? null);
};

const aboutOf = (c: DeploymentCase): About => {
  const { sighting, environment, owners, settings } = c;
  const registration = registrationOf(c);
  const scope = parseScopeId(sighting.scope);
  const account = scope?.account ?? null;
  return {
    name: sighting.name,
    // The key of a use is no ARN that anybody else would know.
    arn: sighting.kind === 'MODEL_USE' ? null : sighting.arn,
    model: registration?.name ?? null,
    composition: sighting.detail.state === 'KNOWN' ? sighting.detail.composition.digest : null,
    ...(sighting.createdAt === null ? {} : { createdAt: sighting.createdAt }),
    environment: environment.environment,
    account,
    region: scope?.region ?? null,
    ...receiversFor({ registration, sighting, account, owners, settings }),
  };
};

interface Found {
  readonly code: string;
  readonly reason: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly evidence: Readonly<Record<string, string | readonly string[]>>;
  /** For some tiers another severity than the rule's. */
  readonly severity?: Partial<RuleEntry['severity']>;
}

/** A violation by a deployment, with the evidence that every rule shares after its own. */
export const violatedBy = (c: DeploymentCase, rule: RuleId, { code, reason, facts, evidence, severity }: Found): Verdict => {
  const { sighting, environment, match, firstSeen, acts, creatorUnread } = c;
  const registration = registrationOf(c);
  const tier = tierOf(c);
  const shared = present({
    status: sighting.status,
    pending: sighting.pending,
    environment: `${environment.environment} (${environment.because})`,
    matchedBy: match.state === 'UNMATCHED' ? null : match.by,
    origin: registration?.origin,
    technicalOwner: registration?.technicalOwner,
    businessOwner: registration?.businessOwner,
    firstSeen,
    createdAt: sighting.createdAt,
  });
  return violated({
    rule,
    subject: subjectOf(c),
    code,
    reason,
    severity: severityOf({ ...ruleEntry(rule).severity, ...severity }, tier, environment),
    facts: { ...facts, ...present({ tier }) },
    // Who did it comes first, so that no other evidence can push it out.
    evidence: { ...actEvidence(acts, sighting.createdAt), ...present({ creatorUnread }), ...evidence, ...shared },
    about: aboutOf(c),
  });
};

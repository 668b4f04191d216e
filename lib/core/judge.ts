import type { DeploymentActs } from './act.ts';
import type { PackageFacts } from './composition.ts';
import { environmentOf, judgedAs } from './environment.ts';
import type { Verdict } from './finding.ts';
import type { InventoryItem } from './inventory.ts';
import { claimsOf } from './match-keys.ts';
import { type Match, matchIn, type RegistrationIndex } from './match.ts';
import type { JudgedSighting } from './plan.ts';
import type { OwnerAnswer } from './registration.ts';
import type { RuleId } from './rule-catalog.ts';
import { judgeUnapproved } from './rules/apr-01.ts';
import { judgeNotCovered } from './rules/apr-02.ts';
import { judgeExpired, judgeExpiredAsLastSeen } from './rules/apr-03.ts';
import { type DeploymentCase, isPast, type MatchedCase, subjectOf } from './rules/deployment-case.ts';
import { judgeConstraints } from './rules/evd-05.ts';
import { judgeUnregistered, unregisteredRule } from './rules/inv-01.ts';
import { judgeDrift } from './rules/inv-03.ts';
import { judgeArtefactDrift, judgeUnregisteredArtefact } from './rules/inv-04.ts';
import { type DeclarationCase, judgeGhost } from './rules/inv-06.ts';
import { judgeRetired } from './rules/inv-07.ts';
import { judgeMisplaced } from './rules/inv-08.ts';
import { judgeAmbiguous } from './rules/inv-09.ts';
import { judgeMetadata } from './rules/inv-10.ts';
import { judgeUpstream, judgeUpstreamAsLastSeen, withLifecycles } from './rules/lif-02.ts';
import { judgeIdle } from './rules/lif-03.ts';
import type { ModelCase } from './rules/model-case.ts';
import { judgeIncomplete } from './rules/ops-01.ts';
import { judgeStale } from './rules/ops-02.ts';
import { judgeOwnerMissing } from './rules/own-01.ts';
import { judgeOwnerInactive } from './rules/own-02.ts';
import { judgeAttestation } from './rules/own-03.ts';
import type { ScopeCase } from './rules/scope-case.ts';
import type { Settings } from './settings.ts';
import type { Listing, Sighting, Unit, UnreadGroup } from './sighting.ts';
import { standingOf } from './standing.ts';
import type { Instant } from './time.ts';

/** A deployment, what is remembered of it, and everything to judge it by. */
export interface DeploymentQuestion {
  readonly sighting: Sighting;
  readonly item: InventoryItem | undefined;
  readonly acts: DeploymentActs | undefined;
  readonly creatorUnread: string | null;
  readonly index: RegistrationIndex;
  readonly packages: readonly PackageFacts[];
  readonly packagesUnread: readonly UnreadGroup[];
  readonly groupsAsked: readonly string[];
  readonly invocations: Listing['invocations'];
  readonly invocationLogging: Listing['invocationLogging'];
  readonly unreadable: readonly string[];
  readonly owners: ReadonlyMap<string, OwnerAnswer>;
  readonly settings: Settings;
  readonly now: Instant;
}

/** Whether two looks at one ARN saw two deployments, one created after the other. */
export const isRecreated = (before: Instant | null, after: Instant | null): boolean =>
  before !== null && after !== null && before !== after;

/** Everything that the rules of one deployment judge it by: whose it is, where it runs, and where it stands. */
export const deploymentCase = (ask: DeploymentQuestion): DeploymentCase => {
  const { item, acts, creatorUnread, packages, packagesUnread, groupsAsked, unreadable, owners, settings, now } = ask;
  const read = withLifecycles(withUnits(ask.sighting), item?.sighting.upstream);
  const match = readable(recalled(matchIn(ask.index, read, settings), { ...ask, sighting: read }), ask);
  const sighting = withTags(read, item);
  const registration = match.state === 'MATCHED' ? match.registration : null;
  const environment = environmentOf(sighting, registration, settings);
  const question = { sighting, packages, packagesUnread, groupsAsked, settings, now, environment: judgedAs(environment, settings) };
  const firstSeen = item && !isRecreated(item.sighting.createdAt, sighting.createdAt) ? item.firstSeen : now;
  return {
    sighting,
    match,
    environment,
    tagsUnread: read.tags === null,
    acts,
    creatorUnread,
    firstSeen,
    packages,
    invocations: ask.invocations,
    invocationLogging: ask.invocationLogging,
    unreadable,
    owners,
    settings,
    now,
    standing: registration && standingOf({ ...question, registration }),
  };
};

/** Where tags or detail could not be read, or not now, a match that they gave before still holds: what was not read is no change. */
const recalled = (match: Match, { sighting, item, index }: DeploymentQuestion): Match => {
  if (sighting.tags !== null && sighting.detail.state === 'KNOWN' && !isRemembered(sighting.detail.units)) return match;
  const sure = match.state !== 'UNMATCHED' && (match.by === 'CLAIM' || (match.by === 'ARN' && sighting.tags !== null));
  if (sure || item?.model == null || isRecreated(item.sighting.createdAt, sighting.createdAt)) return match;
  const registration = index.get(`claim:${item.model}`)?.[0];
  return registration ? { state: 'MATCHED', registration, by: 'MEMORY' } : match;
};

/** Tags that could not be read are as they were read last: they say where it runs and whom to ask, and neither has changed. */
const withTags = (sighting: Sighting, item: InventoryItem | undefined): Sighting => {
  if (sighting.tags !== null || !item || isRecreated(item.sighting.createdAt, sighting.createdAt)) return sighting;
  return { ...sighting, tags: item.sighting.tags };
};

/** As the inventory keeps it, without its parts. */
const isRemembered = (units: readonly Unit[]): boolean =>
  units.length > 0 && units.every(({ composition }) => composition.parts.length === 0);

/** A claim whose registration cannot be read, or the memory of one, is nobody's to take over: no weaker match stands in for it. */
const readable = (match: Match, { sighting, item, unreadable, settings }: DeploymentQuestion): Match => {
  const claimed = claimsOf(sighting, settings).find(name => unreadable.includes(name));
  const isKnown = match.state === 'MATCHED' && match.by === 'CLAIM';
  const remembered = isKnown || !item || isRecreated(item.sighting.createdAt, sighting.createdAt) ? null : item.model;
  const claims = claimed ?? (remembered !== null && unreadable.includes(remembered) ? remembered : null);
  return claims === null ? match : { state: 'UNMATCHED', resembles: [], claims };
};

/** Whatever says that it serves models and names none was not read as it is: nothing at all is covered by everything. */
const withUnits = (sighting: Sighting): Sighting => {
  const { detail, hosts } = sighting;
  if (detail.state === 'UNKNOWN' || detail.units.length > 0 || hosts === 'COMPONENTS') return sighting;
  return { ...sighting, detail: { state: 'UNKNOWN', cause: 'FAILED', reason: 'it serves, and names no model' } };
};

const RULES_OF_MATCHED = [
  'INV-03',
  'INV-04',
  'INV-05',
  'INV-07',
  'INV-08',
  'APR-01',
  'APR-02',
  'APR-03',
  'EVD-05',
] as const satisfies readonly RuleId[];
const JUDGES: Readonly<Record<(typeof RULES_OF_MATCHED)[number], (c: MatchedCase) => Verdict>> = {
  'INV-03': judgeDrift,
  'INV-04': judgeArtefactDrift,
  'INV-05': judgeUnregisteredArtefact,
  'INV-07': judgeRetired,
  'INV-08': judgeMisplaced,
  'APR-01': judgeUnapproved,
  'APR-02': judgeNotCovered,
  'APR-03': judgeExpired,
  'EVD-05': judgeConstraints,
};
const RULES_OF_ALL: readonly RuleId[] = ['INV-09', 'LIF-02', 'LIF-03', ...RULES_OF_MATCHED];

const matched = (c: DeploymentCase): MatchedCase | null =>
  c.match.state === 'MATCHED' && c.standing ? { ...c, registration: c.match.registration, standing: c.standing } : null;

/** What every rule says of one deployment. */
export const judgeDeployment = (c: DeploymentCase): readonly Verdict[] => {
  const subject = subjectOf(c);
  const same = (rules: readonly RuleId[], verdict: Omit<Silent, 'rule' | 'subject'>) => rules.map(rule => ({ rule, subject, ...verdict }));
  const exempt = whyNotJudged(c);
  if (exempt) return same([unregisteredRule(c), ...RULES_OF_ALL], exempt);
  const unregistered = judgeUnregistered(c);
  const whose = [unregistered, judgeAmbiguous(c, unregistered), judgeUpstream(c), judgeIdle(c)];
  const own = matched(c);
  if (own) return [...whose, ...RULES_OF_MATCHED.map(rule => JUDGES[rule](own))];
  // What was found against a registration that is gone is no fact any more, and INV-01 or INV-02 is: beside it, it would be the worse one for ever.
  if (unregistered.outcome === 'VIOLATED')
    return [...whose, ...same(RULES_OF_MATCHED, { outcome: 'CLEAR', code: 'UNREGISTERED', reason: 'its registration is gone' })];
  const code = c.match.state === 'AMBIGUOUS' ? 'AMBIGUOUS' : 'NO_REGISTRATION';
  return [...whose, ...same(RULES_OF_MATCHED, { outcome: 'CANNOT_TELL', code, reason: 'no one registration to hold it against' })];
};

type Silent = Exclude<Verdict, { outcome: 'VIOLATED' }>;

const whyNotJudged = ({ sighting, settings, firstSeen, now }: DeploymentCase): Omit<Silent, 'rule' | 'subject'> | null => {
  const { hosts, detail, presence, createdAt, status } = sighting;
  if (detail.state === 'UNKNOWN' && detail.cause === 'VANISHED')
    return { outcome: 'CANNOT_TELL', code: 'DETAIL_VANISHED', reason: 'it was gone when it was described' };
  if (hosts === 'COMPONENTS') return { outcome: 'CLEAR', code: 'HOSTS_COMPONENTS', reason: 'its inference components answer instead' };
  if (presence === 'NOT_SERVING') return { outcome: 'CLEAR', code: 'NOT_SERVING', reason: `it does not serve (${status})` };
  if (presence === 'STARTING' && !isPast(createdAt ?? firstSeen, settings.policy.startingGraceHours, now))
    return { outcome: 'CLEAR', code: 'STARTING', reason: 'it does not serve yet' };
  return null;
};

/** What dates alone say of a deployment that could not be read now. */
export const judgeUnread = (c: DeploymentCase, version: string | null): readonly Verdict[] => {
  const own = matched(c);
  return [judgeUpstreamAsLastSeen(c), ...(own ? [judgeExpiredAsLastSeen(own, version)] : [])];
};

/** What was decided about whose a deployment is, for people and for the inventory. */
export const judgedSighting = ({ sighting, match, standing, environment }: DeploymentCase): JudgedSighting => ({
  sighting,
  model: match.state === 'MATCHED' ? match.registration.name : null,
  version: standing?.version ?? null,
  matchedBy: match.state === 'UNMATCHED' ? 'UNMATCHED' : match.state === 'AMBIGUOUS' ? `AMBIGUOUS by ${match.by}` : match.by,
  environment: environment.environment,
});

export const judgeModel = (c: ModelCase): readonly Verdict[] => [
  judgeOwnerMissing(c),
  judgeOwnerInactive(c),
  judgeAttestation(c),
  judgeMetadata(c),
];

export const judgeDeclaration = (c: DeclarationCase): readonly Verdict[] => [judgeGhost(c)];

export const judgeScope = (c: ScopeCase): readonly Verdict[] => [judgeIncomplete(c), judgeStale(c)];

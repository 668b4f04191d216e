import type { Verdict } from '../finding.ts';
import type { Match } from '../match.ts';
import { ownerTagOf } from '../receivers.ts';
import { type DeploymentCase, isPast, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear, present } from './verdict.ts';

type Unmatched = Extract<Match, { state: 'UNMATCHED' }>;

/** What somebody made is INV-01; a model that is only called, as everybody may, INV-02. */
export const unregisteredRule = ({ sighting }: Pick<DeploymentCase, 'sighting'>): 'INV-01' | 'INV-02' =>
  sighting.kind === 'MODEL_USE' ? 'INV-02' : 'INV-01';

/** INV-01: a live deployment that nobody registered; INV-02: the use of a model. */
export const judgeUnregistered = (c: DeploymentCase): Verdict => {
  const { match, environment, firstSeen, sighting, settings, now } = c;
  const subject = subjectOf(c);
  const rule = unregisteredRule(c);
  if (match.state === 'MATCHED') return clear(rule, subject, 'REGISTERED', `registered as ${match.registration.name}`);
  if (match.state === 'AMBIGUOUS') return clear(rule, subject, 'AMBIGUOUS', 'more than one registration fits');
  const obstacle = whyUnknown(c);
  if (obstacle) return cannotTell(rule, subject, obstacle.code, obstacle.reason);
  const grace = settings.policy.graceHoursNonProduction;
  if (environment.production === 'NO' && !isPast(sighting.createdAt ?? firstSeen, grace, now))
    return clear(rule, subject, 'IN_GRACE', `outside production it has ${grace} hours to be registered`);
  return unregistered(c, match);
};

/** What could not be read might have said whose it is. A lineage that is lost or replaced will never say: then the claim is what is missing. */
const whyUnknown = ({ unreadable, tagsUnread, sighting: { detail } }: DeploymentCase): { code: string; reason: string } | null => {
  if (unreadable.length > 0) return { code: 'REGISTRY_UNREADABLE', reason: 'a registration that may be its own cannot be read' };
  if (tagsUnread) return { code: 'TAGS_UNKNOWN', reason: 'its tags could not be read' };
  if (detail.state === 'KNOWN' || detail.cause === 'LINEAGE_LOST' || detail.cause === 'LINEAGE_REPLACED') return null;
  return { code: `DETAIL_${detail.cause}`, reason: detail.reason };
};

const unregistered = (c: DeploymentCase, { claims, resembles }: Unmatched): Verdict => {
  const { sighting, settings } = c;
  const { tags, detail } = sighting;
  const ownerTag = ownerTagOf(tags, settings);
  const rule = unregisteredRule(c);
  const whose = claims === null ? `owner tag: ${ownerTag ?? 'none'}` : `it claims ${claims}, which is not registered`;
  const known = detail.state === 'KNOWN' ? detail : null;
  const parts = known?.composition.parts.map(({ kind, identity }) => `${kind.toLowerCase()} ${identity}`);
  return violatedBy(c, rule, {
    code: known ? 'UNREGISTERED' : 'UNIDENTIFIED',
    // Nothing bears the tags of a use.
    reason: rule === 'INV-02' ? 'called, but nobody registered its use' : `nobody registered it; ${whose}`,
    facts: present({ ownerTag, claims }),
    evidence: {
      ...present({ ownerTag, claims, composition: known?.composition.digest, unknown: detail.state === 'UNKNOWN' ? detail.reason : null }),
      ...(resembles.length > 0 ? { resembles: resembles.slice(0, 10) } : {}),
      packages: known?.units.flatMap(unit => unit.packageArns).slice(0, 10) ?? [],
      runs: parts?.slice(0, 10) ?? [],
      tagKeys: Object.keys(tags ?? {}).toSorted(),
    },
  });
};

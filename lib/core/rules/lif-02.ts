import type { Verdict } from '../finding.ts';
import { baseModelsOf } from '../model-use.ts';
import type { RuleEntry } from '../rule-catalog.ts';
import type { Settings } from '../settings.ts';
import type { Sighting, UpstreamModel } from '../sighting.ts';
import { DAY, elapsed, type Instant, isDue } from '../time.ts';
import { type DeploymentCase, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear } from './verdict.ts';

/** How near the end of a model is, most urgent first. At its legacy the severities are the rule's. */
const STAGES = {
  ENDED: { MEDIUM: 'HIGH', HIGH: 'CRITICAL' },
  LAST_DAYS: { MEDIUM: 'HIGH', HIGH: 'CRITICAL' },
  SOON: { MEDIUM: 'HIGH' },
  LEGACY: {},
} as const satisfies Record<string, Partial<RuleEntry['severity']>>;
type Stage = keyof typeof STAGES;

/** LIF-02: a model that it rests on is legacy, or has not long to live. */
export const judgeUpstream = (c: DeploymentCase): Verdict => {
  const { upstream } = c.sighting;
  const subject = subjectOf(c);
  if (upstream === undefined) return clear('LIF-02', subject, 'NO_UPSTREAM', 'it rests on no model of a provider');
  if (upstream === null) return cannotTell('LIF-02', subject, 'LIFECYCLES_UNREAD', 'the lifecycles of models could not be read');
  const found = upstream.flatMap(model => ending(model, c.settings, c.now)).toSorted((a, b) => (urgency(a) < urgency(b) ? -1 : 1));
  const [first] = found;
  if (first) return nearTheEnd(c, first, found);
  const rests = baseModelsOf(c.sighting);
  if (rests.length === 0 && upstream.length === 0) return clear('LIF-02', subject, 'NO_UPSTREAM', 'it rests on no model of a provider');
  const unlisted = rests.find(id => !upstream.some(({ model }) => model === id));
  return unlisted === undefined
    ? clear('LIF-02', subject, 'KEPT', 'its provider keeps the models that it rests on')
    : cannotTell('LIF-02', subject, 'NOT_LISTED', `its provider does not list ${unlisted}`);
};

/** The same, where it could not be read now: dates pass without a listing, and nothing else is known to have changed. */
export const judgeUpstreamAsLastSeen = (c: DeploymentCase): Verdict => {
  const verdict = judgeUpstream(c);
  return verdict.outcome === 'VIOLATED' && c.sighting.presence === 'SERVING'
    ? verdict
    : cannotTell('LIF-02', verdict.subject, 'NOT_CHECKED', 'it was not read in this run');
};

/**
 * What the provider says now; of models that it could not be asked for, what it said last. Of one that it does not list any more only an end
 * that it named still holds: that it kept it, it says no more.
 */
export const withLifecycles = (sighting: Sighting, remembered: Sighting['upstream']): Sighting => {
  const { upstream, detail } = sighting;
  if (upstream === undefined || remembered == null) return sighting;
  const rests = baseModelsOf(sighting);
  const isKept = (last: UpstreamModel) => upstream === null || (!upstream.some(({ model }) => model === last.model) && mayEnd(last));
  const kept = remembered.filter(last => isKept(last) && (detail.state === 'UNKNOWN' || rests.includes(last.model)));
  return kept.length === 0 ? sighting : { ...sighting, upstream: [...(upstream ?? []), ...kept] };
};

const mayEnd = ({ status, legacyAt, endOfLifeAt }: UpstreamModel): boolean =>
  status === 'LEGACY' || legacyAt !== null || endOfLifeAt !== null;

interface Ending extends UpstreamModel {
  readonly stage: Stage;
}

const ending = (model: UpstreamModel, settings: Settings, now: Instant): readonly Ending[] => {
  const stage = stageOf(model, settings, now);
  return stage === null ? [] : [{ ...model, stage }];
};

const stageOf = ({ status, legacyAt, endOfLifeAt }: UpstreamModel, { policy }: Settings, now: Instant): Stage | null => {
  if (endOfLifeAt !== null) {
    const left = elapsed(now, endOfLifeAt);
    // A model may be legacy for no more than 45 days: half of that is what there is to warn in.
    const warned = Math.min(
      policy.upstreamWarningDays * DAY,
      legacyAt === null ? Number.POSITIVE_INFINITY : elapsed(legacyAt, endOfLifeAt) / 2,
    );
    if (left <= 0) return 'ENDED';
    if (left < policy.upstreamLastDays * DAY) return 'LAST_DAYS';
    if (left < warned) return 'SOON';
  }
  return status === 'LEGACY' || (legacyAt !== null && isDue(legacyAt, now)) ? 'LEGACY' : null;
};

/** Of equal stage, what ends first comes first; what has no end yet, last. */
const urgency = ({ stage, endOfLifeAt, model }: Ending): string => `${Object.keys(STAGES).indexOf(stage)} ${endOfLifeAt ?? '~'} ${model}`;

const day = (at: Instant): string => at.slice(0, 10);

/** No fact moves with time: the days that are left are told by the severity. */
const nearTheEnd = (c: DeploymentCase, { model, stage, endOfLifeAt }: Ending, all: readonly Ending[]): Verdict => {
  const others = all.length === 1 ? '' : ` and ${all.length - 1} more`;
  const ends = endOfLifeAt === null ? 'is legacy, no end is set' : `${stage === 'ENDED' ? 'ended' : 'ends'} on ${day(endOfLifeAt)}`;
  return violatedBy(c, 'LIF-02', {
    code: stage,
    reason: `its model ${ends}${others}`,
    facts: { model, ends: endOfLifeAt === null ? 'not set' : day(endOfLifeAt), models: String(all.length) },
    evidence: { models: all.map(lifecycleText) },
    severity: STAGES[stage],
  });
};

const lifecycleText = ({ model, status, legacyAt, endOfLifeAt }: UpstreamModel): string =>
  [
    `${model}: ${status}`,
    ...(legacyAt === null ? [] : [`legacy from ${day(legacyAt)}`]),
    ...(endOfLifeAt === null ? [] : [`ends on ${day(endOfLifeAt)}`]),
  ].join(', ');

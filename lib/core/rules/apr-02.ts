import type { PartDifference } from '../compare.ts';
import type { Part } from '../composition.ts';
import type { Verdict } from '../finding.ts';
import type { UnitStanding } from '../standing.ts';
import { causeOf } from './inv-03.ts';
import { type MatchedCase, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear, someOf } from './verdict.ts';

/** Differing parts that evidence keeps; the count says how many there are. */
const SHOWN = 20;

/** APR-02: approvals stand, and none of them is for what runs. */
export const judgeNotCovered = (c: MatchedCase): Verdict => {
  const { environment, standing, registration } = c;
  const subject = subjectOf(c);
  const { approvals, units, unread } = standing;
  if (environment.production === 'NO') return clear('APR-02', subject, 'NOT_PRODUCTION', 'outside production no approval is asked for');
  if (unread !== null) return cannotTell('APR-02', subject, 'PACKAGES_UNREAD', unread);
  if (approvals.here.length === 0) return clear('APR-02', subject, 'NO_APPROVAL', 'no approval stands that could be for another version');
  if (units === null) return cannotTell('APR-02', subject, causeOf(c), 'what it runs is not known');
  const worst = (result: string) => units.find(({ nearest }) => nearest?.comparison.result === result);
  const other = worst('DIFFERENT');
  if (other) return notCovered(c, other);
  const isHigh = (registration.riskTier ?? 'HIGH') === 'HIGH';
  const doubtful = worst('CANNOT_TELL');
  const doubt = doubtful?.doubts.here;
  // What a tag stands for is not known, and that it is not pinned is.
  if (isHigh && doubtful && doubt?.code === 'TAG_UNRESOLVED') return notPinned(c, doubtful);
  if (doubt) return cannotTell('APR-02', subject, doubt.code, doubt.reason);
  const unpinned = worst('EQUAL_UNPINNED');
  if (unpinned && isHigh && unpinnedParts(c, unpinned).length > 0) return notPinned(c, unpinned);
  return clear('APR-02', subject, unpinned ? 'COVERED_UNPINNED' : 'COVERED', 'the approval covers what runs');
};

const notCovered = (c: MatchedCase, { unit, version, nearest }: UnitStanding): Verdict => {
  const approved = [...new Set(c.standing.approvals.here.map(approval => approval.version))].toSorted();
  const live = version === null ? 'unregistered composition' : `version ${version}`;
  const comparison = nearest?.comparison;
  return violatedBy(c, 'APR-02', {
    code: 'NOT_COVERED',
    reason: `${live} live, approval covers ${someOf(approved)}`,
    facts: {
      version: version === null ? 'this composition' : live,
      approved: `version ${nearest?.approval.version ?? 'unknown'}`,
      composition: compositionOf(c),
    },
    evidence: { ...differenceEvidence(comparison?.result === 'DIFFERENT' ? comparison.differences : []), unit, covers: approved },
  });
};

/** Three columns of equal length: what differs, as approved, as live. */
const differenceEvidence = (differences: readonly PartDifference[]) => {
  const shown = differences.slice(0, SHOWN);
  return {
    differs: shown.map(({ slot, kind }) => (kind === 'COMPOSITION' ? 'composition' : `${kind.toLowerCase()} ${slot}`)),
    approved: shown.map(({ approved }) => approved ?? 'nothing'),
    live: shown.map(({ live }) => live ?? 'nothing'),
    differences: String(differences.length),
  };
};

/**
 * What of a unit people can pin: images named by tag, and the unbounded set of a multi-model container. An artefact whose ETag is
 * not known is no finding: it is shown as unpinned, and its owner could not mend it.
 */
const unpinnedParts = ({ sighting: { detail } }: MatchedCase, { unit }: UnitStanding): readonly Part[] => {
  const parts = detail.state === 'KNOWN' ? (detail.units.find(({ name }) => name === unit)?.composition.parts ?? []) : [];
  const isUnbounded = parts.some(({ identity }) => identity === 'mode=MultiModel');
  return parts.filter(({ kind, pinned }) => !pinned && (kind === 'IMAGE' || (isUnbounded && kind === 'ARTEFACT')));
};

const notPinned = (c: MatchedCase, standing: UnitStanding): Verdict => {
  const { unit, nearest } = standing;
  const version = nearest?.approval.version ?? 'unknown';
  return violatedBy(c, 'APR-02', {
    code: 'UNPINNED',
    reason: `version ${version} live by name only: content not pinned`,
    facts: { version: `version ${version}`, approved: `a pinned version ${version}`, composition: compositionOf(c) },
    evidence: {
      unpinned: unpinnedParts(c, standing)
        .map(({ kind, identity }) => `${kind.toLowerCase()} ${identity}`)
        .slice(0, SHOWN),
      unit,
    },
  });
};

const compositionOf = ({ sighting: { detail } }: MatchedCase): string => (detail.state === 'KNOWN' ? detail.composition.digest : 'unknown');

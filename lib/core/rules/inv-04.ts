import type { PartDifference } from '../compare.ts';
import type { Verdict } from '../finding.ts';
import type { ClosestVersion, UnitStanding } from '../standing.ts';
import { versionWithin } from './around.ts';
import { causeOf } from './inv-03.ts';
import { type MatchedCase, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear, someOf } from './verdict.ts';

const isAdded = ({ approved }: PartDifference): boolean => approved === null;

/** INV-04: the model is a registered one, and something around it is not as it was registered. */
export const judgeArtefactDrift = (c: MatchedCase): Verdict => judgeAround(c, 'INV-04');

/** INV-05: the model is a registered one, and something is laid around it that nobody registered. */
export const judgeUnregisteredArtefact = (c: MatchedCase): Verdict => judgeAround(c, 'INV-05');

const judgeAround = (c: MatchedCase, rule: 'INV-04' | 'INV-05'): Verdict => {
  const subject = subjectOf(c);
  const { units } = c.standing;
  if (units === null) return cannotTell(rule, subject, causeOf(c), 'what it runs is not known');
  const found = units.flatMap(unit => drifted(unit, rule))[0];
  if (found) return violatedAround(c, rule, found);
  if (units.every(({ version }) => version !== null)) return clear(rule, subject, 'KNOWN_VERSION', 'runs a version of the registry');
  const doubt = units.find(unit => unit.doubts.version)?.doubts.version;
  return doubt
    ? cannotTell(rule, subject, doubt.code, doubt.reason)
    : clear(rule, subject, 'NOT_AROUND', 'it is no registered version with something else around it');
};

interface Drift {
  readonly unit: string;
  readonly closest: ClosestVersion;
}

/** A unit whose differences all lie around the model: all of them additions for INV-05, else INV-04. */
const drifted = (standing: UnitStanding, rule: 'INV-04' | 'INV-05'): readonly Drift[] => {
  const closest = versionWithin(standing);
  return closest?.differences.every(isAdded) === (rule === 'INV-05') ? [{ unit: standing.unit, closest }] : [];
};

const violatedAround = (c: MatchedCase, rule: 'INV-04' | 'INV-05', { unit, closest }: Drift): Verdict => {
  const { version, differences } = closest;
  const what = someOf([...new Set(differences.map(({ kind }) => kind.toLowerCase()))].toSorted());
  return violatedBy(c, rule, {
    code: rule === 'INV-05' ? 'ADDED' : 'CHANGED',
    reason: rule === 'INV-05' ? `version ${version} with an unregistered ${what}` : `version ${version} with another ${what}`,
    facts: { version: `version ${version}, changed`, approved: `version ${version}`, parts: what, composition: digestOf(c) },
    evidence: {
      differs: differences.map(({ slot, kind }) => `${kind.toLowerCase()} ${slot}`),
      approved: differences.map(each => each.approved ?? 'nothing'),
      live: differences.map(({ live }) => live ?? 'nothing'),
      unit,
    },
  });
};

const digestOf = ({ sighting: { detail } }: MatchedCase): string => (detail.state === 'KNOWN' ? detail.composition.digest : 'unknown');

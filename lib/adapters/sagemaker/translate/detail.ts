import { composeModel, composeUnits } from '../../../core/compose.ts';
import type { ArtefactFacts } from '../../../core/composition.ts';
import { digestOf } from '../../../core/digest.ts';
import type { Detail, Unit, UnknownCause } from '../../../core/sighting.ts';
import { elapsed, type Instant } from '../../../core/time.ts';
import type { Answer, Failure } from '../../aws/classify-error.ts';
import type { RawDeployedImage } from '../shapes.ts';
import { packageArnsOf, type ReadModel, withDeployedImages } from './model.ts';

export type Models = ReadonlyMap<string, Answer<ReadModel>>;
/** URI → its ETag, null where it has none that can be known. */
export type Etags = ReadonlyMap<string, Answer<string | null>>;
export type UnknownDetail = Extract<Detail, { state: 'UNKNOWN' }>;

export const unknown = (cause: UnknownCause, reason: string): UnknownDetail => ({ state: 'UNKNOWN', cause, reason });

/** Why a description could not be had. `vanished` is what "not found" means for that description. */
export const unknownBecause = ({ failure, reason }: Failure, vanished: 'VANISHED' | 'LINEAGE_LOST'): UnknownDetail => {
  if (failure === 'VANISHED') return unknown(vanished, reason);
  return unknown(failure === 'DENIED' ? 'DENIED' : 'FAILED', reason);
};

/** Whether a thing was created under its name after the deployment had selected it: then it is not what runs. */
export const isYounger = (createdAt: Instant | null, selectedAt: Instant | null): boolean =>
  createdAt !== null && selectedAt !== null && elapsed(selectedAt, createdAt) > 0;

export const replaced = (what: string, name: string) =>
  unknown('LINEAGE_REPLACED', `${what} ${name} was created anew after the deployment had selected it`);

/** The model of that name as it was when the deployment selected it, or why that cannot be told. */
export const selectedModel = (name: string, models: Models, selectedAt: Instant | null): ReadModel | UnknownDetail => {
  const answer = models.get(name);
  if (!answer) return unknown('FAILED', `model ${name} was not read`);
  if (!answer.ok) return unknownBecause(answer.failure, 'LINEAGE_LOST');
  return isYounger(answer.value.createdAt, selectedAt) ? replaced('model', name) : answer.value;
};

export interface GuardedUnit {
  readonly unit: Unit;
  readonly posture: string;
}

export const isUnknown = (value: GuardedUnit | ReadModel | Pick<ArtefactFacts, 'uri'> | UnknownDetail): value is UnknownDetail =>
  'state' in value;

/** Known only if every unit is: one unknown unit makes the whole unknown, and says why. */
export const detailOf = (units: readonly (GuardedUnit | UnknownDetail)[], posture: readonly string[]): Detail => {
  const obstacle = units.find(isUnknown);
  if (obstacle) return obstacle;
  const known = units.filter((unit): unit is GuardedUnit => !isUnknown(unit));
  return {
    state: 'KNOWN',
    composition: composeUnits(known.map(({ unit }) => unit)),
    units: known.map(({ unit }) => unit),
    posture: digestOf([...posture, ...known.map(unit => unit.posture)]),
  };
};

interface UnitParts {
  readonly name: string;
  readonly role: Unit['role'];
  readonly read: ReadModel;
  readonly deployed: readonly RawDeployedImage[];
}

export const unitOf = ({ name, role, read, deployed }: UnitParts): GuardedUnit => {
  const facts = withDeployedImages(read.facts, deployed);
  return { posture: read.posture, unit: { name, role, composition: composeModel(facts), packageArns: packageArnsOf(facts) } };
};

import { composeModel } from '../../../core/compose.ts';
import type { Unit } from '../../../core/sighting.ts';
import { elapsed, type Instant } from '../../../core/time.ts';
import type { Answer } from '../../aws/classify-error.ts';
import { type GuardedUnit, unknown, unknownBecause, type UnknownDetail } from '../../aws/detail.ts';
import type { RawDeployedImage } from '../shapes.ts';
import { packageArnsOf, type ReadModel, withDeployedImages } from './model.ts';

export type Models = ReadonlyMap<string, Answer<ReadModel>>;
/** URI → its ETag, null where it has none that can be known. */
export type Etags = ReadonlyMap<string, Answer<string | null>>;

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

import { composeUnits } from '../../core/compose.ts';
import { digestOf } from '../../core/digest.ts';
import type { Detail, Unit, UnknownCause } from '../../core/sighting.ts';
import type { Failure } from './classify-error.ts';

export type UnknownDetail = Extract<Detail, { state: 'UNKNOWN' }>;

export const unknown = (cause: UnknownCause, reason: string): UnknownDetail => ({ state: 'UNKNOWN', cause, reason });

/** Why a description could not be had. `vanished` is what "not found" means for that description. */
export const unknownBecause = ({ failure, reason }: Failure, vanished: 'VANISHED' | 'LINEAGE_LOST'): UnknownDetail => {
  if (failure === 'VANISHED') return unknown(vanished, reason);
  return unknown(failure === 'DENIED' ? 'DENIED' : 'FAILED', reason);
};

export interface GuardedUnit {
  readonly unit: Unit;
  readonly posture: string;
}

export const isUnknown = (value: object): value is UnknownDetail => 'state' in value;

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

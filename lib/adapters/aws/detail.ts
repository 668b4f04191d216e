import * as z from 'zod';
import { composeUnits } from '../../core/compose.ts';
import { digestOf } from '../../core/digest.ts';
import type { Detail, Shown, Unit, UnknownCause } from '../../core/sighting.ts';
import type { Failure } from './classify-error.ts';

export type UnknownDetail = Extract<Detail, { state: 'UNKNOWN' }>;

export const unknown = (cause: UnknownCause, reason: string): UnknownDetail => ({ state: 'UNKNOWN', cause, reason });

/** Why a description could not be had. `vanished` is what "not found" means for that description. */
export const unknownBecause = ({ failure, reason }: Failure, vanished: 'VANISHED' | 'LINEAGE_LOST'): UnknownDetail => {
  if (failure === 'VANISHED') return unknown(vanished, reason);
  return unknown(failure === 'DENIED' ? 'DENIED' : 'FAILED', reason);
};

/** How something is guarded: all of it as a digest, and what rules ask for. */
export interface Posture extends Pick<Shown, 'roles' | 'isolated'> {
  readonly digest: string;
}

/** As it is kept. */
export const keptPosture: z.ZodType<Posture> = z.object({
  digest: z.string(),
  roles: z.array(z.string()),
  isolated: z.boolean().nullable(),
});

/** `isolated` is absent where a kind does not show it. */
interface PostureFacts extends Readonly<Record<string, unknown>> {
  readonly role?: string | null;
  readonly isolated?: boolean;
}

export const postureOf = (facts: PostureFacts): Posture => ({
  digest: digestOf(facts),
  roles: facts.role == null ? [] : [facts.role],
  isolated: facts.isolated ?? null,
});

/** Known just now, with what it shows. */
type ReadDetail = Extract<Detail, { state: 'KNOWN' }> & { readonly shown: Shown };

export interface GuardedUnit {
  readonly unit: Unit;
  readonly posture: Posture;
}

export const isUnknown = (value: object): value is UnknownDetail => 'state' in value;

/** Known only if every unit is: one unknown unit makes the whole unknown, and says why. `around`: what guards all of them. */
export const detailOf = (units: readonly (GuardedUnit | UnknownDetail)[], around: readonly Posture[]): ReadDetail | UnknownDetail => {
  const obstacle = units.find(isUnknown);
  if (obstacle) return obstacle;
  const known = units.filter((unit): unit is GuardedUnit => !isUnknown(unit));
  return {
    state: 'KNOWN',
    composition: composeUnits(known.map(({ unit }) => unit)),
    units: known.map(({ unit }) => unit),
    posture: digestOf([...around, ...known.map(({ posture }) => posture)].map(({ digest }) => digest)),
    shown: shownOf(
      around,
      known.map(({ posture }) => posture),
    ),
  };
};

const shownOf = (around: readonly Posture[], units: readonly Posture[]): Shown => ({
  roles: [...new Set([...around, ...units].flatMap(({ roles }) => roles))].toSorted(),
  isolated: isIsolated(around, units),
  asynchronous: false,
});

const isIsolated = (around: readonly Posture[], units: readonly Posture[]): boolean | null => {
  if (around.some(({ isolated }) => isolated === true) || units.every(({ isolated }) => isolated === true)) return true;
  return units.some(({ isolated }) => isolated === null) ? null : false;
};

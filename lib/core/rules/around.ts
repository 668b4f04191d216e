import type { PartDifference } from '../compare.ts';
import type { PartKind } from '../composition.ts';
import type { ClosestVersion, UnitStanding } from '../standing.ts';

/** The model itself: another of these is another version, which INV-03 and APR-02 tell. All else is laid around it. */
const ITSELF: readonly (PartKind | 'COMPOSITION')[] = ['IMAGE', 'ARTEFACT', 'PACKAGE', 'MODEL', 'COMPOSITION'];

const isAround = ({ kind }: PartDifference): boolean => !ITSELF.includes(kind);

/** The registered version that a unit is but for what lies around the model; null: it is one, or is none. */
export const versionWithin = ({ closest }: Pick<UnitStanding, 'closest'>): ClosestVersion | null =>
  closest !== null && closest.differences.length > 0 && closest.differences.every(isAround) ? closest : null;

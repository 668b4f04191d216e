import { claimsOf, registrationKeys, sightingKeys } from './match-keys.ts';
import { isOffered } from './model-use.ts';
import type { Registration } from './registration.ts';
import type { Settings } from './settings.ts';
import type { Sighting } from './sighting.ts';
import { tagOf } from './tags.ts';

/** Strongest first. A claim decides whose a deployment is even where what it runs cannot be read. */
const LEVELS = [
  ['claim', 'CLAIM'],
  ['dep', 'ARN'],
  ['use', 'USE'],
  ['pkg', 'PACKAGE'],
  ['group', 'GROUP'],
  ['digest', 'DIGEST'],
  ['parts', 'PARTS'],
  ['tag', 'TAGS'],
] as const;

/** MEMORY: what it runs or its tags could not be read now, and it was matched so when they could. */
type MatchedBy = (typeof LEVELS)[number][1] | 'MEMORY';

export type Match =
  | { readonly state: 'MATCHED'; readonly registration: Registration; readonly by: MatchedBy }
  | { readonly state: 'AMBIGUOUS'; readonly candidates: readonly Registration[]; readonly by: MatchedBy }
  | {
      readonly state: 'UNMATCHED';
      /** Registrations with the same name stem, or of the same model of a provider: a hint for people, never a match. */
      readonly resembles: readonly string[];
      /** A name that the deployment claims and nobody registered. */
      readonly claims: string | null;
    };

/** Registrations by match key, so that a deployment is matched in the time of its own keys. */
export type RegistrationIndex = ReadonlyMap<string, readonly Registration[]>;

export const indexRegistrations = (registrations: readonly Registration[]): RegistrationIndex => {
  const index = new Map<string, Registration[]>();
  for (const registration of registrations)
    for (const key of registrationKeys(registration)) {
      const same = index.get(key);
      if (same) same.push(registration);
      else index.set(key, [registration]);
    }
  return index;
};

/** Whose a deployment is: the registrations that answer at the strongest level at which any does. */
export const matchSighting = (sighting: Sighting, registrations: readonly Registration[], settings: Settings): Match =>
  matchIn(indexRegistrations(registrations), sighting, settings);

export const matchIn = (index: RegistrationIndex, sighting: Sighting, settings: Settings): Match => {
  const keys = Map.groupBy(sightingKeys(sighting, settings), key => key.slice(0, key.indexOf(':')));
  const answering = (level: string): readonly Registration[] => {
    const found = new Map((keys.get(level) ?? []).flatMap(key => (index.get(key) ?? []).map(each => [each.name, each] as const)));
    return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };
  const alike = isOfferedToAll(sighting) ? answering('digest') : [];
  for (const [level, by] of LEVELS) {
    if (level === 'digest' && alike.length > 0) continue;
    const candidates = answering(level).filter(each => level !== 'tag' || hasAllTags(sighting, each));
    const [registration, ...others] = candidates;
    if (registration) return others.length === 0 ? { state: 'MATCHED', registration, by } : { state: 'AMBIGUOUS', candidates, by };
  }
  const [claims = null] = claimsOf(sighting, settings);
  const resembles = [...new Set([...answering('name'), ...alike].map(({ name }) => name))];
  return { state: 'UNMATCHED', resembles, claims };
};

/** Whether it has the digest that everybody has who serves that model. So has what is remembered without its parts, whose match is remembered too. */
const isOfferedToAll = ({ detail }: Sighting): boolean => detail.state === 'KNOWN' && detail.composition.parts.every(isOffered);

const hasAllTags = ({ tags }: Sighting, { match }: Registration): boolean =>
  Object.entries(match.tags).every(([key, value]) => tagOf(tags, key) === value);

import type { OwnerAnswer, Registration } from '../core/registration.ts';
import type { Settings } from '../core/settings.ts';
import type { Sighting } from '../core/sighting.ts';
import { tagOf } from '../core/tags.ts';
import type { OwnerDirectory } from '../ports.ts';

/** Everybody that registrations or owner tags name. A tag is only a hint for routing; the directory decides whether it is a person. */
export const namedOwners = (
  registrations: readonly Registration[],
  sightings: readonly Sighting[],
  settings: Settings,
): ReadonlySet<string> => {
  const registered = registrations.flatMap(({ businessOwner, technicalOwner }) => [businessOwner, technicalOwner]);
  const tagged = sightings.flatMap(({ tags }) => settings.ownerTags.map(key => tagOf(tags, key) ?? null));
  return new Set([...registered, ...tagged].flatMap(person => (person ? [person] : [])));
};

/** Asks the directory once per person. */
export const lookUpOwners = async (directory: OwnerDirectory, people: ReadonlySet<string>): Promise<ReadonlyMap<string, OwnerAnswer>> => {
  const answers = new Map<string, OwnerAnswer>();
  for (const person of people) answers.set(person, await directory.lookUp(person));
  return answers;
};

import type { About } from './finding.ts';
import type { OwnerAnswer, Registration } from './registration.ts';
import type { Settings } from './settings.ts';
import type { Sighting } from './sighting.ts';
import { tagOf } from './tags.ts';

export interface ReceiverFacts {
  readonly registration: Registration | null;
  readonly sighting: Sighting | null;
  readonly account: string | null;
  readonly owners: ReadonlyMap<string, OwnerAnswer>;
  readonly settings: Settings;
}

/** The owner that a deployment's tags name; several in one tag name nobody. A hint for routing, never a record. */
export const ownerTagOf = (tags: Sighting['tags'], settings: Settings): string | null => {
  const values = settings.ownerTags.map(key => (tagOf(tags, key) ?? '').trim());
  return values.find(value => value !== '' && !value.includes(',')) ?? null;
};

/** Who is told besides security, and why they: the first that applies. */
export const receiversFor = (facts: ReceiverFacts): Pick<About, 'receivers' | 'receiversBecause'> => {
  const { registration, sighting, account, owners, settings } = facts;
  const registered = [registration?.technicalOwner, registration?.businessOwner].filter(owner => owner != null);
  if (registered.length > 0) return { receivers: [...new Set(registered)], receiversBecause: 'REGISTRATION' };
  const tagged = ownerTagOf(sighting?.tags ?? null, settings);
  if (tagged !== null && owners.get(tagged)?.status === 'ACTIVE') return { receivers: [tagged], receiversBecause: 'OWNER_TAG' };
  const contact = settings.accounts[account ?? '']?.contact;
  if (contact !== undefined) return { receivers: [contact], receiversBecause: 'ACCOUNT_CONTACT' };
  return { receivers: [], receiversBecause: 'SECURITY_ALONE' };
};

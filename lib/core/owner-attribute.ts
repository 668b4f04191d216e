import { personKey } from './person.ts';
import { visible } from './plain-text.ts';

/** The `owner` attribute of a message, and what a subscription filters by: one form for both, and never cut, or a long name would fit no filter. */
export const ownerAttribute = (person: string): string => visible(personKey(person)).replaceAll('\t', '\\u0009');

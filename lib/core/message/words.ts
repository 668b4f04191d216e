import type { About, FindingRecord } from '../finding.ts';
import type { OwedNotice } from '../notices.ts';
import { TIERS, type Tier } from '../registration.ts';
import { ruleEntry } from '../rule-catalog.ts';
import type { Settings } from '../settings.ts';
import { DAY, HOUR, type Instant, plus } from '../time.ts';
import { safeText } from './safe-text.ts';

/** What the texts of one run have in common. */
export interface TextContext {
  readonly now: Instant;
  readonly settings: Settings;
  /** The shortest prefix, at least 4 characters after `F-`, that no other finding has: what people type. */
  readonly shortId: (record: FindingRecord) => string;
  readonly isReached: (person: string) => boolean;
}

export interface Text {
  readonly subject: string;
  readonly body: string;
}

/** A piece of a message that is never cut in two, with the notices that it tells. */
export interface Block {
  readonly lines: readonly string[];
  readonly notices: readonly OwedNotice[];
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
/** Hours in which a CRITICAL finding is answered, whatever the tier (governance tier table). */
const CRITICAL_HOURS = 4;

/** `23 Nov 09:12 UTC` */
export const moment = (at: Instant): string => `${Number(at.slice(8, 10))} ${MONTHS[Number(at.slice(5, 7)) - 1]} ${at.slice(11, 16)} UTC`;

/** `13:12 UTC`, with the day before it unless that is today. */
export const momentFrom = (at: Instant, now: Instant): string =>
  at.slice(0, 10) === now.slice(0, 10) ? `${at.slice(11, 16)} UTC` : moment(at);

/** When an answer is expected, counted from the telling: 4 hours for CRITICAL, else the acknowledgement days of the tier. */
export const answerBy = (record: FindingRecord, { now, settings }: TextContext): Instant =>
  plus(now, record.severity === 'CRITICAL' ? CRITICAL_HOURS * HOUR : settings.policy.acknowledgeDays[tierOf(record)] * DAY);

/** The default end of an acknowledgement, as a date. */
export const acknowledgeUntil = (record: FindingRecord, { now, settings }: TextContext): string =>
  plus(now, settings.policy.acknowledgeDays[tierOf(record)] * DAY).slice(0, 10);

/** A finding that does not say its tier is answered for as HIGH. */
export const tierOf = (record: FindingRecord): Tier => TIERS.find(tier => tier === record.facts['tier']) ?? 'HIGH';

/** `fraud-scorer runs a version nobody approved (prod)` */
export const headline = ({ rule, about }: FindingRecord): string => {
  const { title, subject } = ruleEntry(rule);
  const environment = about.environment === 'unknown' ? 'environment unknown' : safeText(about.environment, 40);
  const joint = /^(runs|fits) /.test(title) ? ' ' : ': ';
  return `${safeText(about.name, 80)}${joint}${title}${subject === 'dep' ? ` (${environment})` : ''}`;
};

/** That nobody looks any more is not that it is in order. */
export const closedWord = ({ cleared }: FindingRecord): string => (cleared?.code === 'SCOPE_RETIRED' ? 'not watched any more' : 'resolved');

/** `account 111122223333 (eu-west-1)`, as far as known. */
export const place = ({ account, region }: About): string =>
  account === null ? 'the registry' : `account ${safeText(account, 20)}${region === null ? '' : ` (${safeText(region, 30)})`}`;

/** `Kim` from `kim@example.com`. */
export const givenName = (person: string): string => {
  const name = safeText(person.split(/[@.+]/)[0] || person, 40);
  return name.charAt(0).toUpperCase() + name.slice(1);
};

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `a 3, b 2 and 4 more` of the counted names, the most frequent first; the sum of what is listed and "more" is the whole. */
export const tally = (names: readonly string[], max = 10): string => {
  const counts = [...Map.groupBy(names, name => name)].map(([name, same]) => ({ name, count: same.length }));
  counts.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const more = counts.slice(max).reduce((sum, { count }) => sum + count, 0);
  const listed = counts.slice(0, max).map(({ name, count }) => `${safeText(name, 60)} ${count}`);
  return `${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

import { digestOf } from './digest.ts';
import type { StoredFinding } from './finding.ts';
import type { RunTotals } from './inventory.ts';
import { ownerBlock } from './message/owner-mail.ts';
import { safeSubject, safeText, utf8Bytes } from './message/safe-text.ts';
import { tellGrouped } from './message/scan-failure.ts';
import { coverage, massChangeText, observeLines, quietText, securityBlock, subjectOf } from './message/security-text.ts';
import { type Block, givenName, plural, type Text, type TextContext } from './message/words.ts';
import type { Message, Receiver } from './notice.ts';
import type { OwedNotice } from './notices.ts';
import { ownerAttribute } from './owner-attribute.ts';
import { SEVERITIES } from './rule-catalog.ts';
import type { Settings } from './settings.ts';
import { DAY, elapsed, type Instant, isDue, plus, wholeDays } from './time.ts';

export interface MessageQuestion {
  /** Every finding but archived ones, so that short ids are unique among them; between two roll calls only some, and ids are whole. */
  readonly findings: readonly StoredFinding[];
  /** From `noticesOwed`, most urgent first. */
  readonly owed: readonly OwedNotice[];
  readonly now: Instant;
  readonly slot: Instant;
  readonly totals: RunTotals | null;
  readonly firstRollCall: boolean;
  /** Between two roll calls, after changes were looked at: what cannot wait is told, and the summary is left to a roll call. */
  readonly between?: true;
  /** The slot whose run last settled the daily summary; undefined before the first. */
  readonly lastSummary: Instant | undefined;
  /** Owners whose receiver is confirmed; undefined where that is not known: configured then counts as reached. */
  readonly reached: ReadonlySet<string> | undefined;
  readonly settings: Settings;
}

export interface MessagePlan {
  /** In the order in which they are sent: owners, most urgent first, then security. */
  readonly messages: readonly Message[];
  /** The day's summary is done with these messages, were it only because nothing is owed. */
  readonly summarySettled: boolean;
  /** Findings that the fold guard put into the backlog. */
  readonly folded: number;
}

/** Bounds of one part: SNS takes 256 KiB with attributes, and a stored message holds its members beside its text. */
const PART_BYTES = 180_000;
const PART_NOTICES = 250;
const A_MONDAY = '1970-01-05T00:00:00.000Z';
const RULE = '-'.repeat(76);

/** What is sent in this run, and what waits for the daily summary. The same question gives the same messages and ids. */
export const planMessages = (ask: MessageQuestion): MessagePlan => {
  const { owed, settings, lastSummary } = ask;
  const summaryAt = latestSummaryTime(ask.slot, settings.summaryAt);
  const summaryDue = ask.between !== true && (lastSummary === undefined || elapsed(lastSummary, summaryAt) > 0);
  // What people released is told however much it is; where the guard holds now, by the next run.
  const fresh = owed.filter(({ notice }) => notice.reason !== 'RELEASED');
  const folded = new Set(fresh.map(({ finding }) => finding)).size;
  if (folded > settings.policy.foldAbove) return { messages: [massChange(fresh, ask)], summarySettled: summaryDue, folded };
  const due = owed.filter(({ notice }) => summaryDue || notice.cadence === 'AT_ONCE');
  const day = summaryDue ? summaryAt.slice(0, 10) : '';
  const messages = [...messagesToOwners(due, day, ask), ...messagesToSecurity(due, day, ask)];
  const isNews = due.length > 0 || toldSince(summaryAt, ask.findings);
  const quiet = summaryDue && !isNews && (lastSummary === undefined || wholeDays(A_MONDAY, summaryAt) % 7 === 0);
  if (quiet) messages.push(toMessage({ receiver: 'security', day, owed: [] }, quietText(ask)));
  return { messages, summarySettled: summaryDue, folded: 0 };
};

/** A run that was cut off after it had told, before it settled the day, is tried again: what it told is no less new. */
const toldSince = (since: Instant, findings: readonly StoredFinding[]): boolean =>
  findings.some(({ record }) => Object.values(record.told).some(({ at }) => isDue(since, at)));

/** The last moment at or before `slot` that is `HH:MM` in UTC. */
const latestSummaryTime = (slot: Instant, summaryAt: string): Instant => {
  const today = `${slot.slice(0, 10)}T${summaryAt}:00.000Z`;
  return elapsed(today, slot) >= 0 ? today : plus(today, -DAY);
};

/** What people may type for an id: `F-` and at least four characters. */
const prefixesOf = (id: string): string[] => [6, 7, 8, 9].map(length => id.slice(0, length));

const textContext = ({ findings, now, settings, reached, between }: MessageQuestion): TextContext => {
  const sharing = Map.groupBy(
    findings.flatMap(({ record }) => prefixesOf(record.id)),
    prefix => prefix,
  );
  const configured = new Set(Object.keys(settings.receivers).map(ownerAttribute));
  const confirmed = reached && new Set([...reached].map(ownerAttribute));
  return {
    now,
    settings,
    shortId: ({ id }) => (between ? id : (prefixesOf(id).find(prefix => (sharing.get(prefix)?.length ?? 0) < 2) ?? id)),
    isReached: person => configured.has(ownerAttribute(person)) && (confirmed?.has(ownerAttribute(person)) ?? true),
  };
};

const messagesToOwners = (due: readonly OwedNotice[], day: string, ask: MessageQuestion): Message[] => {
  const context = textContext(ask);
  const byOwner = Map.groupBy(due.filter(isToOwner), ({ notice }) => notice.receiver);
  return [...byOwner].flatMap(([receiver, owed]) => {
    const person = personOf(receiver);
    const blocks = tellGrouped(owed, context, notice => ownerBlock(notice, person, context));
    return inParts(blocks, { receiver, day, between: ['', RULE, ''], head: [`Hello ${givenName(person)},`], foot: [] });
  });
};

const messagesToSecurity = (due: readonly OwedNotice[], day: string, ask: MessageQuestion): Message[] => {
  const context = textContext(ask);
  const owed = due.filter(notice => !isToOwner(notice));
  const atOnce = owed.filter(({ notice }) => notice.cadence === 'AT_ONCE').length;
  const summary = day === '' ? '' : `, ${owed.length - atOnce} in the summary of ${day}`;
  const head = [coverage(ask), `${plural(owed.length, 'finding')} to tell: ${atOnce} at once${summary}.`];
  const owners = new Set(due.filter(isToOwner).map(({ notice }) => notice.receiver)).size;
  const foot = ['', ...observeLines(owners, context), 'More: npx rollcall show <id>   npx rollcall findings'];
  const blocks = tellGrouped(owed, context, notice => securityBlock(notice, context));
  return inParts(blocks, { receiver: 'security', day, between: [''], head, foot });
};

const isToOwner = ({ notice }: OwedNotice): boolean => notice.receiver !== 'security';
const personOf = (receiver: Receiver): string => receiver.replace(/^owner:/, '');

interface Frame {
  readonly receiver: Receiver;
  /** The day of the summary that the message holds, or ''. */
  readonly day: string;
  readonly head: readonly string[];
  readonly between: readonly string[];
  readonly foot: readonly string[];
}

/** One message where it fits, else as many parts as it takes; each says how much of the whole it lists. */
const inParts = (blocks: readonly Block[], frame: Frame): Message[] => {
  const parts = splitBlocks(blocks);
  const due = blocks.reduce((sum, { notices }) => sum + notices.length, 0);
  return parts.flatMap((part, index) => {
    const [first, ...others] = part.flatMap(({ notices }) => notices);
    if (first === undefined) return [];
    const number = parts.length === 1 ? '' : `part ${index + 1} of ${parts.length}`;
    const size = 1 + others.length;
    const listed = number === '' ? [] : [`This is ${number}: ${size} findings, and ${due - size} more in the others.`];
    const texts = part.flatMap(({ lines }, at) => (at === 0 ? lines : [...frame.between, ...lines]));
    const body = [...frame.head, ...listed, '', ...texts, ...frame.foot, ''].join('\n');
    return toMessage({ ...frame, owed: [first, ...others] }, { subject: subjectOf([first, ...others], number), body });
  });
};

const splitBlocks = (blocks: readonly Block[]): Block[][] => {
  const parts: { bytes: number; count: number; members: Block[] }[] = [];
  for (const block of blocks) {
    const [bytes, count] = [utf8Bytes(block.lines.join('\n')) + RULE.length + 4, block.notices.length];
    const last = parts.at(-1);
    if (last === undefined || last.bytes + bytes > PART_BYTES || last.count + count > PART_NOTICES)
      parts.push({ bytes, count, members: [block] });
    else Object.assign(last, { bytes: last.bytes + bytes, count: last.count + count, members: [...last.members, block] });
  }
  return parts.map(({ members }) => members);
};

/** Security alone is written to; what the owners would have been told counts as told by it, as backlog. */
const massChange = (owed: readonly OwedNotice[], ask: MessageQuestion): Message => {
  const perFinding = [...Map.groupBy(owed, ({ finding }) => finding).values()].flatMap(([first]) => first ?? []);
  const message = toMessage({ receiver: 'security', day: '', owed }, massChangeText(perFinding, ask, textContext(ask)));
  return { ...message, members: message.members.map(member => ({ ...member, told: { ...member.told, folded: true } })) };
};

const toMessage = (
  { receiver, day, owed }: Pick<Frame, 'receiver' | 'day'> & { readonly owed: readonly OwedNotice[] },
  text: Text,
): Message => {
  const records = owed.map(({ finding }) => finding.record);
  const id = `m-${digestOf([receiver, day, owed.map(({ notice }) => notice.id).toSorted()]).slice(0, 16)}`;
  return {
    id,
    topic: receiver === 'security' ? 'SECURITY' : 'OWNERS',
    receiver,
    subject: safeSubject(text.subject),
    // An owner's mail names its notices instead, finding by finding.
    body: receiver === 'security' ? `${text.body}Message ${id}; a repeat keeps it.\n` : text.body,
    attributes: {
      message: id,
      owner: receiver === 'security' ? '' : ownerAttribute(personOf(receiver)),
      severity: SEVERITIES.findLast(level => owed.some(({ notice }) => notice.severity === level)) ?? 'INFO',
      rules: distinct(records.map(({ rule }) => rule)),
      account: distinct(records.map(({ about }) => about.account ?? 'registry')),
      environment: distinct(records.map(({ about }) => about.environment)),
    },
    members: owed.map(({ notice }) => ({ finding: notice.finding, receiver: notice.receiver, told: notice.told })),
  };
};

/** The list is for subscription filters; a mass change is not filtered by it. */
const distinct = (values: readonly string[]): string[] => [...new Set(values.map(value => safeText(value)))].toSorted().slice(0, 100);

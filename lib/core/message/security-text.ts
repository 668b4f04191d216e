import { actIn } from '../act.ts';
import { consoleLinkOf } from '../console-link.ts';
import type { FindingRecord } from '../finding.ts';
import type { RunTotals } from '../inventory.ts';
import type { OwedNotice } from '../notices.ts';
import { safeText, wrap } from './safe-text.ts';
import { isUnread, tellGrouped } from './scan-failure.ts';
import { type Block, closedWord, headline, moment, place, plural, tally, type Text, type TextContext } from './words.ts';

/** How many findings a mass-change message tells in full. */
const FULL = 10;
/** Owners named in one line; the rest are counted. */
const NAMED = 20;

const counts = ({ deployments, registered }: RunTotals): string => `${plural(deployments, 'deployment')}, ${registered} registered`;

/** What is said of how much was read. */
export interface Reading {
  readonly totals: RunTotals | null;
  readonly between?: true;
}

/** What a roll call read, in one sentence. */
export const coverage = ({ totals, between }: Reading): string => {
  if (between === true) return 'Between two roll calls: only where a change was announced did Rollcall look again.';
  if (totals === null) return 'How much was read is unknown: the run was not closed.';
  const { scopesComplete, scopesNotChecked, scopesAtRest } = totals;
  const empty = scopesAtRest > 0 ? ` (${scopesAtRest} more were empty and are read once an hour)` : '';
  return `Rollcall has read ${scopesComplete} of ${plural(scopesComplete + scopesNotChecked, 'scope')}${empty}: ${counts(totals)}.`;
};

/** One finding in a few lines: what and where, why, who else hears of it, and where to see what has nobody. */
export const securityBlock = (owed: OwedNotice, context: TextContext): Block => {
  const { record } = owed.finding;
  const { reason } = owed.notice;
  const closed = reason === 'RESOLVED';
  const again = reason === 'OPENED' || closed ? '' : ` [${reason.toLowerCase().replace('_', ' ')}]`;
  const word = closed ? closedWord(record).toUpperCase() : record.severity;
  const because = safeText(closed ? (record.cleared?.reason ?? 'unknown') : record.reason);
  const lines = [
    ...wrap(`${word} ${context.shortId(record)} ${record.rule} ${headline(record)}${again}`, '  '),
    ...wrap(`  ${because}; ${place(record.about)}`, '  '),
    ...madeBy(record),
    ...wrap(`  owners: ${people(record.about.receivers, context)}`, '  '),
    ...(closed ? [] : whereToLook(record)),
  ];
  return { lines, notices: [owed] };
};

/** Where somebody who is told hears of it, their mail has the link; a message of hundreds of findings has no room for more. */
const whereToLook = ({ subject, about }: FindingRecord): string[] => {
  const link = about.receivers.length > 0 ? undefined : consoleLinkOf(subject);
  return link === undefined ? [] : [`  ${link}`];
};

/** Whom to ask about what has no owner. */
const madeBy = ({ rule, evidence }: FindingRecord): string[] => {
  const act = rule === 'INV-01' ? actIn(evidence, 'createdBy') : null;
  return act === null ? [] : wrap(`  created by: ${safeText(act.who, 120)} ${moment(act.at)}`, '  ');
};

const people = (persons: readonly string[], { isReached }: TextContext): string => {
  const named = persons.slice(0, NAMED).map(person => `${safeText(person, 80)}${isReached(person) ? '' : ' (not reached)'}`);
  return `${named.join(', ') || 'nobody known'}${persons.length > NAMED ? ` and ${persons.length - NAMED} more` : ''}`;
};

/** Without any receivers configured nobody is mailed, and security reads how many would have been. */
export const observeLines = (owners: number, { settings }: TextContext): string[] =>
  owners === 0 || Object.keys(settings.receivers).length > 0
    ? []
    : wrap(`Observe mode (no receivers in rollcall.yaml): would have told ${plural(owners, 'owner')}.`);

/** The first finding, most urgent or at least still open, how many come with it, and the part where there are several. */
export const subjectOf = (owed: readonly [OwedNotice, ...OwedNotice[]], part: string): string => {
  const [{ notice, finding }, ...others] = owed;
  const word = notice.reason === 'RESOLVED' ? closedWord(finding.record) : notice.severity;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `Rollcall ${word}${more}${part === '' ? '' : ` (${part})`}: ${headline(finding.record)}`;
};

/** The one line that says, in a week without news, that the roll is still called. */
export const quietText = ({ totals }: Reading): Text => ({
  subject: `Rollcall: nothing new${totals === null ? '' : `, ${counts(totals)}`}`,
  body: `Nothing new. ${coverage({ totals })}\n`,
});

/** One message in place of many: what changed by count, and the most urgent in full. `owed` holds one notice a finding. */
export const massChangeText = (
  owed: readonly OwedNotice[],
  { firstRollCall, ...reading }: Reading & { readonly firstRollCall: boolean },
  context: TextContext,
): Text => {
  const records = owed.map(({ finding }) => finding.record);
  const urgent = owed.filter(one => isUnread(one) || (one.notice.severity === 'CRITICAL' && one.notice.reason !== 'RESOLVED'));
  const full = urgent.slice(0, FULL);
  const blocks = tellGrouped(full, context, one => securityBlock(one, context));
  const size =
    firstRollCall && reading.totals !== null
      ? `first roll call, ${counts(reading.totals)}`
      : `mass change, ${plural(records.length, 'finding')} at once`;
  const lines = [
    coverage(reading),
    `No owner was told: ${plural(records.length, 'finding')} went to the backlog, listed and counted.`,
    ...unregisteredLines(records, context),
    ...wrap(`By rule: ${tally(records.map(({ rule }) => rule))}.`),
    ...wrap(`By account: ${tally(records.map(({ about }) => about.account ?? 'registry'))}.`),
    'See them: npx rollcall findings --folded',
    'Tell one owner: npx rollcall release --owner <person>',
    ...(full.length === 0
      ? []
      : ['', `The first ${full.length} of ${urgent.length} critical or unread, and ${records.length - full.length} more:`]),
    ...blocks.flatMap(block => ['', ...block.lines]),
  ];
  return { subject: `Rollcall: ${size}`, body: `${lines.join('\n')}\n` };
};

/** Whose the unregistered deployments say they are, whether or not the directory knows the owner; and where to begin with them. */
const unregisteredLines = (records: readonly FindingRecord[], { settings }: TextContext): string[] => {
  const tags = records.filter(({ rule }) => rule === 'INV-01').map(({ evidence }) => [evidence['ownerTag'] ?? 'no tag'].flat().join(' '));
  const start = `Start with: npx rollcall init --from-live --group-by tag:${safeText(settings.ownerTags[0] ?? 'owner', 60)}`;
  return tags.length === 0 ? [] : [...wrap(`By owner tag: ${tally(tags)}.`), start];
};

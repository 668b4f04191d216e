import type { OwedNotice } from '../notices.ts';
import { exclusionFor } from '../exclusion.ts';
import { safeText, wrap } from './safe-text.ts';
import { type Block, place, plural, type TextContext } from './words.ts';

export const isUnread = ({ notice }: OwedNotice): boolean => notice.finding.rule === 'OPS-01' && notice.reason !== 'RESOLVED';

/** Unread scopes as one block for each account and reason; every other notice as `tell` says it. */
export const tellGrouped = (owed: readonly OwedNotice[], context: TextContext, tell: (notice: OwedNotice) => Block): Block[] => {
  const groups = Map.groupBy(owed, one => {
    const { account, record } = { account: one.finding.record.about.account, record: one.finding.record };
    return isUnread(one) ? JSON.stringify([account, record.reason]) : one.notice.id;
  });
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    return isUnread(first) ? unreadBlock([first, ...others], context) : tell(first);
  });
};

/** What could not be read of one account for one reason: told once, with the action that is missing and the lines to paste. */
const unreadBlock = (notices: readonly [OwedNotice, ...OwedNotice[]], context: TextContext): Block => {
  const { record } = notices[0].finding;
  const actions = [...new Set(record.reason.match(/\b[a-z][a-z0-9-]*:[A-Z][A-Za-z]+\b/g))];
  const where = record.about.account === null ? 'the organisation' : place({ ...record.about, region: null });
  const exclusions = notices.flatMap(({ finding }) => exclusionFor(finding.record) ?? []);
  const unlisted =
    notices.length > exclusions.length ? ['A list was not answered: what it said last still holds, and what is new is not seen.'] : [];
  const unread =
    exclusions.length > 0 ? [`${plural(exclusions.length, 'scope')} not read: nothing recorded there changes until it is.`] : [];
  const next = exclusions.length > 0 ? `${repairOf(actions)}, or leave out in rollcall.yaml what nobody needs:` : `${repairOf(actions)}.`;
  const told =
    record.code === 'LEFT'
      ? [`${plural(exclusions.length, 'scope')} not read any more: what was open there is closed, and not resolved.`]
      : [...unread, ...unlisted, next];
  const lines = [
    ...wrap(`${record.severity} ${context.shortId(record)} OPS-01 ${where}: ${safeText(record.reason)}`, '  '),
    ...told.flatMap(line => wrap(`  ${line}`, '  ')),
    ...(record.code === 'LEFT' ? [] : excludedLines(exclusions)),
  ];
  return { lines, notices };
};

const repairOf = (actions: readonly string[]): string => {
  if (actions.length === 0) return 'Repair the access of the role';
  if (actions.includes('sts:AssumeRole')) return 'Deploy the spoke role in the account, or mend whom it trusts';
  return `Give the role ${actions.join(', ')}`;
};

/** One YAML list, whatever the number of scopes: to be pasted as it is. */
const excludedLines = (exclusions: readonly string[]): string[] =>
  exclusions.map((exclusion, index) => {
    const open = index === 0 ? '  excluded: [' : '             ';
    return `${open}${safeText(exclusion, 400)}${index === exclusions.length - 1 ? ']' : ','}`;
  });

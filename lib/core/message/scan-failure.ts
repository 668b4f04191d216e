import type { OwedNotice } from '../notices.ts';
import { parseScopeId } from '../scope.ts';
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

/** Scopes of one account that could not be read for one reason: told once, with the action that is missing and the lines to paste. */
const unreadBlock = (notices: readonly [OwedNotice, ...OwedNotice[]], context: TextContext): Block => {
  const { record } = notices[0].finding;
  const actions = [...new Set(record.reason.match(/\b[a-z][a-z0-9-]*:[A-Z][A-Za-z]+\b/g))];
  const account = place({ ...record.about, region: null });
  const lines = [
    ...wrap(`${record.severity} ${context.shortId(record)} OPS-01 ${account}: ${safeText(record.reason)}`, '  '),
    `  ${plural(notices.length, 'scope')} not read: nothing recorded there changes until it is.`,
    ...wrap(`  ${repairOf(actions)}, or leave out in rollcall.yaml what nobody needs:`, '  '),
    ...excludedLines(notices.map(({ finding }) => finding.record.subject.replace(/^scope:/, ''))),
  ];
  return { lines, notices };
};

const repairOf = (actions: readonly string[]): string => {
  if (actions.length === 0) return 'Repair the access of the role';
  if (actions.includes('sts:AssumeRole')) return 'Deploy the spoke role in the account, or mend whom it trusts';
  return `Give the role ${actions.join(', ')}`;
};

/** One YAML list, whatever the number of scopes: to be pasted as it is. Only scopes can be left out. */
const excludedLines = (subjects: readonly string[]): string[] => {
  const scopes = subjects.filter(subject => parseScopeId(subject) !== undefined).map(scope => JSON.stringify(safeText(scope)));
  return scopes.map((scope, index) => {
    const open = index === 0 ? '  excluded: [' : '             ';
    return `${open}{scope: ${scope}, reason: "..."}${index === scopes.length - 1 ? ']' : ','}`;
  });
};

import { plural } from '../../core/message/words.ts';
import { safeText } from '../../core/message/safe-text.ts';
import type { FindingView } from '../../core/finding-view.ts';
import type { ScopeId } from '../../core/scope.ts';
import type { Instant } from '../../core/time.ts';

export interface ScopeLine {
  readonly scope: ScopeId;
  readonly status: 'complete' | 'NOT CHECKED';
  readonly text: string;
}

/** What one roll call looks like on a terminal. */
export interface RollCallView {
  readonly at: Instant;
  readonly calls: number;
  readonly seconds: number;
  readonly scopes: readonly ScopeLine[];
  readonly live: number;
  readonly unread: number;
  readonly findings: readonly FindingView[];
  /** Deployments that no open finding is about. */
  readonly inOrder: number;
}

export interface ToldView {
  readonly security: number;
  readonly owners: number;
  readonly sample: { readonly to: string; readonly subject: string; readonly file: string } | undefined;
  readonly again: { readonly messages: number; readonly writes: number };
}

/** The widest line, which is what a terminal shows without breaking it. */
const WIDTH = 80;
const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

export const rollCallText = (view: RollCallView): string => {
  const when = `ROLL CALL ${view.at.slice(0, 10)} ${view.at.slice(11, 16)} UTC`;
  const unread = view.unread === 0 ? '' : ` · ${plural(view.unread, 'scope')} unread: nothing in it changed`;
  return [
    `${when.padEnd(40)}${plural(view.calls, 'call')}, ${view.seconds.toFixed(1)} s`,
    ...view.scopes.map(({ scope, status, text }) => cut(`  ${scope.padEnd(38)}${status.padEnd(14)}${safeText(text, 100)}`, WIDTH)),
    '',
    `${view.live} live · ${view.inOrder} in order · ${plural(view.findings.length, 'finding')}${unread}`,
    '',
    ...view.findings.map(findingLine),
    '',
  ].join('\n');
};

/** `CRITICAL F-7K3Q APR-02 fraud-scorer      version 4 live, approval covers 3` */
export const findingLine = ({ severity, id, rule, name, reason }: FindingView): string =>
  cut(`${severity.padEnd(8)} ${id.slice(0, 6)} ${rule} ${cut(safeText(name, 60), 17).padEnd(17)} ${safeText(reason, 100)}`, WIDTH);

export const toldText = ({ security, owners, sample, again }: ToldView): string =>
  [
    `TOLD  security ${plural(security, 'message')} · owners ${plural(owners, 'message')} · second run: ${plural(again.messages, 'message')}, ${plural(again.writes, 'write')}`,
    ...(sample === undefined
      ? []
      : [
          cut(`      to ${sample.to}: "${sample.subject.replace(/^Rollcall /, '')}"`, WIDTH),
          `      all of them as sent: .rollcall/outbox/   (start with ${sample.file})`,
        ]),
    '',
  ].join('\n');

export const nextText = (id: string | undefined): string =>
  [
    ...(id === undefined ? [] : [`NEXT  npx rollcall show ${id.slice(0, 6)}         what changed, and the one action`]),
    '      docs/first-week.md: scan your own account read-only, before any deploy',
    '',
  ].join('\n');

/** What came and went since the last roll call; empty when nothing did. */
export const changesText = (at: Instant, before: readonly FindingView[], after: readonly FindingView[]): string => {
  const was = new Map(before.map(view => [view.id, view]));
  const is = new Set(after.map(({ id }) => id));
  const lines = [
    ...after.filter(view => !was.has(view.id)).map(view => (view.generation > 1 ? 'again' : 'new').padEnd(10) + findingLine(view)),
    ...after
      .filter(view => was.has(view.id) && was.get(view.id)?.state !== view.state)
      .map(view => `${view.state.toLowerCase().padEnd(9)} ${findingLine(view)}`),
    ...before.filter(({ id }) => !is.has(id)).map(view => `cleared   ${findingLine(view)}`),
  ];
  return lines.length === 0 ? '' : `${at.slice(11, 19)} UTC\n${lines.map(line => `  ${line}\n`).join('')}`;
};

import { exclusionOf } from '../../core/exclusion.ts';
import { KINDS } from '../../core/kinds.ts';
import { plural } from '../../core/message/words.ts';
import { safeText } from '../../core/message/safe-text.ts';
import type { ScannedScope, ScanResult } from '../../usecases/scan.ts';
import { shortIds } from './finding.ts';
import { type Out, table } from './table.ts';

/** Scopes, then findings, most urgent first; without a registry, what runs instead of findings. */
export const renderScan = (result: ScanResult, out: Out): string => {
  const scopes = table(result.scopes.map(scopeRow), out);
  const live = `${result.sightings.length} live`;
  if (!result.hasRegistry) {
    const rows = result.sightings.map(({ sighting: { kind, name, status, scope, detail } }) => [
      KINDS[kind].title,
      name,
      status,
      scope,
      detail.state === 'KNOWN' ? '' : `what it runs is unknown: ${detail.reason}`,
    ]);
    return `${scopes}\n${table(rows, out)}\n${live}; no registry given: this is an inventory (--registry DIR compares it)\n${leaveOut(result)}`;
  }
  const short = shortIds(result.findings);
  const rows = result.findings.map(({ id, violation: { severity, rule, about, reason } }) => [
    severity,
    short.get(id) ?? id,
    rule,
    about.name,
    reason,
  ]);
  const coverage = result.complete ? '' : ` · ${plural(unread(result).length, 'scope')} not checked: more may run there, and be wrong`;
  return `${scopes}\n${table(rows, out)}\n${live} · ${plural(rows.length, 'finding')}${coverage}\n${leaveOut(result)}`;
};

/** What of the holes nobody means to read: the lines to paste. */
const leaveOut = (result: ScanResult): string => {
  const entries = unread(result).flatMap(({ scope, kinds }) => exclusionOf(scope, namesOf(kinds, 'NOT_CHECKED')) ?? []);
  const more = entries.length > SHOWN ? `, and ${entries.length - SHOWN} more` : '';
  return entries.length === 0
    ? ''
    : `what nobody means to read, in rollcall.yaml: excluded: [${entries.slice(0, SHOWN).join(', ')}${more}]\n`;
};

const SHOWN = 3;

const namesOf = (kinds: ScannedScope['kinds'], status: ScannedScope['status']): string =>
  kinds
    .filter(kind => kind.status === status)
    .map(({ kind }) => kind)
    .join(', ');

const unread = ({ scopes }: Pick<ScanResult, 'scopes'>): readonly ScannedScope[] => scopes.filter(({ status }) => status === 'NOT_CHECKED');

/** A line for each scope that was not read whole, for whoever does not see the table. */
export const holesText = (result: Pick<ScanResult, 'scopes'>): string =>
  unread(result)
    .map(({ scope, reason }) => safeText(`not checked: ${scope}: ${reason}`, 400) + '\n')
    .join('');

/** One line on the terminal while a scan runs. */
export const progressText = (scope: ScannedScope): string => safeText(scopeRow(scope).join('  '));

const scopeRow = ({ scope, status, kinds, calls, reason }: ScannedScope): readonly string[] => {
  if (status === 'EXCLUDED') return [scope, 'excluded', reason ?? ''];
  const excluded = kinds.filter(kind => kind.status === 'EXCLUDED').map(({ kind, reason: why }) => `excluded: ${kind} (${why})`);
  const counted = kinds.filter(({ count }) => count > 0).map(({ kind, count }) => plural(count, kind.toLowerCase().replaceAll('_', ' ')));
  return [
    scope,
    status === 'COMPLETE' ? 'complete' : 'NOT CHECKED',
    [status === 'COMPLETE' ? counted.join(', ') || 'nothing lives here' : (reason ?? ''), ...excluded].join('; '),
    plural(calls, 'call'),
  ];
};

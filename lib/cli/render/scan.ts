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
    return `${scopes}\n${table(rows, out)}\n${live}; no registry given: this is an inventory (--registry DIR compares it)\n`;
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
  return `${scopes}\n${table(rows, out)}\n${live} · ${plural(rows.length, 'finding')}${coverage}\n`;
};

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
  const counted = kinds.filter(({ count }) => count > 0).map(({ kind, count }) => plural(count, kind.toLowerCase().replaceAll('_', ' ')));
  return [
    scope,
    status === 'COMPLETE' ? 'complete' : 'NOT CHECKED',
    status === 'COMPLETE' ? counted.join(', ') || 'nothing lives here' : (reason ?? ''),
    plural(calls, 'call'),
  ];
};

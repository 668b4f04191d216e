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
    const rows = result.sightings.map(({ sighting }) => [
      sighting.kind,
      sighting.name,
      sighting.status,
      sighting.scope,
      sighting.detail.state,
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
  const unread = result.scopes.filter(({ status }) => status === 'NOT_CHECKED').length;
  const coverage = result.complete ? '' : ` · ${unread} scope(s) not checked: nothing is known of what runs there`;
  return `${scopes}\n${table(rows, out)}\n${live} · ${plural(rows.length, 'finding')}${coverage}\n`;
};

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

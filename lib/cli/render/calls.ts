import { plural } from '../../core/message/words.ts';
import type { ScanResult } from '../../usecases/scan.ts';
import { type Out, table } from './table.ts';

/** What a scan asked of whom, what it did not have to ask, and what that comes to for each deployment. */
export const callsText = ({ scopes, sightings }: ScanResult, out: Out): string => {
  const rows = scopes.flatMap(({ scope, callsByAction = {} }) =>
    Object.entries(callsByAction).map(([action, { requests, retries, spared }]) => ({ scope, action, requests, retries, spared })),
  );
  const sum = (of: 'requests' | 'retries'): number => rows.reduce((total, row) => total + row[of], 0);
  const each = sightings.length === 0 ? '' : `, ${(sum('requests') / sightings.length).toFixed(1)} requests each`;
  const cells = rows.map(({ scope, action, requests, retries, spared }) => [
    scope,
    action,
    plural(requests, 'request'),
    retries === 0 ? '' : `${retries} again`,
    Object.entries(spared)
      .map(([why, count]) => `${count} spared: ${why}`)
      .join(', '),
  ]);
  return `${table(cells, out)}${plural(sum('requests'), 'request')}, ${sum('retries')} sent again, for ${plural(sightings.length, 'deployment')}${each}\n`;
};

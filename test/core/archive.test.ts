import { describe, expect, it } from 'vitest';
import { decideArchive } from '../../lib/core/archive.ts';
import type { FindingRecord } from '../../lib/core/finding.ts';
import { DAY, plus } from '../../lib/core/time.ts';
import { aRecord, aResponse, NOW, stored } from '../support/builders.ts';
import { aTold } from '../support/owed.ts';

const after = (days: number) => plus(NOW, days * DAY);
const cleared = (over: Partial<FindingRecord> = {}) =>
  aRecord({ condition: 'CLEARED', cleared: { code: 'FACT', reason: 'covered', at: NOW }, ...over });
const beginning = { security: aTold({ condition: 'OPEN' }) };
const end = { security: aTold({ condition: 'CLEARED' }) };

describe('whether a record is archived', () => {
  it.each<[what: string, record: FindingRecord, days: number, reason: string]>([
    ['it is open', aRecord(), 400, 'OPEN'],
    ['cleared 29 days ago', cleared(), 29, 'CLEARED_LATELY'],
    ['cleared a millisecond less than 30 days ago', cleared(), 30 - 1 / DAY, 'CLEARED_LATELY'],
    ['cleared 30 days ago, and told to nobody', cleared(), 30, 'CLEARED_LONG_AGO'],
    ['its end was told', cleared({ told: end }), 31, 'CLEARED_LONG_AGO'],
    ['its end is still to be told', cleared({ told: beginning }), 31, 'OWES_A_NOTICE'],
    [
      'its end is still to be told to one of its owners',
      cleared({ told: { ...end, 'owner:kim@example.com': aTold() } }),
      31,
      'OWES_A_NOTICE',
    ],
    ['an earlier generation was told, of this one nobody has heard', cleared({ told: beginning, generation: 2 }), 31, 'CLEARED_LONG_AGO'],
    ['told to somebody who has left the list', cleared({ told: { ...end, 'owner:lee@example.com': aTold() } }), 31, 'CLEARED_LONG_AGO'],
    ['told inside a mass change', cleared({ told: { security: aTold({ folded: true }) } }), 31, 'CLEARED_LONG_AGO'],
  ])('%s', (_what, record, days, reason) => {
    const decided = { archive: reason === 'CLEARED_LONG_AGO', reason };
    for (const response of [undefined, aResponse({ release: { by: 'sam', at: NOW } })])
      expect(decideArchive(stored(record, response), after(days))).toEqual(decided);
  });
});

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEPLOYMENT_KINDS } from '../../lib/core/kinds.ts';
import { coveragePage, peersTable, type Run, runCoverage, statusesOf } from '../../scripts/coverage.ts';
import { STATUSES } from '../../scripts/every-kind.ts';
import { PEER_ROWS, PEERS } from '../../scripts/peers.ts';

let run: Run;
beforeAll(async () => {
  run = await runCoverage();
}, 60_000);

const of = (kind: string) => run.kinds.find(each => each.kind === kind)!;

describe('what answers the roll', () => {
  it('is what docs/coverage.md says; node scripts/coverage.ts writes it anew', () => {
    expect(readFileSync('docs/coverage.md', 'utf8')).toBe(coveragePage(run));
  });

  it.each(DEPLOYMENT_KINDS)('%s is seen, and is not checked without its list', kind => {
    expect(of(kind).sightings).not.toEqual([]);
    expect(of(kind).listedBy).not.toEqual([]);
  });

  it.each(DEPLOYMENT_KINDS.filter(kind => STATUSES[kind].length > 0))(
    '%s counts in each status that the SDK knows, and in any other',
    kind => {
      const { SERVING = [], STARTING = [], NOT_SERVING = [], LEAVING = [] } = statusesOf(of(kind));
      expect([...SERVING, ...STARTING, ...NOT_SERVING, ...LEAVING].toSorted()).toEqual([...STATUSES[kind], 'any other'].toSorted());
      expect(SERVING).toContain('any other');
    },
  );

  it('a kind that a run has not seen is none of ours', () => {
    const blind: Run = { kinds: run.kinds.map(each => ({ ...each, sightings: [] })), marketplace: false };
    expect(peersTable(run, 0)).toContain('| yes |');
    expect(peersTable(blind, 0)).not.toContain('| yes |');
  });
});

describe('other tools', () => {
  it('stand in the README as on the page', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(peersTable(run, 4));
  });

  it.each(PEER_ROWS)('%s: a cell for each', (_title, _seen, ...cells) => {
    expect(cells).toHaveLength(Object.keys(PEERS).length);
  });
});

import { describe, expect, it } from 'vitest';
import { decades, lineChart } from '../../scripts/bench/chart.ts';
import { inRegions, REGION, region, unowned } from '../../scripts/bench/estate.ts';
import { peerReport, scanReport } from '../../scripts/bench/faults.ts';
import { peakOfStatus, peakOfTime } from '../../scripts/bench/measure.ts';
import type { OurRun } from '../../scripts/bench/ours.ts';
import { withPrinted } from '../../scripts/bench/page.ts';
import { policyRuns } from '../../scripts/bench/peer.ts';
import type { Cell, Reading, Row } from '../../scripts/bench/reading.ts';
import { difference } from '../../scripts/bench/server.ts';
import { matrixTable, operationTable, ratio, readingTable, serverLine, table } from '../../scripts/bench/tables.ts';
import { targetsOf } from '../../scripts/bench/targets.ts';
import { estateSchema } from '../../lib/simcloud/estate.ts';

const cell = (count: number, seconds: number, mib: number): Cell => ({
  calls: { ListEndpoints: count },
  seconds,
  mib,
  serverSeconds: 0.1,
  inner: seconds - 1,
});
const row = (over: Partial<Row> = {}): Row => ({
  shape: 'shared',
  size: 1000,
  latencyMs: 20,
  ours: cell(42, 2, 150),
  peer: cell(2101, 38, 90),
  ...over,
});
const reading = (over: Partial<Reading> = {}): Reading => ({
  shape: 'shared',
  searchDenied: false,
  size: 1000,
  latencyMs: 20,
  listings: [0.5, 0.4, 0.4].map(seconds => ({ calls: { Search: 41 }, seconds, serverSeconds: 0.3 })),
  mib: 80,
  ...over,
});

describe('what is read from processes', () => {
  it("the peer's log names the regions that it read, and how many resources it matched there", () => {
    const log = [
      '2026-11-25 23:05:44,457: custodian.policy:INFO policy:unowned resource:aws.sagemaker-endpoint region:eu-west-1 count:48 time:1.59',
      '2026-11-25 23:05:45,001: custodian.output:ERROR Error while executing policy unowned region:us-east-1',
    ].join('\n');
    expect(policyRuns(log)).toEqual([{ region: 'eu-west-1', count: 48, seconds: 1.59 }]);
  });

  it.each([
    ['190560\n', 186.09375],
    ['Command exited with non-zero status 1\n2048\n', 2],
    ['', Number.NaN],
  ])('time wrote %j', (written, mib) => {
    expect(peakOfTime(written)).toBe(mib);
  });

  it('the peak of a living process, and none of one that has ended', () => {
    expect(peakOfStatus('Name:\tnode\nVmHWM:\t    2048 kB\nVmRSS:\t 100 kB\n')).toBe(2);
    expect(peakOfStatus('Name:\tnode\nState:\tZ (zombie)\n')).toBeNaN();
  });

  it('calls are those that came in between, of all regions', () => {
    const before = [
      { operation: 'ListTags', count: 3 },
      { operation: 'Search', count: 1 },
    ];
    const after = [
      { operation: 'ListTags', count: 5 },
      { operation: 'ListTags', count: 7 },
      { operation: 'Search', count: 1 },
    ];
    expect(difference(before, after)).toEqual({ ListTags: 9 });
  });
});

describe('what each tool reports', () => {
  const scanned = (over: object): Pick<OurRun, 'scan'> => ({ scan: { sightings: [], scopes: [], ...over } as unknown as OurRun['scan'] });

  it('names what is unknown and what was not checked', () => {
    const sightings = [
      { arn: 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/ep-1', detail: 'UNKNOWN' },
      { arn: 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/ep-2', detail: 'KNOWN' },
    ];
    const kinds = [{ kind: 'ENDPOINT', reason: 'access denied: sagemaker:ListEndpoints' }];
    const scopes = [
      { provider: 'sagemaker', region: 'eu-west-1', kinds: [{ reason: null }] },
      { provider: 'sagemaker', region: 'us-east-1', kinds },
    ];
    expect(scanReport(scanned({ sightings, scopes }))).toBe(
      '2 deployments; what runs on ep-1 is unknown; sagemaker/us-east-1 not checked: access denied: sagemaker:ListEndpoints',
    );
  });

  it('counts what is too much to name', () => {
    const sightings = ['a', 'b', 'c', 'd', 'e'].map(arn => ({ arn, detail: 'UNKNOWN' }));
    expect(scanReport(scanned({ sightings }))).toBe('5 deployments; what runs on a, b, c and 2 more is unknown');
  });

  it('a region without output is not one without matches', () => {
    expect(peerReport([{ region: 'a', count: 0, seconds: 1 }], ['a', 'b'])).toBe('a: 0 of 34 without owner; b: no output');
  });
});

describe('tables', () => {
  it('figures stand right, words left', () => {
    expect(table(['a', 'b'], [['x', 1]])).toEqual(['| a | b |', '| --- | ---: |', '| x | 1 |']);
  });

  it.each([
    [42, 2101, '1 : 50'],
    [14, 22, '1 : 1.6'],
    [4, 2, '1 : 0.5'],
    [4, Number.NaN, '–'],
  ])('%d against %d is %s', (ours, peer, said) => {
    expect(ratio(ours, peer)).toBe(said);
  });

  it('a peer that was not run has no figure, least of all one of ours', () => {
    const [, , first, second] = matrixTable([row({ shape: 'own', peer: 'NOT_RUN', size: 10_000 }), row()]);
    expect(first).toBe('| shared | 1,000 | 20 | 42 | 2,101 | 1 : 50 | 2.00 | 38.0 | 1 : 19 | 150 | 90 | 0.04 |');
    expect(second).toBe('| own | 10,000 | 20 | 42 | not run | – | 2.00 | not run | – | 150 | not run | 0.00 |');
  });

  it("a reading is held against the peer's policy of the same estate alone", () => {
    const [, , first] = readingTable([reading()], [row({ size: 200 }), row(), row({ latencyMs: 50 })]);
    expect(first).toBe('| shared | 1,000 | 20 | 41 | 0.50 | 41 | 0.40 | 41 | 0.40 | 37.0 | 1 : 93 | 80 |');
    expect(readingTable([reading()], [])[2]).toContain('| – | – |');
  });

  it('shows calls by operation, and that nobody asked where nobody did', () => {
    expect(operationTable(1000, [row({ peer: 'NOT_RUN' })], [reading({ searchDenied: true })]).slice(2)).toEqual([
      '| ListEndpoints | 42 | – | 0 | – |',
      '| Search | 0 | – | 41 | – |',
      '| **all** | 42 | – | 41 | – |',
    ]);
  });

  it('says where the server itself weighs most', () => {
    expect(serverLine([row()], [reading()])).toContain('75 % of the seconds (reader, shared, 1,000 endpoints, 20 ms)');
  });
});

describe('targets', () => {
  const verdicts = (rows: readonly Row[], readings: readonly Reading[]) => targetsOf({ rows, readings }).map(({ verdict }) => verdict);

  it('each is met or not by its own figures', () => {
    const denied = reading({ searchDenied: true, listings: [{ calls: { ListTags: 2052 }, seconds: 9, serverSeconds: 1 }] });
    const own = row({ shape: 'own', ours: cell(1031, 6, 89), peer: cell(2101, 301, 90) });
    const all = verdicts([row(), own], [reading(), denied]);
    expect(all.slice(0, 5)).toEqual(['met', 'NOT MET', 'met', 'NOT MET', 'met']);
    expect(all.slice(5, 10)).toEqual(['NOT MET', 'met', 'not measured', 'met', 'not measured']);
    expect(all.slice(10)).toEqual(['met']);
  });

  it('what was not measured is not met', () => {
    expect(new Set(verdicts([row({ size: 200 }), row({ peer: 'NOT_RUN', latencyMs: 0 })], []))).toEqual(new Set(['not measured']));
  });
});

describe('the chart', () => {
  it.each([
    [
      [10, 10_000],
      [10, 100, 1000, 10_000],
    ],
    [
      [14, 21_001],
      [10, 100, 1000, 10_000, 100_000],
    ],
    [[10], [10, 100]],
  ])('%j lies within %j', (values, ticks) => {
    expect(decades(values)).toEqual(ticks);
  });

  it('ten times the calls are the same step up wherever they are', () => {
    const svg = lineChart(
      'a < b',
      ['x', 'y'],
      [
        {
          name: 'n',
          colour: '#000',
          points: [
            [10, 10],
            [100, 100],
            [1000, 1000],
          ],
        },
      ],
    );
    expect(svg).toContain('<title>a &lt; b</title>');
    expect(svg).toContain('points="64.0,372.0 307.0,208.0 550.0,44.0"');
    expect(svg).toContain('>n: 1,000</text>');
  });
});

describe('the page', () => {
  const BEGIN = '<!-- printed by npm run bench -- --write: begin -->';
  const END = '<!-- printed by npm run bench -- --write: end -->';

  it('only what is between the markers changes, and writing twice is writing once', () => {
    const page = `# Title\n\nby hand\n\n${BEGIN}\n\nold\n\n${END}\n\nafter\n`;
    const written = withPrinted(page, 'new\n');
    expect(written).toBe(page.replace('old', 'new'));
    expect(withPrinted(written, 'new\n')).toBe(written);
  });

  it('a page without markers is left alone', () => {
    expect(() => withPrinted(`# Title\n${END}\n${BEGIN}\n`, 'new')).toThrow('the page needs the lines');
  });
});

describe('the estate', () => {
  it.each(['shared', 'own'] as const)('%s: what simcloud takes, one of three without owner, 1 %% changed', shape => {
    const [before, after] = [region(shape, 100), region(shape, 100, 1)];
    expect(estateSchema.safeParse(inRegions({ [REGION]: before })).success).toBe(true);
    const endpoints = Object.values(before.endpoints ?? {});
    expect(endpoints.filter(({ tags }) => tags?.['owner'] === undefined)).toHaveLength(unowned(100));
    const changed = Object.keys(before.endpoints ?? {}).filter(
      name => JSON.stringify(before.endpoints?.[name]) !== JSON.stringify(after.endpoints?.[name]),
    );
    expect(changed).toEqual(['ep-00000']);
  });
});

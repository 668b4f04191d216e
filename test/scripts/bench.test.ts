import { describe, expect, it } from 'vitest';
import { decades, lineChart } from '../../scripts/bench/chart.ts';
import { inRegions, REGION, region, unowned } from '../../scripts/bench/estate.ts';
import { peerReport, scanReport } from '../../scripts/bench/faults.ts';
import { peakOfStatus, peakOfTime } from '../../scripts/bench/measure.ts';
import type { OurRun } from '../../scripts/bench/ours.ts';
import { withPrinted } from '../../scripts/bench/page.ts';
import { closing, runPart } from '../../scripts/bench/part.ts';
import { policyRuns } from '../../scripts/bench/peer.ts';
import type { Bench, Cell, Reading, Row } from '../../scripts/bench/reading.ts';
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
  listings: [41, 22, 23].map(count => ({ calls: { Search: count }, seconds: 0.4, serverSeconds: 0.3 })),
  others: { ListAgents: 13 },
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
    expect(first).toBe('| shared | 1,000 | 20 | 41 | 0.40 | 22 | 0.40 | 23 | 0.40 | 37.0 | 1 : 93 | 13 | 80 |');
    expect(readingTable([reading()], [])[2]).toContain('| – | – | 13 |');
  });

  it('shows calls by operation, and that nobody asked where nobody did', () => {
    expect(operationTable(1000, [row({ peer: 'NOT_RUN' })], [reading({ searchDenied: true })]).slice(2)).toEqual([
      '| ListEndpoints | 42 | – | – | 0 | 0 | – |',
      '| Search | 0 | – | – | 41 | 22 | – |',
      '| **all** | 42 | – | – | 41 | 22 | – |',
    ]);
  });

  it('says where the server itself weighs most', () => {
    expect(serverLine([row()], [reading()])).toContain('75 % of the seconds (reader, shared, 1,000 endpoints, 20 ms)');
  });
});

describe('targets', () => {
  const listings = (...counts: readonly number[]) => counts.map(count => ({ calls: { ListTags: count }, seconds: 9, serverSeconds: 1 }));
  const alone = [
    reading(),
    reading({ shape: 'own', listings: listings(1030, 40) }),
    reading({ searchDenied: true, listings: listings(2052, 71) }),
  ];
  const own = row({ shape: 'own', ours: cell(1031, 6, 89), peer: cell(2101, 301, 90) });

  it.each([
    ['shared: `rollcall scan` of all kinds, at most 50 calls: 42', 'met', false],
    ["shared: SageMaker's scope with nothing known before, at most 50 calls: 41", 'met', true],
    ['shared: the scopes of all other providers, at most 20 calls: 13', 'met', true],
    ["shared: SageMaker's scope, in the next slot, at most 30 calls: 22", 'met', true],
    ['shared: whole processes, 50 times', 'NOT MET', false],
    ['shared: first reading alone', 'met', false],
    ['shared: `rollcall scan`, less memory', 'NOT MET', false],
    ['shared: the reader as deployed, less memory', 'met', false],
    ['own: `rollcall scan` of all kinds, at most 50 calls: 1,031', 'NOT MET', false],
    ["own: SageMaker's scope with nothing known before, a call for each configuration", 'met', true],
    ["own: SageMaker's scope, in the next slot, at most 30 calls: 40", 'NOT MET', false],
    ["own: SageMaker's scope, in the next slot, at most 50 calls: 40", 'met', true],
    ['own: whole processes, 50 times', 'met', false],
    ['own: first reading alone', 'NOT MET', false],
    ['shared, Search denied: at most 2.1 calls an endpoint with nothing known before: 2,052', 'met', true],
    ['shared, Search denied, in the next slot, at most 70 calls: 71', 'NOT MET', true],
  ])('%s: %s', (text, verdict, law) => {
    const found = targetsOf({ rows: [row(), own], readings: alone }).filter(each => each.text.startsWith(text));
    expect(found.map(each => [each.verdict, each.law])).toEqual([[verdict, law]]);
  });

  it('what was not measured is not met; calls are the same at any latency, seconds are not', () => {
    const verdicts = (rows: readonly Row[]) => targetsOf({ rows, readings: [] }).map(({ verdict }) => verdict);
    expect(new Set(verdicts([row({ size: 200 })]))).toEqual(new Set(['not measured']));
    expect(verdicts([row({ latencyMs: 0 })]).filter(verdict => verdict !== 'not measured')).toEqual(['met']);
  });
});

describe('what CI reads', () => {
  const bench = { progress: () => {} } as unknown as Bench;

  it('a check that fails is named, and counted', () => {
    expect(
      closing([
        { what: 'a', passed: true },
        { what: 'calls: 51', passed: false },
      ]),
    ).toBe('failed: calls: 51\nbench: 1 passed, 1 failed');
  });

  it('a part that throws is a check that failed, with its trace on the page', async () => {
    const { text, checks } = await runPart('cost', () => Promise.reject(new Error('no server')), bench);
    expect(checks).toEqual([{ what: 'cost ran', passed: false }]);
    expect(text.join('\n')).toContain('Error: no server');
  });

  it('a part that ends is a check of its own beside those that it makes', async () => {
    const { checks } = await runPart('cost', async () => ({ text: [], checks: [{ what: 'calls', passed: true }] }), bench);
    expect(checks.map(({ what }) => what)).toEqual(['cost ran', 'calls']);
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
  const BEGIN = '<!-- printed, cost: begin -->';
  const END = '<!-- printed, cost: end -->';

  it('only what is between the markers changes, and writing twice is writing once', () => {
    const page = `# Title\n\nby hand\n\n<!-- printed, scale: begin -->\n${BEGIN}\n\nold\n\n${END}\n\nafter\n`;
    const written = withPrinted(page, 'cost', 'new\n');
    expect(written).toBe(page.replace('old', 'new'));
    expect(withPrinted(written, 'cost', 'new\n')).toBe(written);
  });

  it('a page without markers is left alone', () => {
    expect(() => withPrinted(`# Title\n${END}\n${BEGIN}\n`, 'cost', 'new')).toThrow('the page needs the lines');
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

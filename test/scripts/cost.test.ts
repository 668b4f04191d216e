import { describe, expect, it } from 'vitest';
import * as cost from '../../scripts/bench/cost.ts';
import { costTable } from '../../scripts/bench/cost-table.ts';
import { PRICED, PRICES } from '../../scripts/bench/prices.ts';

/** Every field the same, but for those given. */
const used = (each: number, over: Partial<cost.RunUsage> = {}): cost.RunUsage => ({
  batches: 1,
  readingSeconds: each,
  otherSeconds: each,
  readUnits: each,
  writeUnits: each,
  logBytes: each,
  calls: each,
  metricLists: each,
  messages: each,
  storedBytes: each,
  ...over,
});
const DEPLOYMENT = { memoryGb: 1, states: 7, functions: 3 };

describe('rates', () => {
  // A roll call 100, a scope that is read 3, one at rest 1, a deployment 2.
  const samples: cost.Samples = {
    few: { usage: used(100 + 3 * 3), read: 3 },
    many: { usage: used(100 + 3 * 60), read: 60 },
    resting: used(100 + 60),
    full: used(100 + 3 * 3 + 2 * 1_000),
    deployments: 1_000,
  };
  const rates = cost.ratesOf(samples);

  it.each([
    ['run', 100],
    ['read', 3],
    ['atRest', 1],
    ['deployment', 2],
  ] as const)('of a %s is what it adds, whatever else there is', (of, each) => {
    for (const rate of Object.values(rates[of])) expect(rate).toBeCloseTo(each, 9);
  });

  it('of a world add up; batches and calls are those of the simulation', () => {
    const usage = cost.usageOf(rates, { read: 10, atRest: 50, deployments: 7, batches: 4, calls: 77 });
    expect(usage.readUnits).toBeCloseTo(100 + 30 + 50 + 14, 9);
    expect(usage).toMatchObject({ batches: 4, calls: 77 });
  });

  it('never make anything less than nothing', () => {
    const falling = cost.ratesOf({ ...samples, full: used(0) });
    expect(cost.usageOf(falling, { read: 0, atRest: 0, deployments: 10_000, batches: 1, calls: 0 }).readUnits).toBe(0);
  });

  it('the mean of roll calls is that of each field', () => {
    expect(cost.meanOf([used(1, { batches: 2 }), used(3, { batches: 3 })])).toEqual(used(2, { batches: 2.5 }));
  });
});

describe('a month', () => {
  const month = cost.monthOf(used(2, { batches: 3, logBytes: 500, storedBytes: 2e9 }), 1_000, DEPLOYMENT);

  it.each([
    ['lambdaRequests', 6_000],
    ['lambdaGbSeconds', 4_000],
    ['transitions', 10_000],
    ['expressRequests', 3_000],
    ['expressGbSeconds', (1_000 * (2 + 0.3)) / 16],
    ['readUnits', 2_000],
    ['writeUnits', 2_000],
    ['storedGb', 2],
    ['s3Writes', 1_000],
    ['s3Reads', 1_000],
    ['logGb', 0.0005],
    ['metricLists', 2_000],
    ['messages', 2_000],
    ['alarms', 0],
    ['queueRequests', 0],
    ['trailCopies', 2_000],
  ] as const)('uses %s: %d', (priced, amount) => {
    expect(month[priced]).toBeCloseTo(amount, 9);
  });

  it('in which all rest writes no list of scopes', () => {
    expect(cost.monthOf(used(1, { batches: 0 }), 10, DEPLOYMENT)).toMatchObject({ s3Writes: 0, s3Reads: 0, expressRequests: 0 });
  });

  it('of alarms and queues is paid whatever there is to watch: five readers, each 20 seconds', () => {
    const fixed = cost.fixedParts({ alarms: 10, queues: 2 });
    expect(fixed).toMatchObject({ alarms: 10, queueRequests: 2 * 5 * 129_600 });
    expect(cost.totalOf(fixed)).toBeCloseTo(10 * 0.1 + 1.296 * 0.4, 9);
  });

  it('costs what the price list says, a second copy of the read events apart', () => {
    expect(cost.dollarsOf(month, 'transitions')).toBeCloseTo(0.25, 9);
    const all = PRICED.reduce((sum, priced) => sum + cost.dollarsOf(month, priced), 0);
    expect(cost.totalOf(month)).toBeCloseTo(all - cost.dollarsOf(month, 'trailCopies'), 9);
    expect(cost.dollarsOf(month, 'trailCopies')).toBeCloseTo(0.04, 9);
  });

  it('in which one slot of four reads everything is a quarter of one and three of the other', () => {
    const [whole, resting] = [cost.monthOf(used(4), 1, DEPLOYMENT), cost.monthOf(used(0), 1, DEPLOYMENT)];
    expect(cost.mixed(whole, resting, 4).readUnits).toBe(1);
    expect(cost.mixed(resting, whole, 4).readUnits).toBe(3);
  });
});

describe('the table', () => {
  const lines = costTable([{ title: 'one region', usage: cost.monthOf(used(2), 2_880, DEPLOYMENT) }]);

  it('has a line for each price, with its page, their sum, and the copies of the read events after it', () => {
    expect(lines[0]).toBe('|  | price | one region | $ |');
    expect(lines).toHaveLength(PRICED.length + 4);
    expect(lines[4]).toBe(
      `| Step Functions, state transitions | [$25 for 1,000,000](https://aws.amazon.com/${PRICES.transitions.source}/) | 23,040 | 0.58 |`,
    );
    expect(lines.slice(-3).map(line => line.split('|')[1]?.trim())).toEqual([
      '**together**',
      'CloudTrail, the first copy of the read events',
      'CloudTrail, a second copy of the read events',
    ]);
    expect(lines.at(-1)).toContain('| 5,760 | 0.12 |');
  });
});

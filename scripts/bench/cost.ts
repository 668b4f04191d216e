import { PRICED, PRICES, type Priced } from './prices.ts';

/** What one roll call uses, as it was measured. */
export interface RunUsage {
  /** Children of the map. */
  readonly batches: number;
  readonly readingSeconds: number;
  /** Of the functions outside the map. */
  readonly otherSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly logBytes: number;
  readonly calls: number;
  readonly metricLists: number;
  readonly messages: number;
  /** After it. */
  readonly storedBytes: number;
}

type Each = Omit<RunUsage, 'batches'>;
const FIELDS = [
  'readingSeconds',
  'otherSeconds',
  'readUnits',
  'writeUnits',
  'logBytes',
  'calls',
  'metricLists',
  'messages',
  'storedBytes',
] as const satisfies readonly (keyof Each)[];

// Built from the fields of the type, which Object.fromEntries does not say.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const combine = (of: (field: keyof Each) => number): Each => Object.fromEntries(FIELDS.map(field => [field, of(field)])) as unknown as Each;

export const meanOf = (usages: readonly RunUsage[]): RunUsage => {
  const mean = (field: keyof RunUsage): number => usages.reduce((sum, usage) => sum + usage[field], 0) / usages.length;
  return { ...combine(mean), batches: mean('batches') };
};

/** A roll call as it was measured, with how much there was. */
export interface Sample {
  readonly usage: RunUsage;
  readonly read: number;
}

/** What a roll call uses whatever there is, and what each scope that is read, each that rests, and each deployment adds. */
export interface Rates {
  readonly run: Each;
  readonly read: Each;
  readonly atRest: Each;
  readonly deployment: Each;
}

export interface Samples {
  /** Empty scopes, all read: few of them and many. */
  readonly few: Sample;
  readonly many: Sample;
  /** As many as `many`, all at rest. */
  readonly resting: RunUsage;
  /** As `few`, with `deployments` in one of the scopes. */
  readonly full: RunUsage;
  readonly deployments: number;
}

/** The lines through the samples. */
export const ratesOf = ({ few, many, resting, full, deployments }: Samples): Rates => {
  const read = combine(field => (many.usage[field] - few.usage[field]) / (many.read - few.read));
  const run = combine(field => few.usage[field] - few.read * read[field]);
  const atRest = combine(field => (resting[field] - run[field]) / many.read);
  const deployment = combine(field => (full[field] - few.usage[field]) / deployments);
  return { run, read, atRest, deployment };
};

export interface World {
  readonly read: number;
  readonly atRest: number;
  readonly deployments: number;
  readonly batches: number;
  /** As the simulation counts them, by what is in each scope. */
  readonly calls: number;
}

/** What a roll call of a world uses by these rates. A line may start below nothing; nobody uses less. */
export const usageOf = (rates: Rates, { batches, calls, ...world }: World): RunUsage => ({
  ...combine(field =>
    Math.max(
      0,
      rates.run[field] + rates.read[field] * world.read + rates.atRest[field] * world.atRest + rates.deployment[field] * world.deployments,
    ),
  ),
  batches,
  calls,
});

export type Usage = Readonly<Record<Priced, number>>;

export interface Deployment {
  /** GB of every function. */
  readonly memoryGb: number;
  /** States on the way of a roll call that ends well. */
  readonly states: number;
  /** Functions of a roll call outside the map. */
  readonly functions: number;
}

// Built from all keys, which Object.fromEntries does not say.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const usage = (of: (priced: Priced) => number): Usage => Object.fromEntries(PRICED.map(priced => [priced, of(priced)])) as Usage;
const NOTHING = usage(() => 0);

/** An Express child is billed for 64 MB, and up to the next tenth of a second. */
const EXPRESS_GB = 64 / 1_024;
const EXPRESS_STEP = 0.1;

/** A month of such roll calls. The start of each child counts as a state transition: AWS's page does not say, and too much is better than too little. */
export const monthOf = (run: RunUsage, runs: number, { memoryGb, states, functions }: Deployment): Usage => ({
  ...NOTHING,
  lambdaRequests: runs * (functions + run.batches),
  lambdaGbSeconds: runs * memoryGb * (run.readingSeconds + run.otherSeconds),
  transitions: runs * (states + run.batches),
  expressRequests: runs * run.batches,
  expressGbSeconds: runs * EXPRESS_GB * (run.readingSeconds + EXPRESS_STEP * run.batches),
  readUnits: runs * run.readUnits,
  writeUnits: runs * run.writeUnits,
  storedGb: run.storedBytes / 1e9,
  s3Writes: run.batches > 0 ? runs : 0,
  s3Reads: run.batches > 0 ? runs : 0,
  logGb: (runs * run.logBytes) / 1e9,
  metricLists: runs * run.metricLists,
  messages: runs * run.messages,
  trailCopies: runs * run.calls,
});

/** Lambda has five readers of a queue at least, each of which asks again as soon as it has waited for 20 seconds. */
const POLLS_A_MONTH = (5 * 30 * 24 * 3_600) / 20;

/** What is paid however many there are to watch. */
export const fixedParts = ({ alarms, queues }: { readonly alarms: number; readonly queues: number }): Usage => ({
  ...NOTHING,
  alarms,
  queueRequests: queues * POLLS_A_MONTH,
});

export const dollarsOf = (used: Usage, priced: Priced): number => (used[priced] * PRICES[priced].dollars) / PRICES[priced].per;

/** All but a second copy in CloudTrail, which only some pay. */
export const totalOf = (used: Usage): number =>
  PRICED.reduce((sum, priced) => sum + (priced === 'trailCopies' ? 0 : dollarsOf(used, priced)), 0);

/** One slot an hour reads all scopes, in the others empty ones rest: what the two months use, in that share. */
export const mixed = (whole: Usage, resting: Usage, slotsAnHour: number): Usage =>
  usage(priced => whole[priced] / slotsAnHour + resting[priced] * (1 - 1 / slotsAnHour));

/** What AWS asks for, without any free tier or discount. */
export const PRICE_LIST = { region: 'us-east-1', date: '2026-11-26' } as const;

export interface Price {
  readonly title: string;
  readonly dollars: number;
  /** For so many. */
  readonly per: number;
  /** The page at aws.amazon.com that says so; look there before you rely on a figure. */
  readonly source: string;
}

export const PRICES = {
  lambdaRequests: { title: 'Lambda requests', dollars: 0.2, per: 1e6, source: 'lambda/pricing' },
  lambdaGbSeconds: { title: 'Lambda GB-seconds, arm64', dollars: 0.0000133334, per: 1, source: 'lambda/pricing' },
  transitions: { title: 'Step Functions, state transitions', dollars: 25, per: 1e6, source: 'step-functions/pricing' },
  expressRequests: { title: 'Step Functions, Express requests', dollars: 1, per: 1e6, source: 'step-functions/pricing' },
  expressGbSeconds: { title: 'Step Functions, Express GB-seconds', dollars: 0.00001667, per: 1, source: 'step-functions/pricing' },
  readUnits: { title: 'DynamoDB read units', dollars: 0.125, per: 1e6, source: 'dynamodb/pricing/on-demand' },
  writeUnits: { title: 'DynamoDB write units', dollars: 0.625, per: 1e6, source: 'dynamodb/pricing/on-demand' },
  /** Storage and point-in-time recovery. */
  storedGb: { title: 'DynamoDB GB, and their recovery', dollars: 0.45, per: 1, source: 'dynamodb/pricing/on-demand' },
  s3Writes: { title: 'S3 writes', dollars: 0.005, per: 1_000, source: 's3/pricing' },
  s3Reads: { title: 'S3 reads', dollars: 0.0004, per: 1_000, source: 's3/pricing' },
  logGb: { title: 'CloudWatch Logs GB', dollars: 0.5, per: 1, source: 'cloudwatch/pricing' },
  /** In the account that is read. */
  metricLists: { title: 'CloudWatch requests (ListMetrics)', dollars: 0.01, per: 1_000, source: 'cloudwatch/pricing' },
  messages: { title: 'SNS messages', dollars: 0.5, per: 1e6, source: 'sns/pricing' },
  alarms: { title: 'CloudWatch alarms', dollars: 0.1, per: 1, source: 'cloudwatch/pricing' },
  queueRequests: { title: 'SQS requests of empty queues', dollars: 0.4, per: 1e6, source: 'sqs/pricing' },
  /** In the accounts that are read; a first copy costs nothing, and is no price. */
  trailCopies: { title: 'CloudTrail, a second copy of the read events', dollars: 2, per: 100_000, source: 'cloudtrail/pricing' },
} as const satisfies Record<string, Price>;

export type Priced = keyof typeof PRICES;

// The keys of a constant object are known, which Object.keys does not say.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const PRICED = Object.keys(PRICES) as Priced[];

import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { chunksOf } from '../../core/chunks.ts';
import type { InvocationQuestion } from '../../core/invocations.ts';
import type { Invocations, Listing, Sighting } from '../../core/sighting.ts';
import { DAY, type Instant, isDue, plus } from '../../core/time.ts';
import { type Answer, everyRead, ofList } from './classify-error.ts';
import type { Probe } from './probe.ts';
import { readAll } from './read-pages.ts';
import type { Requests } from './session.ts';

/** A metric that CloudWatch sums the calls of a deployment in. */
export interface Metric {
  readonly Namespace: 'AWS/SageMaker' | 'AWS/Bedrock';
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Counter {
  readonly cloudwatch: CloudWatchClient;
}

const ACTION = 'cloudwatch:GetMetricData';
/** AWS's bound of one request. Each metric costs as much alone as among others. */
const AT_ONCE = 500;

const series = z.object({
  Id: z.string(),
  Timestamps: z.array(z.date()),
  Values: z.array(z.number()),
  StatusCode: z.string(),
});
type Series = z.output<typeof series>;

interface Asked {
  readonly arn: string;
  readonly query: MetricDataQuery;
}

const queryOf = ({ Namespace, dimensions }: Metric, index: number): MetricDataQuery => ({
  Id: `m${index}`,
  MetricStat: {
    Metric: { Namespace, MetricName: 'Invocations', Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) },
    Period: DAY / 1000,
    Stat: 'Sum',
  },
});

/**
 * The listing with the last calls of what is old enough to be idle. What CloudWatch refuses or leaves open is not counted, and that is all: who
 * may not read metrics has read its deployments.
 */
export const withInvocations = async <T extends Pick<Listing, 'kinds'>>(
  session: Requests & Counter,
  listing: T,
  { ask, metricsOf }: { readonly ask: InvocationQuestion | undefined; readonly metricsOf: (sighting: Sighting) => readonly Metric[] },
): Promise<T & Pick<Listing, 'invocations'>> => {
  if (ask === undefined) return listing;
  const all = listing.kinds.flatMap(kind => (kind.status === 'COMPLETE' ? kind.sightings : []));
  const old = all.filter(({ presence, createdAt }) => presence === 'SERVING' && createdAt !== null && isDue(createdAt, ask.createdBy));
  const asked = old
    .flatMap(sighting => metricsOf(sighting).map(metric => ({ arn: sighting.arn, metric })))
    .map(({ arn, metric }, index): Asked => ({ arn, query: queryOf(metric, index) }));
  const answers = everyRead(await Promise.all(chunksOf(asked, AT_ONCE).map(batch => readBatch(session, batch, ask.since))));
  return {
    ...listing,
    invocations: answers.ok ? counted(asked, answers.value.flat(), ask.since) : { state: 'UNREAD', ...ofList(answers.failure) },
  };
};

const readBatch = (session: Requests & Counter, batch: readonly Asked[], since: Instant): Promise<Answer<readonly Series[]>> =>
  readAll(session, {
    action: ACTION,
    list: 'MetricDataResults',
    tokenField: 'NextToken',
    item: series,
    send: (NextToken, options) => {
      const MetricDataQueries = batch.map(({ query }) => query);
      const times = { StartTime: new Date(since), EndTime: new Date(session.now()) };
      return session.cloudwatch.send(new GetMetricDataCommand({ MetricDataQueries, ...times, NextToken }), options);
    },
  });

/** A metric may be told in pieces, the last of which says that it was all. One that never was leaves its deployment uncounted. */
const counted = (asked: readonly Asked[], answered: readonly Series[], since: Instant): Invocations => {
  const byId = Map.groupBy(answered, ({ Id }) => Id);
  const lastDays = [...Map.groupBy(asked, ({ arn }) => arn)].flatMap(([arn, own]): [string, Instant | null][] => {
    const told = own.map(({ query: { Id = '' } }) => byId.get(Id) ?? []);
    if (told.some(pieces => pieces.at(-1)?.StatusCode !== 'Complete')) return [];
    const days = told.flat().flatMap(({ Timestamps, Values }) => Timestamps.filter((_, index) => (Values[index] ?? 0) > 0));
    const last = days.toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
    return [[arn, last?.toISOString() ?? null]];
  });
  return { state: 'COUNTED', since, lastDays: new Map(lastDays) };
};

/** The cheapest request: one metric, which need not be there. */
export const invocationsProbe = (Namespace: Metric['Namespace']): Probe<Counter> => ({
  action: ACTION,
  call: ({ cloudwatch }, _about, options, now) => {
    const times = { StartTime: new Date(plus(now, -DAY)), EndTime: new Date(now) };
    return cloudwatch.send(new GetMetricDataCommand({ MetricDataQueries: [queryOf({ Namespace, dimensions: {} }, 0)], ...times }), options);
  },
});

import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { chunksOf } from '../../core/chunks.ts';
import type { InvocationQuestion } from '../../core/invocations.ts';
import { type Invocations, type Listing, type Sighting, sightingsOf } from '../../core/sighting.ts';
import { DAY, elapsed, type Instant, isDue, plus } from '../../core/time.ts';
import { type Answer, everyRead, ifRead, ofList } from './classify-error.ts';
import type { Probe } from './probe.ts';
import { readAll } from './read-pages.ts';
import type { Requests } from './session.ts';
import { sideBySide } from './side-by-side.ts';

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
  readonly metric: Metric;
}

/** What one metric of a deployment said: the last day with a call, null where there was none. undefined: it was not told whole. */
interface Told {
  readonly arn: string;
  readonly day: Instant | null | undefined;
}

const idOf = (index: number): string => `m${index}`;

const queryOf = ({ Namespace, dimensions }: Metric, index: number): MetricDataQuery => ({
  Id: idOf(index),
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
  const old = sightingsOf(listing).filter(
    ({ presence, createdAt }) => presence === 'SERVING' && createdAt !== null && isDue(createdAt, ask.createdBy),
  );
  const asked = old.flatMap(sighting => metricsOf(sighting).map((metric): Asked => ({ arn: sighting.arn, metric })));
  const answers = everyRead(await sideBySide(chunksOf(asked, AT_ONCE), batch => readBatch(session, batch, ask.since)));
  return {
    ...listing,
    invocations: answers.ok ? counted(answers.value.flat(), ask.since) : { state: 'UNREAD', ...ofList(answers.failure) },
  };
};

const readBatch = async (session: Requests & Counter, batch: readonly Asked[], since: Instant): Promise<Answer<readonly Told[]>> => {
  const MetricDataQueries = batch.map(({ metric }, index) => queryOf(metric, index));
  const times = { StartTime: new Date(since), EndTime: new Date(session.now()) };
  const answer = await readAll(session, {
    action: ACTION,
    list: 'MetricDataResults',
    tokenField: 'NextToken',
    item: series,
    send: (NextToken, options) => session.cloudwatch.send(new GetMetricDataCommand({ MetricDataQueries, ...times, NextToken }), options),
  });
  return ifRead(answer, answered => {
    const byId = Map.groupBy(answered, ({ Id }) => Id);
    return batch.map(({ arn }, index) => ({ arn, day: lastDayIn(byId.get(idOf(index)) ?? []) }));
  });
};

/** A metric may be told in pieces, the last of which says that it was all. */
const lastDayIn = (pieces: readonly Series[]): Told['day'] => {
  if (pieces.at(-1)?.StatusCode !== 'Complete') return undefined;
  const days = pieces.flatMap(({ Timestamps, Values }) => Timestamps.filter((_, index) => (Values[index] ?? 0) > 0));
  const times = days.map(day => day.toISOString());
  return times.toSorted().at(-1) ?? null;
};

/** One metric that was not told leaves its deployment uncounted. */
const counted = (told: readonly Told[], since: Instant): Invocations => {
  const untold = new Set(told.flatMap(({ arn, day }) => (day === undefined ? [arn] : [])));
  const lastDays = new Map<string, Instant | null>();
  for (const { arn, day = null } of told) {
    const known = lastDays.get(arn) ?? null;
    if (!untold.has(arn)) lastDays.set(arn, known === null || (day !== null && elapsed(known, day) > 0) ? day : known);
  }
  return { state: 'COUNTED', since, lastDays };
};

/** The cheapest request: one metric, which need not be there. */
export const invocationsProbe = (Namespace: Metric['Namespace']): Probe<Counter> => ({
  action: ACTION,
  call: ({ cloudwatch }, _about, options, now) => {
    const times = { StartTime: new Date(plus(now, -DAY)), EndTime: new Date(now) };
    return cloudwatch.send(new GetMetricDataCommand({ MetricDataQueries: [queryOf({ Namespace, dimensions: {} }, 0)], ...times }), options);
  },
});

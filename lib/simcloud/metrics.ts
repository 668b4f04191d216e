import { type Call, invalid, isDoc, type Operation, rows } from './call.ts';
import { page, sortKey } from './paging.ts';
import type { Doc } from './world.ts';

const HOUR = 3_600_000;
/** A metric that was silent for longer is not listed. */
const TWO_WEEKS = 14 * 24 * HOUR;
const RECENTLY = 3 * HOUR;

/** Mantle counts calls by model, and once more by project and model. */
const metricsOf = ({ modelId, namespace, project }: Call['modelUse'][number]): Doc[] => {
  if (namespace === 'AWS/Bedrock') return [metric(namespace, 'Invocations', { ModelId: modelId })];
  const both = project === undefined ? [] : [metric(namespace, 'Inferences', { Project: project, Model: modelId })];
  return [metric(namespace, 'Inferences', { Model: modelId }), ...both];
};

const metric = (Namespace: string, MetricName: string, dimensions: Readonly<Record<string, string>>): Doc => ({
  Namespace,
  MetricName,
  Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
});

const listMetrics: Operation = call => {
  const { body, modelUse, now } = call;
  if (body['RecentlyActive'] !== undefined && body['RecentlyActive'] !== 'PT3H') throw invalid('RecentlyActive must be PT3H.');
  const since = now - (body['RecentlyActive'] === undefined ? TWO_WEEKS : RECENTLY);
  const listed = modelUse.filter(({ lastUsed }) => lastUsed === undefined || Date.parse(lastUsed) > since).flatMap(metricsOf);
  const { items, NextToken } = page(call, {
    items: [...new Map(listed.filter(each => fits(each, body)).map(each => [JSON.stringify(each), each])).values()],
    keyOf: each => sortKey(each['Namespace'], JSON.stringify(each)),
    descending: false,
    size: 500,
    range: [1, 500],
  });
  return { Metrics: items, NextToken };
};

const fits = (each: Doc, { Namespace, MetricName, Dimensions }: Doc): boolean =>
  (Namespace === undefined || each['Namespace'] === Namespace) &&
  (MetricName === undefined || each['MetricName'] === MetricName) &&
  rows(Dimensions).every(wanted =>
    rows(each['Dimensions']).some(({ Name, Value }) => Name === wanted['Name'] && (wanted['Value'] ?? Value) === Value),
  );

type Named = Readonly<Record<string, string>>;

/** When what a metric counts was called last: a time, `undefined` for every day, or never. */
const lastCall = ({ estate, account, region, modelUse }: Call, Namespace: unknown, named: Named): string | undefined => {
  const { endpoints = {}, inferenceComponents = {} } = estate.accounts[account]?.[region] ?? {};
  if (Namespace === 'AWS/Bedrock') {
    const uses = modelUse.filter(({ modelId, namespace }) => namespace === Namespace && modelId === named['ModelId']);
    return uses.length === 0
      ? 'never'
      : uses
          .map(({ lastUsed }) => lastUsed)
          .toSorted()
          .at(-1);
  }
  const { EndpointName = '', VariantName, InferenceComponentName } = named;
  if (InferenceComponentName !== undefined) return inferenceComponents[InferenceComponentName]?.lastInvoked;
  const endpoint = endpoints[EndpointName];
  // An asynchronous endpoint publishes no Invocations, and without a variant none is counted.
  return VariantName === undefined || endpoint?.async !== undefined ? 'never' : endpoint?.lastInvoked;
};

const DAY = 24 * HOUR;
/** AWS's bound of one request. */
const MOST_QUERIES = 500;

/** Sums by day, the newest first: one call on each day up to the last. */
const getMetricData: Operation = call => {
  const queries = rows(call.body['MetricDataQueries']);
  if (queries.length > MOST_QUERIES) throw invalid(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  const [start, end] = ['StartTime', 'EndTime'].map(field => Number(call.body[field]) * 1000);
  const days = (until: number): number[] =>
    Array.from(
      { length: Math.max(0, Math.floor(until / DAY) - Math.ceil((start ?? 0) / DAY) + 1) },
      (_, ago) => Math.floor(until / DAY) * DAY - ago * DAY,
    );
  const results = queries.map(({ Id, MetricStat }): Doc => {
    const { Metric, Period } = docOf(MetricStat);
    if (Number(Period) * 1000 !== DAY) throw invalid('simcloud counts by the day: Period must be 86400.');
    const { Namespace, MetricName, Dimensions } = docOf(Metric);
    const named = Object.fromEntries(rows(Dimensions).map(({ Name, Value }) => [String(Name), String(Value)]));
    const last = MetricName === 'Invocations' ? lastCall(call, Namespace, named) : 'never';
    const until = Math.min(last === undefined ? call.now : Date.parse(last), (end ?? 0) - 1);
    const Timestamps = last === 'never' ? [] : days(until).map(at => at / 1000);
    return { Id, Label: MetricName, Timestamps, Values: Timestamps.map(() => 1), StatusCode: 'Complete' };
  });
  const { items, NextToken } = page(call, {
    items: results,
    keyOf: ({ Id }) => sortKey(Id, ''),
    descending: false,
    size: MOST_QUERIES,
    range: [1, MOST_QUERIES],
  });
  return { MetricDataResults: items, Messages: [], NextToken };
};

const docOf = (value: unknown): Doc => (isDoc(value) ? value : {});

export const METRIC_OPERATIONS: Readonly<Record<string, Operation>> = { ListMetrics: listMetrics, GetMetricData: getMetricData };

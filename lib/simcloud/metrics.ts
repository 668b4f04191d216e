import { type Call, invalid, type Operation, rows } from './call.ts';
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

export const METRIC_OPERATIONS: Readonly<Record<string, Operation>> = { ListMetrics: listMetrics };

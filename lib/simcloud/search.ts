import { type Call, invalid, isDoc, type Operation, required, rows, text, without } from './call.ts';
import { page, sortKey, summaryOf } from './paging.ts';
import { arnOf, type Doc, type Kind } from './world.ts';

const SEARCHED: Readonly<Record<string, Kind>> = { Endpoint: 'endpoint', Model: 'model', ModelPackage: 'model-package' };

/** What Search knows: some kinds, 100 records a page, perhaps older than what the listings show. */
export const search: Operation = call => {
  const resource = required(call, 'Resource');
  const kind = SEARCHED[resource];
  if (!kind) throw invalid(`Search does not cover ${resource} here: ${Object.keys(SEARCHED).join(', ')}.`);
  const { SearchExpression: expression = null } = call.body;
  const isFound = (doc: Doc): boolean => expression === null || satisfies(doc, expression);
  isFound({}); // refuses a bad expression even where there is nothing to search
  const sortBy = text(call.body.SortBy) || 'LastModifiedTime';
  const { items, NextToken } = page(call, {
    items: {
      revision: call.world.revision(call.searchAt),
      look: () => call.world.all(arnOf(call, kind, ''), call.searchAt).filter(isFound),
    },
    keyOf: doc => sortKey(doc[sortBy] ?? doc.CreationTime, doc[`${resource}Arn`]),
    descending: call.body.SortOrder !== 'Ascending',
    size: 100,
    range: [1, 100],
  });
  const records =
    kind === 'model' ? withHosts(call, items) : items.map(doc => without(doc, 'PendingDeploymentSummary', 'AsyncInferenceConfig'));
  return { Results: records.map(record => ({ [resource]: record })), NextToken };
};

/** A model's record wraps the model; the endpoints that host it lie beside. */
const withHosts = (call: Call, models: readonly Doc[]): Doc[] => {
  const hosts = new Map(models.map(({ ModelName }): [unknown, Doc[]] => [ModelName, []]));
  for (const endpoint of call.world.all(arnOf(call, 'endpoint', ''), call.searchAt)) {
    const config = call.world.get(arnOf(call, 'endpoint-config', text(endpoint.EndpointConfigName)), call.searchAt);
    const names = [...rows(config?.ProductionVariants), ...rows(config?.ShadowProductionVariants)].map(({ ModelName }) => ModelName);
    for (const name of new Set(names)) hosts.get(name)?.push(summaryOf(endpoint, 'endpoint'));
  }
  return models.map(Model => ({ Model, Endpoints: hosts.get(Model.ModelName) }));
};

const satisfies = (record: Doc, expression: unknown): boolean => {
  const { Filters, SubExpressions, NestedFilters, Operator } = isDoc(expression) ? expression : {};
  if (NestedFilters) throw invalid('NestedFilters are not simulated: use Filters or SubExpressions.');
  const verdicts = [...rows(Filters).map(filter => holds(record, filter)), ...rows(SubExpressions).map(inner => satisfies(record, inner))];
  if (verdicts.length === 0) throw invalid('A search expression must contain at least one filter.');
  return Operator === 'Or' ? verdicts.some(Boolean) : verdicts.every(Boolean);
};

const holds = (record: Doc, filter: Doc): boolean => {
  const operator = text(filter.Operator) || 'Equals';
  const test = OPERATORS[operator];
  if (!test) throw invalid(`Search operator ${operator} is not known.`);
  const tag = /^Tags\.(.+)$/.exec(text(filter.Name))?.[1];
  const value = tag === undefined ? record[text(filter.Name)] : rows(record.Tags).find(({ Key }) => Key === tag)?.Value;
  const wanted = text(filter.Value);
  if (typeof value !== 'number') return test(value === undefined ? value : text(value), wanted);
  return test(value, wanted.includes('-') ? Date.parse(`${wanted.slice(0, 19)}Z`) / 1000 : Number(wanted));
};

type Value = string | number;
const OPERATORS: Readonly<Record<string, (found: Value | undefined, wanted: Value) => boolean>> = {
  Equals: (found, wanted) => found === wanted,
  NotEquals: (found, wanted) => found !== wanted,
  Exists: found => found !== undefined,
  NotExists: found => found === undefined,
  Contains: (found, wanted) => String(found ?? '').includes(String(wanted)),
  In: (found, wanted) => String(wanted).split(',').includes(String(found)),
  GreaterThan: (found, wanted) => found !== undefined && found > wanted,
  LessThan: (found, wanted) => found !== undefined && found < wanted,
};

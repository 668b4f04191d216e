import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { baseModelOf, isOwn, plainModel, useKey } from '../../core/model-use.ts';
import { scopeId } from '../../core/scope.ts';
import type { QuarantinedItem, Sighting } from '../../core/sighting.ts';
import { type Answer, everyRead, failed, type Failure, failureOf, ifRead, ofList } from '../aws/classify-error.ts';
import type { KindReader } from '../aws/kind-source.ts';
import { notChecked } from '../aws/list-kind.ts';
import { readPages } from '../aws/read-pages.ts';
import { whereBroken } from '../aws/session.ts';
import type { BedrockSession, Clients } from './reader.ts';
import { detailOf } from './summary-kind.ts';

const ACTION = 'cloudwatch:ListMetrics';

/** Where Bedrock counts calls, and the dimension that has what the caller passed as its model. */
const METRICS = [
  { Namespace: 'AWS/Bedrock', MetricName: 'Invocations', dimension: 'ModelId' },
  { Namespace: 'AWS/BedrockMantle', MetricName: 'Inferences', dimension: 'Model' },
] as const;
type Metric = (typeof METRICS)[number];

/** What was called, by every name that it was called by. */
interface Calls {
  readonly names: readonly string[];
  readonly quarantined: readonly QuarantinedItem[];
}

/**
 * CloudWatch lists a metric until it was silent for two weeks, and that is how long a use lasts. `RecentlyActive`, three hours,
 * would call a nightly job gone every morning and find it anew every night.
 */
const readMetric = async (session: BedrockSession, { Namespace, MetricName, dimension }: Metric): Promise<Answer<Calls>> => {
  const name = z
    .object({ Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })) })
    .transform(({ Dimensions }) => Dimensions.find(({ Name }) => Name === dimension)?.Value)
    .pipe(z.string().min(1));
  const names: string[] = [];
  const quarantined: QuarantinedItem[] = [];
  const failure = await readPages(session, {
    action: ACTION,
    list: 'Metrics',
    tokenField: 'NextToken',
    send: (NextToken, options) =>
      session.cloudwatch.send(new ListMetricsCommand({ Namespace, MetricName, Dimensions: [{ Name: dimension }], NextToken }), options),
    take: items => {
      for (const item of items) {
        const { data, error } = name.safeParse(item);
        if (error) quarantined.push({ text: MetricName, reason: `malformed item: ${whereBroken(error)}` });
        else names.push(data);
      }
      return undefined;
    },
  });
  return failure ? failed(failure) : { ok: true, value: { names, quarantined } };
};

const readCalls = async (session: BedrockSession): Promise<Answer<Calls>> =>
  ifRead(everyRead(await Promise.all(METRICS.map(metric => readMetric(session, metric)))), calls => ({
    names: calls.flatMap(({ names }) => names),
    quarantined: calls.flatMap(({ quarantined }) => quarantined),
  }));

/** One for each model. What somebody here made is a deployment of its own, and no model that everybody may call. */
const usesOf = ({ names }: Calls, { scope }: BedrockSession): readonly Sighting[] => {
  const byModel = Map.groupBy(new Set(names.filter(name => !isOwn(name))), name => plainModel(baseModelOf(name)));
  return [...byModel].map(([model, called]) => ({
    arn: useKey(scope, model),
    kind: 'MODEL_USE',
    scope: scopeId(scope),
    name: model,
    status: calledAs(called),
    presence: 'SERVING',
    hosts: 'MODELS',
    createdAt: null,
    lastModified: null,
    tags: {},
    pending: null,
    detail: detailOf(model, [{ slot: 'model', kind: 'MODEL', identity: model, pinned: true }]),
  }));
};

/** Names that a status shows: profiles say where calls go. */
const SHOWN = 5;
const calledAs = (names: readonly string[]): string => {
  const shown = names.map(name => plainModel(name).replaceAll('%2F', '/')).toSorted();
  return `called as ${shown.slice(0, SHOWN).join(', ')}${shown.length > SHOWN ? ` and ${shown.length - SHOWN} more` : ''}`;
};

/** The use of models that everybody may call. There is no list of callers, and no resource: only what CloudWatch counts. */
export const MODEL_USE: KindReader<Clients> = {
  kind: 'MODEL_USE',
  list: async session => {
    const calls = await readCalls(session);
    if (!calls.ok) return notChecked('MODEL_USE', calls.failure);
    return { kind: 'MODEL_USE', status: 'COMPLETE', quarantined: calls.value.quarantined, sightings: usesOf(calls.value, session) };
  },
  describe: async (session, key) => {
    const calls = await readCalls(session);
    if (!calls.ok) return failed(ofList(calls.failure));
    const { quarantined } = calls.value;
    return usesOf(calls.value, session).some(({ arn }) => arn === key) ? calls : failed(quarantined.length > 0 ? UNREADABLE : SILENT);
  },
};

const SILENT: Failure = failureOf('VANISHED', ACTION, 'silent for two weeks');
const UNREADABLE: Failure = failureOf('MALFORMED', ACTION);

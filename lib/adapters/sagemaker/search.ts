import { SearchCommand, type SearchExpression } from '@aws-sdk/client-sagemaker';
import { elapsed, HOUR, type Instant } from '../../core/time.ts';
import type { Harmless } from '../aws/fields.ts';
import { readPages } from '../aws/read-pages.ts';
import type { SagemakerSession } from './requests.ts';
import type { Selected } from './lineage.ts';
import { type RawEndpoint, rawEndpointRecord, rawModel, rawModelRecord } from './shapes.ts';
import { type ReadModel, readModel } from './translate/model.ts';

/** Search wants a filter; no name is a single hyphen, so this one lets all through. */
export const everyRecord = (resource: 'Endpoint' | 'Model'): SearchExpression => ({
  Filters: [{ Name: `${resource}Name`, Operator: 'NotEquals', Value: '-' }],
});

/**
 * Search gives 100 full records a page, from an index whose lag nobody states. It only ever saves descriptions: what it lacks is
 * described, and it never decides what exists. Denied, unsupported or broken, it is as if it had found nothing more.
 */
const searchPages = (session: SagemakerSession, resource: 'Endpoint' | 'Model', take: (items: readonly unknown[]) => 'STOP' | undefined) =>
  readPages(session, {
    action: 'sagemaker:Search',
    list: 'Results',
    take,
    tokenField: 'NextToken',
    send: (NextToken, options) => {
      const order = { SortBy: 'CreationTime', SortOrder: resource === 'Model' ? 'Descending' : 'Ascending' } as const;
      return session.client.send(
        new SearchCommand({ Resource: resource, SearchExpression: everyRecord(resource), ...order, MaxResults: 100, NextToken }),
        options,
      );
    },
  });

/** Endpoint records by name, as far as Search has them. */
export const searchEndpoints = async (session: SagemakerSession): Promise<ReadonlyMap<string, RawEndpoint>> => {
  const found = new Map<string, RawEndpoint>();
  const take = (items: readonly unknown[]): undefined => {
    for (const item of items) {
      const record = rawEndpointRecord.safeParse(item);
      if (record.success) found.set(record.data.Endpoint.EndpointName, record.data.Endpoint);
    }
  };
  await searchPages(session, 'Endpoint', take);
  return found;
};

export interface WantedModels {
  readonly wanted: Selected;
  readonly harmless: Harmless;
}

/**
 * The wanted models, as far as Search has them, newest first. An account keeps every model it ever made, so the pages are
 * bounded by half of what describing would cost; of those selected just now only the newest can be trusted, which the first page has.
 */
export const searchModels = async (
  session: SagemakerSession,
  { wanted, harmless }: WantedModels,
): Promise<ReadonlyMap<string, ReadModel>> => {
  const found = new Map<string, ReadModel>();
  if (wanted.size < 2) return found;
  let pagesLeft = Math.max(1, Math.floor([...wanted.values()].filter(at => !isRecent(at, session.now())).length / 2));
  const take = (items: readonly unknown[]): 'STOP' | undefined => {
    for (const item of items) {
      const record = rawModelRecord.safeParse(item);
      const name = record.data?.Model.Model.ModelName ?? '';
      const model = wanted.has(name) ? rawModel.safeParse(record.data?.Model.Model) : undefined;
      if (model?.success) found.set(name, readModel(model.data, harmless));
    }
    pagesLeft -= 1;
    return pagesLeft === 0 || found.size === wanted.size ? 'STOP' : undefined;
  };
  await searchPages(session, 'Model', take);
  return new Map([...found].filter(([name, model]) => isSettled(model, wanted.get(name) ?? null, session.now())));
};

/**
 * A model made anew under its name shows as the old one while the index lags: then a deployment changed just now may run the new
 * one. A record that is itself that fresh proves an index that keeps up. An hour is our guess of the longest lag.
 */
const isSettled = (model: ReadModel, usedSince: Instant | null, now: Instant): boolean =>
  model.createdAt !== null && (isRecent(model.createdAt, now) || !isRecent(usedSince, now));

/** Whether the index may not have seen yet what happened then. */
export const isRecent = (instant: Instant | null, now: Instant): boolean => instant === null || elapsed(instant, now) < HOUR;

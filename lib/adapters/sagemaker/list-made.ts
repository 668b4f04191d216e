import { ListEndpointConfigsCommand, ListModelsCommand } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import type { Instant } from '../../core/time.ts';
import { readPages } from '../aws/read-pages.ts';
import type { SendOptions } from '../aws/session.ts';
import type { SagemakerSession } from './requests.ts';
import { time } from './shapes.ts';

export type SelectedKind = 'CONFIG' | 'MODEL';

/** Newest first: an account keeps all that it ever made, and what is in use is mostly young. */
const ORDER = { MaxResults: 100, SortBy: 'CreationTime' } as const;

const LISTS = {
  CONFIG: {
    action: 'sagemaker:ListEndpointConfigs',
    list: 'EndpointConfigs',
    name: 'EndpointConfigName',
    send: ({ client }: SagemakerSession, NextToken: string | undefined, options: SendOptions) =>
      client.send(new ListEndpointConfigsCommand({ ...ORDER, SortOrder: 'Descending', NextToken }), options),
  },
  MODEL: {
    action: 'sagemaker:ListModels',
    list: 'Models',
    name: 'ModelName',
    send: ({ client }: SagemakerSession, NextToken: string | undefined, options: SendOptions) =>
      client.send(new ListModelsCommand({ ...ORDER, SortOrder: 'Descending', NextToken }), options),
  },
} as const;

const summary = z.looseObject({ CreationTime: time });

/**
 * When those of these names that the list shows were made. It proves, and never decides: what it lacks is described. Denied or broken, it
 * is as if it had shown nothing more; its pages are bounded by half of what describing would cost.
 */
export const listMade = async (
  session: SagemakerSession,
  kind: SelectedKind,
  wanted: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Instant>> => {
  const found = new Map<string, Instant>();
  let pagesLeft = Math.floor(wanted.size / 2);
  if (pagesLeft === 0) return found;
  const { send, name, ...pages } = LISTS[kind];
  const take = (items: readonly unknown[]): 'STOP' | undefined => {
    for (const each of items) {
      const { data } = summary.safeParse(each);
      const called = data?.[name];
      if (data && data.CreationTime !== null && typeof called === 'string' && wanted.has(called)) found.set(called, data.CreationTime);
    }
    pagesLeft -= 1;
    return pagesLeft === 0 || found.size === wanted.size ? 'STOP' : undefined;
  };
  await readPages(session, { ...pages, tokenField: 'NextToken', take, send: (token, options) => send(session, token, options) });
  return found;
};

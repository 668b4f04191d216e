import { ListEndpointsCommand, ListInferenceComponentsCommand } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { KINDS } from '../../core/kinds.ts';
import { arnPattern, type CloudScope, scopeId } from '../../core/scope.ts';
import type { Presence } from '../../core/sighting.ts';
import { type Listed, type ListedKind, listKind } from '../aws/list-kind.ts';
import type { SagemakerSession } from './requests.ts';
import { time } from './shapes.ts';

const STEMS = { ENDPOINT: 'Endpoint', INFERENCE_COMPONENT: 'InferenceComponent' } as const;
type Kind = keyof typeof STEMS;

/** Oldest first: what is created while we page lands at the end and moves nothing. */
const ORDER = { MaxResults: 100, SortBy: 'CreationTime', SortOrder: 'Ascending' } as const;

/** Every endpoint or component as its listing shows it. */
export const listSummaries = (session: SagemakerSession, kind: Kind): Promise<ListedKind<Listed>> => {
  const stem = STEMS[kind];
  const { client, scope } = session;
  const pages = { action: `sagemaker:List${stem}s`, list: `${stem}s`, tokenField: 'NextToken', item: summarySchema(scope, kind) } as const;
  return kind === 'ENDPOINT'
    ? listKind(session, { ...pages, send: (NextToken, options) => client.send(new ListEndpointsCommand({ ...ORDER, NextToken }), options) })
    : listKind(session, {
        ...pages,
        send: (NextToken, options) => client.send(new ListInferenceComponentsCommand({ ...ORDER, NextToken }), options),
      });
};

/** From the API's own pattern for names. */
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** Whatever is in the middle of a change serves what it served before; so does what this version has no word for. */
const PRESENCE: ReadonlyMap<string, Presence> = new Map([
  ['Creating', 'STARTING'],
  ['Deleting', 'LEAVING'],
  ['Failed', 'NOT_SERVING'],
  ['OutOfService', 'NOT_SERVING'],
]);

export const presenceOf = (status: string): Presence => PRESENCE.get(status) ?? 'SERVING';

/** A status that is absent is as unknown as a new one: it serves. */
const summarySchema = (scope: CloudScope, kind: Kind) => {
  const { resource, title } = KINDS[kind];
  const shape = z.object({
    name: z.string().regex(NAME, 'not a SageMaker name'),
    arn: z.string().regex(arnPattern(scope, resource), `not a ${title} of ${scopeId(scope)}`),
    status: z.string().min(1).default('Unknown'),
    createdAt: time,
    lastModified: time,
  });
  return z
    .preprocess(item => fieldsOf(item, STEMS[kind]), shape)
    .transform((item): Listed => ({ ...item, kind, scope: scopeId(scope), presence: presenceOf(item.status) }));
};

/** The fields of either kind of summary under common names. */
const fieldsOf = (item: unknown, stem: string): Readonly<Record<string, unknown>> => {
  const raw = z.record(z.string(), z.unknown()).catch({}).parse(item);
  const times = { createdAt: raw['CreationTime'], lastModified: raw['LastModifiedTime'] };
  return { name: raw[`${stem}Name`], arn: raw[`${stem}Arn`], status: raw[`${stem}Status`], ...times };
};

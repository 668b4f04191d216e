import { ListEndpointsCommand, ListInferenceComponentsCommand } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { type CloudScope, scopeId } from '../../core/scope.ts';
import type { DeploymentKind, KindListing, Presence, QuarantinedItem, Sighting } from '../../core/sighting.ts';
import { elapsed } from '../../core/time.ts';
import type { Failure } from './classify-error.ts';
import { readPages, type Session, whereBroken } from './session.ts';
import { instantOf } from './translate/model.ts';

/** What both kinds of summary say. */
export type Listed = Pick<Sighting, 'arn' | 'kind' | 'scope' | 'name' | 'status' | 'presence' | 'createdAt' | 'lastModified'>;

const KINDS = {
  ENDPOINT: { word: 'endpoint', stem: 'Endpoint' },
  INFERENCE_COMPONENT: { word: 'inference-component', stem: 'InferenceComponent' },
} as const;
type Kind = keyof typeof KINDS;

/** Oldest first: what is created while we page lands at the end and moves nothing. */
const ORDER = { MaxResults: 100, SortBy: 'CreationTime', SortOrder: 'Ascending' } as const;

export interface ListedKind {
  readonly listed: readonly Listed[];
  readonly quarantined: readonly QuarantinedItem[];
  readonly failure: Failure | null;
}

/** Every deployment of a kind, each ARN once. Unreadable items are set aside; a failure makes the whole worthless as proof. */
export const listKind = async (session: Session, kind: Kind): Promise<ListedKind> => {
  const { stem } = KINDS[kind];
  const schema = summarySchema(session.scope, kind);
  const newest = new Map<string, Listed>();
  const quarantined: QuarantinedItem[] = [];
  const take = (items: readonly unknown[]): undefined => {
    for (const item of items.map(raw => fieldsOf(raw, stem))) {
      const parsed = schema.safeParse(item);
      if (!parsed.success) quarantined.push({ text: nameOf(item), reason: `malformed item: ${whereBroken(parsed.error)}` });
      else if (isNewer(parsed.data, newest.get(parsed.data.arn))) newest.set(parsed.data.arn, parsed.data);
    }
  };
  const pages = { action: `List${stem}s`, list: `${stem}s`, take };
  const failure = await (kind === 'ENDPOINT'
    ? readPages(session, { ...pages, command: NextToken => new ListEndpointsCommand({ ...ORDER, NextToken }) })
    : readPages(session, { ...pages, command: NextToken => new ListInferenceComponentsCommand({ ...ORDER, NextToken }) }));
  return { listed: [...newest.values()], quarantined, failure };
};

const isNewer = (item: Listed, known: Listed | undefined): boolean =>
  !known?.lastModified || (item.lastModified !== null && elapsed(known.lastModified, item.lastModified) > 0);

/** The fields of either kind of summary under common names. */
const fieldsOf = (item: unknown, stem: string): Readonly<Record<string, unknown>> => {
  const raw = z.record(z.string(), z.unknown()).catch({}).parse(item);
  const times = { createdAt: raw['CreationTime'], lastModified: raw['LastModifiedTime'] };
  return { name: raw[`${stem}Name`], arn: raw[`${stem}Arn`], status: raw[`${stem}Status`], ...times };
};

const nameOf = ({ arn, name }: Readonly<Record<string, unknown>>): string =>
  [arn, name, '(no name)'].flatMap(text => (typeof text === 'string' && text ? text.slice(0, 256) : []))[0] ?? '';

/** From the API's own pattern for names. */
const NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** Every ARN of the scope. An item of another account means that we hold other credentials than we think. */
const arnPattern = ({ region, account }: CloudScope, word: string): RegExp => {
  const isolated = /iso|^eusc-/.test(region) ? 'aws-[a-z-]+' : 'aws';
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : isolated;
  return new RegExp(`^arn:${partition}:sagemaker:${region}:${account}:${word}/[^/:\\s]+$`);
};

/** Whatever is in the middle of a change serves what it served before; so does what this version has no word for. */
const PRESENCE: ReadonlyMap<string, Presence> = new Map([
  ['Creating', 'STARTING'],
  ['Deleting', 'LEAVING'],
  ['Failed', 'NOT_SERVING'],
  ['OutOfService', 'NOT_SERVING'],
]);

const time = z.date().optional().transform(instantOf);

/** A status that is absent is as unknown as a new one: it serves. */
const summarySchema = (scope: CloudScope, kind: Kind) =>
  z
    .object({
      name: z.string().regex(NAME, 'not a SageMaker name'),
      arn: z.string().regex(arnPattern(scope, KINDS[kind].word), `not an ${KINDS[kind].word} of ${scopeId(scope)}`),
      status: z.string().min(1).default('Unknown'),
      createdAt: time,
      lastModified: time,
    })
    .transform((item): Listed => ({ ...item, kind, scope: scopeId(scope), presence: PRESENCE.get(item.status) ?? 'SERVING' }));

/** A kind that cannot be told about. "Not found" for a list means nothing that we know. */
export const notChecked = (kind: DeploymentKind, { failure, reason }: Failure): KindListing => ({
  kind,
  status: 'NOT_CHECKED',
  failure: failure === 'VANISHED' ? 'UNKNOWN' : failure,
  reason,
});

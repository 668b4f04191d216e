import * as z from 'zod';
import { KINDS } from '../../core/kinds.ts';
import { arnPattern, type CloudScope, scopeId } from '../../core/scope.ts';
import type { Presence } from '../../core/sighting.ts';
import type { Answer } from '../aws/classify-error.ts';
import type { KindReader } from '../aws/kind-source.ts';
import { listBelow, type ListedKind, listKind } from '../aws/list-kind.ts';
import type { SendOptions } from '../aws/session.ts';
import type { ReadVersion } from '../aws/version.ts';
import { createVersionedReader, type Versioned } from '../aws/versioned-kind.ts';
import { type AgentcoreClients, type AgentcoreSession, TAGS } from './requests.ts';
import { id, status, text, time } from './shapes.ts';

/** Our words for what an item is told by → the fields that hold it. */
type Fields = Readonly<Record<string, string>>;

interface List<In> {
  readonly action: string;
  readonly list: string;
  readonly fields: Fields;
  readonly send: (session: AgentcoreSession, input: In, options: SendOptions) => Promise<unknown>;
}

interface Page {
  readonly maxResults: number;
  readonly nextToken: string | undefined;
}

/** Runtimes and harnesses are versioned alike: an endpoint of either is what is called, and names the version that answers. */
export interface EndpointKind {
  readonly kind: 'AGENT_RUNTIME' | 'HARNESS';
  readonly word: 'runtime' | 'harness';
  readonly parents: List<Page>;
  readonly endpoints: List<Page & { readonly parent: string }>;
  readonly version: {
    readonly action: string;
    readonly read: (session: AgentcoreSession, parent: string, version: string) => Promise<Answer<ReadVersion>>;
  };
  readonly get: {
    readonly action: string;
    readonly send: (session: AgentcoreSession, of: { parent: string; endpointName: string }, options: SendOptions) => Promise<unknown>;
  };
}

/** What failed to change or to go serves as before; what failed to come never did. */
export const ENDPOINT_PRESENCE: ReadonlyMap<string, Presence> = new Map([
  ['CREATING', 'STARTING'],
  ['CREATE_FAILED', 'NOT_SERVING'],
  ['READY', 'SERVING'],
  ['UPDATING', 'SERVING'],
  ['UPDATE_FAILED', 'SERVING'],
  ['DELETING', 'LEAVING'],
  ['DELETE_FAILED', 'SERVING'],
]);

const renamed = (item: unknown, fields: Fields): Readonly<Record<string, unknown>> => {
  const raw = z.record(z.string(), z.unknown()).catch({}).parse(item);
  const named = Object.entries(fields).map(([ours, theirs]) => [ours, raw[theirs]]);
  return { ...raw, ...Object.fromEntries(named) };
};

const parentItem = (scope: CloudScope, { word, parents }: EndpointKind) => {
  const arn = z.string().regex(arnPattern(scope, `${word}/[^/:\\s]+`), `not a ${word} of ${scopeId(scope)}`);
  return z
    .preprocess(item => renamed(item, parents.fields), z.object({ id, name: id, arn, changed: time }))
    .transform(({ changed, ...item }) => ({ ...item, lastModified: changed }));
};
type Parent = z.output<ReturnType<typeof parentItem>>;

const DEFAULT = 'DEFAULT';

const endpointItem = (scope: CloudScope, { kind, endpoints }: EndpointKind, parent: Parent) => {
  const { resource, title } = KINDS[kind];
  const shape = z.object({
    name: id,
    arn: z.string().regex(arnPattern(scope, resource), `not an ${title} of ${scopeId(scope)}`),
    status,
    liveVersion: text.optional(),
    targetVersion: text.optional(),
    createdAt: time,
    changed: time,
  });
  return z
    .preprocess(item => renamed(item, endpoints.fields), shape)
    .transform(({ name, arn, createdAt, changed, ...raw }): Versioned => {
      const presence = ENDPOINT_PRESENCE.get(raw.status) ?? 'SERVING';
      const answers = answering(raw, presence);
      return {
        kind,
        arn,
        scope: scopeId(scope),
        name: name === DEFAULT ? parent.name : `${parent.name}.${name}`,
        status: raw.status,
        presence,
        createdAt,
        lastModified: changed,
        pending: pendingOf(raw),
        parent: parent.id,
        routes: answers === undefined ? [] : [{ version: answers, parts: [] }],
      };
    });
};

interface Versions {
  readonly status: string;
  readonly liveVersion?: string | undefined;
  readonly targetVersion?: string | undefined;
}

/** What is live answers. What never was is to be told by what it is to become; what serves and does not say which version cannot be told. */
const answering = ({ liveVersion, targetVersion }: Versions, presence: Presence): string | undefined =>
  liveVersion ?? (presence === 'SERVING' ? undefined : targetVersion);

const pendingOf = ({ status: word, liveVersion, targetVersion }: Versions): string | null =>
  liveVersion === undefined || targetVersion === undefined || targetVersion === liveVersion || word.endsWith('FAILED')
    ? null
    : `change to version ${targetVersion}`;

const listEndpoints = async (session: AgentcoreSession, from: EndpointKind): Promise<ListedKind<Versioned>> => {
  const { parents, endpoints } = from;
  const pages = { tokenField: 'nextToken' } as const;
  const listed = await listKind<Parent>(session, {
    ...pages,
    action: parents.action,
    list: parents.list,
    item: parentItem(session.scope, from),
    send: (nextToken, options) => parents.send(session, { maxResults: 100, nextToken }, options),
  });
  return listBelow(listed, parent =>
    listKind<Versioned>(session, {
      ...pages,
      action: endpoints.action,
      list: endpoints.list,
      item: endpointItem(session.scope, from, parent),
      send: (nextToken, options) => endpoints.send(session, { parent: parent.id, maxResults: 100, nextToken }, options),
    }),
  );
};

export const createEndpointReader = (from: EndpointKind): KindReader<AgentcoreClients> =>
  createVersionedReader<AgentcoreClients, Versioned>({
    kind: from.kind,
    list: session => listEndpoints(session, from),
    action: from.version.action,
    versions: session => (parent, version) => from.version.read(session, parent, version),
    tags: TAGS,
    describe: (session, arn) => {
      const [, parent = '', , endpointName = ''] = arn.split('/');
      return session.ask({
        action: from.get.action,
        send: options => from.get.send(session, { parent, endpointName }, options),
        schema: z.object({}),
      });
    },
  });

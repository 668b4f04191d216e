import * as sdk from '@aws-sdk/client-sagemaker';
import { type Answer, ifRead } from '../aws/classify-error.ts';
import { readPages } from '../aws/read-pages.ts';
import { type ReadEtag, withEtags } from './artefact-etags.ts';
import type { SagemakerSession } from './requests.ts';
import * as shapes from './shapes.ts';
import type { Etags, Models } from './translate/detail.ts';
import { type Harmless, type ReadModel, readModel } from './translate/model.ts';

export const describeEndpoint = ({ ask, client }: SagemakerSession, EndpointName: string): Promise<Answer<shapes.RawEndpoint>> =>
  ask({
    action: 'sagemaker:DescribeEndpoint',
    send: options => client.send(new sdk.DescribeEndpointCommand({ EndpointName }), options),
    schema: shapes.rawEndpoint,
  });

export const describeComponent = (
  { ask, client }: SagemakerSession,
  InferenceComponentName: string,
): Promise<Answer<shapes.RawComponent>> =>
  ask({
    action: 'sagemaker:DescribeInferenceComponent',
    send: options => client.send(new sdk.DescribeInferenceComponentCommand({ InferenceComponentName }), options),
    schema: shapes.rawComponent,
  });

const describeConfig = ({ ask, client }: SagemakerSession, EndpointConfigName: string): Promise<Answer<shapes.RawEndpointConfig>> =>
  ask({
    action: 'sagemaker:DescribeEndpointConfig',
    send: options => client.send(new sdk.DescribeEndpointConfigCommand({ EndpointConfigName }), options),
    schema: shapes.rawEndpointConfig,
  });

const describeModel = ({ ask, client }: SagemakerSession, ModelName: string) =>
  ask({
    action: 'sagemaker:DescribeModel',
    send: options => client.send(new sdk.DescribeModelCommand({ ModelName }), options),
    schema: shapes.rawModel,
  });

/** Tags as data, whatever they say. */
export const tagsOf = (tags: readonly shapes.RawTag[]): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));

/** The tags of one resource; null when they could not be read. */
export const readTags = async (session: SagemakerSession, ResourceArn: string): Promise<Readonly<Record<string, string>> | null> => {
  const tags: unknown[] = [];
  const failure = await readPages(session, {
    action: 'sagemaker:ListTags',
    list: 'Tags',
    tokenField: 'NextToken',
    send: (NextToken, options) => session.client.send(new sdk.ListTagsCommand({ ResourceArn, MaxResults: 100, NextToken }), options),
    take: items => void tags.push(...items),
  });
  const parsed = shapes.rawTags.safeParse(tags);
  return failure || !parsed.success ? null : tagsOf(parsed.data);
};

/** Why a request was spared. */
export const IN_SEARCH = 'shown by Search';
const READ_ONCE = 'read once for all';

/** Configurations and models of one listing, each read once whoever asks. Both are immutable, so one answer serves all; an artefact is looked at once. */
export interface Lineage {
  readonly config: (name: string) => Promise<Answer<shapes.RawEndpointConfig>>;
  readonly models: (names: Iterable<string>) => Promise<Models>;
  /** ETags of artefacts that no model holds. */
  readonly etags: (uris: readonly string[]) => Promise<Etags>;
  /** Takes models that were read in bulk, in place of a description each. */
  readonly seed: (models: ReadonlyMap<string, ReadModel>) => void;
}

export const createLineage = (session: SagemakerSession, harmless: Harmless, readEtag: ReadEtag): Lineage => {
  const spared = (operation: string, why: string) => () => session.spare(`sagemaker:${operation}`, why);
  const models = new Map<string, Promise<Answer<ReadModel>>>();
  const read = async (name: string) => ifRead(await describeModel(session, name), raw => readModel(raw, harmless));
  const etag = once(new Map(), readEtag);
  // Each model is asked for once: what is known of it by then was seeded.
  const model = once(models, read, spared('DescribeModel', IN_SEARCH));
  const pinned = once(new Map(), async (name: string) => withEtags(await model(name), etag), spared('DescribeModel', READ_ONCE));
  return {
    config: once(new Map(), (name: string) => describeConfig(session, name), spared('DescribeEndpointConfig', READ_ONCE)),
    models: names => answers(names, pinned),
    etags: uris => answers(uris, etag),
    seed: known => {
      for (const [name, value] of known) models.set(name, Promise.resolve({ ok: true, value }));
    },
  };
};

const answers = async <T>(keys: Iterable<string>, read: (key: string) => Promise<T>): Promise<ReadonlyMap<string, T>> =>
  new Map(await Promise.all([...keys].map(async key => [key, await read(key)] as const)));

const once =
  <T>(known: Map<string, Promise<T>>, read: (name: string) => Promise<T>, hit = () => {}) =>
  (name: string): Promise<T> => {
    if (known.has(name)) hit();
    const answer = known.get(name) ?? read(name);
    known.set(name, answer);
    return answer;
  };

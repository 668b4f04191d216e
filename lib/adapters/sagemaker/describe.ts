import * as sdk from '@aws-sdk/client-sagemaker';
import { readAsListed, type Remembering } from '../aws/as-listed.ts';
import type { Answer } from '../aws/classify-error.ts';
import type { Listed } from '../aws/list-kind.ts';
import { readAll } from '../aws/read-pages.ts';
import { keptTags } from './kept.ts';
import type { SagemakerSession } from './requests.ts';
import * as shapes from './shapes.ts';

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

/** Tags as data, whatever they say; null when they could not be read. */
export const tagsOf = (tags: Answer<readonly shapes.RawTag[]>): Readonly<Record<string, string>> | null =>
  tags.ok ? Object.fromEntries(tags.value.map(({ Key, Value }) => [Key, Value])) : null;

export interface RememberingSession extends Remembering {
  readonly session: SagemakerSession;
}

export const readTagsAsListed = (deps: RememberingSession, item: Listed): Promise<Answer<readonly shapes.RawTag[]>> =>
  readAsListed(deps, item, {
    key: `${item.kind}_TAGS#${item.name}`,
    action: 'sagemaker:ListTags',
    schema: keptTags,
    read: () => readTags(deps.session, item.arn),
    shown: () => null,
  });

/** The tags of one resource. */
const readTags = (session: SagemakerSession, ResourceArn: string): Promise<Answer<readonly shapes.RawTag[]>> =>
  readAll(session, {
    action: 'sagemaker:ListTags',
    list: 'Tags',
    tokenField: 'NextToken',
    item: shapes.rawTag,
    send: (NextToken, options) => session.client.send(new sdk.ListTagsCommand({ ResourceArn, MaxResults: 100, NextToken }), options),
  });

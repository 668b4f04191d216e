import { Readable } from 'node:stream';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { expect } from 'vitest';
import { createSagemakerSource } from '../../../lib/adapters/sagemaker/source.ts';
import type { Composition } from '../../../lib/core/composition.ts';
import type { Detail, KindListing, Listing } from '../../../lib/core/sighting.ts';
import type { CloudScope } from '../../../lib/core/scope.ts';

export type Doc = Readonly<Record<string, unknown>>;
export const SCOPE: CloudScope = { provider: 'sagemaker', account: '111122223333', region: 'eu-west-1' };
export const arn = (rest: string) => `arn:aws:sagemaker:eu-west-1:111122223333:${rest}`;
export const epoch = (time: string) => Date.parse(time) / 1000;
export const OLD = epoch('2026-03-01T09:00:00Z');

/** What is answered instead of a result: an error with code and status, or any raw body. */
export const failing = (code: string, message = '', status = 400): Doc => answering(JSON.stringify({ __type: code, message }), status);
export const answering = (raw: string, status = 200): Doc => ({ status, raw });
const missing = (what: string, name: unknown) => failing('ValidationException', `Could not find ${what} "${String(name)}".`);

export interface FakeWorld {
  readonly endpoints: readonly Doc[];
  readonly configs: Readonly<Record<string, Doc>>;
  readonly models: Readonly<Record<string, Doc>>;
  readonly components: readonly Doc[];
  readonly packages: readonly Doc[];
  readonly tags: readonly Doc[];
  /** Records of Search where they differ from the truth. */
  readonly searched?: readonly Doc[];
  readonly searchedModels?: Readonly<Record<string, Doc>>;
  /** Answers instead of the world; `nth` counts the calls of this operation from 1. */
  readonly instead?: (operation: string, nth: number, input: Doc) => Doc | undefined;
}

const page = (input: Doc, list: string, items: readonly unknown[]): Doc => {
  const from = Number(input['NextToken'] ?? 0);
  const to = from + Number(input['MaxResults'] ?? 10);
  return { [list]: items.slice(from, to), ...(to < items.length ? { NextToken: String(to) } : {}) };
};

const answerOf = (world: FakeWorld, operation: string, input: Doc): Doc => {
  const named = (docs: readonly Doc[], field: string, what: string) =>
    docs.find(doc => doc[field] === input[field]) ?? missing(what, input[field]);
  const models = world.searchedModels ?? world.models;
  switch (operation) {
    case 'ListEndpoints':
      return page(input, 'Endpoints', world.endpoints);
    case 'ListInferenceComponents':
      return page(input, 'InferenceComponents', world.components);
    case 'Search':
      return input['Resource'] === 'Endpoint'
        ? page(
            input,
            'Results',
            (world.searched ?? world.endpoints.map(doc => ({ ...doc, Tags: world.tags }))).map(Endpoint => ({ Endpoint })),
          )
        : page(
            input,
            'Results',
            Object.entries(models).map(([ModelName, doc]) => ({ Model: { Model: { ModelName, ...doc } } })),
          );
    case 'DescribeEndpoint':
      return named(world.endpoints, 'EndpointName', 'endpoint');
    case 'DescribeInferenceComponent':
      return named(world.components, 'InferenceComponentName', 'inference component');
    case 'DescribeEndpointConfig':
      return world.configs[String(input['EndpointConfigName'])] ?? missing('endpoint configuration', input['EndpointConfigName']);
    case 'DescribeModel':
      return world.models[String(input['ModelName'])] ?? missing('model', input['ModelName']);
    case 'ListTags':
      return { Tags: world.tags };
    case 'ListModelPackages':
      return page(
        input,
        'ModelPackageSummaryList',
        world.packages.filter(doc => String(doc['ModelPackageArn']).includes('/fraud/')),
      );
    default:
      return { ModelPackageSummaries: Object.fromEntries(world.packages.map(doc => [doc['ModelPackageArn'], doc])) };
  }
};

/** The real SDK client, its retries included, over a transport that never leaves the process. */
const fakeSagemaker = (world: FakeWorld, maxAttempts = 1) => {
  const calls: string[] = [];
  const handle = async (request: { headers: Record<string, string>; body: Uint8Array }) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const input: Doc = JSON.parse(new TextDecoder().decode(request.body));
    calls.push(operation);
    const nth = calls.filter(call => call === operation).length;
    const answer = world.instead?.(operation, nth, input) ?? answerOf(world, operation, input);
    const body = Readable.from([Buffer.from(typeof answer['raw'] === 'string' ? answer['raw'] : JSON.stringify(answer))]);
    return { response: { statusCode: Number(answer['status'] ?? 200), headers: { 'content-type': 'application/x-amz-json-1.1' }, body } };
  };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SageMakerClient({ region: SCOPE.region, credentials, maxAttempts, requestHandler: { handle } });
  return { client, calls };
};

const CONTAINER = {
  Image: '1.dkr.ecr/xgboost:1',
  ModelDataUrl: 's3://models/v3.tar.gz',
  Environment: { SECRET: 'canary-7f3a', SAGEMAKER_REGION: 'x' },
};
export const aModel = (over: Doc = {}): Doc => ({ PrimaryContainer: CONTAINER, ExecutionRoleArn: 'role', CreationTime: OLD, ...over });
export const aConfig = (...models: (string | undefined)[]): Doc => ({
  ProductionVariants: models.map((ModelName, at) => ({ VariantName: `v${at + 1}`, ...(ModelName && { ModelName }) })),
  CreationTime: OLD,
});
export const RESOLVED = `1.dkr.ecr/xgboost@sha256:${'a'.repeat(64)}`;
export const anEndpoint = (name: string, over: Doc = {}): Doc => ({
  EndpointName: name,
  EndpointArn: arn(`endpoint/${name}`),
  EndpointStatus: 'InService',
  EndpointConfigName: 'c',
  CreationTime: OLD,
  LastModifiedTime: OLD,
  ProductionVariants: [{ VariantName: 'v1', DeployedImages: [{ SpecifiedImage: CONTAINER.Image, ResolvedImage: RESOLVED }] }],
  ...over,
});
export const aComponent = (name: string, specification: Doc, over: Doc = {}): Doc => ({
  InferenceComponentName: name,
  InferenceComponentArn: arn(`inference-component/${name}`),
  InferenceComponentStatus: 'InService',
  CreationTime: OLD,
  LastModifiedTime: OLD,
  Specification: specification,
  ...over,
});

/** The endpoint that components live on: its one variant has no model. */
export const aHost = anEndpoint('host', { EndpointConfigName: 'host', ProductionVariants: [{ VariantName: 'v1' }] });

/** One endpoint `e` over configuration `c` and model `m`, and a host where there are components. */
export const aWorld = (over: Partial<FakeWorld> = {}): FakeWorld => ({
  endpoints: [anEndpoint('e'), ...(over.components ? [aHost] : [])],
  configs: { c: aConfig('m'), ...(over.components ? { host: aConfig(undefined) } : {}) },
  models: { m: aModel() },
  components: [],
  packages: [],
  tags: [{ Key: 'owner', Value: '<b>kim\u202e</b>' }],
  ...over,
});

export const NOW = '2026-11-23T09:15:00.000Z';
export const LATER = epoch('2026-06-01T00:00:00Z');
/** The source under test over a fake SageMaker; `calls` names each request that arrived. */
export const aSource = (world: FakeWorld, maxAttempts = 1, clock = () => NOW) => {
  const { client, calls } = fakeSagemaker(world, maxAttempts);
  const settings = { harmlessEnvironmentKeys: ['SAGEMAKER_REGION'] };
  return { calls, source: createSagemakerSource({ clientsFor: () => ({ client }), settings, clock: { now: clock } }) };
};

export interface Ask {
  readonly packageGroups?: readonly string[];
  readonly maxAttempts?: number;
  readonly clock?: () => string;
}

export const listing = async (world: FakeWorld, { packageGroups = [], maxAttempts = 1, clock = () => NOW }: Ask = {}) => {
  const { source, calls } = aSource(world, maxAttempts, clock);
  const result = await source.list(SCOPE, { packageGroups, deadline: '2026-11-23T09:25:00.000Z' });
  expect(result.calls).toBe(calls.length);
  return { result, calls, count: (operation: string) => calls.filter(call => call === operation).length };
};

export const kindOf = (result: Listing, kind = 'ENDPOINT'): KindListing => result.kinds.find(each => each.kind === kind)!;
export const complete = (result: Listing, kind = 'ENDPOINT') => {
  const found = kindOf(result, kind);
  if (found.status !== 'COMPLETE') throw new Error(found.reason);
  return found;
};
export const all = async (world: FakeWorld, kind?: string) => complete((await listing(world)).result, kind).sightings;
export const one = async (over: Partial<FakeWorld>, kind?: string) => (await all(aWorld(over), kind))[0]!;
export const known = (detail: Detail) => {
  if (detail.state !== 'KNOWN') throw new Error(detail.reason);
  return detail;
};
export const identities = ({ parts }: Composition) => parts.map(({ identity }) => identity);
export const refuse = (operation: string, code: string, message = '') => ({
  instead: (called: string) => (called === operation ? failing(code, message) : undefined),
});
export const deniedSearch = refuse('Search', 'AccessDeniedException');
export const notFound = (operation: string, what: string) => refuse(operation, 'ValidationException', `Could not find ${what} "x".`);

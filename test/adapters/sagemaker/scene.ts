import { expect } from 'vitest';
import { S3Client } from '@aws-sdk/client-s3';
import { createSagemakerSource, type SagemakerSourceDeps } from '../../../lib/adapters/sagemaker/source.ts';
import type { Composition } from '../../../lib/core/composition.ts';
import type { CloudScope } from '../../../lib/core/scope.ts';
import type { Listing, Sighting } from '../../../lib/core/sighting.ts';
import type { EstateInput } from '../../../lib/simcloud/estate.ts';
import type { Doc } from '../../../lib/simcloud/world.ts';
import { ACCOUNT, arn, inRegion, REGION, type RegionInput, simulate } from '../../simcloud/simulated.ts';

export const SCOPE: CloudScope = { provider: 'sagemaker', account: ACCOUNT, region: REGION };
export const NOW = '2026-11-23T09:15:00.000Z';
export const DEADLINE = '2026-11-23T09:25:00.000Z';
/** After everything in an estate that says no time of its own, and long before now. */
export const LATER = '2026-06-01T00:00:00Z';
export const IMAGE = '1.dkr.ecr/xgboost:1';
export const RESOLVED = `1.dkr.ecr/xgboost@sha256:${'a'.repeat(64)}`;
export const CONTAINER = { image: IMAGE, artefact: 's3://models/v3.tar.gz', env: { SECRET: 'canary-7f3a', SAGEMAKER_REGION: 'x' } };

type Item<K extends 'endpoints' | 'inferenceComponents'> = NonNullable<RegionInput[K]>[string];

/** What differs from the usual: endpoint `e` over configuration `c` and model `m`, and `host` where there are components. */
export interface Scene extends Omit<RegionInput, 'inferenceComponents'> {
  readonly components?: Readonly<Record<string, Omit<Item<'inferenceComponents'>, 'endpoint'>>>;
  readonly faults?: EstateInput['faults'];
  /** Given, ETags of artefacts are asked for. */
  readonly objects?: EstateInput['objects'];
  /** What the service holds although no estate can state it, by the end of its ARN; null: gone. */
  readonly stored?: Readonly<Record<string, Doc | null>>;
  readonly pageSize?: number;
  readonly wait?: (milliseconds: number) => Promise<void>;
  readonly maxAttempts?: number;
  readonly clock?: () => string;
}

/** The usual endpoint, except for this. */
export const anEndpoint = (over: Item<'endpoints'>): Scene => ({ endpoints: { e: { config: 'c', ...over } } });
export const vanishing = (operation: string, name: string): Scene => ({ faults: [{ kind: 'vanish', operation, name }] });

const regionOf = ({ components, models, endpointConfigs, endpoints, ...region }: Scene): RegionInput => ({
  ...region,
  models: { m: CONTAINER, ...models },
  endpointConfigs: { c: { variants: [{ model: 'm' }] }, ...endpointConfigs },
  endpoints: {
    e: { config: 'c', tags: { owner: '<b>kim\u202e</b>' } },
    ...(components && { host: { variants: [{}] } }),
    ...endpoints,
  },
  inferenceComponents: Object.fromEntries(Object.entries(components ?? {}).map(([id, item]) => [id, { endpoint: 'host', ...item }])),
});

/** So many endpoints beside `e`, over so many configurations and models beside its own. */
export const many = (count: number, shared: number): Scene => {
  const each = <T>(length: number, of: (at: number) => [string, T]) => Object.fromEntries(Array.from({ length }, (_, at) => of(at)));
  return {
    endpoints: each(count, at => [`e${at}`, { config: `c${at % shared}` }]),
    endpointConfigs: each(shared, at => [`c${at}`, { variants: [{ model: `m${at}` }] }]),
    models: each(shared, at => [`m${at}`, CONTAINER]),
  };
};

/** The real reader with the real client over HTTP; `count` says how often an operation was asked for. */
export const aSource = async (scene: Scene) => {
  const { faults = [], objects, stored = {}, pageSize = 100, wait = async () => {}, maxAttempts = 1, clock = () => NOW, ...region } = scene;
  const estate = { ...inRegion(regionOf(region)), images: { [IMAGE]: RESOLVED.split('@')[1]! }, faults, objects };
  const { simcloud, client, sagemaker, cloudwatch, pass } = await simulate({}, { estate, pageSize, wait });
  for (const [end, over] of Object.entries(stored)) {
    if (over === null) simcloud.world.put(arn(end), null);
    else simcloud.world.amend(arn(end), doc => ({ ...doc, ...over }));
  }
  const settings = { harmlessEnvironmentKeys: ['SAGEMAKER_REGION'] };
  const s3 = { endpoint: simcloud.endpoint, maxAttempts, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' } };
  const s3For = objects && (({ region: at }: CloudScope) => new S3Client({ ...s3, region: at }));
  const clientsFor = ({ region: at }: CloudScope) => ({ client: client({ region: at, maxAttempts }), cloudwatch, s3For });
  const count = (operation: string) => simcloud.calls().find(call => call.operation === operation)?.count ?? 0;
  const open = (over: Partial<SagemakerSourceDeps> = {}) => createSagemakerSource({ clientsFor, settings, clock: { now: clock }, ...over });
  return { source: open(), open, count, calls: simcloud.calls, simcloud, estate, sagemaker, pass };
};

export const listing = async (scene: Scene = {}, packageGroups: readonly string[] = []) => {
  const { source, count, calls } = await aSource(scene);
  const result = await source.list(SCOPE, { packageGroups, deadline: DEADLINE });
  expect(result.calls).toBe(calls().reduce((sum, call) => sum + call.count, 0));
  const counted = Object.entries(result.callsByAction ?? {}).map(([action, { requests, retries }]) => [action, requests + retries]);
  const sent = calls().map(({ operation, count: times }) => [`sagemaker:${operation}`, times]);
  expect(Object.fromEntries(counted.filter(([, times]) => times !== 0))).toEqual(Object.fromEntries(sent));
  return { result, count, calls: calls().map(({ operation }) => operation), endpoints: result.kinds[0]!, components: result.kinds[1]! };
};

/** What a listing saw, by name; both kinds must be complete. */
export const sightings = ({ kinds }: Listing): Readonly<Record<string, Sighting>> =>
  Object.fromEntries(
    kinds.flatMap(kind => {
      if (kind.status !== 'COMPLETE') throw new Error(kind.reason);
      return kind.sightings.map(sighting => [sighting.name, sighting]);
    }),
  );
export const seen = async (scene: Scene = {}) => sightings((await listing(scene)).result);

export const known = (sighting: Sighting | undefined) => {
  if (sighting?.detail.state !== 'KNOWN') throw new Error(sighting?.detail.reason ?? 'not listed');
  return sighting.detail;
};
export const identities = ({ parts }: Composition) => parts.map(({ identity }) => identity);

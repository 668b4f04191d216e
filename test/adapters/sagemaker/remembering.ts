import * as sdk from '@aws-sdk/client-sagemaker';
import { memoryDescriptionCache } from '../../../lib/adapters/memory/description-cache.ts';
import type { SagemakerSourceDeps } from '../../../lib/adapters/sagemaker/source.ts';
import { scopeId } from '../../../lib/core/scope.ts';
import type { Listing } from '../../../lib/core/sighting.ts';
import { MINUTE, plus } from '../../../lib/core/time.ts';
import type { Description, DescriptionCache, ListingSource } from '../../../lib/ports.ts';
import { arn } from '../../simcloud/simulated.ts';
import { aSource, IMAGE, NOW, type Scene, SCOPE } from './scene.ts';

export const SLOT = 15 * MINUTE;

/** What came of a listing, and how often it asked for what. */
export interface Reading {
  readonly listing: Listing;
  readonly calls: Readonly<Record<string, number>>;
}

/** How many requests were spared because of an earlier listing. */
export const remembered = ({ callsByAction = {} }: Listing): number =>
  Object.values(callsByAction).reduce((sum, { spared }) => sum + (spared['remembered'] ?? 0), 0);

/** A scene whose time moves, and two readers of it: one with a cache, and one that remembers nothing. */
export const remembering = async (scene: Scene = {}) => {
  let passed = 0;
  const now = () => plus(NOW, passed);
  const saved: string[] = [];
  const cache = watched(memoryDescriptionCache(), saved);
  const { open, calls, simcloud, estate, sagemaker, pass } = await aSource({ ...scene, clock: now });
  const counted = () => new Map(calls().map(({ operation, count }) => [operation, count]));
  const reading = async (source: ListingSource, announced?: readonly string[]): Promise<Reading> => {
    const before = counted();
    const listing = await source.list(SCOPE, { packageGroups: [], deadline: plus(now(), SLOT), announced });
    const asked = [...counted()].map(([operation, count]) => [operation, count - (before.get(operation) ?? 0)] as const);
    return { listing, calls: Object.fromEntries(asked.filter(([, count]) => count > 0)) };
  };
  return {
    read: (source?: Partial<SagemakerSourceDeps>) => reading(open({ cache, ...source })),
    /** Reads where calls on these deployments were announced. */
    recheck: (...announced: readonly string[]) => reading(open({ cache }), announced),
    fresh: () => reading(open()),
    later: (milliseconds: number) => {
      passed += milliseconds;
      pass(milliseconds);
    },
    deny: (operation: string) => simcloud.faults.add({ kind: 'error', operation, code: 'AccessDeniedException', times: 'all' }),
    allow: () => simcloud.faults.replace([]),
    overwrite: (objects: Scene['objects']) => simcloud.load({ ...estate, objects }),
    /** Keys written since it was last asked. */
    saved: () => saved.splice(0),
    endpoint: (name: string) => simcloud.world.get(arn(`endpoint/${name}`)),
    amend: simcloud.world.amend,
    kept: () => Array.fromAsync(cache.load(scopeId(SCOPE))),
    keep: (kept: readonly Description[]) => cache.save(scopeId(SCOPE), kept),
    now,
    people: peopleWith(sagemaker),
  };
};

const watched = (cache: DescriptionCache, saved: string[]): DescriptionCache => ({
  ...cache,
  save: async (scope, descriptions) => {
    saved.push(...descriptions.map(({ key }) => key));
    await cache.save(scope, descriptions);
  },
});

/** What people do to the account meanwhile, with a real client. */
const peopleWith = (client: sdk.SageMakerClient) => {
  const makeModel = (ModelName: string, artefact: string) =>
    client.send(
      new sdk.CreateModelCommand({
        ModelName,
        PrimaryContainer: { Image: IMAGE, ModelDataUrl: artefact, Environment: { SECRET: artefact } },
      }),
    );
  const makeConfig = (EndpointConfigName: string, ModelName: string) =>
    client.send(new sdk.CreateEndpointConfigCommand({ EndpointConfigName, ProductionVariants: [{ VariantName: 'primary', ModelName }] }));
  const dropModel = (ModelName: string) => client.send(new sdk.DeleteModelCommand({ ModelName }));
  const dropConfig = (EndpointConfigName: string) => client.send(new sdk.DeleteEndpointConfigCommand({ EndpointConfigName }));
  return {
    makeModel,
    makeConfig,
    dropModel,
    dropConfig,
    remakeModel: async (name: string, artefact: string) => {
      await dropModel(name);
      await makeModel(name, artefact);
    },
    remakeConfig: async (name: string, model: string) => {
      await dropConfig(name);
      await makeConfig(name, model);
    },
    make: (EndpointName: string, EndpointConfigName: string) =>
      client.send(new sdk.CreateEndpointCommand({ EndpointName, EndpointConfigName })),
    change: (EndpointName: string, EndpointConfigName: string) =>
      client.send(new sdk.UpdateEndpointCommand({ EndpointName, EndpointConfigName })),
    drop: (EndpointName: string) => client.send(new sdk.DeleteEndpointCommand({ EndpointName })),
    tag: (resource: string, Value: string) =>
      client.send(new sdk.AddTagsCommand({ ResourceArn: arn(resource), Tags: [{ Key: 'owner', Value }] })),
  };
};

import type { SimcloudOptions } from '../../../lib/simcloud/server.ts';
import { createBedrockSource } from '../../../lib/adapters/bedrock/source.ts';
import type { DeploymentKind } from '../../../lib/core/kinds.ts';
import type { CloudScope } from '../../../lib/core/scope.ts';
import type { KindListing, Listing } from '../../../lib/core/sighting.ts';
import type { DescriptionCache } from '../../../lib/ports.ts';
import { ACCOUNT, NOW, REGION, type RegionInput, simulate } from '../../simcloud/simulated.ts';

export const SCOPE: CloudScope = { provider: 'bedrock', account: ACCOUNT, region: REGION };
export const arn = (resource: string): string => `arn:aws:bedrock:${REGION}:${ACCOUNT}:${resource}`;
export const model = (id: string): string => `arn:aws:bedrock:${REGION}::foundation-model/${id}`;
export const CLAUDE = model('anthropic.claude-3-haiku-20240307-v1:0');
export const TITAN = model('amazon.titan-text-express-v1');
export const DEADLINE = '2026-11-23T09:25:00.000Z';

export interface Options extends Partial<SimcloudOptions> {
  readonly now?: () => string;
  readonly cache?: DescriptionCache;
}

/** The source under test, through the real client and HTTP, over a region of the simulated cloud. */
export const reading = async (region: RegionInput, options: Options = {}) => {
  const { simcloud, bedrock, cloudwatch, agents, pass } = await simulate(region, options);
  const now = options.now ?? (() => new Date(NOW).toISOString());
  const open = (cache?: DescriptionCache) =>
    createBedrockSource({ clientsFor: () => ({ bedrock, cloudwatch, agents }), clock: { now }, cache });
  const source = open(options.cache);
  const list = () => source.list(SCOPE, { packageGroups: [], deadline: DEADLINE });
  const count = (operation: string) => simcloud.calls().find(call => call.operation === operation)?.count ?? 0;
  return { simcloud, source, fresh: open(), list, count, pass };
};

export const kindOf = (listing: Listing, kind: DeploymentKind): KindListing => listing.kinds.find(each => each.kind === kind)!;
export const complete = (listing: Listing, kind: DeploymentKind) => {
  const found = kindOf(listing, kind);
  if (found.status !== 'COMPLETE') throw new Error(found.reason);
  return found;
};
/** What one region shows of one kind. */
export const sightings = async (region: RegionInput, kind: DeploymentKind) =>
  complete(await (await reading(region)).list(), kind).sightings;

import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { createAgentcoreSource } from '../../../lib/adapters/agentcore/source.ts';
import type { DeploymentKind } from '../../../lib/core/kinds.ts';
import type { CloudScope } from '../../../lib/core/scope.ts';
import type { Detail, Listing } from '../../../lib/core/sighting.ts';
import type { SimcloudOptions } from '../../../lib/simcloud/server.ts';
import type { DescriptionCache } from '../../../lib/ports.ts';
import { ACCOUNT, NOW, REGION, type RegionInput, simulate } from '../../simcloud/simulated.ts';

export const CANARY = 'canary-7f3a: never tell the customer';
export const SCOPE: CloudScope = { provider: 'agentcore', account: ACCOUNT, region: REGION };
export const arn = (resource: string): string => `arn:aws:bedrock-agentcore:${REGION}:${ACCOUNT}:${resource}`;

interface Options extends Partial<SimcloudOptions> {
  readonly now?: () => string;
  readonly cache?: DescriptionCache;
}

/** The source under test, through the real client and HTTP, over a region of the simulated cloud. */
export const reading = async (region: RegionInput, options: Options = {}) => {
  const { simcloud, config, bedrock } = await simulate(region, options);
  const source = createAgentcoreSource({
    clientsFor: () => ({ agentcore: new BedrockAgentCoreControlClient(config()), bedrock }),
    settings: { harmlessEnvironmentKeys: ['LOG_LEVEL'] },
    clock: { now: options.now ?? (() => new Date(NOW).toISOString()) },
    cache: options.cache,
  });
  const list = () => source.list(SCOPE, { packageGroups: [], deadline: '2026-11-23T09:25:00.000Z' });
  const count = (operation: string) => simcloud.calls().find(call => call.operation === operation)?.count ?? 0;
  const ask = async (own: string) => (await source.confirmGone(SCOPE, [own], '2026-11-23T09:25:00.000Z')).get(own);
  return { simcloud, source, list, count, ask };
};

export const kindOf = (listing: Listing, kind: DeploymentKind) => listing.kinds.find(each => each.kind === kind)!;
export const complete = (listing: Listing, kind: DeploymentKind) => {
  const found = kindOf(listing, kind);
  if (found.status !== 'COMPLETE') throw new Error(found.reason);
  return found;
};
export const sightings = async (region: RegionInput, kind: DeploymentKind) =>
  complete(await (await reading(region)).list(), kind).sightings;
export const known = (detail: Detail) => {
  if (detail.state !== 'KNOWN') throw new Error(detail.reason);
  return detail;
};
/** The parts of the first deployment of a kind, with hashes left out. */
export const shown = async (region: RegionInput, kind: DeploymentKind) =>
  known((await sightings(region, kind))[0]!.detail).composition.parts.map(
    part => [part.slot, part.kind, part.identity.replace(/[0-9a-f]{64}/, '…'), part.pinned] as const,
  );
/** Slots whose parts are not the same in two regions. */
export const changed = async (kind: DeploymentKind, before: RegionInput, after: RegionInput) => {
  const of = async (region: RegionInput) => known((await sightings(region, kind))[0]!.detail).composition.parts;
  const [a, b] = [await of(before), await of(after)];
  const only = (these: typeof a, others: typeof a) =>
    these.filter(part => !others.some(other => JSON.stringify(other) === JSON.stringify(part)));
  return [...new Set([...only(a, b), ...only(b, a)].map(part => `${part.slot} ${part.kind}`))].toSorted();
};

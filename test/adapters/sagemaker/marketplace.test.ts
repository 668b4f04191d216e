import { expect, test } from 'vitest';
import { createSagemakerSource } from '../../../lib/adapters/sagemaker/source.ts';
import type { Listing } from '../../../lib/core/sighting.ts';
import { ACCOUNT, arn, endpoints, NOW, REGION, type RegionInput, simulate } from '../../simcloud/simulated.ts';

const TOLD: RegionInput = { ...endpoints('e'), marketplaceEndpoints: { e: {} } };

/** What SageMaker and Bedrock together show. `unlisted`: SageMaker's own listing leaves everything out; `alone`: Bedrock is not asked. */
const together = async (region: RegionInput, { unlisted = false, alone = false } = {}) => {
  const { simcloud, sagemaker, cloudwatch, bedrock } = await simulate(region);
  if (unlisted)
    sagemaker.middlewareStack.add(
      (next, { commandName }) =>
        async given =>
          commandName === 'ListEndpointsCommand' ? { output: { Endpoints: [], $metadata: {} }, response: {} } : next(given),
      { step: 'initialize' },
    );
  const source = createSagemakerSource({
    clientsFor: () => ({ client: sagemaker, cloudwatch, bedrock: alone ? undefined : bedrock }),
    settings: { harmlessEnvironmentKeys: [] },
    clock: { now: () => new Date(NOW).toISOString() },
  });
  const scope = { provider: 'sagemaker', account: ACCOUNT, region: REGION } as const;
  return { listing: await source.list(scope, { packageGroups: [], deadline: '2026-11-23T09:25:00.000Z' }), calls: simcloud.calls() };
};
const sightingsOf = ({ kinds: [kind] }: Listing) => {
  if (kind?.status !== 'COMPLETE') throw new Error(kind?.reason);
  return kind.sightings;
};

test('an endpoint that SageMaker and Bedrock tell of answers the roll once, for one call more', async () => {
  const [alone, both] = [await together(TOLD, { alone: true }), await together(TOLD)];
  expect(sightingsOf(both.listing)).toEqual(sightingsOf(alone.listing));
  expect([sightingsOf(both.listing).length, both.listing.calls]).toEqual([1, alone.listing.calls + 1]);
});

test('an endpoint that only Bedrock tells of is the SageMaker endpoint that it is, with all that it runs', async () => {
  const [listed, told] = [await together(TOLD), await together(TOLD, { unlisted: true })];
  expect(sightingsOf(told.listing)).toEqual(sightingsOf(listed.listing));
});

test('an endpoint that only Bedrock tells of and that SageMaker cannot find is a registration that outlived it', async () => {
  expect(sightingsOf((await together({ marketplaceEndpoints: { e: {} } })).listing)).toEqual([]);
});

test('an endpoint that only Bedrock tells of and that may not be described is kept, and what it runs is not known', async () => {
  const { listing } = await together({ ...TOLD, denied: ['DescribeEndpoint', 'Search'] }, { unlisted: true });
  expect(sightingsOf(listing)).toMatchObject([
    { name: 'e', arn: arn('endpoint/e'), status: 'Unknown', presence: 'SERVING', detail: { state: 'UNKNOWN', cause: 'DENIED' } },
  ]);
});

test.each<[string, RegionInput]>([
  ['may not be asked', { ...TOLD, denied: ['ListMarketplaceModelEndpoints'] }],
  [
    'tells of another account',
    { ...TOLD, marketplaceEndpoints: { e: { endpointArn: arn('endpoint/e').replace(ACCOUNT, '999999999999') } } },
  ],
])('where Bedrock %s, SageMaker’s own listing is the whole truth', async (_, region) => {
  expect(sightingsOf((await together(region, { unlisted: true })).listing)).toEqual([]);
  expect(sightingsOf((await together(region)).listing)).toHaveLength(1);
});

test('where SageMaker’s listing is denied nothing is known, whatever Bedrock tells', async () => {
  const { listing, calls } = await together({ ...TOLD, denied: ['ListEndpoints'] });
  expect(listing.kinds[0]).toMatchObject({ kind: 'ENDPOINT', status: 'NOT_CHECKED', reason: 'access denied: sagemaker:ListEndpoints' });
  expect(calls.map(({ operation }) => operation)).not.toContain('ListMarketplaceModelEndpoints');
});

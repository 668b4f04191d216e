import { expect, test } from 'vitest';
import type { EstateInput } from '../../../lib/simcloud/estate.ts';
import { simulate } from '../../simcloud/simulated.ts';
import { aWorld, complete, failing, type FakeWorld, listing, refuse } from './fake-sagemaker.ts';

type Region = EstateInput['accounts'][string][string];
const TOLD: Region = { marketplaceEndpoints: { e: {} } };

/** What SageMaker and Bedrock together show; `unlisted`: SageMaker's own listing does not have it. */
const together = async (world: Partial<FakeWorld>, region: Region = TOLD) => {
  const { bedrock } = await simulate(region);
  const { result, count } = await listing(aWorld(world), { bedrock });
  return { ...complete(result), count, calls: result.calls };
};
const unlisted: Partial<FakeWorld> = { instead: operation => (operation === 'ListEndpoints' ? { Endpoints: [] } : undefined) };

test('an endpoint that SageMaker and Bedrock tell of answers the roll once, and is described no more than alone', async () => {
  const [alone, both] = [await together({}, {}), await together({})];
  expect(both.sightings).toEqual(alone.sightings);
  expect(both.sightings).toHaveLength(1);
  expect(both.calls).toBe(alone.calls);
  expect(both.count('DescribeEndpoint')).toBe(alone.count('DescribeEndpoint'));
});

test('an endpoint that only Bedrock tells of is the SageMaker endpoint that it is, with all that it runs', async () => {
  const [listed, told] = [(await together({}, {})).sightings[0], (await together(unlisted)).sightings];
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({
    kind: 'ENDPOINT',
    arn: listed?.arn,
    name: 'e',
    status: 'InService',
    presence: 'SERVING',
    detail: listed?.detail,
  });
});

test.each([
  ['is a registration that outlived it', failing('ValidationException', 'Could not find endpoint "e".'), []],
  ['is kept, and what it runs is not known', failing('AccessDeniedException'), [['e', 'Unknown', 'SERVING', 'UNKNOWN']]],
])('of an endpoint that only Bedrock tells of and SageMaker does not show, Bedrock’s word %s', async (_, answer, expected) => {
  const world = { instead: (operation: string) => (operation === 'DescribeEndpoint' ? answer : unlisted.instead?.(operation, 1, {})) };
  const { sightings, quarantined } = await together(world);
  expect(sightings.map(each => [each.name, each.status, each.presence, each.detail.state])).toEqual(expected);
  expect(quarantined).toEqual([]);
});

test.each<[string, Region]>([
  ['may not be asked', { ...TOLD, denied: ['ListMarketplaceModelEndpoints'] }],
  ['tells of another account', { marketplaceEndpoints: { e: { endpointArn: 'arn:aws:sagemaker:eu-west-1:999999999999:endpoint/e' } } }],
])('where Bedrock %s, SageMaker’s own listing is the whole truth', async (_, region) => {
  expect((await together(unlisted, region)).sightings).toEqual([]);
  expect((await together({}, region)).sightings).toHaveLength(1);
});

test('where SageMaker’s listing is denied nothing is known, whatever Bedrock tells', async () => {
  const { bedrock, simcloud } = await simulate(TOLD);
  const { result } = await listing(aWorld(refuse('ListEndpoints', 'AccessDeniedException')), { bedrock });
  expect(result.kinds[0]).toMatchObject({ kind: 'ENDPOINT', status: 'NOT_CHECKED', reason: 'access denied: sagemaker:ListEndpoints' });
  expect(simcloud.calls()).toEqual([]);
});

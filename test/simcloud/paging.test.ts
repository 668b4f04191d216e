import {
  ListEndpointsCommand,
  ListInferenceComponentsCommand,
  type ListEndpointsCommandInput,
  paginateListEndpoints,
  paginateSearch,
  SearchCommand,
} from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { arn, endpoints, simulate } from './simulated.ts';

const TWELVE = Array.from({ length: 12 }, (_, at) => `e${String(at).padStart(2, '0')}`);

describe('a listing', () => {
  it.each([1, 5, 100])('is complete and in order with pages of %i, also under an injected page size', async size => {
    const { sagemaker } = await simulate(endpoints(...TWELVE), { pageSize: 3 });
    const seen: string[] = [];
    for await (const page of paginateListEndpoints({ client: sagemaker, pageSize: size }, { SortBy: 'Name', SortOrder: 'Ascending' })) {
      expect(page.Endpoints?.length).toBeLessThanOrEqual(Math.min(size, 3));
      seen.push(...(page.Endpoints ?? []).map(endpoint => endpoint.EndpointName ?? ''));
    }
    expect(seen).toEqual(TWELVE);
  });

  it('holds 10 items unless asked, the youngest first, and at most 100', async () => {
    const { sagemaker } = await simulate({
      endpoints: { ...endpoints(...TWELVE).endpoints, young: { createdAt: '2026-11-01T00:00:00Z' } },
    });
    const { Endpoints = [] } = await sagemaker.send(new ListEndpointsCommand({}));
    expect([Endpoints.length, Endpoints[0]?.EndpointName]).toEqual([10, 'young']);
    const message = expect.stringContaining('less than or equal to 100');
    await expect(sagemaker.send(new ListEndpointsCommand({ MaxResults: 101 }))).rejects.toMatchObject({
      name: 'ValidationException',
      message,
    });
  });

  it('keeps its place when the item that a token stands on is deleted', async () => {
    const { sagemaker, simcloud } = await simulate(endpoints('a', 'b', 'c'), { pageSize: 2 });
    const input = { SortBy: 'Name', SortOrder: 'Ascending' } as const;
    const first = await sagemaker.send(new ListEndpointsCommand(input));
    simcloud.world.put(arn('endpoint/b'), null);
    const second = await sagemaker.send(new ListEndpointsCommand({ ...input, NextToken: first.NextToken }));
    expect(second.Endpoints?.map(endpoint => endpoint.EndpointName)).toEqual(['c']);
  });

  it('refuses a token in another operation, filter or region, and one it never gave', async () => {
    const { sagemaker, client } = await simulate(endpoints('a', 'b'), { pageSize: 1 });
    const { NextToken } = await sagemaker.send(new ListEndpointsCommand({ NameContains: '' }));
    const refused = { name: 'ValidationException', message: expect.stringContaining('pagination token') };
    await expect(sagemaker.send(new ListInferenceComponentsCommand({ NextToken, NameContains: '' }))).rejects.toMatchObject(refused);
    await expect(sagemaker.send(new ListEndpointsCommand({ NextToken, NameContains: 'b' }))).rejects.toMatchObject(refused);
    await expect(client({ region: 'us-east-1' }).send(new ListEndpointsCommand({ NextToken, NameContains: '' }))).rejects.toMatchObject(
      refused,
    );
    await expect(sagemaker.send(new ListEndpointsCommand({ NextToken: 'x' }))).rejects.toMatchObject(refused);
  });

  it.each<[string, ListEndpointsCommandInput, string[]]>([
    ['name', { NameContains: 'OLD' }, ['old']],
    ['status', { StatusEquals: 'Failed' }, ['failed']],
    ['creation after', { CreationTimeAfter: new Date('2026-03-01') }, ['failed']],
    ['creation before', { CreationTimeBefore: new Date('2026-01-01') }, ['old']],
    ['change', { LastModifiedTimeAfter: new Date('2026-10-01') }, ['old']],
  ])('is filtered by %s', async (_, input, expected) => {
    const old = { createdAt: '2025-01-01T00:00:00Z', lastModified: '2026-11-01T00:00:00Z' };
    const failed = { status: 'Failed', createdAt: '2026-04-01T00:00:00Z' };
    const { sagemaker } = await simulate({ endpoints: { old, failed, plain: {} } });
    const { Endpoints } = await sagemaker.send(new ListEndpointsCommand(input));
    expect(Endpoints?.map(endpoint => endpoint.EndpointName)).toEqual(expected);
  });

  it('pages a search at 100 records', async () => {
    const { sagemaker } = await simulate(endpoints(...Array.from({ length: 101 }, (_, at) => `e${at}`)));
    const SearchExpression = { Filters: [{ Name: 'EndpointName', Operator: 'NotEquals' as const, Value: '-' }] };
    const sizes: (number | undefined)[] = [];
    for await (const page of paginateSearch({ client: sagemaker }, { Resource: 'Endpoint', SearchExpression }))
      sizes.push(page.Results?.length);
    expect(sizes).toEqual([100, 1]);
    await expect(sagemaker.send(new SearchCommand({ Resource: 'Project', SearchExpression }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

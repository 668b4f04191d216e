import * as sdk from '@aws-sdk/client-bedrock';
import { BedrockAgentClient, ListTagsForResourceCommand } from '@aws-sdk/client-bedrock-agent';
import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../lib/simcloud/estate.ts';
import { ACCOUNT, inRegion, NOW, REGION, type RegionInput, simulate } from './simulated.ts';

const CLAUDE = `arn:aws:bedrock:${REGION}::foundation-model/anthropic.claude-3-haiku-20240307-v1:0`;
const arn = (resource: string) => `arn:aws:bedrock:${REGION}:${ACCOUNT}:${resource}`;
const BORN = new Date('2026-01-05T09:00:00Z');

/** One of each kind: its section, how it is listed and described, and what the listing shows when nothing was stated. */
const KINDS = [
  {
    section: 'provisionedModels',
    list: (client: sdk.BedrockClient) => client.send(new sdk.ListProvisionedModelThroughputsCommand({})),
    get: (client: sdk.BedrockClient, id: string) => client.send(new sdk.GetProvisionedModelThroughputCommand({ provisionedModelId: id })),
    arn: arn('provisioned-model/a'),
    listed: {
      provisionedModelName: 'a',
      provisionedModelArn: arn('provisioned-model/a'),
      status: 'InService',
      modelArn: CLAUDE,
      creationTime: BORN,
    },
  },
  {
    section: 'customModelDeployments',
    list: (client: sdk.BedrockClient) => client.send(new sdk.ListCustomModelDeploymentsCommand({})),
    get: (client: sdk.BedrockClient, id: string) =>
      client.send(new sdk.GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: id })),
    arn: arn('custom-model-deployment/a'),
    listed: { customModelDeploymentArn: arn('custom-model-deployment/a'), status: 'Active', createdAt: BORN, lastUpdatedAt: BORN },
  },
  {
    section: 'importedModels',
    list: (client: sdk.BedrockClient) => client.send(new sdk.ListImportedModelsCommand({})),
    get: (client: sdk.BedrockClient, id: string) => client.send(new sdk.GetImportedModelCommand({ modelIdentifier: id })),
    arn: arn('imported-model/a'),
    listed: { modelArn: arn('imported-model/a'), modelName: 'a', creationTime: BORN, modelArchitecture: 'llama3' },
  },
  {
    section: 'inferenceProfiles',
    list: (client: sdk.BedrockClient) => client.send(new sdk.ListInferenceProfilesCommand({})),
    get: (client: sdk.BedrockClient, id: string) => client.send(new sdk.GetInferenceProfileCommand({ inferenceProfileIdentifier: id })),
    arn: arn('application-inference-profile/a'),
    listed: { inferenceProfileId: 'a', inferenceProfileName: 'a', type: 'APPLICATION', models: [{ modelArn: CLAUDE }], updatedAt: BORN },
  },
  {
    section: 'promptRouters',
    list: (client: sdk.BedrockClient) => client.send(new sdk.ListPromptRoutersCommand({})),
    get: (client: sdk.BedrockClient, id: string) => client.send(new sdk.GetPromptRouterCommand({ promptRouterArn: id })),
    arn: arn('prompt-router/a'),
    listed: {
      promptRouterArn: arn('prompt-router/a'),
      type: 'custom',
      status: 'AVAILABLE',
      routingCriteria: { responseQualityDifference: 25 },
    },
  },
] as const;

/** The items of a listing, whatever its field is called. */
const itemsOf = (answer: object): unknown[] => Object.values(answer).find(Array.isArray) ?? [];

describe.each(KINDS)('$section', ({ section, list, get, arn: own, listed }) => {
  const region: RegionInput = { [section]: { a: { tags: { team: 'risk' } } } };

  it('show the defaults of AWS to the real client, and their tags where tags are asked for', async () => {
    const { bedrock } = await simulate(region);
    expect(itemsOf(await list(bedrock))).toEqual([expect.objectContaining(listed)]);
    expect(itemsOf(await list(bedrock))[0]).not.toHaveProperty('tags');
    expect((await bedrock.send(new sdk.ListTagsForResourceCommand({ resourceARN: own }))).tags).toEqual([{ key: 'team', value: 'risk' }]);
  });

  it('are described by ARN, and not found when they are gone', async () => {
    const { bedrock, simcloud } = await simulate(region);
    expect(Object.values(await get(bedrock, own))).toContain(own);
    simcloud.load(inRegion({}));
    await expect(get(bedrock, own)).rejects.toMatchObject({ name: 'ResourceNotFoundException', $metadata: { httpStatusCode: 404 } });
  });
});

it('a resource of another account is not found, whoever asks', async () => {
  const { config } = await simulate(
    {},
    { estate: { accounts: { [ACCOUNT]: { [REGION]: { importedModels: { a: {} } } }, '444455556666': {} } } },
  );
  const other = new sdk.BedrockClient(config({ accessKeyId: '444455556666' }));
  const asked = other.send(new sdk.GetImportedModelCommand({ modelIdentifier: arn('imported-model/a') }));
  await expect(asked).rejects.toBeInstanceOf(sdk.ResourceNotFoundException);
});

it('the services around Bedrock show tags as one object', async () => {
  const { config } = await simulate({ importedModels: { a: { tags: { team: 'risk' } } } });
  const agents = new BedrockAgentClient(config());
  const { tags } = await agents.send(new ListTagsForResourceCommand({ resourceArn: arn('imported-model/a') }));
  expect(tags).toEqual({ team: 'risk' });
});

describe('a listing', () => {
  const region: RegionInput = {
    provisionedModels: {
      old: { creationTime: '2025-01-01T00:00:00Z', status: 'Failed' },
      mid: {},
      young: { creationTime: '2026-06-01T00:00:00Z' },
    },
    inferenceProfiles: { mine: {}, catalogue: { type: 'SYSTEM_DEFINED' } },
  };
  const names = ({ provisionedModelSummaries = [] }: sdk.ListProvisionedModelThroughputsResponse) =>
    provisionedModelSummaries.map(({ provisionedModelName }) => provisionedModelName);

  it('is the youngest first unless asked otherwise, and complete page by page', async () => {
    const { bedrock } = await simulate(region);
    expect(names(await bedrock.send(new sdk.ListProvisionedModelThroughputsCommand({})))).toEqual(['young', 'mid', 'old']);
    const seen: unknown[] = [];
    const order = { sortBy: 'CreationTime', sortOrder: 'Ascending' } as const;
    for await (const page of sdk.paginateListProvisionedModelThroughputs({ client: bedrock, pageSize: 2 }, order)) seen.push(names(page));
    expect(seen).toEqual([['old', 'mid'], ['young']]);
  });

  it('is never cut into pages where the operation has none', async () => {
    const { bedrock } = await simulate({ foundationModels: { 'a.one': {}, 'b.two': {} } }, { pageSize: 1 });
    const { modelSummaries } = await bedrock.send(new sdk.ListFoundationModelsCommand({}));
    expect(modelSummaries?.map(({ modelId }) => modelId).toSorted()).toEqual(['a.one', 'b.two']);
  });

  it('is filtered by status and by type', async () => {
    const { bedrock } = await simulate(region);
    const failed = await bedrock.send(new sdk.ListProvisionedModelThroughputsCommand({ statusEquals: 'Failed' }));
    const mine = await bedrock.send(new sdk.ListInferenceProfilesCommand({ typeEquals: 'APPLICATION' }));
    expect([names(failed), mine.inferenceProfileSummaries?.map(profile => profile.inferenceProfileName)]).toEqual([['old'], ['mine']]);
  });

  it('refuses more than 1,000 a page, a filter that it does not simulate, and a token of another request', async () => {
    const { bedrock } = await simulate(region, { pageSize: 1 });
    const list = (input: sdk.ListProvisionedModelThroughputsRequest) => bedrock.send(new sdk.ListProvisionedModelThroughputsCommand(input));
    const { nextToken } = await list({});
    await expect(list({ maxResults: 1001 })).rejects.toMatchObject({ name: 'ValidationException', message: /less than or equal to 1000/ });
    await expect(list({ nameContains: 'x' })).rejects.toThrow('does not filter ListProvisionedModelThroughputs by nameContains');
    await expect(list({ nextToken, statusEquals: 'Failed' })).rejects.toThrow('pagination token');
    await expect(bedrock.send(new sdk.ListPromptRoutersCommand({ nextToken }))).rejects.toThrow('pagination token');
  });

  it('is denied, fails and loses an item as the estate and its faults say', async () => {
    const { bedrock, simcloud } = await simulate({ ...region, denied: ['ListPromptRouters'] });
    await expect(bedrock.send(new sdk.ListPromptRoutersCommand({}))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`bedrock:ListPromptRouters on resource: ${arn('*')}`),
    });
    simcloud.faults.add({ kind: 'throttle', operation: 'ListInferenceProfiles' });
    await expect(bedrock.send(new sdk.ListInferenceProfilesCommand({}))).rejects.toMatchObject({ name: 'ThrottlingException' });
    simcloud.faults.add({ kind: 'vanish', operation: 'ListProvisionedModelThroughputs', name: 'mid' });
    const list = () => bedrock.send(new sdk.ListProvisionedModelThroughputsCommand({}));
    expect([names(await list()), names(await list())]).toEqual([
      ['young', 'mid', 'old'],
      ['young', 'old'],
    ]);
  });
});

describe('an edit while it runs', () => {
  it('moves the time of change, or that of creation where there is no other, and leaves the rest alone', async () => {
    const { bedrock, simcloud, pass } = await simulate({ provisionedModels: { a: {}, b: {} }, importedModels: { m: {} } });
    pass(1000);
    const tagged = { b: { tags: { team: 'risk' } } };
    simcloud.load(
      inRegion({ provisionedModels: { a: { modelUnits: 2 }, ...tagged, c: {} }, importedModels: { m: { modelArchitecture: 'mistral' } } }),
    );
    const { provisionedModelSummaries = [] } = await bedrock.send(new sdk.ListProvisionedModelThroughputsCommand({}));
    const changed = new Date(NOW + 1000);
    const times = provisionedModelSummaries.map(each => [each.provisionedModelName, each.creationTime, each.lastModifiedTime]);
    expect(times).toEqual([
      ['c', changed, changed],
      ['b', BORN, BORN],
      ['a', BORN, changed],
    ]);
    const { modelSummaries = [] } = await bedrock.send(new sdk.ListImportedModelsCommand({}));
    expect(modelSummaries[0]?.creationTime).toEqual(changed);
  });
});

it('a field that the service does not have is refused with its place', () => {
  const yaml = `accounts:\n  "${ACCOUNT}":\n    ${REGION}:\n      provisionedModels:\n        a: { modelArm: x }\n`;
  expect(() => parseEstate(yaml, 'e.yaml')).toThrow(
    'e.yaml:5:12: accounts.111122223333.eu-west-1.provisionedModels.a: Unrecognized key: "modelArm"',
  );
  expect(() => parseEstate(yaml.replace('a: {', 'a/b: {').replace('modelArm: x', ''), 'e.yaml')).toThrow(
    'expected the parts of provisioned-model/{provisionedModelId}',
  );
});

it('shows what its model has: a desired model even where none was stated, and of a summary no field that only others have', async () => {
  const own = arn('custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6');
  const { bedrock } = await simulate({
    provisionedModels: { a: { modelArn: own } },
    customModelDeployments: { a: { customModelDeploymentName: 'nova' } },
    marketplaceEndpoints: { a: {} },
  });
  const throughput = await bedrock.send(new sdk.GetProvisionedModelThroughputCommand({ provisionedModelId: 'a' }));
  expect(throughput).toMatchObject({ modelArn: own, desiredModelArn: own, desiredModelUnits: 1 });
  const deployment = await bedrock.send(new sdk.GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: 'a' }));
  expect(deployment).toMatchObject({ modelDeploymentName: 'nova' });
  expect(deployment).not.toHaveProperty('customModelDeploymentName');
  const { marketplaceModelEndpoints } = await bedrock.send(new sdk.ListMarketplaceModelEndpointsCommand({}));
  expect(marketplaceModelEndpoints?.[0]).not.toHaveProperty('endpointName');
});

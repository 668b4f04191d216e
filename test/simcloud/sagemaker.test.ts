import * as sm from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { ACCOUNT, arn, endpoints, IMAGE, inRegion, NOW, REGION, type RegionInput, simulate } from './simulated.ts';

const names = (items: { EndpointName?: string | undefined }[] | undefined) => items?.map(item => item.EndpointName);
const filtered = (Name: string, Operator: sm.Operator, Value?: string) => ({ Filters: [{ Name, Operator, Value }] });
const failure = (code: string, message: string) => ({ name: code, message: expect.stringContaining(message) });

describe('what an estate states', () => {
  const model = { image: 'repo/torch:2.6', artefact: 's3://models/a.tar.gz', etag: 'e1', env: { MODE: 'fast' }, package: 'cats/2' };
  const estate: RegionInput = {
    models: { shared: { image: IMAGE, artefact: 's3://models/shared/' } },
    endpoints: {
      Cats: {
        status: 'Updating',
        createdAt: '2026-11-01T00:00:00Z',
        lastModified: '2026-11-02T00:00:00Z',
        tags: { owner: 'sam' },
        variants: [{ model, weight: 0.9 }, { model: 'shared' }],
        shadow: [{ model: 'shared', serverless: { memory: 2048, concurrency: 1 } }],
        async: 's3://out/',
        pending: { variants: [{ model: 'shared' }] },
      },
      chain: { variants: [{ model: { containers: [{ image: IMAGE }, { image: IMAGE }], execution: 'Direct' } }] },
      lost: { variants: [{ model: { image: IMAGE } }], lost: ['config', 'model'] },
      replaced: { variants: [{ model: { image: IMAGE } }], replaced: ['config', 'model'] },
    },
    inferenceComponents: {
      base: { endpoint: 'chain', image: IMAGE, artefact: 's3://models/base/', env: { LORA: 'true' } },
      adapter: { endpoint: 'chain', base: 'base', artefact: 's3://models/adapter/' },
      many: { endpoint: 'chain', perInstanceType: { 'ml.g5.xlarge': { model: 'shared' }, 'ml.g6.xlarge': { image: IMAGE } } },
    },
    modelPackages: { 'cats/1': { approval: 'Rejected' }, 'cats/2': { ...model, package: undefined, approval: 'Approved' }, alone: {} },
    packageGroups: { dogs: {} },
  };

  it('is described as AWS describes it: tags resolved to digests, tags of the endpoint left out, pending change shown', async () => {
    const { sagemaker } = await simulate(estate);
    const endpoint = await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: 'Cats' }));
    expect(endpoint).toMatchObject({
      EndpointArn: arn('endpoint/cats'),
      EndpointStatus: 'Updating',
      LastModifiedTime: new Date('2026-11-02T00:00:00Z'),
      ProductionVariants: [{ VariantName: 'primary', CurrentWeight: 0.9 }, { VariantName: 'primary-2' }],
      ShadowProductionVariants: [{ CurrentServerlessConfig: { MemorySizeInMB: 2048 } }],
      AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://out/' } },
      PendingDeploymentSummary: { ProductionVariants: [{ DeployedImages: [{ ResolvedImage: IMAGE }] }] },
    });
    expect(endpoint).not.toHaveProperty('Tags');
    const [image] = endpoint.ProductionVariants?.[0]?.DeployedImages ?? [];
    expect(image).toMatchObject({
      SpecifiedImage: 'repo/torch:2.6',
      ResolvedImage: expect.stringMatching(/^repo\/torch@sha256:[0-9a-f]{64}$/),
    });
    const config = await sagemaker.send(new sm.DescribeEndpointConfigCommand({ EndpointConfigName: endpoint.EndpointConfigName }));
    const described = await sagemaker.send(new sm.DescribeModelCommand({ ModelName: config.ProductionVariants?.[0]?.ModelName }));
    expect(described.PrimaryContainer).toMatchObject({
      Image: 'repo/torch:2.6',
      ModelDataSource: { S3DataSource: { S3Uri: 's3://models/a.tar.gz', S3DataType: 'S3Object', ETag: 'e1' } },
      Environment: { MODE: 'fast' },
      ModelPackageName: arn('model-package/cats/2'),
    });
    const shared = await sagemaker.send(new sm.DescribeModelCommand({ ModelName: config.ProductionVariants?.[1]?.ModelName }));
    expect(shared.PrimaryContainer).toMatchObject({ ModelDataUrl: 's3://models/shared/' });
  });

  it('shows lost lineage as not found and replaced lineage as younger than the endpoint', async () => {
    const { sagemaker } = await simulate(estate);
    const lost = await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: 'lost' }));
    await expect(
      sagemaker.send(new sm.DescribeEndpointConfigCommand({ EndpointConfigName: lost.EndpointConfigName })),
    ).rejects.toMatchObject(failure('ValidationException', `Could not find endpoint configuration "${arn('endpoint-config/lost-')}`));
    const replaced = await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: 'replaced' }));
    const config = await sagemaker.send(new sm.DescribeEndpointConfigCommand({ EndpointConfigName: replaced.EndpointConfigName }));
    const anew = await sagemaker.send(new sm.DescribeModelCommand({ ModelName: config.ProductionVariants?.[0]?.ModelName }));
    for (const { CreationTime } of [config, anew])
      expect(CreationTime?.getTime()).toBeGreaterThan(replaced.LastModifiedTime?.getTime() ?? 0);
  });

  it('lists and describes inference components with either form of specification', async () => {
    const { sagemaker } = await simulate(estate);
    const listed = await sagemaker.send(
      new sm.ListInferenceComponentsCommand({ EndpointNameEquals: 'chain', SortBy: 'Name', SortOrder: 'Ascending' }),
    );
    expect(listed.InferenceComponents?.map(component => component.InferenceComponentName)).toEqual(['adapter', 'base', 'many']);
    const of = (InferenceComponentName: string) => sagemaker.send(new sm.DescribeInferenceComponentCommand({ InferenceComponentName }));
    expect((await of('adapter')).Specification).toMatchObject({
      BaseInferenceComponentName: 'base',
      Container: { ArtifactUrl: 's3://models/adapter/' },
    });
    expect((await of('base')).Specification?.Container).toMatchObject({
      DeployedImage: { ResolvedImage: IMAGE },
      Environment: { LORA: 'true' },
    });
    const many = await of('many');
    expect(many.Specification).toBeUndefined();
    expect(many.Specifications).toMatchObject([{ InstanceType: 'ml.g5.xlarge', ModelName: 'shared' }, { InstanceType: 'ml.g6.xlarge' }]);
  });

  it('knows packages, unversioned unless asked otherwise, and their groups', async () => {
    const { sagemaker } = await simulate(estate);
    const listed = async (input: sm.ListModelPackagesCommandInput) =>
      (await sagemaker.send(new sm.ListModelPackagesCommand(input))).ModelPackageSummaryList?.map(item => item.ModelPackageArn);
    expect(await listed({})).toEqual([arn('model-package/alone')]);
    expect(await listed({ ModelPackageType: 'Both' })).toHaveLength(3);
    expect(await listed({ ModelPackageGroupName: arn('model-package-group/cats'), ModelApprovalStatus: 'Approved' })).toEqual([
      arn('model-package/cats/2'),
    ]);
    const groups = await sagemaker.send(new sm.ListModelPackageGroupsCommand({}));
    expect(groups.ModelPackageGroupSummaryList?.map(group => group.ModelPackageGroupName)).toEqual(['cats', 'dogs']);
    const arns = [arn('model-package/cats/2'), arn('model-package/cats/9')];
    const batch = await sagemaker.send(new sm.BatchDescribeModelPackageCommand({ ModelPackageArnList: arns }));
    expect(batch.ModelPackageSummaries?.[arns[0]!]).toMatchObject({
      ModelApprovalStatus: 'Approved',
      InferenceSpecification: { Containers: [{ ModelDataETag: 'e1', ImageDigest: expect.stringMatching(/^sha256:/) }] },
    });
    expect(Object.keys(batch.BatchDescribeModelPackageErrorMap ?? {})).toEqual([arns[1]]);
    await sagemaker.send(
      new sm.UpdateModelPackageCommand({ ModelPackageArn: arns[0], ModelApprovalStatus: 'Rejected', ApprovalDescription: 'no' }),
    );
    const described = await sagemaker.send(new sm.DescribeModelPackageCommand({ ModelPackageName: arns[0] }));
    expect(described).toMatchObject({ ModelApprovalStatus: 'Rejected', ApprovalDescription: 'no', LastModifiedTime: new Date(NOW) });
  });

  it('is searchable: endpoints without pending change, models with the endpoints that host them, packages', async () => {
    const { sagemaker } = await simulate(estate);
    const search = async (Resource: sm.ResourceType, SearchExpression?: sm.SearchExpression) =>
      (await sagemaker.send(new sm.SearchCommand({ Resource, SearchExpression }))).Results ?? [];
    const [owned, ...rest] = await search('Endpoint', filtered('Tags.owner', 'Equals', 'sam'));
    expect(rest).toEqual([]);
    expect(owned?.Endpoint).toMatchObject({ EndpointName: 'Cats', Tags: [{ Key: 'owner', Value: 'sam' }], ProductionVariants: [{}, {}] });
    expect(owned?.Endpoint).not.toHaveProperty('PendingDeploymentSummary');
    expect(await search('Endpoint', filtered('EndpointName', 'NotEquals', '-'))).toHaveLength(4);
    expect(await search('Endpoint', filtered('CreationTime', 'GreaterThan', '2026-10-31T00:00:00'))).toHaveLength(1);
    expect(
      await search('Endpoint', {
        Operator: 'Or',
        SubExpressions: [filtered('Tags.owner', 'Exists'), filtered('EndpointName', 'Contains', 'cha')],
      }),
    ).toHaveLength(2);
    const [shared] = await search('Model', filtered('ModelName', 'Equals', 'shared'));
    expect(shared?.Model).toMatchObject({ Model: { ModelName: 'shared' }, Endpoints: [{ EndpointName: 'Cats' }] });
    expect(await search('ModelPackage', filtered('ModelApprovalStatus', 'In', 'Approved,Rejected'))).toHaveLength(2);
    expect(await search('Endpoint')).toHaveLength(4);
    await expect(search('Endpoint', {})).rejects.toMatchObject(failure('ValidationException', 'at least one filter'));
  });
});

describe('a world that changes', () => {
  it('creates, updates and deletes an endpoint through its statuses, whatever becomes of its config', async () => {
    const { sagemaker, pass } = await simulate({ searchLagSeconds: 300 });
    const described = () => sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: 'e' }));
    const searched = async () => {
      const SearchExpression = filtered('EndpointName', 'Equals', 'e');
      const { Results } = await sagemaker.send(new sm.SearchCommand({ Resource: 'Endpoint', SearchExpression }));
      return Results?.map(({ Endpoint }) => Endpoint?.EndpointConfigName);
    };
    for (const name of ['one', 'two']) {
      await sagemaker.send(
        new sm.CreateModelCommand({ ModelName: name, PrimaryContainer: { Image: IMAGE }, ExecutionRoleArn: 'arn:aws:iam::1:role/r' }),
      );
      const ProductionVariants = [{ VariantName: 'v', ModelName: name, InitialInstanceCount: 1, InitialVariantWeight: 1 }];
      await sagemaker.send(new sm.CreateEndpointConfigCommand({ EndpointConfigName: name, ProductionVariants }));
    }
    await sagemaker.send(new sm.CreateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'one' }));
    expect(await described()).toMatchObject({ EndpointStatus: 'Creating', PendingDeploymentSummary: { EndpointConfigName: 'one' } });
    const update = new sm.UpdateEndpointCommand({ EndpointName: 'e', EndpointConfigName: 'two' });
    await expect(sagemaker.send(update)).rejects.toMatchObject(failure('ValidationException', 'in-progress'));
    pass(60_000);
    await sagemaker.send(update);
    expect(await described()).toMatchObject({
      EndpointStatus: 'Updating',
      EndpointConfigName: 'one',
      PendingDeploymentSummary: { EndpointConfigName: 'two' },
    });
    await sagemaker.send(new sm.AddTagsCommand({ ResourceArn: arn('endpoint/e'), Tags: [{ Key: 'owner', Value: 'sam' }] }));
    pass(60_000);
    const updated = await described();
    expect(updated).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'two', LastModifiedTime: new Date(NOW + 120_000) });
    expect(updated).not.toHaveProperty('PendingDeploymentSummary');
    expect((await sagemaker.send(new sm.ListTagsCommand({ ResourceArn: arn('endpoint/e') }))).Tags).toEqual([
      { Key: 'owner', Value: 'sam' },
    ]);
    expect(await searched()).toEqual([]);
    pass(240_000);
    expect(await searched()).toEqual(['one']);
    await sagemaker.send(new sm.DeleteModelCommand({ ModelName: 'two' }));
    await sagemaker.send(new sm.DeleteEndpointConfigCommand({ EndpointConfigName: 'two' }));
    expect((await described()).ProductionVariants?.[0]?.DeployedImages?.[0]?.ResolvedImage).toBe(IMAGE);
    await sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName: 'e' }));
    expect((await described()).EndpointStatus).toBe('Deleting');
    pass(60_000);
    await expect(described()).rejects.toMatchObject(failure('ValidationException', `Could not find endpoint "${arn('endpoint/e')}"`));
    expect(await searched()).toEqual(['two']);
  });

  it('refuses a config of unknown models and an endpoint of an unknown config', async () => {
    const { sagemaker } = await simulate(endpoints('e'));
    const ProductionVariants = [{ VariantName: 'v', ModelName: 'nope', InitialInstanceCount: 1 }];
    const config = new sm.CreateEndpointConfigCommand({ EndpointConfigName: 'c', ProductionVariants });
    await expect(sagemaker.send(config)).rejects.toMatchObject(failure('ValidationException', 'Could not find model'));
    const create = (EndpointName: string) => sagemaker.send(new sm.CreateEndpointCommand({ EndpointName, EndpointConfigName: 'c' }));
    await expect(create('f')).rejects.toMatchObject(failure('ValidationException', 'Could not find endpoint configuration'));
    await expect(create('E')).rejects.toMatchObject(failure('ValidationException', 'Cannot create already existing endpoint'));
  });
});

describe('who calls', () => {
  it('reads the account from a 12-digit key and the region from the signature', async () => {
    const estate = { accounts: { ...inRegion(endpoints('a')).accounts, '444455556666': { [REGION]: endpoints('b', 'c') } } };
    const { simcloud, client } = await simulate({}, { estate });
    const listed = async (who: { accessKeyId?: string; region?: string }) =>
      names((await client(who).send(new sm.ListEndpointsCommand({ SortBy: 'Name', SortOrder: 'Ascending' }))).Endpoints);
    expect(await listed({ accessKeyId: '444455556666' })).toEqual(['b', 'c']);
    expect(await listed({ accessKeyId: 'AKIAEXAMPLE' })).toEqual(['a']);
    expect(await listed({ region: 'us-east-1' })).toEqual([]);
    await expect(listed({ accessKeyId: '999999999999' })).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    expect(simcloud.calls()).toContainEqual({ operation: 'ListEndpoints', account: ACCOUNT, region: 'us-east-1', count: 1 });
  });

  it('answers STS', async () => {
    const { simcloud } = await simulate({});
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const sts = new STSClient({ endpoint: simcloud.endpoint, region: REGION, credentials });
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: ACCOUNT,
      Arn: `arn:aws:iam::${ACCOUNT}:user/simcloud`,
    });
  });

  it('denies what the estate denies, and refuses unsigned calls and unknown operations', async () => {
    const { simcloud, sagemaker } = await simulate({ denied: ['ListEndpoints'] });
    const message = `not authorized to perform: sagemaker:ListEndpoints on resource: ${arn('endpoint/*')} because`;
    await expect(sagemaker.send(new sm.ListEndpointsCommand({}))).rejects.toMatchObject(failure('AccessDeniedException', message));
    await expect(sagemaker.send(new sm.ListPipelinesCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
    const unsigned = await fetch(simcloud.endpoint, { method: 'POST', headers: { 'x-amz-target': 'SageMaker.ListEndpoints' }, body: '{}' });
    expect(await unsigned.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });
});

import { describe, expect, test } from 'vitest';
import { composeAdapter } from '../../../lib/core/compose.ts';
import {
  aComponent,
  aConfig,
  all,
  aModel,
  anEndpoint,
  arn,
  aWorld,
  complete,
  deniedSearch,
  type Doc,
  identities,
  kindOf,
  known,
  LATER,
  listing,
  notFound,
  OLD,
  one,
  refuse,
  RESOLVED,
} from './fake-sagemaker.ts';

const components = (...docs: Doc[]) => all(aWorld({ components: docs }), 'INFERENCE_COMPONENT');

describe('an endpoint', () => {
  test('is known from the listing, Search and what it selected, with its tags as data', async () => {
    const { result, calls } = await listing(aWorld());
    expect(calls).toEqual(['ListEndpoints', 'Search', 'DescribeEndpointConfig', 'DescribeModel']);
    const [sighting] = complete(result).sightings;
    expect(sighting).toMatchObject({
      arn: arn('endpoint/e'),
      scope: 'sagemaker/111122223333/eu-west-1',
      tags: { owner: '<b>kim\u202e</b>' },
    });
    expect(identities(known(sighting!.detail).composition)).toContain(RESOLVED);
  });

  const changing = ['InService', 'Updating', 'SystemUpdating', 'RollingBack', 'UpdateRollbackFailed', 'SomethingNew'];
  const others = { Creating: 'STARTING', Deleting: 'LEAVING', Failed: 'NOT_SERVING', OutOfService: 'NOT_SERVING' };
  test.each([...changing.map(status => [status, 'SERVING']), ...Object.entries(others)])(
    'that is %s counts as %s and keeps its own word',
    async (status, presence) => {
      expect(await one({ endpoints: [anEndpoint('e', { EndpointStatus: status })] })).toMatchObject({
        status,
        presence,
        detail: { state: 'KNOWN' },
      });
    },
  );

  test.each([
    [{ EndpointStatus: 'Updating', PendingDeploymentSummary: { EndpointConfigName: 'next' } }, 'change to endpoint configuration next'],
    [{ EndpointStatus: 'UpdateRollbackFailed' }, 'a rollback failed: parts of two configurations may serve'],
    [{}, null],
  ])('with %j shows what is pending and is judged on what serves now', async (over, pending) => {
    const searched = [{ ...anEndpoint('e', over), PendingDeploymentSummary: undefined, Tags: [] }];
    expect(await one({ endpoints: [anEndpoint('e', over)], searched })).toMatchObject({ pending, detail: { state: 'KNOWN' } });
  });

  test('has a unit for each variant and each shadow variant', async () => {
    const shadow = { ShadowProductionVariants: [{ VariantName: 's', ModelName: 'other' }] };
    const { detail } = await one({
      configs: { c: { ...aConfig('m', 'm'), ...shadow } },
      models: { m: aModel(), other: aModel({ PrimaryContainer: { Image: 'i', Mode: 'MultiModel' } }) },
    });
    expect(known(detail).units.map(({ name, role }) => [name, role])).toEqual([
      ['v1', 'PRODUCTION'],
      ['v2', 'PRODUCTION'],
      ['s', 'SHADOW'],
    ]);
  });

  test('whose variants hold no model hosts components and has no units of its own', async () => {
    expect(await one({ configs: { c: aConfig(undefined) } })).toMatchObject({ hosts: 'COMPONENTS', detail: { state: 'KNOWN', units: [] } });
    expect(await one({ configs: { c: aConfig(undefined, 'm') } })).toMatchObject({ hosts: 'MODELS' });
    const nothing = await one({ configs: { c: aConfig() }, endpoints: [anEndpoint('e', { ProductionVariants: [] })] });
    expect(nothing).toMatchObject({
      hosts: 'MODELS',
      detail: { state: 'UNKNOWN', cause: 'FAILED', reason: 'endpoint configuration c names no variant' },
    });
  });

  test('changes its posture, not its composition, with role, network or key', async () => {
    const before = known((await one({})).detail);
    const over = [
      { models: { m: aModel({ ExecutionRoleArn: 'wider' }) } },
      { models: { m: aModel({ EnableNetworkIsolation: true }) } },
      { configs: { c: { ...aConfig('m'), KmsKeyId: 'key' } } },
      { configs: { c: { ...aConfig('m'), VpcConfig: { SecurityGroupIds: ['g'], Subnets: ['s'] } } } },
    ];
    for (const each of over) {
      const after = known((await one(each)).detail);
      expect(after.composition).toEqual(before.composition);
      expect(after.posture).not.toBe(before.posture);
    }
  });
});

test('an image that two deployed images answer to stays the tag that was asked for', async () => {
  const SpecifiedImage = '1.dkr.ecr/xgboost:1';
  const DeployedImages = [
    { SpecifiedImage, ResolvedImage: RESOLVED },
    { SpecifiedImage, ResolvedImage: 'other' },
  ];
  const { detail } = await one({ endpoints: [anEndpoint('e', { ProductionVariants: [{ VariantName: 'v1', DeployedImages }] })] });
  expect(identities(known(detail).composition)).toContain(SpecifiedImage);
});

describe('what cannot be told', () => {
  const young = { CreationTime: LATER };
  test.each([
    ['a deleted configuration', notFound('DescribeEndpointConfig', 'endpoint configuration'), 'LINEAGE_LOST'],
    ['a deleted model', notFound('DescribeModel', 'model'), 'LINEAGE_LOST'],
    ['a configuration made anew', { configs: { c: { ...aConfig('m'), ...young } } }, 'LINEAGE_REPLACED'],
    ['a model made anew', { models: { m: aModel(young) } }, 'LINEAGE_REPLACED'],
    [
      'a variant that the configuration lacks',
      { configs: { c: { ...aConfig('m'), ProductionVariants: [{ VariantName: 'x', ModelName: 'm' }] } } },
      'LINEAGE_REPLACED',
    ],
    ['a denied configuration', refuse('DescribeEndpointConfig', 'AccessDeniedException'), 'DENIED'],
    ['a denied model', refuse('DescribeModel', 'AccessDeniedException'), 'DENIED'],
    ['a failing model', refuse('DescribeModel', 'SomethingNew'), 'FAILED'],
    ['a model that is none', { models: { m: { CreationTime: OLD } } }, 'FAILED'],
    ['no configuration named', { endpoints: [anEndpoint('e', { EndpointConfigName: undefined })] }, 'FAILED'],
  ])('%s leaves the endpoint listed and its detail unknown', async (_name, over, cause) => {
    expect((await one(over)).detail).toMatchObject({ state: 'UNKNOWN', cause });
  });

  test('a model as young as the last change of its endpoint is the one that was selected', async () => {
    expect((await one({ endpoints: [anEndpoint('e', { LastModifiedTime: LATER })], models: { m: aModel(young) } })).detail.state).toBe(
      'KNOWN',
    );
  });

  test.each([
    ['vanished', notFound('DescribeEndpoint', 'endpoint'), 'VANISHED', 'not found: sagemaker:DescribeEndpoint'],
    ['denied', refuse('DescribeEndpoint', 'AccessDeniedException'), 'DENIED', 'access denied: sagemaker:DescribeEndpoint'],
  ])('an endpoint %s between list and describe stays in the listing, and its siblings are known', async (_name, fault, cause, reason) => {
    const instead = (operation: string, _nth: number, input: Doc) =>
      operation === 'Search' || input['EndpointName'] === 'e' ? (fault.instead(operation) ?? deniedSearch.instead(operation)) : undefined;
    const [first, second] = await all(aWorld({ endpoints: [anEndpoint('e'), anEndpoint('f')], instead }));
    expect(first?.detail).toEqual({ state: 'UNKNOWN', cause, reason });
    expect(second?.detail.state).toBe('KNOWN');
  });

  test('tags that could not be read are not an absence of tags', async () => {
    const throttledTags = refuse('ListTags', 'ThrottlingException');
    const instead = (operation: string) => deniedSearch.instead(operation) ?? throttledTags.instead(operation);
    expect(await one({ instead })).toMatchObject({ tags: null, detail: { state: 'KNOWN' } });
  });
});

describe('the components of a scope', () => {
  const asked = async (over: Parameters<typeof aWorld>[0]) => {
    const { result, count } = await listing(aWorld(over));
    return { kind: kindOf(result, 'INFERENCE_COMPONENT'), calls: count('ListInferenceComponents') };
  };
  const none = { kind: 'INFERENCE_COMPONENT', status: 'COMPLETE', sightings: [], quarantined: [] };

  test.each([
    ['every endpoint has its models', {}],
    ['there is no endpoint', { endpoints: [] }],
    ['the one unknown endpoint is gone', { searched: [], ...notFound('DescribeEndpoint', 'endpoint') }],
  ])('are none, without a call, where %s', async (_name, over) => {
    expect(await asked(over)).toEqual({ kind: none, calls: 0 });
  });

  test.each([
    ['an endpoint hosts components', { components: [] }],
    ['what an endpoint hosts is not known', notFound('DescribeEndpointConfig', 'endpoint configuration')],
    ['an endpoint could not be read', { endpoints: [anEndpoint('e', { EndpointArn: 'arn:other' })] }],
  ])('are listed where %s', async (_name, over) => {
    expect(await asked(over)).toEqual({ kind: none, calls: 1 });
  });
});

describe('an inference component', () => {
  const container = {
    DeployedImage: { SpecifiedImage: 'i:1', ResolvedImage: RESOLVED },
    ArtifactUrl: 's3://a',
    Environment: { SECRET: 'canary-7f3a' },
  };

  test('runs a model, a container, or one of them per instance type', async () => {
    const DeployedImage = { SpecifiedImage: '1.dkr.ecr/xgboost:1', ResolvedImage: RESOLVED };
    const [model, own, several] = await components(
      aComponent('model', { ModelName: 'm', Container: { DeployedImage } }),
      aComponent('own', { Container: container }),
      aComponent('several', {}, { Specification: undefined, Specifications: [{ ModelName: 'm' }, { Container: container }] }),
    );
    const endpoint = await one({});
    expect(known(model!.detail).composition).toEqual(known(endpoint.detail).composition);
    expect(identities(known(own!.detail).composition)).toEqual([RESOLVED, expect.stringMatching(/^sha256:/), 's3://a']);
    expect(known(several!.detail).units.map(({ name, role }) => [name, role])).toEqual([
      ['several', 'COMPONENT'],
      ['several#2', 'COMPONENT'],
    ]);
  });

  test('counts what its own container adds to its model', async () => {
    const [model, more] = await components(
      aComponent('a', { ModelName: 'm' }),
      aComponent('b', { ModelName: 'm', Container: { ArtifactUrl: 's3://x' } }),
    );
    expect(identities(known(more!.detail).composition)).toEqual([...identities(known(model!.detail).composition), 's3://x']);
  });

  test('that is an adapter is its base with one artefact more', async () => {
    const [base, adapter] = await components(
      aComponent('base', { ModelName: 'm' }),
      aComponent('adapter', { BaseInferenceComponentName: 'base', Container: { ArtifactUrl: 's3://lora' } }),
    );
    expect(known(adapter!.detail).composition).toEqual(
      composeAdapter(known(base!.detail).composition, { uri: 's3://lora', etag: null, role: 'ADAPTER' }),
    );
  });

  test.each([
    [
      'its base is not there',
      aComponent('x', { BaseInferenceComponentName: 'gone', Container: { ArtifactUrl: 's3://l' } }),
      'LINEAGE_LOST',
    ],
    ['it is its own base', aComponent('x', { BaseInferenceComponentName: 'x', Container: { ArtifactUrl: 's3://l' } }), 'FAILED'],
    ['it names no adapter artefact', aComponent('x', { BaseInferenceComponentName: 'base' }), 'FAILED'],
    ['it names nothing', aComponent('x', {}), 'FAILED'],
    ['it has no specification', aComponent('x', {}, { Specification: undefined }), 'FAILED'],
    ['its model is gone', aComponent('x', { ModelName: 'gone' }), 'LINEAGE_LOST'],
    ['its model was made anew', aComponent('x', { ModelName: 'm' }, { LastModifiedTime: OLD - 1 }), 'LINEAGE_REPLACED'],
  ])('cannot be told where %s', async (_name, component, cause) => {
    const [first] = await components(component, aComponent('base', { ModelName: 'm' }));
    expect(first?.detail).toMatchObject({ state: 'UNKNOWN', cause });
  });

  test('that vanished before it was described stays in the listing', async () => {
    const world = aWorld({
      components: [aComponent('x', { ModelName: 'm' })],
      ...notFound('DescribeInferenceComponent', 'inference component'),
    });
    expect((await all(world, 'INFERENCE_COMPONENT'))[0]?.detail).toMatchObject({ state: 'UNKNOWN', cause: 'VANISHED' });
  });
});

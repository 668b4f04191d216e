import { describe, expect, test } from 'vitest';
import { composeAdapter } from '../../../lib/core/compose.ts';
import { arn } from '../../simcloud/simulated.ts';
import {
  anEndpoint,
  CONTAINER,
  identities,
  IMAGE,
  known,
  LATER,
  listing,
  RESOLVED,
  type Scene,
  seen,
  sightings,
  vanishing,
} from './scene.ts';

describe('an endpoint', () => {
  test('is known from the listing, Search and what it selected, with its tags as data', async () => {
    const { result, calls } = await listing();
    expect(calls).toEqual(['ListEndpoints', 'Search', 'DescribeEndpointConfig', 'DescribeModel']);
    const { e } = sightings(result);
    expect(e).toMatchObject({ arn: arn('endpoint/e'), scope: 'sagemaker/111122223333/eu-west-1', tags: { owner: '<b>kim\u202e</b>' } });
    expect(identities(known(e).composition)).toContain(RESOLVED);
  });

  const changing = ['InService', 'Updating', 'SystemUpdating', 'RollingBack', 'UpdateRollbackFailed', 'SomethingNew'];
  const others = { Creating: 'STARTING', Deleting: 'LEAVING', Failed: 'NOT_SERVING', OutOfService: 'NOT_SERVING' };
  test.each([...changing.map(status => [status, 'SERVING'] as const), ...Object.entries(others)])(
    'that is %s counts as %s and keeps its own word',
    async (status, presence) => {
      const { e } = await seen(anEndpoint({ status }));
      expect(e).toMatchObject({ status, presence, detail: { state: 'KNOWN' } });
    },
  );

  test.each([
    [{ status: 'Updating', pending: { config: 'next' } }, 'change to endpoint configuration next'],
    [{ status: 'UpdateRollbackFailed' }, 'a rollback failed: parts of two configurations may serve'],
    [{}, null],
  ])('with %j shows what is pending and is judged on what serves now', async (over, pending) => {
    const { e } = await seen({ ...anEndpoint(over), endpointConfigs: { next: {} } });
    expect(e).toMatchObject({ pending, detail: { state: 'KNOWN', units: [{ name: 'primary' }] } });
  });

  test('has a unit for each variant and each shadow variant', async () => {
    const shadow = [{ name: 's', model: { image: 'i', mode: 'MultiModel' as const } }];
    const variants = ['v1', 'v2'].map(name => ({ name, model: 'm' }));
    const { e } = await seen({ endpointConfigs: { c: { variants, shadow } } });
    expect(known(e).units.map(({ name, role }) => `${name} ${role}`)).toEqual(['v1 PRODUCTION', 'v2 PRODUCTION', 's SHADOW']);
  });

  const noVariant = { state: 'UNKNOWN', cause: 'FAILED', reason: 'endpoint configuration c names no variant' };
  test.each([
    ['hold no model hosts components and has no units of its own', [{}], { hosts: 'COMPONENTS', detail: { state: 'KNOWN', units: [] } }],
    ['hold a model beside none hosts models', [{}, { model: 'm' }], { hosts: 'MODELS' }],
    ['are none cannot be told', [], { hosts: 'MODELS', detail: noVariant }],
  ])('whose variants %s', async (_name, variants, expected) => {
    expect((await seen({ endpointConfigs: { c: { variants } } }))['e']).toMatchObject(expected);
  });

  test.each([
    ['role', 'model/m', { ExecutionRoleArn: 'wider' }],
    ['isolation', 'model/m', { EnableNetworkIsolation: true }],
    ['key', 'endpoint-config/c', { KmsKeyId: 'key' }],
    ['network', 'endpoint-config/c', { VpcConfig: { SecurityGroupIds: ['g'], Subnets: ['s'] } }],
  ])('changes its posture, not its composition, with its %s', async (_name, end, over) => {
    const unstated = await seen({ stored: { 'model/m': { EnableNetworkIsolation: undefined } } });
    const [before, after] = [known(unstated['e']), known((await seen({ stored: { [end]: over } }))['e'])];
    expect(after.composition).toEqual(before.composition);
    expect(after.posture).not.toBe(before.posture);
  });
});

test('an image that two deployed images answer to stays the tag that was asked for', async () => {
  const DeployedImages = [RESOLVED, 'other'].map(ResolvedImage => ({ SpecifiedImage: IMAGE, ResolvedImage }));
  const { e } = await seen({ stored: { 'endpoint/e': { ProductionVariants: [{ VariantName: 'primary', DeployedImages }] } } });
  expect(identities(known(e).composition)).toContain(IMAGE);
});

describe('what cannot be told', () => {
  test.each<[string, Scene, string]>([
    ['a deleted configuration', anEndpoint({ lost: ['config'] }), 'LINEAGE_LOST'],
    ['a deleted model', anEndpoint({ lost: ['model'] }), 'LINEAGE_LOST'],
    ['a configuration made anew', anEndpoint({ replaced: ['config'] }), 'LINEAGE_REPLACED'],
    ['a model made anew', anEndpoint({ replaced: ['model'] }), 'LINEAGE_REPLACED'],
    ['a variant that is not configured', { stored: { 'endpoint/e': { ProductionVariants: [{ VariantName: 'x' }] } } }, 'LINEAGE_REPLACED'],
    ['a denied configuration', { denied: ['DescribeEndpointConfig'] }, 'DENIED'],
    ['a denied model', { denied: ['DescribeModel'] }, 'DENIED'],
    ['a failing model', { faults: [{ kind: 'error', operation: 'DescribeModel' }] }, 'FAILED'],
    ['a model that is none', { stored: { 'model/m': { PrimaryContainer: undefined } } }, 'FAILED'],
    ['no configuration named', { stored: { 'endpoint/e': { EndpointConfigName: undefined } } }, 'FAILED'],
  ])('%s leaves the endpoint listed and its detail unknown', async (_name, scene, cause) => {
    expect((await seen(scene))['e']?.detail).toMatchObject({ state: 'UNKNOWN', cause });
  });

  test('a model as young as the last change of its endpoint is the one that was selected', async () => {
    const { e } = await seen({ ...anEndpoint({ lastModified: LATER }), models: { m: { ...CONTAINER, createdAt: LATER } } });
    expect(known(e).units).toHaveLength(1);
  });

  const vanished = vanishing('ListEndpoints', 'e');
  test.each([
    ['vanished', vanished, 'VANISHED', 'not found: sagemaker:DescribeEndpoint'],
    ['denied', { denied: ['DescribeEndpoint'] }, 'DENIED', 'access denied: sagemaker:DescribeEndpoint'],
  ])('an endpoint %s between list and describe stays in the listing, and its siblings are known', async (_name, scene, cause, reason) => {
    const { e, f } = await seen({ ...scene, endpoints: { e: { config: 'c', status: 'Updating' }, f: { config: 'c' } } });
    expect(e?.detail).toEqual({ state: 'UNKNOWN', cause, reason });
    expect(f?.detail.state).toBe('KNOWN');
  });

  test('tags that could not be read are not an absence of tags', async () => {
    const { e } = await seen({ denied: ['Search'], faults: [{ kind: 'throttle', operation: 'ListTags' }] });
    expect(e).toMatchObject({ tags: null, detail: { state: 'KNOWN' } });
  });

  test.each<[string, Scene, number]>([
    ['none, without a call, where every endpoint has its models', {}, 0],
    ['none, without a call, where there is no endpoint', { stored: { 'endpoint/e': null } }, 0],
    ['none, without a call, where the one unknown endpoint is gone', vanished, 0],
    ['listed where an endpoint hosts components', { endpoints: { e: { variants: [{}] } } }, 1],
    ['listed where what an endpoint hosts is not known', anEndpoint({ lost: ['config'] }), 1],
    ['listed where an endpoint could not be read', { stored: { 'endpoint/e': { EndpointArn: 'arn:other' } } }, 1],
  ])('the components of a scope are %s', async (_name, scene, calls) => {
    const { components, count } = await listing(scene);
    expect(components).toEqual({ kind: 'INFERENCE_COMPONENT', status: 'COMPLETE', sightings: [], quarantined: [] });
    expect(count('ListInferenceComponents')).toBe(calls);
  });
});

describe('an inference component', () => {
  const own = { image: IMAGE, artefact: 's3://a', env: { SECRET: 'canary-7f3a' } };
  const base = { model: 'm' };

  test('runs a model, a container, or one of them per instance type', async () => {
    const perInstanceType = { 'ml.g5.xlarge': { model: 'm' }, 'ml.g6.xlarge': own };
    const model = { model: 'm', image: IMAGE, env: { SAGEMAKER_REGION: 'y' } };
    const all = await seen({ components: { model, own, several: { perInstanceType } } });
    expect(known(all['model']).composition).toEqual(known(all['e']).composition);
    expect(identities(known(all['own']).composition)).toEqual([RESOLVED, expect.stringMatching(/^sha256:/), 's3://a']);
    expect(known(all['several']).units.map(({ name, role }) => `${name} ${role}`)).toEqual(['several COMPONENT', 'several#2 COMPONENT']);
  });

  test('counts what its own container adds to its model', async () => {
    const { plain, more } = await seen({ components: { plain: base, more: { ...base, artefact: 's3://x' } } });
    expect(identities(known(more).composition)).toEqual([...identities(known(plain).composition), 's3://x']);
  });

  test('that is an adapter is its base with one artefact more', async () => {
    const all = await seen({ components: { base, adapter: { base: 'base', artefact: 's3://lora' } } });
    const adapter = { uri: 's3://lora', etag: null, role: 'ADAPTER' } as const;
    expect(known(all['adapter']).composition).toEqual(composeAdapter(known(all['base']).composition, adapter));
  });

  test.each<[string, NonNullable<Scene['components']>[string], string, Scene?]>([
    ['its base is not there', { base: 'base', artefact: 's3://l' }, 'LINEAGE_LOST', { stored: { 'inference-component/base': null } }],
    ['it is its own base', { base: 'x', artefact: 's3://l' }, 'FAILED'],
    ['it names no adapter artefact', { base: 'base' }, 'FAILED'],
    ['it names nothing', {}, 'FAILED'],
    ['it has no specification', { perInstanceType: {} }, 'FAILED'],
    ['its model is gone', { model: 'm' }, 'LINEAGE_LOST', { stored: { 'model/m': null } }],
    ['its model was made anew', { model: 'm' }, 'LINEAGE_REPLACED', { models: { m: { ...CONTAINER, createdAt: LATER } } }],
    ['it vanished before it was described', { model: 'm' }, 'VANISHED', vanishing('ListInferenceComponents', 'x')],
  ])('cannot be told, but is listed, where %s', async (_name, x, cause, scene) => {
    expect((await seen({ ...scene, components: { x, base } }))['x']?.detail).toMatchObject({ state: 'UNKNOWN', cause });
  });
});

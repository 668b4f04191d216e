import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../lib/simcloud/faults.ts';
import { arn } from '../../simcloud/simulated.ts';
import { aSource, CONTAINER, DEADLINE, known, LATER, listing, many, NOW, type Scene, SCOPE, seen, sightings, vanishing } from './scene.ts';

describe('a listing', () => {
  const five = { endpoints: Object.fromEntries(['f', 'g', 'h', 'i'].map(name => [name, { config: 'c' }])), pageSize: 1 };
  const codes = {
    AccessDeniedException: 'DENIED',
    ThrottlingException: 'TRANSIENT',
    OptInRequired: 'IDENTITY',
    ValidationException: 'BAD_REQUEST',
    ResourceNotFound: 'UNKNOWN',
    New: 'UNKNOWN',
  };
  test.each([1, 2, 3, 4, 5])('whose page %i fails is not checked, whatever was read before', async nth => {
    for (const [code, failure] of Object.entries(codes)) {
      const { endpoints, components } = await listing({ ...five, faults: [{ kind: 'error', operation: 'ListEndpoints', code, nth }] });
      expect(endpoints).toMatchObject({ status: 'NOT_CHECKED', failure, reason: expect.stringContaining('sagemaker:ListEndpoints') });
      expect(components.status).toBe('COMPLETE');
    }
  });

  const unreadable = (why: string) => `unreadable answer: sagemaker:ListEndpoints (${why})`;
  const altered = (fields: Fault['fields']) => ({ kind: 'altered' as const, fields });
  const failed = (why: string) => `failed after retries: sagemaker:ListEndpoints (${why})`;
  test.each<[string, Partial<Fault> & Pick<Fault, 'kind'>, string, number]>([
    ['repeats a token', { kind: 'repeated-token' }, unreadable('the same page token twice'), 2],
    ['never ends', { kind: 'endless-pages' }, unreadable('more than 1000 pages'), 1000],
    ['has no list', altered({ Endpoints: null }), unreadable('Endpoints: Invalid input: expected array, received undefined'), 1],
    ['has a token of a megabyte', altered({ NextToken: 'x'.repeat(2 ** 20) }), expect.stringContaining('NextToken: Too big'), 1],
    ['is HTML', { kind: 'html' }, failed('SyntaxError'), 1],
    ['is cut off', { kind: 'truncated' }, failed('SyntaxError'), 1],
    ['is HTML with status 500', { kind: 'html', status: 500 }, expect.stringContaining(failed('').slice(0, -1)), 1],
    ['breaks off', { kind: 'reset' }, failed('TimeoutError'), 1],
  ])('that %s is not checked and says why', async (_name, fault, reason, calls) => {
    const { endpoints, count } = await listing({ faults: [{ ...fault, operation: 'ListEndpoints', times: 'all' }] });
    expect(endpoints).toMatchObject({ status: 'NOT_CHECKED', reason });
    expect(count('ListEndpoints')).toBe(calls);
  });

  test('goes on after an empty page, and takes an ARN listed three times once, as it was last', async () => {
    const asOf = (LastModifiedTime: number, EndpointStatus: string) => ({
      EndpointName: 'e',
      EndpointArn: arn('endpoint/e'),
      EndpointStatus,
      LastModifiedTime,
    });
    const page = (nth: number, ...Endpoints: object[]) => ({ ...altered({ Endpoints }), operation: 'ListEndpoints', nth });
    const pages = [page(2, asOf(1, 'Creating')), page(3, asOf(2, 'Deleting'), asOf(1, 'Creating'))];
    const faults = [{ kind: 'empty-page' as const, operation: 'ListEndpoints' }, ...pages];
    const all = await seen({ endpoints: { f: { config: 'c' } }, pageSize: 1, faults });
    expect(Object.values(all).map(({ name, status }) => [name, status])).toEqual([['e', 'Deleting']]);
  });

  test.each([
    ['another account', { EndpointArn: arn('endpoint/e').replace('111122223333', '999999999999') }],
    ['another region', { EndpointArn: arn('endpoint/e').replace('eu-west-1', 'us-east-1') }],
    ['another partition', { EndpointArn: arn('endpoint/e').replace('arn:aws:', 'arn:aws-cn:') }],
    ['another kind', { EndpointArn: arn('model/e') }],
    ['no ARN', { EndpointArn: undefined }],
    ['no name', { EndpointName: undefined }],
    ['a name that SageMaker never gives', { EndpointName: 'a_b' }],
    ['a time that is none', { CreationTime: 1e300 }],
  ])('sets an item of %s aside with its reason and reads the others', async (_name, over) => {
    const { result, endpoints } = await listing({ stored: { 'endpoint/e': over }, endpoints: { f: { config: 'c' } } });
    expect(Object.keys(sightings(result))).toEqual(['f']);
    expect(endpoints).toMatchObject({ quarantined: [{ text: expect.any(String), reason: expect.stringMatching(/^malformed item: /) }] });
  });

  test('counts every attempt of the SDK', async () => {
    const { result, count } = await listing({ faults: [{ kind: 'internal', operation: 'ListEndpoints', times: 2 }], maxAttempts: 3 });
    expect([Object.keys(sightings(result)), count('ListEndpoints')]).toEqual([['e'], 3]);
    expect(result.callsByAction?.['sagemaker:ListEndpoints']).toEqual({ requests: 1, retries: 2, spared: {} });
  });

  test('that runs out of time is not checked, even where the list itself was read', async () => {
    let reads = 0;
    const { result } = await listing({ clock: () => ((reads += 1) > 4 ? DEADLINE : NOW) });
    const late = { status: 'NOT_CHECKED', failure: 'DEADLINE' };
    expect(result.kinds).toMatchObject([late, late]);
  });

  test('carries no environment value, whatever was read and whatever failed', async () => {
    const components = { x: CONTAINER };
    const stored = { 'model/m': { PrimaryContainer: { Image: 7, Environment: CONTAINER.env } } };
    for (const scene of [{ components }, { components, denied: ['Search'] }, { stored }]) {
      expect(JSON.stringify((await listing(scene)).result)).not.toContain('canary');
    }
  });

  test('of another scope never waits for the limiter of this one', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const wait = async (milliseconds: number) => (milliseconds > 0 ? released : undefined);
    const { source } = await aSource({ wait, faults: [{ kind: 'slow', region: SCOPE.region, times: 'all' }] });
    const ask = { packageGroups: [], deadline: DEADLINE };
    const held = Array.from({ length: 9 }, () => source.list(SCOPE, ask));
    expect((await source.list({ ...SCOPE, region: 'us-east-1' }, ask)).scope).toBe('sagemaker/111122223333/us-east-1');
    release();
    expect(new Set((await Promise.all(held)).map(({ scope }) => scope))).toEqual(new Set(['sagemaker/111122223333/eu-west-1']));
  });
});

describe('Search', () => {
  test('reads 1,000 endpoints that share 20 models in 41 calls', async () => {
    const { result } = await listing(many(999, 19));
    expect(Object.values(sightings(result)).filter(({ detail }) => detail.state === 'KNOWN')).toHaveLength(1000);
    expect(result.calls).toBe(41);
  });

  test.each(['AccessDeniedException', 'ValidationException', 'UnknownOperationException'])(
    'refused with %s, it costs calls and nothing else',
    async code => {
      const { endpoints, count } = await listing({ ...many(2, 1), faults: [{ kind: 'error', code, operation: 'Search', times: 'all' }] });
      expect([count('DescribeEndpoint'), count('ListTags')]).toEqual([3, 3]);
      expect(endpoints).toEqual((await listing(many(2, 1))).endpoints);
    },
  );

  const WHOLE_PAST = 1e9;
  test.each([
    ['lacks it', WHOLE_PAST, {}, 1, 1],
    ['is older', 300, { LastModifiedTime: Date.parse(NOW) / 1000 }, 1, 1],
    ['shows another status', 300, { EndpointStatus: 'Failed' }, 1, 1],
    ['leaves out the tags', 0, { Tags: undefined }, 0, 1],
    ['has it all', 0, {}, 0, 0],
  ])('where it %s, the endpoint is described as far as needed', async (_name, searchLagSeconds, over, describes, tags) => {
    const { result, count } = await listing({ searchLagSeconds, stored: { 'endpoint/e': over } });
    known(sightings(result)['e']);
    expect([count('DescribeEndpoint'), count('ListTags')]).toEqual([describes, tags]);
  });

  const recently = '2026-11-23T09:00:00Z';
  test.each([
    ['an endpoint changed just now', recently, undefined, 2],
    ['one changed long ago', LATER, undefined, 0],
    ['an index that keeps up', recently, recently, 0],
  ])('its models are trusted by what they could have missed: %s', async (_name, lastModified, createdAt, describes) => {
    const { result, count } = await listing({
      models: { m: { ...CONTAINER, createdAt }, n: { ...CONTAINER, createdAt } },
      endpointConfigs: { c: { variants: [{ model: 'm' }, { model: 'n' }] } },
      endpoints: { before: { config: 'c', lastModified: LATER }, e: { config: 'c', lastModified } },
    });
    known(sightings(result)['e']);
    expect(count('DescribeModel')).toBe(describes);
  });

  test.each([
    ['describing them is cheaper', LATER, 2],
    ['only the newest could be trusted', recently, 1],
  ])('stops looking for models where %s', async (_name, lastModified, pages) => {
    const wanted = ['m', 'n', 'o', 'p'];
    const unused = Array.from({ length: 300 }, (_, at) => [`unused${at}`, { ...CONTAINER, createdAt: LATER }] as const);
    const { count } = await listing({
      models: Object.fromEntries([...wanted.map(name => [name, CONTAINER] as const), ...unused]),
      endpointConfigs: { c: { variants: wanted.map(model => ({ model })) } },
      endpoints: { e: { config: 'c', lastModified } },
    });
    expect([count('Search'), count('DescribeModel')]).toEqual([1 + pages, 4]);
  });
});

describe('packages', () => {
  const group = arn('model-package-group/Fraud');
  const container = { ...CONTAINER, image: '1.dkr.ecr:443/xgboost:1', env: { SECRET: 'canary-7f3a' } };
  const packaged = {
    models: { m: { ...container, package: 'Fraud/3' } },
    modelPackages: { 'Fraud/1': { approval: 'Rejected' }, 'Fraud/2': {}, 'Fraud/3': { ...container, approval: 'Approved' } },
  } satisfies Scene;
  const bare = { ModelApprovalStatus: undefined, InferenceSpecification: undefined };

  test('of the groups asked for come with approval, and the one in use has the composition that serves', async () => {
    const packageGroups = [group, group.replace('eu-west-1', 'us-east-1')];
    const { result, count } = await listing({ ...packaged, stored: { 'model-package/fraud/2': bare } }, packageGroups);
    expect(result.packages).toMatchObject([
      { version: 3, approval: 'APPROVED', composition: { digest: known(sightings(result)['e']).composition.digest } },
      { version: 1, approval: 'REJECTED', group },
      { version: 2, approval: 'PENDING', composition: null },
    ]);
    expect([count('ListModelPackages'), count('BatchDescribeModelPackage')]).toEqual([1, 1]);
  });

  test.each([
    ['ListModelPackages', [3]],
    ['BatchDescribeModelPackage', []],
  ])('that fail at %s are left out, and fail no kind', async (operation, versions) => {
    const { result } = await listing({ ...packaged, denied: [operation] }, [group]);
    expect(result.kinds.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE']);
    expect(result.packages.map(({ version }) => version)).toEqual(versions);
    expect(result.packagesUnread).toEqual([{ group, failure: 'DENIED', reason: `access denied: sagemaker:${operation}` }]);
  });

  const nobody = { ModelPackageSummaries: { x: { ModelPackageArn: 3 } } };
  test.each<[string, Scene, string[], string[]]>([
    ['all that were listed', {}, [group], []],
    ['all but one', vanishing('ListModelPackages', 'Fraud/2'), [group], [group]],
    ['one in a form we cannot read', { stored: { 'model-package/fraud/3': { ModelPackageVersion: 'x' } } }, [group], [group]],
    ['one that is nobody', { faults: [{ kind: 'altered', operation: 'BatchDescribeModelPackage', fields: nobody }] }, [group], [group]],
    ['one listed without a name', { stored: { 'model-package/fraud/1': { ModelPackageArn: undefined } } }, [group], [group]],
    ['none, of a group that nobody asked for', { stored: { 'model-package/fraud/3': null } }, [], [group.toLowerCase()]],
  ])('%s decide whether their group was read', async (_name, scene, packageGroups, unread) => {
    const { packagesUnread = [], groupsAsked } = (await listing({ ...packaged, ...scene }, packageGroups)).result;
    expect(groupsAsked).toEqual(packageGroups);
    expect(packagesUnread.map(each => each.group)).toEqual(unread);
    expect(packagesUnread.every(({ failure }) => failure === 'MALFORMED')).toBe(true);
  });
});

describe('gone', () => {
  const gone = arn('endpoint/gone');
  const misleading = { kind: 'error', code: 'ValidationException', message: 'Could not find credentials' } as const;
  const because = (reason: string) => ({ answer: 'UNKNOWN', reason: expect.stringContaining(reason) });
  test.each<[string, Scene, object]>([
    [arn('endpoint/e'), {}, { answer: 'PRESENT' }],
    [gone, {}, { answer: 'GONE' }],
    [arn('inference-component/gone'), {}, { answer: 'GONE' }],
    [gone, { denied: ['DescribeEndpoint'] }, { answer: 'UNKNOWN', reason: 'access denied: sagemaker:DescribeEndpoint' }],
    [gone, { faults: [misleading] }, because('request refused as invalid')],
    [gone.replace('eu-west-1', 'us-east-1'), {}, because('no endpoint or inference component of')],
    [arn('model/m'), {}, because('no endpoint or inference component of')],
  ])('%s is told by one description: %j', async (target, scene, expected) => {
    const { source } = await aSource(scene);
    expect((await source.confirmGone(SCOPE, [target], DEADLINE)).get(target)).toMatchObject(expected);
  });

  test('is nothing once the time of the reading is over: what is kept back after it is for writing', async () => {
    const { source } = await aSource({});
    expect((await source.confirmGone(SCOPE, [gone], NOW)).get(gone)).toEqual(because('out of time'));
  });
});

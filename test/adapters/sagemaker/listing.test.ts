import { describe, expect, test } from 'vitest';
import {
  aComponent,
  aConfig,
  all,
  aModel,
  anEndpoint,
  answering,
  arn,
  aSource,
  aWorld,
  complete,
  deniedSearch,
  type Doc,
  epoch,
  failing,
  kindOf,
  known,
  LATER,
  listing,
  NOW,
  OLD,
  one,
  refuse,
  SCOPE,
} from './fake-sagemaker.ts';

const many = (count: number, shared: number) =>
  aWorld({
    endpoints: Array.from({ length: count }, (_, at) => anEndpoint(`e${at}`, { EndpointConfigName: `c${at % shared}` })),
    configs: Object.fromEntries(Array.from({ length: shared }, (_, at) => [`c${at}`, aConfig(`m${at}`)])),
    models: Object.fromEntries(Array.from({ length: shared }, (_, at) => [`m${at}`, aModel()])),
  });

const aPackage = (version: number, over: Doc = {}): Doc => ({
  ModelPackageArn: arn(`model-package/fraud/${version}`),
  ModelPackageVersion: version,
  ModelApprovalStatus: 'Approved',
  InferenceSpecification: {
    Containers: [
      {
        Image: '1.dkr.ecr:443/xgboost:1',
        ImageDigest: `sha256:${'a'.repeat(64)}`,
        ModelDataUrl: 's3://models/v3.tar.gz',
        Environment: { SECRET: 'canary-7f3a' },
      },
    ],
  },
  ...over,
});

describe('a listing', () => {
  const faults = {
    AccessDeniedException: 'DENIED',
    ThrottlingException: 'TRANSIENT',
    OptInRequired: 'IDENTITY',
    ValidationException: 'BAD_REQUEST',
    ResourceNotFound: 'UNKNOWN',
    New: 'UNKNOWN',
  };
  test.each([1, 2, 3, 4, 5])('whose page %i fails is not checked, whatever was read before', async failingPage => {
    for (const [code, failure] of Object.entries(faults)) {
      const instead = (operation: string, nth: number) => {
        if (operation !== 'ListEndpoints') return undefined;
        return nth === failingPage ? failing(code) : { Endpoints: [anEndpoint(`e${nth}`)], NextToken: nth < 5 ? `t${nth}` : undefined };
      };
      const { result } = await listing(aWorld({ instead }));
      expect(kindOf(result)).toMatchObject({ status: 'NOT_CHECKED', failure, reason: expect.stringContaining('sagemaker:ListEndpoints') });
      expect(kindOf(result, 'INFERENCE_COMPONENT').status).toBe('COMPLETE');
    }
  });

  test.each<[string, (nth: number) => Doc, string]>([
    [
      'repeats a token',
      () => ({ Endpoints: [], NextToken: 'again' }),
      'unreadable answer: sagemaker:ListEndpoints (the same page token twice)',
    ],
    ['never ends', nth => ({ Endpoints: [], NextToken: `t${nth}` }), 'unreadable answer: sagemaker:ListEndpoints (more than 1000 pages)'],
    [
      'has no list in its page',
      () => ({}),
      'unreadable answer: sagemaker:ListEndpoints (Endpoints: Invalid input: expected array, received undefined)',
    ],
    ['has a token of a megabyte', () => ({ Endpoints: [], NextToken: 'x'.repeat(2 ** 20) }), expect.stringContaining('NextToken: Too big')],
    ['is HTML', () => answering('<html>', 200), 'failed after retries: sagemaker:ListEndpoints (SyntaxError)'],
    ['is cut off', () => answering('{"Endpoints": [{', 200), 'failed after retries: sagemaker:ListEndpoints (SyntaxError)'],
    ['is HTML with status 500', () => answering('<html>', 500), expect.stringContaining('failed after retries: sagemaker:ListEndpoints')],
  ])('that %s is not checked and says why', async (_name, answer, reason) => {
    const instead = (operation: string, nth: number) => (operation === 'ListEndpoints' ? answer(nth) : undefined);
    const { result, count } = await listing(aWorld({ instead }));
    expect(kindOf(result)).toMatchObject({ status: 'NOT_CHECKED', reason });
    expect(count('ListEndpoints')).toBeLessThanOrEqual(1000);
  });

  test('goes on after an empty page, and takes an ARN listed twice once, as it was last', async () => {
    const pages = [
      [],
      [anEndpoint('e', { EndpointStatus: 'Deleting' })],
      [anEndpoint('e', { EndpointStatus: 'Creating', LastModifiedTime: OLD - 1 })],
    ];
    const instead = (operation: string, nth: number) =>
      operation === 'ListEndpoints' ? { Endpoints: pages[nth - 1], NextToken: nth < 3 ? `t${nth}` : undefined } : undefined;
    expect((await one({ instead })).status).toBe('Deleting');
    expect(await all(aWorld({ instead }))).toHaveLength(1);
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
    const { result } = await listing(aWorld({ endpoints: [anEndpoint('e', over), anEndpoint('f')] }));
    expect(complete(result).sightings.map(({ name }) => name)).toEqual(['f']);
    expect(complete(result).quarantined).toEqual([{ text: expect.any(String), reason: expect.stringMatching(/^malformed item: /) }]);
  });

  test('counts every attempt of the SDK', async () => {
    const attempts = 3;
    const instead = (operation: string, nth: number) =>
      operation === 'ListEndpoints' && nth < attempts ? failing('InternalFailure', '', 500) : undefined;
    const { result, count } = await listing(aWorld({ instead }), { maxAttempts: attempts });
    expect([complete(result).sightings.length, count('ListEndpoints')]).toEqual([1, 3]);
  });

  test('that runs out of time is not checked, even where the list itself was read', async () => {
    let reads = 0;
    const clock = () => ((reads += 1) > 4 ? '2026-11-23T09:25:00.000Z' : NOW);
    const { result } = await listing(aWorld(), { clock });
    expect(result.kinds).toMatchObject([
      { status: 'NOT_CHECKED', failure: 'DEADLINE' },
      { status: 'NOT_CHECKED', failure: 'DEADLINE' },
    ]);
  });

  test('carries no environment value, whatever was read and whatever failed', async () => {
    const components = [aComponent('x', { Container: { ArtifactUrl: 's3://a', Environment: { SECRET: 'canary-7f3a' } } })];
    const broken = { m: aModel({ PrimaryContainer: { Image: 7, Environment: { SECRET: 'canary-7f3a' } } }) };
    for (const over of [{ components }, { components, ...deniedSearch }, { models: broken }]) {
      expect(JSON.stringify((await listing(aWorld(over))).result)).not.toContain('canary');
    }
  });

  test('of another scope never waits for the limiter of this one', async () => {
    const { source } = aSource(aWorld());
    const scopes = [SCOPE, { ...SCOPE, region: 'us-east-1' }].map(scope => source.list(scope, { packageGroups: [], deadline: NOW }));
    expect((await Promise.all(scopes)).map(({ scope }) => scope)).toEqual([
      'sagemaker/111122223333/eu-west-1',
      'sagemaker/111122223333/us-east-1',
    ]);
  });
});

describe('Search', () => {
  test('reads 1,000 endpoints that share 20 models in at most 60 calls', async () => {
    const { result, calls } = await listing(many(1000, 20));
    expect(complete(result).sightings.filter(({ detail }) => detail.state === 'KNOWN')).toHaveLength(1000);
    expect(calls.length).toBeLessThanOrEqual(42);
  });

  test.each(['AccessDeniedException', 'ValidationException', 'UnknownOperationException'])(
    'refused with %s, it costs calls and nothing else',
    async code => {
      const world = many(3, 2);
      const { result, count } = await listing({ ...world, ...refuse('Search', code) });
      expect(count('DescribeEndpoint')).toBe(3);
      expect(count('ListTags')).toBe(3);
      expect(complete(result)).toEqual(complete((await listing(world)).result));
    },
  );

  test.each([
    ['lacks it', [], 1, 1],
    ['is older', [{ ...anEndpoint('e', { LastModifiedTime: OLD - 1, EndpointConfigName: 'before' }), Tags: [] }], 1, 1],
    ['shows another status', [{ ...anEndpoint('e', { EndpointStatus: 'Creating' }), Tags: [] }], 1, 1],
    ['leaves out the tags', [anEndpoint('e')], 0, 1],
    ['has it all', [{ ...anEndpoint('e'), Tags: [] }], 0, 0],
  ])('where it %s, the endpoint is described as far as needed', async (_name, searched, describes, tags) => {
    const { result, count } = await listing(aWorld({ searched }));
    expect(complete(result).sightings[0]?.detail.state).toBe('KNOWN');
    expect([count('DescribeEndpoint'), count('ListTags')]).toEqual([describes, tags]);
  });

  const recently = epoch('2026-11-23T09:00:00Z');
  test.each([
    ['an endpoint changed just now', recently, OLD, 2],
    ['one changed long ago', LATER, OLD, 0],
    ['an index that keeps up', recently, recently, 0],
  ])('its models are trusted by what they could have missed: %s', async (_name, changed, created, describes) => {
    const model = aModel({ CreationTime: created });
    const endpoints = [anEndpoint('before', { LastModifiedTime: LATER }), anEndpoint('e', { LastModifiedTime: changed })];
    const { result, count } = await listing(aWorld({ endpoints, configs: { c: aConfig('m', 'n') }, models: { m: model, n: model } }));
    expect(complete(result).sightings.find(({ name }) => name === 'e')?.detail.state).toBe('KNOWN');
    expect(count('DescribeModel')).toBe(describes);
  });

  test('stops looking for models where describing them is cheaper', async () => {
    const unused = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`unused${at}`, aModel()]));
    const { count } = await listing(
      aWorld({
        configs: { c: aConfig('m', 'n', 'o', 'p') },
        models: { m: aModel(), n: aModel(), o: aModel(), p: aModel() },
        searchedModels: unused,
      }),
    );
    expect([count('Search'), count('DescribeModel')]).toEqual([1 + 2, 4]);
  });
});

describe('packages', () => {
  const group = arn('model-package-group/Fraud');
  const packages = [
    aPackage(1, { ModelApprovalStatus: 'Rejected' }),
    aPackage(2, { ModelApprovalStatus: undefined, InferenceSpecification: undefined }),
    aPackage(3),
  ];
  const models = {
    m: aModel({
      PrimaryContainer: {
        Image: '1.dkr.ecr:443/xgboost:1',
        ModelPackageName: arn('model-package/fraud/3'),
        ModelDataUrl: 's3://models/v3.tar.gz',
        Environment: { SECRET: 'canary-7f3a' },
      },
    }),
  };
  const resolved = {
    VariantName: 'v1',
    DeployedImages: [{ SpecifiedImage: '1.dkr.ecr:443/xgboost:1', ResolvedImage: `1.dkr.ecr:443/xgboost@sha256:${'a'.repeat(64)}` }],
  };
  const world = aWorld({ packages, models, endpoints: [anEndpoint('e', { ProductionVariants: [resolved] })] });

  test('of the groups asked for come with approval, and the one in use has the composition that serves', async () => {
    const { result, count } = await listing(world, { packageGroups: [group, arn('x').replace('eu-west-1', 'us-east-1')] });
    const [first, second, inUse] = result.packages;
    expect(first).toMatchObject({ version: 1, approval: 'REJECTED', group });
    expect(second).toMatchObject({ version: 2, approval: 'PENDING', composition: null });
    expect(inUse?.composition?.digest).toBe(known(complete(result).sightings[0]!.detail).composition.digest);
    expect([count('ListModelPackages'), count('BatchDescribeModelPackage')]).toEqual([1, 1]);
  });

  test.each(['ListModelPackages', 'BatchDescribeModelPackage'])('that fail at %s are left out, and fail no kind', async operation => {
    const { result } = await listing({ ...world, ...refuse(operation, 'AccessDeniedException') }, { packageGroups: [group] });
    expect(result.kinds.map(({ status }) => status)).toEqual(['COMPLETE', 'COMPLETE']);
    expect(result.packages.length).toBe(operation === 'ListModelPackages' ? 3 : 0);
    expect(result.packagesUnread).toEqual([group]);
  });

  const described = (...docs: Doc[]) => ({ ModelPackageSummaries: Object.fromEntries(docs.map((doc, at) => [String(at), doc])) });
  const told = (operation: string, answer: Doc) => ({ ...world, instead: (called: string) => (called === operation ? answer : undefined) });
  const derived = arn('model-package-group/fraud');
  test.each<[string, Parameters<typeof listing>[0], string[], string[]]>([
    ['all that were listed', world, [group], []],
    ['all but one', told('BatchDescribeModelPackage', described(aPackage(1), aPackage(3))), [group], [group]],
    [
      'one in a form we cannot read',
      told(
        'BatchDescribeModelPackage',
        described(aPackage(1), aPackage(2), { ModelPackageArn: 3 }, aPackage(3, { ModelPackageVersion: 'x' })),
      ),
      [group],
      [group],
    ],
    [
      'one listed without a name',
      told('ListModelPackages', { ModelPackageSummaryList: [{}, { ModelPackageArn: arn('model-package/fraud/3') }] }),
      [group],
      [group],
    ],
    ['none, of a group that nobody asked for', told('BatchDescribeModelPackage', described()), [], [derived]],
  ])('%s decide whether their group was read', async (_name, seen, packageGroups, unread) => {
    expect((await listing(seen, { packageGroups })).result.packagesUnread).toEqual(unread);
  });
});

describe('gone', () => {
  test.each([
    [arn('endpoint/e'), {}, { answer: 'PRESENT' }],
    [arn('endpoint/gone'), {}, { answer: 'GONE' }],
    [arn('inference-component/gone'), {}, { answer: 'GONE' }],
    [
      arn('endpoint/gone'),
      refuse('DescribeEndpoint', 'AccessDeniedException'),
      { answer: 'UNKNOWN', reason: 'access denied: sagemaker:DescribeEndpoint' },
    ],
    [arn('endpoint/gone'), refuse('DescribeEndpoint', 'ValidationException', 'Could not find credentials'), { answer: 'UNKNOWN' }],
    [arn('endpoint/gone').replace('eu-west-1', 'us-east-1'), {}, { answer: 'UNKNOWN' }],
    [arn('model/m'), {}, { answer: 'UNKNOWN' }],
  ])('%s is told by one description: %j', async (target, over, expected) => {
    const { source } = aSource(aWorld(over));
    expect((await source.confirmGone(SCOPE, [target])).get(target)).toMatchObject(expected);
  });
});

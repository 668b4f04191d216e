import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { createSagemakerSource, type SagemakerSourceDeps } from '../../../lib/adapters/sagemaker/source.ts';
import type { Registration, VersionIdentity } from '../../../lib/core/registration.ts';
import { planReconcile } from '../../../lib/core/plan-scope.ts';
import type { Listing } from '../../../lib/core/sighting.ts';
import type { EstateInput } from '../../../lib/simcloud/estate.ts';
import { scan } from '../../../lib/usecases/scan.ts';
import { aRegistration, aScopeWorld, anApproval, anAttestation, aVersion, groupArn, someSettings } from '../../support/builders.ts';
import { everyVerdict } from '../../support/deployment-vocabulary.ts';
import { ACCOUNT, IMAGE, inRegion, REGION, type RegionInput, simulate } from '../../simcloud/simulated.ts';

const CLOUD = { provider: 'sagemaker', account: ACCOUNT, region: REGION } as const;
const [NOW, DEADLINE] = ['2026-11-23T09:15:00.000Z', '2026-11-23T09:25:00.000Z'];
type Objects = NonNullable<EstateInput['objects']>;
type Model = NonNullable<RegionInput['models']>[string];

const FRAUD = 's3://models/fraud/v3.tar.gz';
const serving = (model: Partial<Model>, names: readonly string[] = ['fraud-scorer']): RegionInput => ({
  models: { fraud: { image: IMAGE, ...model } },
  endpoints: Object.fromEntries(names.map(name => [name, { tags: { 'rollcall:model': 'fraud-scorer' }, variants: [{ model: 'fraud' }] }])),
});

interface World {
  readonly region: RegionInput;
  readonly objects?: Objects;
  readonly on?: boolean;
  readonly clock?: () => string;
  readonly pageSize?: number;
  readonly s3For?: ReturnType<SagemakerSourceDeps['clientsFor']>['s3For'];
}

/** The source under test over a simulated cloud, and what it asked of S3. */
const reader = async ({ region, objects = {}, on = true, clock = () => NOW, pageSize, s3For }: World) => {
  const estate = { ...inRegion(region), objects };
  const { simcloud, client, cloudwatch } = await simulate(region, pageSize === undefined ? { estate } : { estate, pageSize });
  const config = { endpoint: simcloud.endpoint, maxAttempts: 1, credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' } };
  const source = createSagemakerSource({
    clientsFor: () => ({
      client: client(),
      cloudwatch,
      s3For: on ? (s3For ?? (scope => new S3Client({ ...config, region: scope.region }))) : undefined,
    }),
    settings: { harmlessEnvironmentKeys: [] },
    clock: { now: clock },
  });
  const listing = () => source.list(CLOUD, { packageGroups: [], deadline: DEADLINE });
  const lists = () => simcloud.calls().reduce((sum, { operation, count }) => sum + (operation === 'ListObjectsV2' ? count : 0), 0);
  const all = () => simcloud.calls().reduce((sum, { count }) => sum + count, 0);
  return { simcloud, source, listing, lists, all };
};

const sightings = ({ kinds }: Listing) => kinds.flatMap(kind => (kind.status === 'COMPLETE' ? kind.sightings : []));
/** The artefacts of the first deployment of a kind, or why they are not known. */
const artefacts = (listing: Listing, kind = 'ENDPOINT'): readonly string[] => {
  const detail = sightings(listing).find(each => each.kind === kind)?.detail;
  if (detail?.state !== 'KNOWN') return [`${detail?.cause}: ${detail?.reason}`];
  return detail.composition.parts.flatMap(part =>
    part.kind === 'ARTEFACT' || part.kind === 'ADAPTER' ? [`${part.slot} ${part.identity}${part.pinned ? '' : ' (unpinned)'}`] : [],
  );
};

describe('an artefact whose ETag SageMaker does not show', () => {
  test.each<[string, Partial<Model>, Objects, string, number]>([
    ['is pinned by its own object', { artefact: FRAUD }, { [FRAUD]: 'e1', [`${FRAUD}.sig`]: 'no' }, `${FRAUD} etag:e1`, 1],
    ['that is not there is unpinned, whatever begins like it', { artefact: FRAUD }, { [`${FRAUD}.sig`]: 'no' }, `${FRAUD} (unpinned)`, 1],
    ['in a bucket that is none is unpinned', { artefact: FRAUD }, {}, `${FRAUD} (unpinned)`, 1],
    ['that no S3 URI names is not looked up', { artefact: 'https://models/v3' }, {}, 'https://models/v3 (unpinned)', 0],
    ['is not looked up where SageMaker shows its ETag', { artefact: FRAUD, etag: 'own' }, { [FRAUD]: 'e1' }, `${FRAUD} etag:own`, 0],
    ['of an open set is not looked up', { artefact: 's3://models/', mode: 'MultiModel' }, { [FRAUD]: 'e1' }, 's3://models/ (unpinned)', 0],
    ['under a prefix without objects is unpinned', { artefact: 's3://models/x/' }, { [FRAUD]: 'e1' }, 's3://models/x/ (unpinned)', 1],
  ])('%s', async (_name, model, objects, expected, asked) => {
    const { listing, lists } = await reader({ region: serving(model), objects });
    expect(artefacts(await listing())).toEqual([`container.1/model ${expected}`]);
    expect(lists()).toBe(asked);
  });

  test('costs nothing while the setting is off', async () => {
    const { listing, lists } = await reader({ region: serving({ artefact: FRAUD }), objects: { [FRAUD]: 'e1' }, on: false });
    expect(artefacts(await listing())).toEqual([`container.1/model ${FRAUD} (unpinned)`]);
    expect(lists()).toBe(0);
  });

  test('costs one call a listing, however many models and deployments name it, and every call is counted', async () => {
    const region = serving({ containers: [{ artefact: FRAUD }, { artefact: FRAUD }] }, ['a', 'b', 'c']);
    const { listing, lists, all } = await reader({ region, objects: { [FRAUD]: 'e1' } });
    const { calls, kinds } = await listing();
    expect([lists(), calls, kinds[0]]).toEqual([1, all(), expect.objectContaining({ status: 'COMPLETE' })]);
    await listing();
    expect(lists()).toBe(2);
  });

  test('is pinned in every place: additional data, the container of a component, and an adapter', async () => {
    const [additional, base, adapter] = ['s3://models/extra.bin', 's3://models/base.tar.gz', 's3://models/lora.tar.gz'];
    const region: RegionInput = {
      ...serving({ artefact: FRAUD, additional: [{ artefact: additional }] }),
      inferenceComponents: {
        adapter: { endpoint: 'host', base: 'base', artefact: adapter },
        base: { endpoint: 'host', image: IMAGE, artefact: base },
      },
    };
    const endpoints = { ...region.endpoints, host: { variants: [{}] } };
    const objects = { [FRAUD]: 'e1', [additional]: 'e2', [base]: 'e3', [adapter]: 'e4' };
    const found = await (await reader({ region: { ...region, endpoints }, objects })).listing();
    expect([artefacts(found), artefacts(found, 'INFERENCE_COMPONENT')].flat()).toEqual([
      `container.1/additional ${additional} etag:e2`,
      `container.1/model ${FRAUD} etag:e1`,
      `adapter ${adapter} etag:e4`,
      `container.1/model ${base} etag:e3`,
    ]);
  });
});

describe('an uncompressed model', () => {
  const PREFIX = 's3://models/llm/';
  const files = { [`${PREFIX}a.safetensors`]: 'a1', [`${PREFIX}b.safetensors`]: 'b1' };
  const identity = async (objects: Objects, pageSize?: number) => {
    const read = await reader({ region: serving({ artefact: PREFIX }), objects, ...(pageSize === undefined ? {} : { pageSize }) });
    return artefacts(await read.listing())[0];
  };

  test('is pinned by one digest of every key and ETag under its prefix', async () => {
    const first = await identity(files);
    expect(first).toMatch(/^container\.1\/model s3:\/\/models\/llm\/ etag:sha256:[0-9a-f]{64}$/);
    expect(await identity({ ...files, 's3://models/other/c': 'c1' })).toBe(first);
    const [a] = Object.keys(files);
    for (const other of [{ ...files, [a!]: 'a2' }, { ...files, [`${PREFIX}c`]: 'c1' }, { [a!]: 'a1' }])
      expect(await identity(other)).not.toBe(first);
  });

  test('of more files than one page holds stays unpinned', async () => {
    expect(await identity(files, 1)).toBe(`container.1/model ${PREFIX} (unpinned)`);
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`${PREFIX}${at}`, 'e']));
    expect(await identity(many)).toBe(`container.1/model ${PREFIX} (unpinned)`);
  });
});

describe('a refusal of S3', () => {
  const two = serving({ artefact: FRAUD, additional: [{ artefact: 's3://models/open.bin' }] });
  const objects = { [FRAUD]: 'e1', 's3://models/open.bin': 'e2' };

  test.each(['AccessDenied', 'AllAccessDisabled', 'NoSuchBucket'])(
    'that says %s leaves that artefact unpinned, and no other',
    async code => {
      const { listing, simcloud } = await reader({ region: two, objects });
      simcloud.faults.add({ kind: 'error', operation: 'ListObjectsV2', code, status: 403, nth: 1 });
      expect(artefacts(await listing())).toEqual([
        'container.1/additional s3://models/open.bin etag:e2',
        `container.1/model ${FRAUD} (unpinned)`,
      ]);
    },
  );

  test.each([
    [{ kind: 'throttle' }, 'FAILED: failed after retries: s3:ListObjectsV2 (SlowDown)'],
    [{ kind: 'internal' }, 'FAILED: failed after retries: s3:ListObjectsV2 (InternalError)'],
    [{ kind: 'reset' }, 'FAILED: failed after retries: s3:ListObjectsV2 ('],
    [{ kind: 'html' }, 'FAILED: unreadable answer: s3:ListObjectsV2 (KeyCount: '],
    [{ kind: 'truncated' }, 'FAILED: failed: s3:ListObjectsV2 (HTTP 200)'],
    [{ kind: 'error', code: 'InvalidAccessKeyId', status: 403 }, 'FAILED: request refused as invalid: s3:ListObjectsV2'],
    [{ kind: 'error', code: 'ExpiredToken', status: 400 }, 'DENIED: access denied: s3:ListObjectsV2'],
  ] as const)('like %j leaves unknown what runs, and says why', async (fault, reason) => {
    const { listing, simcloud } = await reader({ region: two, objects });
    simcloud.faults.add({ operation: 'ListObjectsV2', ...fault });
    const [said = ''] = artefacts(await listing());
    expect(said).toContain(reason);
    expect(said).not.toContain('open.bin');
    expect(said).not.toContain('v3.tar.gz');
  });

  test('that may pass is OPS-01, and no rule about approvals opens or clears', async () => {
    const { listing, simcloud } = await reader({ region: two, objects });
    simcloud.faults.add({ kind: 'internal', operation: 'ListObjectsV2' });
    const world = aScopeWorld({ listing: await listing() });
    const kind = planReconcile(world).status?.kinds.ENDPOINT;
    expect(kind?.failure).toMatchObject({ failure: 'TRANSIENT', reason: expect.stringContaining('s3:ListObjectsV2') });
    expect(everyVerdict(world).find(({ rule }) => rule === 'APR-02')).toMatchObject({ outcome: 'CANNOT_TELL', code: 'DETAIL_FAILED' });
  });

  test('to say in time is a listing that was not done', async () => {
    const clock = { reads: 0 };
    const calls = 4; // ListEndpoints, Search, DescribeEndpointConfig, DescribeModel
    const late = () => ((clock.reads += 1) > calls + 1 ? DEADLINE : NOW);
    const { listing, lists } = await reader({ region: two, objects, clock: late });
    expect((await listing()).kinds[0]).toMatchObject({ status: 'NOT_CHECKED', failure: 'DEADLINE' });
    expect(lists()).toBe(0);
  });

  test('for a component leaves unknown what it runs, and what lies over it', async () => {
    const region: RegionInput = {
      endpoints: { host: { variants: [{}] } },
      inferenceComponents: {
        base: { endpoint: 'host', image: IMAGE, artefact: FRAUD },
        lora: { endpoint: 'host', base: 'base', artefact: 's3://models/open.bin' },
      },
    };
    const { listing, simcloud } = await reader({ region, objects });
    simcloud.faults.add({ kind: 'internal', operation: 'ListObjectsV2', times: 'all' });
    const details = sightings(await listing()).filter(({ kind }) => kind === 'INFERENCE_COMPONENT');
    const reason = expect.stringContaining('s3:ListObjectsV2');
    expect(details.map(({ detail }) => detail)).toEqual([1, 2].map(() => ({ state: 'UNKNOWN', cause: 'FAILED', reason })));
  });
});

describe('a bucket of another region', () => {
  const list =
    '<ListBucketResult><KeyCount>1</KeyCount><IsTruncated>false</IsTruncated><Contents><Key>KEY</Key><ETag>"e1"</ETag></Contents></ListBucketResult>';
  /** S3 as the SDK sees it: a bucket answers in its own region alone. `homes`: where it says that it is, per region asked. */
  const s3 = (homes: Readonly<Record<string, string>>) => {
    const asked: string[] = [];
    const handle = async ({ hostname, query }: { hostname: string; query: Record<string, string> }) => {
      const region = /s3\.([^.]+)\.amazonaws/.exec(hostname)?.[1] ?? '';
      asked.push(region);
      const home = homes[region];
      const body = home
        ? '<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>'
        : list.replace('KEY', query['prefix'] ?? '');
      const headers = { 'content-type': 'application/xml', ...(home ? { 'x-amz-bucket-region': home } : {}) };
      return { response: { statusCode: home ? 301 : 200, headers, body: Readable.from([Buffer.from(body)]) } };
    };
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    return { asked, s3For: ({ region }: { region: string }) => new S3Client({ region, credentials, requestHandler: { handle } }) };
  };
  const region = serving({ artefact: FRAUD, additional: [{ artefact: 's3://models/open.bin' }] });

  test('is asked there, and from then on at once', async () => {
    const { asked, s3For } = s3({ [REGION]: 'us-east-1' });
    const { listing, all } = await reader({ region, s3For: s3For });
    const found = await listing();
    expect(artefacts(found)).toEqual(['container.1/additional s3://models/open.bin etag:e1', `container.1/model ${FRAUD} etag:e1`]);
    expect(asked).toEqual([REGION, 'us-east-1', 'us-east-1']);
    expect(found.calls).toBe(all() + 3);
  });

  test('that sends on from there too cannot be read', async () => {
    const { listing } = await reader({ region, s3For: s3({ [REGION]: 'us-east-1', 'us-east-1': REGION }).s3For });
    expect(artefacts(await listing())).toEqual(['FAILED: failed: s3:ListObjectsV2 (PermanentRedirect)']);
  });
});

describe('an object overwritten in place under a deployment that nobody touched', () => {
  const packages: RegionInput['modelPackages'] = { 'fraud/3': { image: IMAGE, artefact: FRAUD, etag: 'e1', approval: 'Approved' } };
  const packaged: RegionInput = { ...serving({ artefact: FRAUD, package: 'fraud/3' }), modelPackages: packages };
  const plain = serving({ artefact: FRAUD });
  type Reader = Awaited<ReturnType<typeof reader>>;

  const judged = async ({ source }: Reader, registration: Registration) => {
    const directory = { lookUp: async () => ({ status: 'ACTIVE' }) as const };
    const result = await scan(
      { source, directory, settings: someSettings(), registrations: [registration], scopes: [CLOUD], excluded: [], unlisted: [] },
      { now: NOW, deadline: DEADLINE, kinds: undefined, progress: () => {} },
    );
    return result.findings.map(({ violation: { rule, severity, evidence } }) =>
      [rule, severity, evidence['differs'], evidence['live']].join(' '),
    );
  };

  const approving = (identity: VersionIdentity) =>
    aRegistration({ versions: [aVersion('3', { identity })], decisions: [anApproval({ identity }), anAttestation()] });
  const byPackage = aRegistration({
    approvals: 'SAGEMAKER',
    match: { packageGroup: groupArn('fraud'), tags: {}, uses: [] },
    versions: [],
    decisions: [anAttestation()],
  });
  const byName = (artefact: string) => approving({ by: 'IMAGE_AND_ARTEFACT', image: IMAGE, artefact });
  const byDigest = async (read: Reader) => {
    const detail = sightings(await read.listing())[0]?.detail;
    return approving({ by: 'COMPOSITION', composition: detail?.state === 'KNOWN' ? detail.composition.digest : '' });
  };
  const theArtefact = [`APR-02 CRITICAL artefact container.1/model ${FRAUD} etag:e2`];

  test.each<[string, RegionInput, (read: Reader) => Promise<Registration> | Registration, unknown]>([
    ['its package', packaged, () => byPackage, theArtefact],
    ['its artefact with its ETag', plain, () => byName(`${FRAUD} etag:e1`), theArtefact],
    ['its digest, whose parts a package tells', packaged, byDigest, theArtefact],
    ['its digest', plain, byDigest, [expect.stringContaining('APR-02 CRITICAL composition c1:sha256:')]],
    ['its artefact by name alone, which says nothing of content', plain, () => byName(FRAUD), []],
  ])('is APR-02 in the next listing where what was approved is %s', async (_name, region, approved, after) => {
    const read = await reader({ region, objects: { [FRAUD]: 'e1' } });
    const registration = await approved(read);
    expect(await judged(read, registration)).toEqual([]);
    read.simcloud.load({ ...inRegion(region), objects: { [FRAUD]: 'e2' } });
    expect(await judged(read, registration)).toEqual(after);
  });

  test('is not seen while the setting is off', async () => {
    const read = await reader({ region: packaged, objects: { [FRAUD]: 'e1' }, on: false });
    expect(await judged(read, byPackage)).toEqual([]);
    read.simcloud.load({ ...inRegion(packaged), objects: { [FRAUD]: 'e2' } });
    expect(await judged(read, byPackage)).toEqual([]);
  });

  test('a digest that was approved before the setting was switched on still covers, and still says whose a deployment is', async () => {
    const registration = await byDigest(await reader({ region: plain, on: false }));
    const untagged = { ...plain, endpoints: { 'fraud-scorer': { variants: [{ model: 'fraud' }] } } };
    expect(await judged(await reader({ region: untagged, objects: { [FRAUD]: 'e1' } }), registration)).toEqual([]);
  });
});

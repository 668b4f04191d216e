import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeEndpointCommand, DescribeEndpointConfigCommand, DescribeModelCommand } from '@aws-sdk/client-sagemaker';
import { describe, expect, it, onTestFinished } from 'vitest';
import { estateSchema, loadEstate, parseEstate } from '../../lib/simcloud/estate.ts';
import { SECTIONS } from '../../lib/simcloud/records.ts';
import { generateOrganization } from '../../lib/simcloud/generate-organization.ts';
import { generate } from '../../lib/simcloud/generate.ts';
import { watchEstate } from '../../lib/simcloud/watch-estate.ts';
import { ACCOUNT, arn, endpoints, IMAGE, inRegion, NOW, REGION, simulate } from './simulated.ts';

const yaml = (endpoint: string) => `accounts:\n  "${ACCOUNT}":\n    ${REGION}:\n      endpoints:\n        a: ${endpoint}\n`;

describe('an estate file', () => {
  it.each([
    [
      'a misspelt key',
      yaml('{ variants: [{ model: { imge: x } }] }'),
      '5:34: accounts.111122223333.eu-west-1.endpoints.a.variants.0.model: Unrecognized key: "imge"',
    ],
    ['a model nobody states', yaml('{ variants: [{ model: nope }] }'), 'models has no "nope"'],
    [
      'a config nobody states',
      yaml('{ pending: { config: nope } }'),
      '5:33: accounts.111122223333.eu-west-1.endpoints.a.pending.config: endpointConfigs has no "nope"',
    ],
    ['a time that is none', yaml('{ createdAt: yesterday }'), 'expected a time such as'],
    ['an unquoted short account', 'accounts:\n  123: {}\n', 'expected a quoted account id of 12 digits'],
    ['no account', 'accounts: {}\n', 'e.yaml:1:11: accounts: expected at least one account'],
    ['broken YAML', 'accounts: [', 'e.yaml:1:12: '],
  ])('is refused for %s, with the place', (_, text, reason) => {
    expect(() => parseEstate(text, 'e.yaml')).toThrow(reason);
  });

  it('is unchanged by a second parse', () => {
    const estate = loadEstate('sample/estate.yaml');
    expect(estateSchema.parse(estate)).toEqual(estate);
  });

  it('of the sample holds 17 readable deployments and one account that cannot be read', () => {
    const sizes = Object.values(loadEstate('sample/estate.yaml').accounts).flatMap(regions =>
      Object.values(regions).map(region => [Object.keys({ ...region.endpoints, ...region.inferenceComponents }).length, region.denied]),
    );
    expect(sizes).toEqual([
      [15, []],
      [2, []],
      [1, ['ListEndpoints', 'ListInferenceComponents']],
    ]);
  });
});

describe('an edit while it runs', () => {
  it('moves the endpoint to a new config and model, and leaves the rest alone', async () => {
    const { sagemaker, simcloud, pass } = await simulate({ ...endpoints('a', 'b'), models: { named: { image: IMAGE } } });
    const described = (EndpointName: string) => sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
    const [a, b] = [await described('a'), await described('b')];
    pass(1000);
    const changed = {
      a: { variants: [{ model: { image: IMAGE, artefact: 's3://new/' } }] },
      b: { ...endpoints('b').endpoints?.b, tags: { owner: 'sam' } },
      c: {},
    };
    simcloud.load(inRegion({ endpoints: changed, models: { named: { image: 'other' } } }));
    const after = await described('a');
    expect(after.LastModifiedTime).toEqual(new Date(NOW + 1000));
    const config = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: after.EndpointConfigName }));
    expect(after.EndpointConfigName).not.toBe(a.EndpointConfigName);
    expect(config.CreationTime?.getTime()).toBeLessThanOrEqual(NOW + 1000);
    expect({ ...(await described('b')), $metadata: 0 }).toEqual({ ...b, $metadata: 0 });
    expect((await described('c')).CreationTime).toEqual(new Date(NOW + 1000));
    expect((await sagemaker.send(new DescribeModelCommand({ ModelName: 'named' }))).CreationTime).toEqual(new Date(NOW + 1000));
    simcloud.load(inRegion({}));
    expect(simcloud.world.get(arn('endpoint/a'))).toBeUndefined();
  });

  it('is picked up from the file; a broken one keeps the last good estate and says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'estate-'));
    const file = join(folder, 'estate.yaml');
    const reports = new EventEmitter<{ report: [string] }>();
    const edit = async (text: string) => {
      const reported = once(reports, 'report');
      writeFileSync(file, text);
      return (await reported)[0];
    };
    writeFileSync(file, yaml('{}'));
    const onBroken = (reason: string) => reports.emit('report', reason);
    const simcloud = await watchEstate({ file, onBroken, onLoaded: () => reports.emit('report', 'LOADED') });
    onTestFinished(async () => {
      await simcloud.close();
      rmSync(folder, { recursive: true });
    });
    expect(await edit(yaml('{ status: Failed }'))).toBe('LOADED');
    expect(await edit(yaml('{ staus: OutOfService }'))).toContain('estate.yaml:5:12: accounts');
    expect(simcloud.world.get(arn('endpoint/a'))).toMatchObject({ EndpointStatus: 'Failed' });
  });
});

const DEPLOYMENT_SECTIONS = SECTIONS.filter(
  section => !/Version|foundation|marketplace|ActionGroup|KnowledgeBase|Collaborator|Target/i.test(section),
);

describe('a generated estate', () => {
  it('is the same for the same seed, and another for another', () => {
    const options = { deployments: 200, seed: 7 };
    expect(generate(options)).toEqual(generate(options));
    expect(generate(options)).not.toEqual(generate({ ...options, seed: 8 }));
  });

  it.each([1, 7, 250])('holds exactly %i deployments over its scopes and is a valid estate', deployments => {
    const estate = estateSchema.parse(
      generate({ deployments, seed: 3, accounts: [ACCOUNT, '444455556666'], regions: [REGION, 'us-east-1'] }),
    );
    const regions = Object.values(estate.accounts).flatMap(each => Object.values(each));
    const count = regions.reduce((sum, region) => sum + Object.keys({ ...region.endpoints, ...region.inferenceComponents }).length, 0);
    expect([count, regions.length]).toEqual([deployments, 4]);
  });

  it('of an organisation has its accounts as members, and every section of records in every region', () => {
    const estate = estateSchema.parse(generateOrganization({ deployments: 9, seed: 1, accounts: 2, regions: [REGION, 'us-east-1'] }));
    expect(Object.keys(estate.organization?.accounts ?? {})).toEqual(Object.keys(estate.accounts));
    const regions = Object.values(estate.accounts).flatMap(each => Object.values(each));
    const lists = DEPLOYMENT_SECTIONS.flatMap(section => regions.map(region => Object.keys(region[section]).length));
    expect([regions.length, lists.every(count => count === 1), regions.every(({ modelUse }) => modelUse.length === 1)]).toEqual([
      4,
      true,
      true,
    ]);
    expect(regions.flatMap(region => Object.keys({ ...region.endpoints, ...region.inferenceComponents }))).toHaveLength(9);
  });

  it('has the whole mix once it is large', () => {
    const region = estateSchema.parse(generate({ deployments: 500, seed: 1 })).accounts[ACCOUNT]?.[REGION];
    const all = Object.values(region?.endpoints ?? {});
    const has = (test: (endpoint: (typeof all)[number]) => unknown) => all.some(endpoint => Boolean(test(endpoint)));
    const mix = [
      has(e => e.async),
      has(e => e.shadow[0]),
      has(e => e.pending),
      has(e => e.status),
      has(e => e.variants[0]?.serverless),
      has(e => e.variants[0]?.model?.mode === 'MultiModel'),
    ];
    expect(mix.every(Boolean)).toBe(true);
    expect(Object.values(region?.inferenceComponents ?? {}).some(component => component.base)).toBe(true);
  });
});

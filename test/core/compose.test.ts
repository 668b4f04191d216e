import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeAdapter, composeModel, composeUnits, imageIdentity } from '../../lib/core/compose.ts';
import type { ContainerFacts } from '../../lib/core/composition.ts';
import { digestOf } from '../../lib/core/digest.ts';
import { aComposition, aContainer, aUnit, IMAGE } from '../support/builders.ts';

const model = (...containers: ContainerFacts[]) => composeModel({ containers, execution: containers.length > 1 ? 'Serial' : null });
const s3 = (uri: string, etag: string | null = 'e1', role: 'MODEL' | 'ADDITIONAL' | 'ADAPTER' = 'MODEL') => ({ uri, etag, role });

/** Committed: an upgrade that changes one of these voids the approvals of every model like it, and needs a new scheme instead. */
const GOLDEN = {
  'one container, pinned': [model(aContainer()), 'c1:sha256:6998193021aa8ba7601df69a88ccda38e4f96586d8f08443bfeba2e12221ae8b'],
  'an image by tag and an artefact without ETag': [
    model(aContainer({ image: 'repo/x:1.2', artefacts: [s3('s3://m/a', null)] })),
    'c1:sha256:6ef056aa2fb0bc1ae25223511a914a64f318273e3d756baa507b2723f8ee7161',
  ],
  'parameters and an additional artefact': [
    model(aContainer({ parameters: digestOf({ B: '2', A: '1' }), artefacts: [s3('s3://m/a'), s3('s3://m/b', 'e2', 'ADDITIONAL')] })),
    'c1:sha256:73b56f3dfcd3805b36fde4545d0b5db54393d1688e48357aa797122442ec2063',
  ],
  'two containers in series': [
    model(aContainer(), aContainer({ artefact: 'v4' })),
    'c1:sha256:38ca4c39a530e37a9ab0a467bb76860d27df2c118b31aa8a9e17d92b48a4a4e6',
  ],
  'a multi-model container': [
    model(aContainer({ mode: 'MultiModel' })),
    'c1:sha256:1a241d7821de8812aaa59cf1c95b79dbbefc0d652b6a48ca147e143ec31c362a',
  ],
  'a package that hides its image': [
    model(aContainer({ image: null, artefacts: [], packageArn: 'arn:aws:sagemaker:eu-west-1:111122223333:model-package/fraud/3' })),
    'c1:sha256:4ad6b2a02cd820ee901b38ca75e99cdf9c430adbb7dee1171141dcef2019ae22',
  ],
  'an adapter over its base': [
    composeAdapter(aComposition(), s3('s3://m/lora', 'e3', 'ADAPTER')),
    'c1:sha256:c945408c8653a77ec3c7c04fa2f43c2fb5f806cbe61aca3d4272b955febbc3e0',
  ],
  'two different variants': [
    composeUnits([aUnit({ name: 'A' }), aUnit({ name: 'B', role: 'SHADOW', composition: aComposition('v4') })]),
    'c1:sha256:4b42dca13e683442ef865aca5b6a9ebb93177d0617be385bded678b38e18bcf9',
  ],
} as const;

describe('a digest is for ever', () => {
  test.each(Object.entries(GOLDEN))('%s', (_name, [composition, digest]) => {
    expect(composition.digest).toBe(digest);
  });
});

const canonical = (each: readonly { uri: string; etag: string | null; role: string }[]) =>
  each
    .map(one => JSON.stringify(one))
    .toSorted()
    .join();

describe('what decides a composition', () => {
  const base = aContainer({ parameters: 'hash of one' });
  test.each<[string, ContainerFacts, 'SAME' | 'OTHER']>([
    ['the package it was made from', { ...base, packageArn: 'arn:x/model-package/fraud/3', inferenceSpecification: 'default' }, 'SAME'],
    ['a tag before the image digest', { ...base, image: IMAGE.replace('@', ':1.7@') }, 'SAME'],
    ['quotes around an ETag', { ...base, artefacts: [s3('s3://models/v3', '"etag-v3"')] }, 'SAME'],
    ['another image', { ...base, image: IMAGE.replace('9c', '9d') }, 'OTHER'],
    ['another ETag under the same name', { ...base, artefacts: [s3('s3://models/v3', 'etag-new')] }, 'OTHER'],
    ['an ETag that is not known', { ...base, artefacts: [s3('s3://models/v3', null)] }, 'OTHER'],
    ['another value of a parameter', { ...base, parameters: 'hash of another' }, 'OTHER'],
    ['multi-model mode', { ...base, mode: 'MultiModel' }, 'OTHER'],
    ['a name that imitates an ETag', { ...base, artefacts: [s3('s3://models/v3 etag:etag-v3', null)] }, 'OTHER'],
  ])('%s', (_name, container, expected) => {
    expect(model(container).digest === model(base).digest ? 'SAME' : 'OTHER').toBe(expected);
  });

  test('pinned says what we know of a part and stays out of the digest', () => {
    const parts = model(aContainer({ image: 'repo/x:1', artefacts: [s3('s3://m/a', null), s3('s3://m/b', 'e', 'ADDITIONAL')] })).parts;
    expect(parts.map(({ kind, identity, pinned }) => [kind, identity, pinned])).toEqual([
      ['IMAGE', 'repo/x:1', false],
      ['ARTEFACT', 's3://m/b etag:e', true],
      ['ARTEFACT', 's3://m/a', false],
    ]);
    expect(model(aContainer({ mode: 'MultiModel' })).parts.filter(({ kind }) => kind === 'ARTEFACT')).toMatchObject([{ pinned: false }]);
    expect(imageIdentity('repo@sha256:short').pinned).toBe(false);
  });

  test('a package is a part only where its image is hidden', () => {
    const parts = model(aContainer({ image: null, artefacts: [], packageArn: 'arn:p', inferenceSpecification: 's' })).parts;
    expect(parts).toEqual([{ slot: 'container.1', kind: 'PACKAGE', identity: 'arn:p#s', pinned: true }]);
  });

  test('a deployment whose units are all equal has the composition of its model', () => {
    expect(composeUnits([aUnit({ name: 'A' }), aUnit({ name: 'B', role: 'SHADOW' })])).toEqual(aComposition());
  });

  test('a shadow variant that changes places with its production variant makes another deployment', () => {
    const [three, four] = [aComposition('v3'), aComposition('v4')];
    const placed = (production: typeof three, shadow: typeof three) =>
      composeUnits([aUnit({ name: 'A', composition: production }), aUnit({ name: 'A', role: 'SHADOW', composition: shadow })]).digest;
    expect(placed(three, four)).not.toBe(placed(four, three));
  });

  test('no two different sets of artefacts share a digest', () => {
    const uri = fc.string({ unit: fc.constantFrom('a', ' ', '%', '/', ':', 'etag:') });
    const artefacts = fc.array(
      fc.record({
        uri,
        etag: fc.option(fc.constantFrom('e', 'f'), { nil: null }),
        role: fc.constantFrom('MODEL' as const, 'ADAPTER' as const),
      }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(artefacts, artefacts, (a, b) => {
        const same = model(aContainer({ artefacts: a })).digest === model(aContainer({ artefacts: b })).digest;
        expect(same).toBe(
          canonical(a.map(o => ({ role: o.role, uri: o.uri, etag: o.etag }))) ===
            canonical(b.map(o => ({ role: o.role, uri: o.uri, etag: o.etag }))),
        );
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

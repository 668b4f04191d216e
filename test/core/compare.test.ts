import { describe, expect, test } from 'vitest';
import { type Comparison, compare, covers, type LiveUnit } from '../../lib/core/compare.ts';
import { composeAdapter, composeModel } from '../../lib/core/compose.ts';
import type { Composition, ContainerFacts } from '../../lib/core/composition.ts';
import type { VersionIdentity } from '../../lib/core/registration.ts';
import { aComposition, aContainer, aPackage, aUnit, IMAGE, packageArn } from '../support/builders.ts';

const of = (over: Partial<ContainerFacts>) => composeModel({ containers: [aContainer(over)], execution: null });
const model = (etag: string | null, uri = 's3://models/v3') => of({ artefacts: [{ uri, etag, role: 'MODEL' }] });
/** A model and its additional data, each with its ETag. */
const etags = (...all: readonly (string | null)[]) =>
  of({ artefacts: all.map((etag, at) => ({ uri: `s3://models/${at}`, etag, role: at === 0 ? 'MODEL' : 'ADDITIONAL' })) });
const said = (comparison: Comparison) => (comparison.result === 'CANNOT_TELL' ? `CANNOT_TELL ${comparison.code}` : comparison.result);
const REPO = IMAGE.split('@')[0]!;

describe('compare, part by part', () => {
  test.each<[string, ReturnType<typeof of>, ReturnType<typeof of>, string]>([
    ['the same, pinned', aComposition(), aComposition(), 'EQUAL'],
    ['the same artefact without ETag on both sides', model(null), model(null), 'EQUAL_UNPINNED'],
    ['the live ETag is not known', model('e'), model(null), 'EQUAL_UNPINNED'],
    ['the approved ETag is not known', model(null), model('e'), 'EQUAL_UNPINNED'],
    ['another ETag', model('e'), model('f'), 'DIFFERENT'],
    ['a list of objects and an ETag of another kind', model('e'), model('sha256:aa'), 'EQUAL_UNPINNED'],
    ['another list of objects', model('sha256:aa'), model('sha256:bb'), 'DIFFERENT'],
    ['another URI, ETags not known', model(null), model(null, 's3://models/v4'), 'DIFFERENT'],
    ['a tag of the repository that is live by digest', of({ image: `${REPO}:3` }), aComposition(), 'EQUAL_UNPINNED'],
    ['two tags of one repository', of({ image: 'repo:3' }), of({ image: 'repo:4' }), 'DIFFERENT'],
    ['a tag of another repository', of({ image: 'other:3' }), aComposition(), 'DIFFERENT'],
    ['parameters that nobody approved', aComposition(), of({ parameters: 'hash' }), 'DIFFERENT'],
    ['one artefact turned into an open prefix', aComposition(), of({ mode: 'MultiModel' }), 'DIFFERENT'],
    ['a foreign scheme', { ...aComposition(), digest: 'c9:sha256:00' }, aComposition(), 'CANNOT_TELL OTHER_SCHEME'],
    ['a digest, and live a tag that nothing resolves', aComposition(), of({ image: `${REPO}:4` }), 'CANNOT_TELL TAG_UNRESOLVED'],
    [
      'such a tag and another artefact',
      aComposition(),
      composeModel({ containers: [aContainer({ image: `${REPO}:4`, artefact: 'v4' })], execution: null }),
      'DIFFERENT',
    ],
  ])('%s', (_name, approved, live, result) => {
    expect(said(compare(approved, live))).toBe(result);
  });

  test('differences name the place and both sides, and what only one side has', () => {
    const live = composeAdapter(aComposition('v4'), { uri: 's3://m/lora', etag: null, role: 'ADAPTER' });
    expect(compare(aComposition('v3'), live)).toEqual({
      result: 'DIFFERENT',
      differences: [
        { slot: 'adapter', kind: 'ADAPTER', approved: null, live: 's3://m/lora' },
        { slot: 'container.1/model', kind: 'ARTEFACT', approved: 's3://models/v3 etag:etag-v3', live: 's3://models/v4 etag:etag-v4' },
      ],
    });
  });
});

const by = (artefact = 'v3'): VersionIdentity => ({ by: 'COMPOSITION', composition: aComposition(artefact).digest });
const byDigest = ({ digest }: Composition): VersionIdentity => ({ by: 'COMPOSITION', composition: digest });
const MANY = ['a', 'b', 'c', 'd', 'e'];
const NONE: readonly (string | null)[] = MANY.map(() => null);
const pair = (image = IMAGE, artefact = 's3://models/v3'): VersionIdentity => ({ by: 'IMAGE_AND_ARTEFACT', image, artefact });

describe('covers', () => {
  const three = aPackage();
  const pkg: VersionIdentity = { by: 'PACKAGE', packageArn: packageArn('fraud', 3) };
  const named = [packageArn('fraud', 3)];
  const tagged = of({ image: `${REPO}:3` });
  const adapted = composeAdapter(aComposition(), { uri: 's3://m/lora', etag: 'e', role: 'ADAPTER' });
  const shell = (over: Partial<ContainerFacts> = {}) =>
    aContainer({ image: null, artefacts: [], packageArn: packageArn('FRAUD', 3), ...over });
  const hidden = (over: Partial<ContainerFacts> = {}) => ({ composition: of(shell(over)), packageArns: [] });
  const chain = composeModel({ containers: [shell(), aContainer({ image: 'other:1' })], execution: 'Serial' });

  test.each<[string, VersionIdentity, LiveUnit, readonly ReturnType<typeof aPackage>[], string]>([
    ['its digest', by(), aUnit(), [], 'EQUAL'],
    [
      'its digest, content not pinned',
      { by: 'COMPOSITION', composition: model(null).digest },
      aUnit({ composition: model(null) }),
      [],
      'EQUAL_UNPINNED',
    ],
    ['another digest', by('v4'), aUnit(), [], 'DIFFERENT'],
    ['a digest alone is strict about an ETag', by(), aUnit({ composition: model(null) }), [], 'DIFFERENT'],
    ['a digest given before the ETag could be read', byDigest(model(null)), aUnit({ composition: model('e') }), [], 'EQUAL_UNPINNED'],
    ['such a digest of another artefact', byDigest(model(null, 's3://models/v4')), aUnit({ composition: model('e') }), [], 'DIFFERENT'],
    [
      'a digest given while one ETag of two could be read',
      byDigest(etags('e', null)),
      aUnit({ composition: etags('e', 'f') }),
      [],
      'EQUAL_UNPINNED',
    ],
    [
      'such a digest, and the one that was read is another',
      byDigest(etags('d', null)),
      aUnit({ composition: etags('e', 'f') }),
      [],
      'DIFFERENT',
    ],
    [
      'such a digest of an adapter',
      byDigest(composeAdapter(model(null), { uri: 's3://m/lora', etag: null, role: 'ADAPTER' })),
      aUnit({ composition: composeAdapter(model('e'), { uri: 's3://m/lora', etag: 'e', role: 'ADAPTER' }) }),
      [],
      'EQUAL_UNPINNED',
    ],
    [
      'a digest given before any of many could be read',
      byDigest(etags(...NONE)),
      aUnit({ composition: etags(...MANY) }),
      [],
      'EQUAL_UNPINNED',
    ],
    [
      'a digest given while one of many could be read',
      byDigest(etags(...NONE.with(0, 'a'))),
      aUnit({ composition: etags(...MANY) }),
      [],
      'DIFFERENT',
    ],
    ['a digest whose parts a package tells is as strict about an ETag', by(), aUnit({ composition: model(null) }), [three], 'DIFFERENT'],
    [
      'a digest of a tag, which a package tells, and live another image',
      byDigest(tagged),
      aUnit(),
      [aPackage({ composition: tagged })],
      'DIFFERENT',
    ],
    [
      'a digest whose parts a package tells, and another artefact',
      by('v4'),
      aUnit(),
      [aPackage({ composition: aComposition('v4') })],
      'DIFFERENT',
    ],
    ['a digest of another scheme', { by: 'COMPOSITION', composition: 'c2:sha256:00' }, aUnit(), [], 'CANNOT_TELL OTHER_SCHEME'],
    ['its package, not read', pkg, aUnit({ packageArns: named }), [], 'CANNOT_TELL PACKAGE_UNREAD'],
    ['its package, content not known', pkg, aUnit({ packageArns: named }), [aPackage({ composition: null })], 'CANNOT_TELL PACKAGE_UNREAD'],
    ['its package, content equal', pkg, aUnit({ packageArns: named }), [three], 'EQUAL'],
    [
      'its package by name, another content behind it',
      pkg,
      aUnit({ packageArns: named, composition: aComposition('v4') }),
      [three],
      'DIFFERENT',
    ],
    ['its package by name, an adapter laid over it', pkg, aUnit({ packageArns: named, composition: adapted }), [three], 'DIFFERENT'],
    ['not its package by name, but exactly its content', pkg, aUnit(), [three], 'EQUAL'],
    ['neither its name nor surely its content', pkg, aUnit({ composition: model(null) }), [three], 'DIFFERENT'],
    ['another package, its own not read', pkg, aUnit({ packageArns: [packageArn('fraud', 4)] }), [], 'CANNOT_TELL PACKAGE_UNREAD'],
    ['neither its name nor an image that can be told', pkg, aUnit({ composition: of({ image: `${REPO}:4` }) }), [three], 'DIFFERENT'],
    ['a package that hides its image, in other letters', pkg, hidden(), [three], 'EQUAL'],
    ['such a package, not read', pkg, hidden(), [], 'CANNOT_TELL PACKAGE_UNREAD'],
    ['such a package by another specification', pkg, hidden({ inferenceSpecification: 's' }), [three], 'DIFFERENT'],
    ['such a package and a second container', pkg, { composition: chain, packageArns: named }, [three], 'DIFFERENT'],
    [
      'such a package under an adapter',
      pkg,
      { composition: composeAdapter(hidden().composition, { uri: 's3://m/lora', etag: 'e', role: 'ADAPTER' }), packageArns: named },
      [three],
      'DIFFERENT',
    ],
    ['such a package with parameters', pkg, hidden({ parameters: 'hash' }), [three], 'CANNOT_TELL PARAMETERS_BESIDE_PACKAGE'],
    ['image and artefact', pair(), aUnit(), [], 'EQUAL_UNPINNED'],
    ['image and artefact with its ETag', pair(IMAGE, 's3://models/v3 etag:etag-v3'), aUnit(), [], 'EQUAL'],
    ['image and artefact say nothing of parameters', pair(), aUnit({ composition: of({ parameters: 'hash' }) }), [], 'EQUAL_UNPINNED'],
    ['image and artefact do not cover an adapter', pair(), aUnit({ composition: adapted }), [], 'DIFFERENT'],
    ['another artefact', pair(IMAGE, 's3://models/v4'), aUnit(), [], 'DIFFERENT'],
    ['another image', pair('other:1'), aUnit(), [], 'DIFFERENT'],
  ])('%s', (_name, identity, live, packages, result) => {
    expect(said(covers(identity, live, { packages, compositions: [] }))).toBe(result);
  });

  test('what a package tells of an approved digest says which part is another', () => {
    const packages = [aPackage({ composition: aComposition('v4') })];
    const slots = (known: typeof packages) => {
      const comparison = covers(by('v4'), aUnit(), { packages: known, compositions: [] });
      return comparison.result === 'DIFFERENT' ? comparison.differences.map(({ slot }) => slot) : comparison;
    };
    expect([slots(packages), slots([])]).toEqual([['container.1/model'], ['composition']]);
  });
});

import { describe, expect, test } from 'vitest';
import { composeModel } from '../../lib/core/compose.ts';
import { groupOfPackage, nameStem, registrationKeys, sightingKeys } from '../../lib/core/match-keys.ts';
import { matchSighting } from '../../lib/core/match.ts';
import type { Registration } from '../../lib/core/registration.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import {
  aComposition,
  aContainer,
  aRegistration,
  aSighting,
  aUnit,
  aVersion,
  endpointArn,
  groupArn,
  IMAGE,
  knownDetail,
  packageArn,
  someSettings,
  unknownDetail,
} from '../support/builders.ts';

const settings = someSettings();
const named = (name: string, over: Partial<Registration> = {}) => aRegistration({ name, versions: [], decisions: [], ...over });
const untagged = (over: Partial<Sighting> = {}) => aSighting({ tags: {}, ...over });
const packaged = untagged({ detail: knownDetail(aUnit({ packageArns: [packageArn('fraud', 4)] })) });

const unpinned = composeModel({
  containers: [aContainer({ artefacts: [{ uri: 's3://models/v3', etag: null, role: 'MODEL' }] })],
  execution: null,
});

describe('whose a deployment is, strongest level first', () => {
  const arn = named('by-arn', { deployments: [{ arn: endpointArn('FRAUD-scorer'), environment: null, version: null }] });
  const pkg = named('by-package', { versions: [aVersion('4', { identity: { by: 'PACKAGE', packageArn: packageArn('fraud', 4) } })] });
  const group = named('by-group', { match: { packageGroup: groupArn('fraud'), tags: {}, uses: [] } });
  const digest = named('by-digest', { versions: [aVersion('3')] });
  const before = named('by-unpinned', { versions: [aVersion('3', { identity: { by: 'COMPOSITION', composition: unpinned.digest } })] });
  const parts = named('by-parts', {
    versions: [aVersion('3', { identity: { by: 'IMAGE_AND_ARTEFACT', image: IMAGE, artefact: 's3://models/v3' } })],
  });
  const tags = named('by-tags', { match: { packageGroup: null, tags: { team: 'fraud', line: 'cards' }, uses: [] } });
  const tagged = { team: 'fraud', line: 'cards' };

  test.each<[string, Sighting, Registration[], string]>([
    ['a claim', aSighting(), [named('fraud-scorer'), arn], 'fraud-scorer by CLAIM'],
    [
      'a claim in capitals, with what it runs unknown',
      aSighting({ tags: { 'rollcall:model': ' Fraud-Scorer ' }, detail: unknownDetail() }),
      [named('fraud-scorer')],
      'fraud-scorer by CLAIM',
    ],
    ['a claim that names nobody falls through', aSighting(), [arn], 'by-arn by ARN'],
    ['its declared ARN before its package', packaged, [pkg, arn], 'by-arn by ARN'],
    ['its package before its group', packaged, [group, pkg], 'by-package by PACKAGE'],
    ['its group, derived from the package name', packaged, [group, digest], 'by-group by GROUP'],
    ['its digest before its parts', untagged(), [parts, digest], 'by-digest by DIGEST'],
    ['the digest it had before its ETag could be read', untagged(), [tags, before], 'by-unpinned by DIGEST'],
    [
      'the digest of one of its variants',
      untagged({ detail: knownDetail(aUnit(), aUnit({ name: 'B', composition: aComposition('v9') })) }),
      [digest],
      'by-digest by DIGEST',
    ],
    ['image and artefact before tags', untagged({ tags: tagged }), [tags, parts], 'by-parts by PARTS'],
    ['all tags of a registration', untagged({ tags: tagged }), [tags], 'by-tags by TAGS'],
    ['some tags are not enough', untagged({ tags: { team: 'fraud' } }), [tags], 'nobody'],
    [
      'two at the strongest level that answers',
      untagged(),
      [digest, named('other', { versions: [aVersion('3')] })],
      'by-digest, other by DIGEST',
    ],
    ['a likeness of names never matches', untagged({ name: 'embed-v2-prod' }), [named('embed')], 'like embed'],
    ['tags that could not be read claim nothing', aSighting({ tags: null }), [named('embed')], 'nobody'],
    ['an inherited property is no tag', untagged(), [named('constructor')], 'nobody'],
  ])('%s', (_name, sighting, registrations, expected) => {
    const match = matchSighting(sighting, registrations, someSettings({ claimTags: ['rollcall:model', 'constructor'] }));
    const shown = {
      MATCHED: () => (match.state === 'MATCHED' ? `${match.registration.name} by ${match.by}` : ''),
      AMBIGUOUS: () => (match.state === 'AMBIGUOUS' ? `${match.candidates.map(each => each.name).join(', ')} by ${match.by}` : ''),
      UNMATCHED: () => (match.state === 'UNMATCHED' && match.resembles.length > 0 ? `like ${match.resembles.join(', ')}` : 'nobody'),
    };
    expect(shown[match.state]()).toBe(expected);
    expect(matchSighting(sighting, registrations.toReversed(), someSettings({ claimTags: ['rollcall:model', 'constructor'] }))).toEqual(
      match,
    );
  });

  test('a claim that names no registration is said', () => {
    expect(matchSighting(aSighting(), [], settings)).toEqual({ state: 'UNMATCHED', resembles: [], claims: 'fraud-scorer' });
  });
});

describe('keys', () => {
  test.each([
    ['embed-v2', 'embed'],
    ['fraud-scorer-prod-0007', 'fraud-scorer'],
    ['Chat-Helper_test', 'chat-helper'],
    ['v2', 'v2'],
    ['-prod', ''],
    ['embedder', 'embedder'],
  ])('the stem of %s is %s', (name, stem) => {
    expect(nameStem(name)).toBe(stem);
  });

  test.each([
    [packageArn('fraud', 4), groupArn('fraud')],
    [
      'arn:aws-cn:sagemaker:cn-north-1:111122223333:model-package/a/1',
      'arn:aws-cn:sagemaker:cn-north-1:111122223333:model-package-group/a',
    ],
    ['arn:aws:sagemaker:eu-west-1:111122223333:model-package/alone', null],
    ['nonsense', null],
  ])('the group of %s', (arn, group) => {
    expect(groupOfPackage(arn)).toBe(group);
  });

  test('every key that can match is written the same way on both sides', () => {
    const registration = aRegistration({
      match: { packageGroup: groupArn('fraud'), tags: { team: 'fraud' }, uses: [] },
      deployments: [{ arn: endpointArn('fraud-scorer'), environment: null, version: null }],
      versions: [
        aVersion('3'),
        aVersion('4', { identity: { by: 'PACKAGE', packageArn: packageArn('fraud', 4) } }),
        aVersion('2', { identity: { by: 'COMPOSITION', composition: unpinned.digest } }),
        aVersion('5', { identity: { by: 'IMAGE_AND_ARTEFACT', image: IMAGE.replace('@', ':1@'), artefact: 's3://models/v3' } }),
      ],
    });
    const sighting = aSighting({ tags: { 'rollcall:model': 'fraud-scorer', team: 'fraud' }, detail: packaged.detail });
    const keys = new Set(registrationKeys(registration));
    expect(sightingKeys(sighting, settings).filter(key => !keys.has(key))).toEqual(['tag:rollcall:model=fraud-scorer']);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { kindOfArn } from '../../lib/core/kinds.ts';
import { baseModelOf, claimsOnUse, isOwn, keyOfClaim, plainModel, USE_CLAIM, useKey } from '../../lib/core/model-use.ts';
import { scopeOfArn } from '../../lib/core/scope.ts';

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
const EU = 'arn:aws:bedrock:eu-west-1';
const SCOPE = { provider: 'bedrock', account: '111122223333', region: 'eu-west-1' } as const;

describe('the model behind what a caller passed', () => {
  test.each([
    ['its id', HAIKU, HAIKU],
    ['a profile for a continent', `eu.${HAIKU}`, HAIKU],
    ['a profile for the world', `global.${HAIKU}`, HAIKU],
    ['a profile for Asia and the Pacific', `apac.${HAIKU}`, HAIKU],
    ['a profile for GovCloud', `us-gov.${HAIKU}`, HAIKU],
    ['a profile for a country that is new', `br.${HAIKU}`, HAIKU],
    ['an ARN', `${EU}::foundation-model/${HAIKU}`, HAIKU],
    ['the ARN of a profile', `${EU}:111122223333:inference-profile/eu.${HAIKU}`, HAIKU],
    [
      'the model that a custom one was made from',
      `${EU}:111122223333:custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6`,
      'amazon.nova-lite-v1:0:300k',
    ],
    ['a name with a dot of its own', 'zai.glm-4.6', 'zai.glm-4.6'],
    ['a profile of one', 'us.zai.glm-4.6', 'zai.glm-4.6'],
    ['a name with a short provider, and no profile', 'us.pony', 'us.pony'],
    [
      'a form that nobody has seen',
      `${EU}:111122223333:default-prompt-router/anthropic.claude:1`,
      `${EU}:111122223333:default-prompt-router/anthropic.claude:1`,
    ],
  ])('%s', (_name, passed, model) => {
    expect(baseModelOf(passed)).toBe(model);
  });
});

test.each([
  ['an application profile, by its id', 'a1b2c3d4e5f6', true],
  ['an application profile, by its ARN', `${EU}:111122223333:application-inference-profile/a1b2c3d4e5f6`, true],
  ['a throughput', `${EU}:111122223333:provisioned-model/a1b2c3d4e5f6`, true],
  ['a deployed custom model', `${EU}:111122223333:custom-model-deployment/a1b2c3d4e5f6`, true],
  ['a custom model', `${EU}:111122223333:custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6`, true],
  ['an imported model', `${EU}:111122223333:imported-model/a1b2c3d4e5f6`, true],
  ['a router of our own', `${EU}:111122223333:prompt-router/support:1`, true],
  ['a prompt', `${EU}:111122223333:prompt/ABCDEFGHIJ:2`, true],
  ['a Marketplace endpoint', 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/llm', true],
  ['a router of AWS', `${EU}:111122223333:default-prompt-router/anthropic.claude:1`, false],
  ['a profile of AWS', `${EU}:111122223333:inference-profile/eu.${HAIKU}`, false],
  ['a model', HAIKU, false],
])('%s is of the account itself: %s %s', (_name, named, own) => {
  expect(isOwn(named)).toBe(own);
});

describe('the key of a use', () => {
  it('says account, region and model, as an ARN would, and is none', () => {
    expect(useKey(SCOPE, HAIKU)).toBe(`use:aws:bedrock:eu-west-1:111122223333:model/${HAIKU}`);
  });

  it('is a key whatever text a metric has, and another one for another text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), fc.string({ minLength: 1, maxLength: 20 }));
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [one, two] = [a, b].map(each => useKey(SCOPE, plainModel(each)));
        expect([kindOfArn(one!), scopeOfArn(one!)]).toEqual(['MODEL_USE', SCOPE]);
        expect(one!.length).toBeLessThanOrEqual(260);
        expect(one === two).toBe(a.toWellFormed() === b.toWellFormed());
      }),
      { seed: 20_261_123, numRuns: 300 },
    );
  });

  test.each([
    ['a b/c', 'a%20b%2Fc'],
    ["!'()*~", '%21%27%28%29%2A%7E'],
    ['a%2F', 'a%252F'],
    ['\ud800', '%EF%BF%BD'],
    ['x'.repeat(200), 'x'.repeat(200)],
  ])('%j is written as %s', (text, plain) => {
    expect(plainModel(text)).toBe(plain);
  });
});

describe('a claim on uses', () => {
  test.each([
    [`111122223333/${HAIKU}`, true],
    ['111122223333/anthropic.claude-3*', true],
    ['111122223333/anthropic.claude-3-*', true],
    ['111122223333/anthropic*', true],
    ['111122223333/eu.anthropic.claude-3-haiku*', true],
    [`111122223333/${HAIKU}*`, true],
    ['111122223333/anthropic.claude-3-hai*', false],
    ['111122223333/anthropic.claude-3', false],
    [`444455556666/${HAIKU}`, false],
    ['111122223333/amazon*', false],
  ])('%s covers the use: %s', (claim, covers) => {
    expect(USE_CLAIM.test(claim)).toBe(true);
    expect(claimsOnUse('111122223333', HAIKU).includes(keyOfClaim(claim))).toBe(covers);
  });

  test('no name of a model is taken for a claim on many', () => {
    expect(claimsOnUse('111122223333', plainModel('anthropic*'))).not.toContain(keyOfClaim('111122223333/anthropic*'));
  });
});

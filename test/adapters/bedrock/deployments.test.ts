import * as sdk from '@aws-sdk/client-bedrock';
import { describe, expect, it, test } from 'vitest';
import { CUSTOM_MODEL_DEPLOYMENT, UPDATES } from '../../../lib/adapters/bedrock/custom-model-deployment.ts';
import { IMPORTED_MODEL } from '../../../lib/adapters/bedrock/imported-model.ts';
import { INFERENCE_PROFILE } from '../../../lib/adapters/bedrock/inference-profile.ts';
import { PROMPT_ROUTER } from '../../../lib/adapters/bedrock/prompt-router.ts';
import { PROVISIONED_THROUGHPUT } from '../../../lib/adapters/bedrock/provisioned-throughput.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { arn, CLAUDE, reading, sightings, TITAN } from './reading.ts';

const BORN = '2026-01-05T09:00:00.000Z';
const CUSTOM = arn('custom-model/amazon.nova-lite-v1:0:300k/a1b2c3d4e5f6');

/** One of each kind with nothing stated but a tag: what is made of it. A digest is for ever, as an approval is for it. */
const KINDS = [
  {
    from: PROVISIONED_THROUGHPUT,
    section: 'provisionedModels',
    is: { name: 'a', arn: arn('provisioned-model/a'), status: 'InService', presence: 'SERVING', lastModified: BORN },
    parts: [['model', 'MODEL', CLAUDE, true]],
    digest: 'c1:sha256:05a9fce22fb008e9124deca5c36a96007d1cb825588212bd8b5976ba30a510b5',
  },
  {
    from: CUSTOM_MODEL_DEPLOYMENT,
    section: 'customModelDeployments',
    is: { name: 'a', arn: arn('custom-model-deployment/a'), status: 'Active', presence: 'SERVING', lastModified: BORN },
    parts: [['model', 'MODEL', CUSTOM, true]],
    digest: 'c1:sha256:9e4a1534d5ea030f026afebcc33f333e80808291b1a6c23ae527789c82895b82',
  },
  {
    from: IMPORTED_MODEL,
    section: 'importedModels',
    is: { name: 'a', arn: arn('imported-model/a'), status: 'Imported', presence: 'SERVING', lastModified: BORN },
    parts: [['model', 'MODEL', arn('imported-model/a'), true]],
    digest: 'c1:sha256:e88c2e1b40947838c8474e17489218fa7485601a7f2b5f9206d420db699c6407',
  },
  {
    from: INFERENCE_PROFILE,
    section: 'inferenceProfiles',
    is: { name: 'a', arn: arn('application-inference-profile/a'), status: 'ACTIVE', presence: 'SERVING', lastModified: BORN },
    parts: [['model', 'MODEL', CLAUDE, true]],
    digest: 'c1:sha256:05a9fce22fb008e9124deca5c36a96007d1cb825588212bd8b5976ba30a510b5',
  },
  {
    from: PROMPT_ROUTER,
    section: 'promptRouters',
    is: { name: 'a', arn: arn('prompt-router/a'), status: 'AVAILABLE', presence: 'SERVING', lastModified: BORN },
    parts: [
      ['fallback', 'BEHAVIOUR', TITAN, true],
      ['model', 'MODEL', TITAN, true],
      ['model.2', 'MODEL', CLAUDE, true],
      ['routing', 'BEHAVIOUR', 'responseQualityDifference=25', true],
    ],
    digest: 'c1:sha256:c02e2f144f7616b68a3a265fae4e44d640b1c276dcbaf38ad5feeb56f9b187fa',
  },
] as const;

describe.each(KINDS)('$from.kind', ({ from, section, is, parts, digest }) => {
  const region = (over: Readonly<Record<string, unknown>> = {}): RegionInput => ({ [section]: { a: { tags: { team: 'risk' }, ...over } } });
  const one = async (over?: Readonly<Record<string, unknown>>) => (await sightings(region(over), from.kind))[0];

  it('is seen with its tags, its status and what it runs', async () => {
    const common = { kind: from.kind, createdAt: BORN, tags: { team: 'risk' }, hosts: 'MODELS', pending: null };
    expect(await one()).toMatchObject({ ...common, ...is, scope: 'bedrock/111122223333/eu-west-1', detail: { state: 'KNOWN' } });
  });

  it('has a composition that is for ever, and one unit of the same', async () => {
    const detail = (await one())?.detail;
    if (detail?.state !== 'KNOWN') throw new Error('not known');
    expect(detail.composition.parts.map(part => [part.slot, part.kind, part.identity, part.pinned])).toEqual(parts);
    expect(detail.composition.digest).toBe(digest);
    expect(detail.units).toEqual([{ name: 'a', role: 'PRODUCTION', composition: detail.composition, packageArns: [] }]);
  });

  it('whose tags may not be read has unknown tags, not none', async () => {
    expect((await sightings({ ...region(), denied: ['ListTagsForResource'] }, from.kind))[0]).toMatchObject({ tags: null });
    expect(await one({ tags: {} })).toMatchObject({ tags: {} });
  });

  it('is gone only where Bedrock says that there is none', async () => {
    const { source, simcloud } = await reading({ ...region(), denied: [] });
    const scope = { provider: 'bedrock', account: '111122223333', region: 'eu-west-1' } as const;
    const ask = async (which: string) => (await source.confirmGone(scope, [which], '2026-11-23T09:25:00.000Z')).get(which);
    expect(await ask(is.arn)).toEqual({ answer: 'PRESENT' });
    expect(await ask(`${is.arn}b`)).toEqual({ answer: 'GONE' });
    simcloud.faults.add({ kind: 'error', operation: from.get.action.slice('bedrock:'.length), code: 'AccessDeniedException' });
    expect(await ask(is.arn)).toEqual({ answer: 'UNKNOWN', reason: `access denied: ${from.get.action}` });
  });
});

test.each([
  [
    PROVISIONED_THROUGHPUT,
    sdk.ProvisionedModelStatus,
    { Creating: 'STARTING', InService: 'SERVING', Updating: 'SERVING', Failed: 'NOT_SERVING' },
  ],
  [CUSTOM_MODEL_DEPLOYMENT, sdk.CustomModelDeploymentStatus, { Creating: 'STARTING', Active: 'SERVING', Failed: 'NOT_SERVING' }],
  [INFERENCE_PROFILE, sdk.InferenceProfileStatus, { ACTIVE: 'SERVING' }],
  [PROMPT_ROUTER, sdk.PromptRouterStatus, { AVAILABLE: 'SERVING' }],
] as const)('$kind: every status that the SDK knows is classified', ({ presence }, known, expected) => {
  expect(Object.fromEntries(presence)).toEqual(expected);
  expect([...presence.keys()].toSorted()).toEqual(Object.values(known).toSorted());
});

test.each(KINDS.filter(({ from }) => from.presence.size > 0))(
  '$from.kind: what has a status that we have no word for serves',
  async ({ from, section }) => {
    const [seen] = await sightings({ [section]: { a: { status: 'Hovering' } } }, from.kind);
    expect(seen).toMatchObject({ status: 'Hovering', presence: 'SERVING' });
  },
);

test('every kind of profile, router and update that the SDK knows is one that we thought of', () => {
  expect(Object.values(sdk.InferenceProfileType).toSorted()).toEqual(['APPLICATION', 'SYSTEM_DEFINED']);
  expect(Object.values(sdk.PromptRouterType).toSorted()).toEqual(['custom', 'default']);
  expect([...UPDATES.keys()].toSorted()).toEqual(Object.values(sdk.CustomModelDeploymentUpdateStatus).toSorted());
});

test('what AWS offers to everybody is no deployment', async () => {
  const region = {
    inferenceProfiles: { mine: {}, catalogue: { type: 'SYSTEM_DEFINED' } },
    promptRouters: { mine: {}, catalogue: { type: 'default' } },
  };
  const names = async (kind: 'INFERENCE_PROFILE' | 'PROMPT_ROUTER') => (await sightings(region, kind)).map(({ name }) => name);
  expect([await names('INFERENCE_PROFILE'), await names('PROMPT_ROUTER')]).toEqual([['mine'], ['mine']]);
});

describe('a change under way', () => {
  test.each([
    ['of the model', { desiredModelArn: TITAN }, `change to model ${TITAN}`],
    ['of the units alone', { desiredModelArn: CLAUDE, desiredModelUnits: 2 }, null],
    ['that nobody asked for', {}, null],
  ])('%s is shown of a provisioned throughput, which is judged by what serves', async (_, over, pending) => {
    const [seen] = await sightings({ provisionedModels: { a: { status: 'Updating', ...over } } }, 'PROVISIONED_THROUGHPUT');
    expect(seen).toMatchObject({ pending, presence: 'SERVING', detail: { composition: { parts: [{ identity: CLAUDE }] } } });
  });

  const update = (updateStatus: string) => ({ lastUpdatedAt: '2026-11-23T09:00:00Z', updateDetails: { modelArn: CUSTOM, updateStatus } });
  test.each([
    ['Updating', `change to model ${CUSTOM}`],
    ['UpdateCompleted', null],
    ['UpdateFailed', `failed change to model ${CUSTOM}`],
    ['Dithering', `Dithering ${CUSTOM}`],
  ])('%s is shown of a custom model deployment', async (updateStatus, pending) => {
    expect((await sightings({ customModelDeployments: { a: update(updateStatus) } }, 'CUSTOM_MODEL_DEPLOYMENT'))[0]).toMatchObject({
      pending,
    });
  });

  test('is asked for only where something was ever changed, and is not silent when it may not be read', async () => {
    const { list, count } = await reading({
      customModelDeployments: { a: update('Updating'), b: {}, c: { lastUpdatedAt: '2026-02-01T00:00:00Z' } },
    });
    await list();
    expect(count('GetCustomModelDeployment')).toBe(2);
    const denied = { customModelDeployments: { a: update('Updating') }, denied: ['GetCustomModelDeployment'] };
    const reason = 'whether it is about to change could not be read: access denied: bedrock:GetCustomModelDeployment';
    expect((await sightings(denied, 'CUSTOM_MODEL_DEPLOYMENT'))[0]).toMatchObject({ pending: reason, detail: { state: 'KNOWN' } });
  });
});

describe('the models of a profile or router', () => {
  const models = (...arns: string[]) => arns.map(modelArn => ({ modelArn }));
  const parts = async (...arns: string[]) => {
    const [seen] = await sightings({ inferenceProfiles: { a: { models: models(...arns) } } }, 'INFERENCE_PROFILE');
    return seen?.detail.state === 'KNOWN' ? seen.detail.composition : undefined;
  };

  it('are the same composition whatever order they are listed in', async () => {
    expect((await parts(CLAUDE, TITAN))?.digest).toBe((await parts(TITAN, CLAUDE))?.digest);
    expect((await parts(CLAUDE, TITAN))?.digest).not.toBe((await parts(CLAUDE))?.digest);
  });

  it.each([
    ['a foundation model', CLAUDE, true],
    ['a custom model', CUSTOM, true],
    ['an imported model', arn('imported-model/x'), true],
    ['a profile, whose models may change', arn('inference-profile/eu.anthropic.claude-3-haiku-20240307-v1:0'), false],
    ['a throughput, whose model may change', arn('provisioned-model/x'), false],
  ])('are pinned where the ARN stands for one version for ever: %s', async (_, identity, pinned) => {
    expect((await parts(identity))?.parts).toEqual([{ slot: 'model', kind: 'MODEL', identity, pinned }]);
  });
});

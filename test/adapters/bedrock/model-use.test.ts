import { describe, expect, it, test } from 'vitest';
import { withUpstream } from '../../../lib/adapters/aws/upstream.ts';
import { provesAbsence } from '../../../lib/core/sighting.ts';
import { DAY } from '../../../lib/core/time.ts';
import { NOW, type RegionInput } from '../../simcloud/simulated.ts';
import { aListing, aSighting, endpointsOf, unknownDetail } from '../../support/builders.ts';
import { arn, CLAUDE, complete, kindOf, model, reading, SCOPE, sightings } from './reading.ts';

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
const NOVA = 'amazon.nova-lite-v1:0';
const calling = (...ids: string[]): RegionInput => ({ modelUse: ids.map(modelId => ({ modelId })) });
const key = (id: string) => `use:aws:bedrock:eu-west-1:111122223333:model/${id}`;
const ago = (days: number) => new Date(NOW - days * DAY).toISOString();

describe('the use of models', () => {
  it('is one for each model, by whatever name it was called', async () => {
    const region = calling(`eu.${HAIKU}`, HAIKU, `global.${HAIKU}`, model(NOVA), arn(`inference-profile/eu.${NOVA}`));
    const uses = await sightings(region, 'MODEL_USE');
    expect(uses.map(use => [use.arn, use.name, use.status])).toEqual([
      [key(HAIKU), HAIKU, `called as ${HAIKU}, eu.${HAIKU}, global.${HAIKU}`],
      [key(NOVA), NOVA, `called as ${arn(`inference-profile/eu.${NOVA}`)}, ${model(NOVA)}`],
    ]);
  });

  it('has the model for its one part, the same in every region: a digest is for ever, as an approval is for it', async () => {
    const [use] = await sightings(calling(`eu.${HAIKU}`), 'MODEL_USE');
    expect(use).toMatchObject({
      kind: 'MODEL_USE',
      scope: 'bedrock/111122223333/eu-west-1',
      presence: 'SERVING',
      hosts: 'MODELS',
      tags: {},
      detail: {
        state: 'KNOWN',
        composition: {
          digest: 'c1:sha256:89e801e8828aa2d9834fb08beef7770a91e4722c5b3d6c83179d606207d2ea60',
          parts: [{ slot: 'model', kind: 'MODEL', identity: HAIKU, pinned: true }],
        },
        units: [{ name: HAIKU, role: 'PRODUCTION' }],
      },
    });
  });

  it('is counted by Mantle too, with and without a project', async () => {
    const mantle = { namespace: 'AWS/BedrockMantle', modelId: 'openai.gpt-oss-120b' } as const;
    const region: RegionInput = { modelUse: [mantle, { ...mantle, project: 'p' }, { ...mantle, project: 'q' }, { modelId: HAIKU }] };
    expect((await sightings(region, 'MODEL_USE')).map(({ name }) => name)).toEqual([HAIKU, 'openai.gpt-oss-120b']);
  });

  it('of what somebody here made is none of its own', async () => {
    const endpoint = 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/llm';
    expect(await sightings(calling('a1b2c3d4e5f6', arn('provisioned-model/a1b2c3d4e5f6'), endpoint), 'MODEL_USE')).toEqual([]);
  });

  it('in a form that nobody has seen is named as it was passed', async () => {
    const router = arn('default-prompt-router/anthropic.claude:1');
    expect((await sightings(calling(router, 'no such\u2028model'), 'MODEL_USE')).map(({ name }) => name)).toEqual([
      router.replace('/', '%2F'),
      'no%20such%E2%80%A8model',
    ]);
  });

  it('tells five of many names', async () => {
    const names = ['au', 'ca', 'eu', 'in', 'jp', 'us'].map(geo => `${geo}.${HAIKU}`);
    const [use] = await sightings(calling(...names), 'MODEL_USE');
    expect(use?.status).toBe(`called as ${names.slice(0, 5).join(', ')} and 1 more`);
  });

  it('lasts until the metric was silent for two weeks', async () => {
    const { list, pass } = await reading({ modelUse: [{ modelId: HAIKU, lastUsed: ago(13) }] });
    expect(complete(await list(), 'MODEL_USE').sightings).toHaveLength(1);
    pass(DAY);
    const silent = complete(await list(), 'MODEL_USE');
    expect([silent.sightings, provesAbsence(silent)]).toEqual([[], true]);
  });

  it('is whole in pages of any size', async () => {
    const { list, count } = await reading(calling(HAIKU, NOVA, 'zai.glm-4.6'), { pageSize: 1 });
    expect(complete(await list(), 'MODEL_USE').sightings).toHaveLength(3);
    expect(count('ListMetrics')).toBe(4);
  });

  it('that may not be read is not checked, and all else is', async () => {
    const { list } = await reading({ ...calling(HAIKU), provisionedModels: { a: {} }, denied: ['ListMetrics'] });
    const listing = await list();
    expect(kindOf(listing, 'MODEL_USE')).toEqual({
      kind: 'MODEL_USE',
      status: 'NOT_CHECKED',
      failure: 'DENIED',
      reason: 'access denied: cloudwatch:ListMetrics',
    });
    expect(complete(listing, 'PROVISIONED_THROUGHPUT').sightings).toHaveLength(1);
  });

  it('of which one of two lists fails is not checked', async () => {
    const { list, simcloud } = await reading(calling(HAIKU));
    simcloud.faults.add({ kind: 'throttle', operation: 'ListMetrics', nth: 2 });
    expect(kindOf(await list(), 'MODEL_USE')).toMatchObject({ status: 'NOT_CHECKED', failure: 'TRANSIENT' });
  });

  it('in metrics of an unknown form proves no absence', async () => {
    const { list, simcloud } = await reading({});
    simcloud.faults.add({ kind: 'altered', operation: 'ListMetrics', fields: { Metrics: [{ Dimensions: [] }] } });
    const found = complete(await list(), 'MODEL_USE');
    expect(found.quarantined).toEqual([{ text: 'Invocations', reason: expect.stringMatching(/^malformed item: /) }]);
    expect(provesAbsence(found)).toBe(false);
  });
});

describe('whether a use is over', () => {
  const over = { modelUse: [{ modelId: HAIKU, lastUsed: ago(15) }] };
  const asked = async (region: RegionInput, fault?: Parameters<Awaited<ReturnType<typeof reading>>['simcloud']['faults']['add']>[0]) => {
    const { source, simcloud } = await reading(region);
    if (fault) simcloud.faults.add({ ...fault, operation: 'ListMetrics', times: 'all' });
    return (await source.confirmGone(SCOPE, [key(HAIKU)], '2026-11-23T09:25:00.000Z')).get(key(HAIKU));
  };

  test.each([
    ['it is called again', calling(HAIKU), undefined, { answer: 'PRESENT' }],
    ['it is called by another name', calling(`us.${HAIKU}`), undefined, { answer: 'PRESENT' }],
    ['its metric was silent for two weeks', over, undefined, { answer: 'GONE' }],
    ['another is called', calling(NOVA), undefined, { answer: 'GONE' }],
    ['CloudWatch cannot be asked', over, { kind: 'throttle' } as const, { answer: 'UNKNOWN' }],
    ['CloudWatch answers "not found"', over, { kind: 'error', code: 'ResourceNotFound' } as const, { answer: 'UNKNOWN' }],
    ['CloudWatch answers in another form', over, { kind: 'altered', fields: { Metrics: [{}] } } as const, { answer: 'UNKNOWN' }],
  ])('where %s', async (_name, region, fault, answer) => {
    expect(await asked(region, fault)).toMatchObject(answer);
  });
});

describe('the lifecycles of models', () => {
  const ENDING = { status: 'LEGACY', legacyTime: '2026-06-01T00:00:00Z', endOfLifeTime: '2026-12-01T00:00:00Z' };
  const legacy = { status: 'LEGACY', legacyAt: '2026-06-01T00:00:00.000Z', endOfLifeAt: '2026-12-01T00:00:00.000Z' };
  const region: RegionInput = {
    foundationModels: { [HAIKU]: { modelLifecycle: ENDING }, 'amazon.nova-lite-v1:0:300k': {}, 'zai.glm-4.6': { modelLifecycle: null } },
    provisionedModels: { a: { modelArn: CLAUDE } },
    customModelDeployments: { a: {} },
    importedModels: { a: {} },
    promptRouters: { a: {} },
    ...calling(`eu.${HAIKU}`, 'zai.glm-4.6'),
  };

  it('are read in one call for all deployments, whatever names their models', async () => {
    const { list, count } = await reading(region);
    const listing = await list();
    const upstream = (kind: Parameters<typeof complete>[1]) => complete(listing, kind).sightings.map(each => each.upstream);
    expect(upstream('PROVISIONED_THROUGHPUT')).toEqual([[{ model: HAIKU, ...legacy }]]);
    const kept = { model: 'amazon.nova-lite-v1:0:300k', status: 'ACTIVE', legacyAt: null, endOfLifeAt: null };
    expect(upstream('CUSTOM_MODEL_DEPLOYMENT')).toEqual([[kept]]);
    // An imported model rests on none, one in an unknown form is not listed, and of a router one model is.
    expect(upstream('IMPORTED_MODEL')).toEqual([undefined]);
    expect(upstream('PROMPT_ROUTER')).toEqual([[{ model: HAIKU, ...legacy }]]);
    expect(upstream('MODEL_USE')).toEqual([[{ model: HAIKU, ...legacy }], []]);
    expect([count('ListFoundationModels'), listing.upstreamUnread]).toEqual([1, undefined]);
  });

  it('that may not be read are unknown, and everything else is read', async () => {
    const { list } = await reading({ ...region, denied: ['ListFoundationModels'] });
    const listing = await list();
    expect(complete(listing, 'PROVISIONED_THROUGHPUT').sightings.map(each => each.upstream)).toEqual([null]);
    expect(listing.upstreamUnread).toEqual({ failure: 'DENIED', reason: 'access denied: bedrock:ListFoundationModels' });
  });

  it('are unknown of what is not known itself, so that what was known of it is kept', () => {
    const listing = aListing({ kinds: [endpointsOf([aSighting({ detail: unknownDetail() })])] });
    const { kinds } = withUpstream(listing.kinds, { ok: true, value: new Map() });
    expect(kinds.flatMap(each => (each.status === 'COMPLETE' ? each.sightings : [])).map(each => each.upstream)).toEqual([null]);
  });

  it('are unknown where the list of models is "not found"', async () => {
    const { list, simcloud } = await reading(region);
    simcloud.faults.add({ kind: 'error', code: 'ResourceNotFoundException', operation: 'ListFoundationModels' });
    expect((await list()).upstreamUnread).toEqual({ failure: 'UNKNOWN', reason: 'not found: bedrock:ListFoundationModels' });
  });
});

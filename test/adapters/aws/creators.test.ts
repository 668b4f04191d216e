import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { describe, expect, it } from 'vitest';
import { createCreatorSource } from '../../../lib/adapters/aws/creators.ts';
import type { CreationWindow } from '../../../lib/core/creators.ts';
import type { CloudScope } from '../../../lib/core/scope.ts';
import { elapsed, MINUTE, plus } from '../../../lib/core/time.ts';
import type { EstateInput } from '../../../lib/simcloud/estate.ts';
import type { SimcloudOptions } from '../../../lib/simcloud/server.ts';
import { ACCOUNT, inRegion, NOW, REGION, simulate } from '../../simcloud/simulated.ts';

type Kept = NonNullable<EstateInput['accounts'][string][string]['trail']>[number];
const SCOPE = { provider: 'sagemaker', account: ACCOUNT, region: REGION } as const;
const MADE = '2026-11-20T16:45:00.000Z';
const SAM = { type: 'IAMUser', userName: 'sam', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' };
const creation = (endpointName: string, over: Partial<Kept> = {}): Kept => ({
  eventName: 'CreateEndpoint',
  eventTime: '2026-11-20T16:44:58Z',
  userIdentity: SAM,
  requestParameters: { endpointName },
  ...over,
});
const window = (first = MADE, last = first, over: Partial<CreationWindow> = {}): CreationWindow => ({
  kind: 'ENDPOINT',
  operations: ['CreateEndpoint'],
  first,
  last,
  ...over,
});
/** By so many days. */
const earlier = (days: number, from = MADE) => plus(from, -days * 24 * 60 * MINUTE);
/** As they are answered, whole or from `first` on. */
const spans = (...windows: readonly CreationWindow[]) => windows.map(({ kind, first, last }) => ({ kind, first, last }));
const names = (size: number, prefix = 'e') => Array.from({ length: size }, (_, at) => `${prefix}${String(at).padStart(4, '0')}`);

const looking = async (trail: readonly Kept[], options: Partial<SimcloudOptions> & { readonly attempts?: number } = {}) => {
  const { attempts = 1, ...over } = options;
  const { simcloud, config } = await simulate({}, { estate: inRegion({ trail: [...trail] }), ...over });
  const source = createCreatorSource({
    clientFor: () => new CloudTrailClient(config({ maxAttempts: attempts })),
    clock: { now: () => new Date(NOW).toISOString() },
  });
  const lookUp = (windows: readonly CreationWindow[], deadline = '2026-11-23T10:00:00.000Z') => source.lookUp(SCOPE, { windows, deadline });
  return { simcloud, lookUp };
};
const found = async (...trail: readonly Kept[]) => {
  const { acts } = await (await looking(trail)).lookUp([window()]);
  return acts.map(({ resource }) => resource).toSorted();
};

describe('who made what is looked up', () => {
  it('by the call that made it, of which nothing but who, what and when is kept', async () => {
    const secret = { Environment: { TOKEN: 'canary' } };
    const answer = await (await looking([creation('Chat', { responseElements: secret })])).lookUp([window()]);
    expect(answer).toEqual({
      acts: [
        {
          scope: `sagemaker/${ACCOUNT}/${REGION}`,
          resource: 'endpoint/chat',
          kind: 'created',
          act: {
            actor: { name: 'sam', role: null, because: 'IAM_USER' },
            operation: 'CreateEndpoint',
            at: '2026-11-20T16:44:58.000Z',
            eventId: expect.stringMatching(/^[0-9a-f]{36}$/),
            heard: 'LOOKED_UP',
          },
        },
      ],
      answered: spans(window()),
      failure: null,
      calls: 1,
      callsByAction: { 'cloudtrail:LookupEvents': { requests: 1, retries: 0, spared: {} } },
    });
    expect(JSON.stringify(answer)).not.toMatch(/canary|AKIA|203\.0\.113/);
  });

  it.each<[string, Kept, readonly string[]]>([
    ['five minutes before its time', creation('a', { eventTime: '2026-11-20T16:40:00Z' }), ['endpoint/a']],
    ['five minutes after it', creation('a', { eventTime: '2026-11-20T16:50:00Z' }), ['endpoint/a']],
    ['no earlier', creation('a', { eventTime: '2026-11-20T16:39:59Z' }), []],
    ['no later', creation('a', { eventTime: '2026-11-20T16:50:01Z' }), []],
    ['not where it failed', creation('a', { errorCode: 'ValidationException' }), []],
    ['not in another account', creation('a', { recipientAccountId: '444455556666' }), []],
    ['not in another region', creation('a', { awsRegion: 'us-east-1' }), []],
    ['not of another service', creation('a', { eventSource: 'storagegateway.amazonaws.com' }), []],
    ['not of another provider', creation('a', { eventSource: 'bedrock.amazonaws.com' }), []],
    ['not where it names none', creation('a', { requestParameters: null }), []],
    ['not where it cannot be read', creation('a', { eventID: 'not an id' }), []],
    ['not by a call that changes', creation('a', { eventName: 'UpdateEndpoint' }), []],
  ])('%s', async (_what, kept, expected) => expect(await found(kept, creation('b'))).toEqual([...expected, 'endpoint/b']));

  it('page by page, by each call that makes one', async () => {
    const trail = [
      ...names(3).map(name => creation(name)),
      creation('c', { eventName: 'CreateInferenceComponent', requestParameters: { inferenceComponentName: 'c' } }),
    ];
    const { lookUp, simcloud } = await looking(trail, { pageSize: 1 });
    const answer = await lookUp([window(MADE, MADE, { operations: ['CreateEndpoint', 'CreateInferenceComponent'] })]);
    expect([answer.acts.map(({ resource }) => resource).toSorted(), answer.answered]).toEqual([
      ['endpoint/e0000', 'endpoint/e0001', 'endpoint/e0002', 'inference-component/c'],
      spans(window()),
    ]);
    expect([answer.calls, simcloud.calls().map(({ count }) => count)]).toEqual([4, [4]]);
  });

  it.each(['{', '[]', '{"eventName":"CreateEndpoint"}', '\ud800'])(
    'in an answer that holds %j for an event, and another',
    async CloudTrailEvent => {
      const { lookUp, simcloud } = await looking([]);
      const whole = {
        eventName: 'CreateEndpoint',
        eventSource: 'sagemaker.amazonaws.com',
        eventTime: MADE,
        eventID: 'e-1',
        userIdentity: SAM,
      };
      const own = { ...whole, recipientAccountId: ACCOUNT, awsRegion: REGION, requestParameters: { endpointName: 'b' } };
      const changed = { ...own, eventName: 'UpdateEndpoint', requestParameters: { endpointName: 'c' } };
      const Events = [{ CloudTrailEvent }, {}, ...[own, changed].map(event => ({ CloudTrailEvent: JSON.stringify(event) }))];
      simcloud.faults.add({ kind: 'altered', operation: 'LookupEvents', fields: { Events } });
      expect((await lookUp([window()])).acts.map(({ resource }) => resource)).toEqual(['endpoint/b']);
    },
  );
});

it('one question at a time is asked in a place, whoever asks', async () => {
  const flight = { now: 0, most: 0 };
  const { config } = await simulate({});
  const clientFor = () => {
    const client = new CloudTrailClient(config());
    const counted = async <T>(asked: Promise<T>): Promise<T> => {
      flight.most = Math.max(flight.most, (flight.now += 1));
      return asked.finally(() => (flight.now -= 1));
    };
    client.middlewareStack.add(next => args => counted(next(args)), { step: 'initialize' });
    return client;
  };
  const source = createCreatorSource({ clientFor, clock: { now: () => new Date(NOW).toISOString() } });
  const ask = { windows: [window()], deadline: '2026-11-23T10:00:00.000Z' };
  await Promise.all(['sagemaker', 'bedrock'].map(provider => source.lookUp({ ...SCOPE, provider } as CloudScope, ask)));
  expect(flight).toEqual({ now: 0, most: 1 });
});

describe('a question that is not answered', () => {
  const DENIED = { failure: 'DENIED', reason: 'access denied: cloudtrail:LookupEvents' };
  it.each<[string, Parameters<Awaited<ReturnType<typeof looking>>['simcloud']['faults']['add']>[0], object]>([
    ['is refused', { kind: 'error', code: 'AccessDeniedException' }, DENIED],
    [
      'is throttled',
      { kind: 'throttle' },
      { failure: 'TRANSIENT', reason: 'failed after retries: cloudtrail:LookupEvents (ThrottlingException)' },
    ],
    ['breaks', { kind: 'internal' }, { failure: 'TRANSIENT' }],
    ['is no list', { kind: 'altered', fields: { Events: null } }, { failure: 'MALFORMED' }],
    [
      'has the same page for ever',
      { kind: 'repeated-token' },
      { failure: 'MALFORMED', reason: expect.stringContaining('the same page token twice') },
    ],
    ['is not found', { kind: 'error', code: 'ResourceNotFoundException' }, { failure: 'UNKNOWN' }],
  ])('as it %s takes nothing from what was found before', async (_what, fault, failure) => {
    const { lookUp, simcloud } = await looking([creation('a'), creation('b', { eventTime: earlier(4) })]);
    simcloud.faults.add({ ...fault, operation: 'LookupEvents', nth: 2, times: 'all' });
    const answer = await lookUp([window(earlier(4)), window(), window(earlier(-2))]);
    expect(answer).toMatchObject({ answered: spans(window(earlier(4))), failure });
    expect(answer.acts.map(({ resource }) => resource)).toContain('endpoint/b');
  });

  it('is asked again by the SDK where it was throttled', async () => {
    const { lookUp, simcloud } = await looking([creation('a')], { attempts: 3 });
    simcloud.faults.add({ kind: 'throttle', operation: 'LookupEvents', times: 2 });
    expect(await lookUp([window()])).toMatchObject({ answered: spans(window()), failure: null, calls: 3 });
  });

  it('keeps none of the others waiting where it failed for now, and ends the look where it was refused', async () => {
    const { lookUp, simcloud } = await looking([creation('a')]);
    simcloud.faults.add({ kind: 'throttle', operation: 'LookupEvents', times: 1 });
    const windows = [window(earlier(4)), window()];
    expect(await lookUp(windows)).toMatchObject({ answered: spans(window()), failure: { failure: 'TRANSIENT' }, calls: 2 });
    simcloud.faults.add({ kind: 'error', code: 'AccessDeniedException', operation: 'LookupEvents', times: 1 });
    expect(await lookUp(windows)).toMatchObject({ answered: [], failure: DENIED, calls: 1 });
  });

  it('counts among the pages of a roll call', async () => {
    const { lookUp, simcloud } = await looking([]);
    simcloud.faults.add({ kind: 'throttle', operation: 'LookupEvents', times: 'all' });
    const windows = Array.from({ length: 25 }, (_, days) => window(earlier(days)));
    expect(await lookUp(windows)).toMatchObject({ answered: [], failure: { failure: 'TRANSIENT' }, calls: 20 });
  });

  it('counts for as far back as it was read before it failed, by its last call', async () => {
    const day = [creation('a', { eventTime: plus(MADE, 120 * MINUTE) }), creation('b', { eventTime: plus(MADE, 60 * MINUTE) })];
    const { lookUp, simcloud } = await looking([...day, creation('c')], { pageSize: 1 });
    const whole = window(MADE, plus(MADE, 120 * MINUTE));
    simcloud.faults.add({ kind: 'throttle', operation: 'LookupEvents', nth: 3, times: 1 });
    const read = { ...whole, first: plus(MADE, 65 * MINUTE + 1) };
    expect(await lookUp([whole])).toMatchObject({ answered: spans(read), failure: { failure: 'TRANSIENT' } });
    simcloud.faults.add({ kind: 'throttle', operation: 'LookupEvents', nth: 3, times: 1 });
    const two = { ...whole, operations: ['CreateEndpoint', 'CreateInferenceComponent'] };
    expect(await lookUp([two])).toMatchObject({ answered: [], failure: { failure: 'TRANSIENT' } });
  });

  it('goes no farther back than CloudTrail keeps anything', async () => {
    const { config } = await simulate({});
    const client = new CloudTrailClient(config());
    const starts: unknown[] = [];
    client.middlewareStack.add(next => args => (starts.push((args.input as { StartTime: Date }).StartTime.toISOString()), next(args)), {
      step: 'initialize',
    });
    const now = new Date(NOW).toISOString();
    const source = createCreatorSource({ clientFor: () => client, clock: { now: () => now } });
    const oldest = earlier(90, now);
    const windows = [plus(oldest, MINUTE), plus(oldest, 6 * MINUTE)].map(first => window(first));
    await source.lookUp(SCOPE, { windows, deadline: '2026-11-23T10:00:00.000Z' });
    expect(starts).toEqual([oldest, plus(oldest, MINUTE)]);
  });

  it('is given up when its time is over', async () => {
    const { lookUp } = await looking([creation('a')]);
    expect(await lookUp([window()], new Date(NOW).toISOString())).toMatchObject({
      answered: [],
      failure: { failure: 'DEADLINE', reason: 'out of time: cloudtrail:LookupEvents' },
      calls: 0,
    });
  });

  it('is denied as the estate says', async () => {
    const { lookUp } = await looking([], { estate: inRegion({ denied: ['LookupEvents'] }) });
    expect(await lookUp([window()])).toMatchObject({ answered: [], failure: DENIED });
  });
});

describe('twenty pages are enough for a roll call', () => {
  /** One each minute, the last of them at `last`. */
  const many = (size: number, prefix: string, last = MADE, over: Partial<Kept> = {}) =>
    names(size, prefix).map((name, at) => creation(name, { eventTime: plus(last, -at * MINUTE), ...over }));
  const madeIn = (size: number, over: Partial<CreationWindow> = {}) => window(plus(MADE, -(size - 1) * MINUTE), MADE, over);
  const TWO = { operations: ['CreateEndpoint', 'CreateInferenceComponent'] };
  const component = (name: string): Partial<Kept> => ({
    eventName: 'CreateInferenceComponent',
    requestParameters: { inferenceComponentName: name },
  });

  it('and a window that the last of them reads is answered', async () => {
    const { lookUp } = await looking(many(20, 'a'), { pageSize: 1 });
    expect(await lookUp([madeIn(20), window(earlier(4))])).toMatchObject({ answered: spans(madeIn(20)), failure: null, calls: 20 });
  });

  it('of one that takes more the late part is answered, and so on until all of it is', async () => {
    const { lookUp } = await looking(many(30, 'a'), { pageSize: 1 });
    const until = async (last: number) => {
      const { answered, calls } = await lookUp([{ ...madeIn(30), last: plus(MADE, -last * MINUTE) }, window(earlier(4))]);
      return [answered.map(({ first }) => elapsed(first, MADE) / MINUTE), calls];
    };
    // The last of 20 is of 19 minutes before: what lies five minutes from it may be told of on the next page.
    const [reached] = await until(0);
    expect(reached).toEqual([14 - 1 / MINUTE]);
    expect(await until(14)).toEqual([[23 - 1 / MINUTE], 20]);
    expect(await until(23)).toEqual([[29, elapsed(earlier(4), MADE) / MINUTE], 13]);
  });

  it('and those that are left are for the next window', async () => {
    const { lookUp } = await looking([...many(15, 'a', earlier(4)), ...many(15, 'b')], { pageSize: 1 });
    const [young, old] = [madeIn(15), { ...madeIn(15), first: earlier(4, plus(MADE, -14 * MINUTE)), last: earlier(4) }];
    expect(await lookUp([young, old])).toMatchObject({ answered: spans(young), failure: null, calls: 20 });
    expect(await lookUp([old])).toMatchObject({ answered: spans(old), failure: null, calls: 15 });
  });

  it('but not for creations at one time that take all of them: such are not asked for ever', async () => {
    const burst = names(30, 'a').map(name => creation(name));
    const { lookUp, simcloud } = await looking(burst, { pageSize: 1 });
    expect(await lookUp([window(earlier(4), MADE)])).toMatchObject({ answered: spans(window()), failure: null, calls: 20 });
    expect(await lookUp([window(earlier(4)), window()])).toMatchObject({ answered: spans(window(earlier(4))), calls: 20 });
    simcloud.faults.add({ kind: 'endless-pages', operation: 'LookupEvents', times: 'all' });
    expect(await lookUp([window()])).toMatchObject({ answered: spans(window()), calls: 20 });
  });

  it('and a second call that makes one is asked for as far back as there were pages for the first', async () => {
    const components = names(3, 'c').map((name, at) => creation(name, { ...component(name), eventTime: plus(MADE, -10 * at * MINUTE) }));
    const { lookUp, simcloud } = await looking([...many(30, 'a'), ...components], { pageSize: 1 });
    // The first has ten pages, to nine minutes before.
    const answer = await lookUp([madeIn(30, TWO)]);
    expect(answer).toMatchObject({ answered: spans(window(plus(MADE, -4 * MINUTE + 1), MADE)), failure: null, calls: 11 });
    expect(answer.acts.at(-1)?.resource).toBe('inference-component/c0000');
    expect(simcloud.calls()).toHaveLength(1);
  });
});

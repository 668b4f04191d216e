import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { describe, expect, it } from 'vitest';
import { createCreatorSource } from '../../lib/adapters/aws/creators.ts';
import { createBedrockSource } from '../../lib/adapters/bedrock/source.ts';
import { createSagemakerSource } from '../../lib/adapters/sagemaker/source.ts';
import { DAY, type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import type { ListingQuestion } from '../../lib/ports.ts';
import { recheckScopes } from '../../lib/usecases/recheck-scopes.ts';
import { reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import { rollCall } from '../../lib/usecases/roll-call.ts';
import { IMAGE, inRegion, type RegionInput, simulate as simulateCloud } from '../simcloud/simulated.ts';
import { simulate } from '../simulation/simulated-world.ts';
import { aLog, queued } from '../support/announced-world.ts';
import { SCOPE, SLOT, someSettings } from '../support/builders.ts';
import { aCall } from '../support/events.ts';
import { findingDetailOf } from '../support/finding-detail.ts';

const WEEKS_AGO = '2026-11-01T08:00:00Z';
const SAM = { type: 'IAMUser', userName: 'sam' };
const creation = (endpointName: string, eventTime = WEEKS_AGO) => ({
  eventName: 'CreateEndpoint',
  eventTime,
  userIdentity: SAM,
  requestParameters: { endpointName },
});
const endpoint = (createdAt = WEEKS_AGO) => ({ createdAt, variants: [{ model: { image: IMAGE } }] });
const SETTINGS = {
  accounts: { '111122223333': { contact: 'platform@example.com' } },
  receivers: { 'platform@example.com': { email: 'p@example.com' } },
};

/** The whole application on memory stores, over SageMaker, or Bedrock, and CloudTrail in the simulated cloud. `call` is the roll call of a slot; it tells how often CloudTrail was asked. */
const aWorld = async (region: RegionInput, settings: object = {}, scope = SCOPE) => {
  const { simcloud, sagemaker, bedrock, agents, cloudwatch, config, pass } = await simulateCloud(region);
  const { deps: inMemory, setNow, accepted } = simulate(someSettings({ ...SETTINGS, ...settings }), [scope]);
  const { lines, log } = aLog();
  const { clock } = inMemory;
  const own =
    scope === SCOPE
      ? createSagemakerSource({ clientsFor: () => ({ client: sagemaker, cloudwatch }), settings: { harmlessEnvironmentKeys: [] }, clock })
      : createBedrockSource({ clientsFor: () => ({ bedrock, cloudwatch, agents }), clock });
  const listings: ListingQuestion[] = [];
  const creators = createCreatorSource({ clientFor: () => new CloudTrailClient(config()), clock });
  const source: typeof own = { ...own, list: (of, ask) => (listings.push(ask), own.list(of, ask)) };
  const deps = { ...inMemory, source, creators, log };
  const asked = () => simcloud.calls().find(({ operation }) => operation === 'LookupEvents')?.count ?? 0;
  const at = (index: number): Instant => plus(SLOT, index * 15 * MINUTE);
  let last = 0;
  const call = async (index: number) => {
    const before = asked();
    setNow(at(index));
    pass((index - last) * 15 * MINUTE);
    last = index;
    await rollCall(deps, { slot: at(index), holder: `run ${index}` });
    return asked() - before;
  };
  const announce = (...events: readonly object[]) =>
    recheckScopes(deps, { messages: queued(events), holder: 'recheck', deadline: plus(inMemory.clock.now(), MINUTE) });
  const shown = (name: string) => findingDetailOf(deps, scope, name);
  return {
    deps,
    call,
    announce,
    shown,
    asked,
    accepted,
    lines,
    listings,
    simcloud,
    setNow,
    at,
    edit: (next: RegionInput) => simcloud.load(inRegion(next)),
  };
};

describe('a deployment that is older than Rollcall', () => {
  it('is shown with who made it, in the first mail and from then on, and is asked for once', async () => {
    const { call, shown, accepted, lines, listings, deps } = await aWorld({ endpoints: { chat: endpoint() }, trail: [creation('chat')] });
    expect(await call(0)).toBe(1);
    expect((await shown('chat')).createdBy).toBe('sam, CreateEndpoint, 2026-11-01T08:00:00.000Z');
    expect((await shown('chat')).changedBy).toBe('unknown (no CloudTrail event seen)');
    const mail = accepted.find(({ topic }) => topic === 'OWNERS');
    expect(mail?.body).toContain('Created by: sam 1 Nov 08:00 UTC.');
    expect(lines.filter(({ event }) => event === 'creators.lookedUp').map(({ detail }) => detail)).toEqual([
      { scope: SCOPE, windows: 1, answered: 1, events: 1, failure: null, reason: null },
    ]);
    const [told, history] = [accepted.length, await historyOf(deps)];
    expect([await call(1), await call(2), await call(100)]).toEqual([0, 0, 0]);
    expect((await shown('chat')).createdBy).toContain('sam');
    expect([accepted.slice(told).filter(({ topic }) => topic === 'OWNERS'), await historyOf(deps)]).toEqual([[], history]);
    expect(listings.map(({ announced }) => announced)).toEqual([[], [], [], []]);
  });

  it('counts in the calls of its scope', async () => {
    const { call, deps, simcloud } = await aWorld({ endpoints: { chat: endpoint() } });
    await call(0);
    expect((await deps.inventory.status(SCOPE))?.calls).toBe(simcloud.calls().reduce((sum, { count }) => sum + count, 0));
  });

  it('whose creator CloudTrail does not know is not asked for again', async () => {
    const { call, shown } = await aWorld({ endpoints: { chat: endpoint(), old: endpoint('2026-03-01T08:00:00Z') } });
    expect([await call(0), await call(1)]).toEqual([1, 0]);
    expect([(await shown('chat')).createdBy, (await shown('old')).createdBy]).toEqual([
      'unknown (no CloudTrail event seen)',
      'unknown (older than the 90 days that CloudTrail keeps)',
    ]);
  });
});

const historyOf = async ({ findings }: Awaited<ReturnType<typeof aWorld>>['deps']) =>
  (await findings.inScope(SCOPE)).map(({ record }) => [record.rule, record.head.seq]);

describe('a deployment that is made later', () => {
  const young = '2026-11-23T09:20:00Z';
  const made = { endpoints: { chat: endpoint(young) }, trail: [creation('chat', young)] };

  it('is asked for once CloudTrail shows it, where no event came', async () => {
    const { call, edit, shown } = await aWorld({}, { events: { enabled: false } });
    expect(await call(0)).toBe(0);
    edit(made);
    expect([await call(1), (await shown('chat')).createdBy]).toEqual([0, 'unknown (not looked up yet)']);
    expect([await call(2), (await shown('chat')).createdBy]).toEqual([1, `sam, CreateEndpoint, ${plus(young, 0)}`]);
    expect((await shown('chat')).changedBy).toBe('unknown (events not enabled)');
    expect(await call(3)).toBe(0);
  });

  it('and is listed later still, as a prompt is with its first version, is asked for though later ones were', async () => {
    const prompt = (name: string, eventTime: string) => ({
      eventName: 'CreatePrompt',
      eventSource: 'bedrock.amazonaws.com',
      eventTime,
      userIdentity: SAM,
      responseElements: { id: name },
    });
    const day = (of: number) => plus(young, -of * DAY);
    const prompts = { P1: { name: 'early', createdAt: day(3) }, P2: { name: 'late', createdAt: day(1) } };
    const version = { variants: [{ name: 'v', templateType: 'TEXT', templateConfiguration: { text: { text: 'Hello' } } }] };
    const region = { prompts, trail: [prompt('P1', day(3)), prompt('P2', day(1))] };
    const world = await aWorld({ ...region, promptVersions: { 'P2/1': version } }, {}, 'bedrock/111122223333/eu-west-1');
    expect([await world.call(0), (await world.shown('late')).createdBy]).toEqual([1, `sam, CreatePrompt, ${day(1)}`]);
    world.edit({ ...region, promptVersions: { 'P1/1': version, 'P2/1': version } });
    expect([await world.call(1), (await world.shown('early')).createdBy]).toEqual([1, `sam, CreatePrompt, ${day(3)}`]);
    expect([await world.call(2), (await world.shown('late')).createdBy]).toEqual([0, `sam, CreatePrompt, ${day(1)}`]);
  });

  it('and whose event comes after it was looked up is announced all the same', async () => {
    const { call, edit, announce, shown, setNow, at } = await aWorld({});
    await call(0);
    const eventID = '5c2b6e0a-7d1f-4c39-9a55-0f6e7b1d2c34';
    edit({ ...made, trail: [{ ...creation('chat', young), eventID }] });
    await call(1);
    await call(2);
    expect((await shown('chat')).changedBy).toBe('unknown (no CloudTrail event seen)');
    setNow(plus(at(2), MINUTE));
    await announce(aCall('CreateEndpoint', { requestParameters: { endpointName: 'chat' }, eventTime: young, eventID }));
    await call(3);
    expect((await shown('chat')).changedBy).toBe(`kim (role Deploy), CreateEndpoint, ${plus(young, 0)}`);
  });

  it('is not asked for where its event came, and what came is the last change as well', async () => {
    const { call, edit, announce, shown, setNow, at, asked } = await aWorld({});
    await call(0);
    edit(made);
    setNow(plus(at(0), 6 * MINUTE));
    const event = aCall('CreateEndpoint', { requestParameters: { endpointName: 'chat' }, eventTime: young });
    expect([await announce(event), asked()]).toEqual([[], 0]);
    expect([await call(1), await call(2), await call(3)]).toEqual([0, 0, 0]);
    expect([(await shown('chat')).createdBy, (await shown('chat')).changedBy]).toEqual(
      Array(2).fill(`kim (role Deploy), CreateEndpoint, ${plus(young, 0)}`),
    );
  });

  it('and what was looked up announces nothing: what is kept of it is believed', async () => {
    const { call, edit, listings } = await aWorld({});
    await call(0);
    edit(made);
    await call(1);
    await call(2);
    await call(3);
    expect(listings.map(({ announced }) => announced)).toEqual([[], [], [], []]);
  });
});

describe('a look-up that is not answered', () => {
  const REFUSED = 'unknown (access denied: cloudtrail:LookupEvents)';

  it('by a refusal is said so, changes nothing else, and is asked once a day until it is answered', async () => {
    const region = { endpoints: { chat: endpoint() }, trail: [creation('chat')] };
    const { call, shown, edit, lines, deps } = await aWorld({ ...region, denied: ['LookupEvents'] });
    expect([await call(0), (await shown('chat')).createdBy]).toEqual([1, REFUSED]);
    expect((await deps.inventory.status(SCOPE))?.kinds.ENDPOINT?.failure).toBeNull();
    const history = await historyOf(deps);
    const calls: number[] = [];
    for (let index = 1; index <= 96; index += 1) calls.push(await call(index));
    expect([calls.filter(count => count > 0), await historyOf(deps)]).toEqual([[1], history]);
    expect(lines.filter(({ event }) => event === 'creators.lookedUp').map(({ detail }) => detail['reason'])).toEqual(
      Array(2).fill('access denied: cloudtrail:LookupEvents'),
    );
    edit(region);
    await call(97);
    expect((await shown('chat')).createdBy).toBe(REFUSED);
    await call(2 * 96);
    expect((await shown('chat')).createdBy).toContain('sam');
    expect(await call(2 * 96 + 1)).toBe(0);
  });

  it('by a refusal that ends leaves no word of it, also where CloudTrail knows nobody', async () => {
    const region = { endpoints: { chat: endpoint() } };
    const { call, shown, edit, accepted } = await aWorld({ ...region, denied: ['LookupEvents'] });
    await call(0);
    const [mail = ''] = accepted.filter(({ topic }) => topic === 'OWNERS').map(({ body }) => body.replaceAll(/\s+/g, ' '));
    expect(mail).toContain(`Created by: ${REFUSED}.`);
    expect(mail).not.toContain('creator unread');
    edit(region);
    await call(96);
    expect((await shown('chat')).createdBy).toBe('unknown (no CloudTrail event seen)');
  });

  it('for now is asked again in the next roll call', async () => {
    const { call, simcloud, shown } = await aWorld({ endpoints: { chat: endpoint() }, trail: [creation('chat')] });
    simcloud.faults.add({ kind: 'throttle', operation: 'LookupEvents' });
    expect([await call(0), (await shown('chat')).createdBy]).toEqual([1, 'unknown (not looked up yet)']);
    expect([await call(1), (await shown('chat')).createdBy]).toEqual([1, expect.stringContaining('sam')]);
  });

  it('and kept is asked again: what was asked about is remembered after what was found', async () => {
    const { call, shown, deps, setNow, at } = await aWorld({ endpoints: { chat: endpoint() }, trail: [creation('chat')] });
    const inventory = { ...deps.inventory, recordAct: async () => Promise.reject(new Error('crashed')) };
    setNow(at(0));
    await expect(rollCall({ ...deps, inventory }, { slot: at(0), holder: 'run 0' })).rejects.toThrow('crashed');
    expect((await deps.inventory.items(SCOPE)).filter(({ creationAsked }) => creationAsked !== null)).toEqual([]);
    expect([await call(1), (await shown('chat')).createdBy]).toEqual([1, expect.stringContaining('sam')]);
  });

  it('by a refusal until CloudTrail has forgotten is told as what it is: nobody ever looked', async () => {
    const region = { endpoints: { chat: endpoint(plus(SLOT, -89 * DAY)) }, denied: ['LookupEvents'] };
    const { call, shown, edit } = await aWorld(region);
    expect([await call(0), (await shown('chat')).createdBy]).toEqual([1, REFUSED]);
    edit({ ...region, denied: [] });
    const calls = [await call(2 * 96), await call(3 * 96)];
    expect([calls, (await shown('chat')).createdBy]).toEqual([[0, 0], 'unknown (older than the 90 days that CloudTrail keeps)']);
  });

  it('but found is written some at a time, and no more', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const endpoints = Object.fromEntries(names.map(name => [name, endpoint()]));
    const { deps, setNow, at } = await aWorld({ endpoints, trail: names.map(name => creation(name)) });
    const flight = { now: 0, most: 0 };
    const recordAct: typeof deps.inventory.recordAct = async (of, act) => {
      flight.most = Math.max(flight.most, (flight.now += 1));
      await Promise.resolve();
      flight.now -= 1;
      return deps.inventory.recordAct(of, act);
    };
    setNow(at(0));
    await rollCall({ ...deps, inventory: { ...deps.inventory, recordAct } }, { slot: at(0), holder: 'run 0' });
    expect([flight.most, (await deps.inventory.acts(SCOPE)).length]).toEqual([deps.writesAtOnce, names.length]);
  });

  it('in one roll call goes on in the next, the latest first', async () => {
    const days = Array.from({ length: 30 }, (_, at) => plus(WEEKS_AGO, -2 * at * DAY));
    const endpoints = Object.fromEntries(days.map((day, at) => [`e${at}`, endpoint(day)]));
    const { call, shown } = await aWorld({ endpoints, trail: days.map((day, at) => creation(`e${at}`, day)) });
    expect(await call(0)).toBe(20);
    expect([(await shown('e0')).createdBy, (await shown('e20')).createdBy]).toEqual([
      expect.stringContaining('sam'),
      'unknown (not looked up yet)',
    ]);
    expect([await call(1), await call(2)]).toEqual([10, 0]);
  });

  it('within half a minute, or by the end of the reading, is given up; and where there is nothing to ask nobody is', async () => {
    const { deps, setNow, at } = await aWorld({ endpoints: { chat: endpoint() } });
    const deadlines: Instant[] = [];
    const creators: typeof deps.creators = { lookUp: (scope, ask) => (deadlines.push(ask.deadline), deps.creators.lookUp(scope, ask)) };
    const read = (index: number, holder: string, milliseconds: number) => {
      setNow(at(index));
      const ask = { scope: SCOPE, slot: at(index), mode: 'ROLL_CALL', holder, deadline: plus(at(index), milliseconds) } as const;
      return reconcileScope({ ...deps, creators }, ask);
    };
    await read(0, 'a', MINUTE / 6);
    expect(deadlines).toEqual([plus(at(0), MINUTE / 6)]);
    await read(1, 'a', MINUTE);
    expect(deadlines).toHaveLength(1);
    const other = await aWorld({ endpoints: { chat: endpoint() } });
    other.setNow(at(0));
    await rollCall({ ...other.deps, creators }, { slot: at(0), holder: 'run' });
    expect(deadlines.slice(1)).toEqual([plus(at(0), MINUTE / 2)]);
  });
});

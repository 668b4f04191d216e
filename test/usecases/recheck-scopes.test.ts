import { describe, expect, it } from 'vitest';
import { MINUTE, plus } from '../../lib/core/time.ts';
import { finishRun, tellBetween } from '../../lib/usecases/finish-run.ts';
import { planScopes } from '../../lib/usecases/plan-scopes.ts';
import { recheckScopes } from '../../lib/usecases/recheck-scopes.ts';
import { reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import { readRollCall, rollCall } from '../../lib/usecases/roll-call.ts';
import { type Simulation, simulate } from '../simulation/simulated-world.ts';
import { aRegistration, aSighting, endpointArn, NOW, SCOPE, SLOT, someSettings } from '../support/builders.ts';
import { aCall, anAct, aStateChange } from '../support/events.ts';

const EAST = SCOPE.replace('eu-west-1', 'us-east-1');
const LATER = plus(NOW, MINUTE);
const stray = (name = 'stray') => aSighting({ name, artefact: name, tags: {}, createdAt: NOW });

/** A world whose first roll call has ended well at SLOT, with a log that is kept. */
const aWorld = async () => {
  const world = simulate(someSettings(), [SCOPE, EAST]);
  await world.deps.registry.put(aRegistration());
  world.cloud.live.set('fraud', aSighting());
  world.setNow(SLOT);
  await rollCall(world.deps, { slot: SLOT, holder: 'first' });
  world.setNow(LATER);
  const lines: { readonly event: string; readonly detail: Readonly<Record<string, unknown>> }[] = [];
  const keep = (event: string, detail: Readonly<Record<string, unknown>>) => void lines.push({ event, detail });
  return { ...world, told: world.accepted.length, lines, deps: { ...world.deps, log: { info: keep, warn: keep } } };
};

const announce = ({ deps }: Pick<Simulation, 'deps'>, ...events: readonly unknown[]) =>
  recheckScopes(deps, {
    messages: events.map((event, index) => ({ id: `m-${index + 1}`, body: typeof event === 'string' ? event : JSON.stringify(event) })),
    holder: 'recheck',
    deadline: plus(deps.clock.now(), MINUTE),
  });

const created = (name = 'stray') => aCall('CreateEndpoint', { requestParameters: { endpointName: name }, eventID: `made-${name}` });
const open = async ({ deps }: Pick<Simulation, 'deps'>) =>
  (await deps.findings.inScope(SCOPE)).map(({ record: { rule, about, condition, generation } }) => [
    rule,
    about.name,
    condition,
    generation,
  ]);
const evidenceOf = async ({ deps }: Pick<Simulation, 'deps'>) =>
  (await deps.findings.inScope(SCOPE)).map(({ record }) => record.evidence['createdBy']);

describe('an announced change', () => {
  it('is recorded before the next slot, once, with who brought it about', async () => {
    const world = await aWorld();
    world.cloud.live.set('stray', stray());
    const batch = [created(), aStateChange('Endpoint'), created()];
    expect([await announce(world, ...batch), await announce(world, ...batch)]).toEqual([[], []]);
    expect(await open(world)).toEqual([['INV-01', 'stray', 'OPEN', 1]]);
    expect(await evidenceOf(world)).toEqual([['kim (role Deploy)', 'CreateEndpoint', '2026-11-23T09:15:20.000Z']]);
    expect(world.lines.filter(({ event }) => event === 'scope.rechecked')).toHaveLength(2);
    expect((await world.deps.findings.history({ scope: SCOPE, rule: 'INV-01', subject: `dep:${endpointArn('stray')}` })).length).toBe(1);
  });

  it('is believed nothing: what is not there is not recorded, and what is gone is not resolved', async () => {
    const world = await aWorld();
    world.cloud.live.set('stray', stray());
    await announce(world, created());
    world.cloud.live.delete('stray');
    const status = await world.deps.inventory.status(SCOPE);
    await announce(world, aCall('DeleteEndpoint', { requestParameters: { endpointName: 'stray' } }), created('ghost'));
    expect(await open(world)).toEqual([['INV-01', 'stray', 'OPEN', 1]]);
    expect((await world.deps.inventory.items(SCOPE)).map(({ sighting, absentSince }) => [sighting.name, absentSince])).toContainEqual([
      'stray',
      null,
    ]);
    expect(await world.deps.inventory.status(SCOPE)).toEqual(status);
    expect((await world.deps.inventory.acts(SCOPE)).map(({ resource }) => resource)).toEqual(['endpoint/ghost', 'endpoint/stray']);
  });

  it('names the deployments of which nothing that is kept is believed', async () => {
    const world = await aWorld();
    const asked: unknown[] = [];
    const list: typeof world.deps.source.list = (scope, ask) => (asked.push(ask.announced), world.deps.source.list(scope, ask));
    const tagged = aCall('AddTags', { requestParameters: { resourceArn: endpointArn('Tagged') } });
    const deps = { ...world.deps, source: { ...world.deps.source, list } };
    await announce({ deps }, tagged, aStateChange('Endpoint', {}, { region: 'us-east-1' }));
    expect(asked).toEqual([['tagged'], []]);
  });

  it('that a roll call found first gets its author, and nobody is told again', async () => {
    const world = await aWorld();
    world.cloud.live.set('stray', stray());
    const slot = plus(SLOT, 15 * MINUTE);
    world.setNow(slot);
    await rollCall(world.deps, { slot, holder: 'second' });
    const told = world.accepted.length;
    await announce(world, created());
    expect(await evidenceOf(world)).toEqual([expect.arrayContaining(['kim (role Deploy)'])]);
    expect(await tellBetween(world.deps, { holder: 'tell' })).toBe('TOLD');
    expect(world.accepted.length).toBe(told);
  });

  it('whose call failed is looked at by nobody, and logged with who tried', async () => {
    const world = await aWorld();
    world.cloud.live.set('stray', stray());
    expect(await announce(world, aCall('CreateEndpoint', { errorCode: 'AccessDenied' }))).toEqual([]);
    expect(await open(world)).toEqual([]);
    const { actor, operation } = anAct();
    expect(world.lines).toContainEqual({
      event: 'event.attempt',
      detail: expect.objectContaining({ scope: SCOPE, error: 'AccessDenied', actor, operation }),
    });
    expect(world.lines).toContainEqual({
      event: 'events.read',
      detail: { messages: 1, rechecks: 0, acts: 0, attempts: 1, refused: 0, ATTEMPT: 1 },
    });
  });
});

describe('messages come back', () => {
  it('that nobody should have sent', async () => {
    const world = await aWorld();
    expect(await announce(world, 'text', aStateChange(), aStateChange('Endpoint', {}, { account: '999999999999' }))).toEqual([
      'm-1',
      'm-3',
    ]);
    expect(world.lines.filter(({ event }) => event === 'event.refused').map(({ detail }) => detail['code'])).toEqual([
      'NOT_JSON',
      'FOREIGN_ACCOUNT',
    ]);
  });

  it('whose scope another observer is reading, and no others', async () => {
    const world = await aWorld();
    await world.deps.inventory.takeLease(SCOPE, 'roll call', LATER, plus(LATER, MINUTE));
    expect(await announce(world, aStateChange(), aStateChange('Endpoint', {}, { region: 'us-east-1' }), created())).toEqual(['m-1', 'm-3']);
  });

  it('whose scope could not be read at all, and no others', async () => {
    const world = await aWorld();
    const items = async (scope: string) => (scope === EAST ? Promise.reject(new Error('throttled')) : world.deps.inventory.items(scope));
    const deps = { ...world.deps, inventory: { ...world.deps.inventory, items } };
    world.cloud.live.set('stray', stray());
    expect(await announce({ deps }, aStateChange('Endpoint', {}, { region: 'us-east-1' }), created())).toEqual(['m-1']);
    expect(await open(world)).toEqual([['INV-01', 'stray', 'OPEN', 1]]);
    expect(world.lines).toContainEqual({ event: 'recheck.failed', detail: { scope: EAST, reason: 'Error: throttled' } });
  });

  it('for which no time is left', async () => {
    const { deps } = await aWorld();
    const ask = { messages: [{ id: 'm-1', body: JSON.stringify(aStateChange()) }], holder: 'recheck', deadline: plus(LATER, 10_000) };
    expect(await recheckScopes(deps, ask)).toEqual(['m-1']);
  });

  it('but not where a later observer has taken over', async () => {
    const world = await aWorld();
    world.cloud.live.set('stray', stray());
    const list: typeof world.deps.source.list = async (...ask) => {
      await world.deps.inventory.takeLease(SCOPE, 'late', plus(LATER, 10 * MINUTE), plus(LATER, 20 * MINUTE));
      return world.deps.source.list(...ask);
    };
    expect(await announce({ deps: { ...world.deps, source: { ...world.deps.source, list } } }, created())).toEqual([]);
    expect(world.lines).toContainEqual({ event: 'scope.rechecked', detail: expect.objectContaining({ reason: 'SUPERSEDED', done: true }) });
  });
});

it('a scope that no roll call has read is left to the first one', async () => {
  const world = simulate();
  world.setNow(NOW);
  world.cloud.live.set('stray', stray());
  expect(await announce(world, created())).toEqual([]);
  expect([await open(world), await world.deps.inventory.status(SCOPE)]).toEqual([[], undefined]);
});

it('a scope that a roll call under way has still to read is left to it, and one that it has read is read again', async () => {
  const world = await aWorld();
  const slot = plus(SLOT, 15 * MINUTE);
  world.setNow(slot);
  world.cloud.live.set('stray', stray());
  await planScopes(world.deps, { slot, manual: false, holder: 'second' });
  expect([await announce(world, created()), await open(world)]).toEqual([['m-1'], []]);
  expect(world.lines).toContainEqual({
    event: 'scope.rechecked',
    detail: expect.objectContaining({ reason: 'ROLL_CALL_UNDER_WAY', done: false }),
  });
  const deadline = plus(slot, MINUTE);
  await reconcileScope(world.deps, { scope: SCOPE, slot, mode: 'ROLL_CALL', holder: 'second', deadline });
  world.cloud.live.set('another', stray('another'));
  await announce(world, created('another'));
  expect((await open(world)).map(([, name]) => name)).toEqual(['another', 'stray']);
});

describe('after a recheck', () => {
  const found = async () => {
    const world = await aWorld();
    world.cloud.live.set('stray', stray());
    await announce(world, created());
    return world;
  };

  it('what cannot wait is told at once, and by no roll call again', async () => {
    const world = await found();
    expect(await tellBetween(world.deps, { holder: 'tell' })).toBe('TOLD');
    const [message, ...others] = world.accepted.slice(world.told);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ receiver: 'security', subject: 'Rollcall HIGH: stray: nobody registered it (prod)' });
    expect(message?.body).toContain('Between two roll calls: only where a change was announced did Rollcall look again.');
    expect(message?.body).toContain('created by: kim (role Deploy) 23 Nov 09:15 UTC');
    const slot = plus(SLOT, 15 * MINUTE);
    world.setNow(slot);
    expect((await rollCall(world.deps, { slot, holder: 'second' })).told).toMatchObject({ sent: [] });
  });

  it('the summary is left to a roll call, though it is due', async () => {
    const world = await found();
    const before = await world.deps.inventory.lastSummary('security');
    world.setNow(plus(SLOT, 24 * 60 * MINUTE));
    await tellBetween(world.deps, { holder: 'tell' });
    expect(await world.deps.inventory.lastSummary('security')).toBe(before);
  });

  it('a roll call that is under way tells what it and the recheck found', async () => {
    const world = await found();
    const slot = plus(SLOT, 15 * MINUTE);
    world.setNow(slot);
    await readRollCall(world.deps, { slot, holder: 'second' });
    for (const minutes of [0, 15]) {
      world.setNow(plus(slot, minutes * MINUTE));
      expect(await tellBetween(world.deps, { holder: 'tell' })).toBe('LEFT');
    }
    expect(world.accepted.length).toBe(world.told);
    await finishRun(world.deps, { slot, holder: 'second' });
    expect(world.accepted.length).toBe(world.told + 1);
    expect(await tellBetween(world.deps, { holder: 'tell' })).toBe('TOLD');
  });

  it('another notifier tells it, or the next roll call does; what is not accepted fails', async () => {
    const world = await found();
    await world.deps.inventory.takeLease('notifier', 'other', LATER, plus(LATER, MINUTE));
    expect(await tellBetween(world.deps, { holder: 'tell' })).toBe('BUSY');
    world.setNow(plus(LATER, MINUTE));
    const publish = async () => Promise.reject(new Error('refused'));
    const deps = { ...world.deps, publisher: { ...world.deps.publisher, publish } };
    await expect(tellBetween(deps, { holder: 'tell' })).rejects.toThrow(
      '1 messages of 2026-11-23T09:15:00.000Z were not accepted: Error: refused',
    );
  });
});

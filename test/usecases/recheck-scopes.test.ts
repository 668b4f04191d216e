import { describe, expect, it } from 'vitest';
import type { FailureClass, KindListing } from '../../lib/core/sighting.ts';
import { MINUTE, plus } from '../../lib/core/time.ts';
import type { ListingQuestion, ListingSource } from '../../lib/ports.ts';
import { tellBetween } from '../../lib/usecases/finish-run.ts';
import { planScopes } from '../../lib/usecases/plan-scopes.ts';
import { recheckScopes } from '../../lib/usecases/recheck-scopes.ts';
import { reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import { rollCall } from '../../lib/usecases/roll-call.ts';
import { simulate } from '../simulation/simulated-world.ts';
import { aLog, announce, aWorld, created, EAST, evidenceOf, LATER, open, stray, TELL } from '../support/announced-world.ts';
import { ACCOUNT, endpointArn, NOW, SCOPE, SLOT, someSettings } from '../support/builders.ts';
import { aCall, anAct, aStateChange } from '../support/events.ts';

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
    expect(await tellBetween(world.deps, TELL)).toBe('TOLD');
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
      detail: { messages: 1, rechecks: 0, acts: 0, attempts: 1, refused: 0, DENIED_ATTEMPT: 1 },
    });
  });
});

it('a place that the roll call leaves unread is not looked at', async () => {
  const world = await aWorld();
  const run = await world.deps.inventory.run(SLOT);
  const unread = [{ account: ACCOUNT, region: 'us-east-1', failure: 'DENIED', reason: 'suspended', leaving: false }] as const;
  await world.deps.inventory.updateRun({ ...run!, unread });
  expect(await announce(world, aStateChange('Endpoint', {}, { region: 'us-east-1' }))).toEqual([]);
  expect(world.lines).toEqual([{ event: 'events.read', detail: expect.objectContaining({ rechecks: 0, UNWATCHED_SCOPE: 1 }) }]);
});

it('scopes are read side by side, ten at a time', async () => {
  const regions = ['eu-west', 'us-east'].flatMap(place => [1, 2, 3, 4, 5, 6].map(number => `${place}-${number}`));
  const { deps, setNow } = simulate(
    someSettings(),
    regions.map(region => SCOPE.replace('eu-west-1', region)),
  );
  setNow(SLOT);
  await rollCall(deps, { slot: SLOT, holder: 'first' });
  setNow(LATER);
  let [reading, most, read] = [0, 0, 0];
  const list: ListingSource['list'] = async (scope, ask) => {
    most = Math.max(most, (reading += 1));
    const listing = await deps.source.list(scope, ask);
    await Promise.resolve();
    reading -= 1;
    read += 1;
    return listing;
  };
  const changes = regions.map(region => aStateChange('Endpoint', {}, { region }));
  expect(await announce({ deps: { ...deps, source: { ...deps.source, list } } }, ...changes)).toEqual([]);
  expect([read, most]).toEqual([12, 10]);
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

  it("but not those of Rollcall's own account where nothing of it is watched: the bus admits it all the same", async () => {
    const world = await aWorld();
    const deps = { ...world.deps, home: { account: '999999999999' } };
    expect(await announce({ deps }, aStateChange('Endpoint', {}, { account: '999999999999' }))).toEqual([]);
    expect(world.lines.find(({ event }) => event === 'events.read')?.detail).toMatchObject({ refused: 0, UNWATCHED_ACCOUNT: 1 });
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
    // Nobody has to wait for the end of a lease of which nothing came.
    expect(await world.deps.inventory.takeLease(EAST, 'roll call', LATER, plus(LATER, MINUTE))).toMatchObject({ granted: true });
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

describe('before the first roll call has ended', () => {
  const young = (scopes: readonly string[]) => {
    const world = simulate(someSettings(), scopes);
    world.setNow(NOW);
    world.cloud.live.set('stray', stray());
    const { lines, log } = aLog();
    return { ...world, lines, deps: { ...world.deps, log } };
  };

  it('everything waits while none was planned: which scopes are watched is not known', async () => {
    const world = young([SCOPE]);
    expect(await announce(world, created(), 'text')).toEqual(['m-1', 'm-2']);
    expect(world.lines).toEqual([{ event: 'events.wait', detail: { reason: 'NO_ROLL_CALL_YET', messages: 2 } }]);
    expect(await tellBetween(world.deps, TELL)).toBe('LEFT');
  });

  it('a scope waits that it has not read, with who did it kept, and one that it has read is read again', async () => {
    const world = young([SCOPE, EAST]);
    await planScopes(world.deps, { slot: SLOT, manual: false, holder: 'first' });
    expect(await announce(world, created())).toEqual(['m-1']);
    expect(world.lines.at(-1)).toMatchObject({ event: 'scope.rechecked', detail: { done: false, reason: 'NEVER_READ' } });
    const ask = { slot: SLOT, mode: 'ROLL_CALL', holder: 'first', deadline: plus(NOW, MINUTE) } as const;
    await reconcileScope(world.deps, { ...ask, scope: SCOPE });
    world.cloud.live.set('another', stray('another'));
    expect(await announce(world, created('another'))).toEqual([]);
    expect((await open(world)).map(([, name]) => name)).toEqual(['another', 'stray']);
    expect(await evidenceOf(world)).not.toContain(undefined);
  });
});

describe('a scope that was not read whole', () => {
  const after = async (...failures: readonly FailureClass[]) => {
    const world = await aWorld();
    const list: ListingSource['list'] = async (scope, ask) => ({
      ...(await world.deps.source.list(scope, ask)),
      kinds: failures.map((failure): KindListing => ({ kind: 'ENDPOINT', status: 'NOT_CHECKED', failure, reason: failure })),
    });
    const again = await announce({ deps: { ...world.deps, source: { ...world.deps.source, list } } }, created());
    return [again, world.lines.at(-1)?.detail['reason']];
  };

  it.each<[string, readonly FailureClass[], readonly string[], string]>([
    ['comes back where it may pass', ['TRANSIENT'], ['m-1'], 'NOT_CHECKED TRANSIENT'],
    ['comes back where time ran out: what is kept grows', ['DEADLINE'], ['m-1'], 'NOT_CHECKED DEADLINE'],
    ['comes back for what may pass alone', ['DENIED', 'TRANSIENT'], ['m-1'], 'NOT_CHECKED DENIED TRANSIENT'],
    ['is done with where it was refused: roll calls say so', ['DENIED'], [], 'NOT_CHECKED DENIED'],
  ])('%s', async (_what, failures, again, reason) => expect(await after(...failures)).toEqual([again, reason]));
});

describe('shortly before a roll call', () => {
  const next = plus(SLOT, 15 * MINUTE);
  const at = async (seconds: number) => {
    const world = await aWorld();
    world.setNow(plus(next, seconds * 1000));
    const asked: ListingQuestion[] = [];
    const list: ListingSource['list'] = (scope, ask) => (asked.push(ask), world.deps.source.list(scope, ask));
    return { ...world, asked, deps: { ...world.deps, source: { ...world.deps.source, list } } };
  };

  it('a scope is free again when it begins', async () => {
    const world = await at(-50);
    expect(await announce(world, created())).toEqual([]);
    expect(world.asked.map(({ deadline }) => deadline)).toEqual([plus(next, -30_000)]);
  });

  it('a scope is left to it, which believes nothing that is kept of what was announced', async () => {
    const world = await at(-44);
    world.cloud.live.set('stray', stray());
    expect(await announce(world, created())).toEqual([]);
    expect([world.asked, world.lines.at(-1)?.detail['reason']]).toEqual([[], 'ROLL_CALL_NEXT']);
    world.setNow(next);
    await rollCall(world.deps, { slot: next, holder: 'second' });
    expect(world.asked.map(({ announced }) => announced)).toEqual([['stray'], []]);
    expect(await evidenceOf(world)).toEqual([['kim (role Deploy)', 'CreateEndpoint', '2026-11-23T09:15:20.000Z']]);
  });

  it('a scope at rest is read: the roll call would not', async () => {
    const settings = someSettings({ spoke: { roleName: 'R', externalId: 'x-1' } });
    const world = simulate(settings, [SCOPE]);
    for (const slot of [SLOT, next]) {
      world.setNow(slot);
      await rollCall(world.deps, { slot, holder: slot });
    }
    world.setNow(plus(next, 15 * MINUTE - 20_000));
    world.cloud.live.set('stray', stray());
    expect(await announce(world, created())).toEqual([]);
    expect(await open(world)).toEqual([['INV-01', 'stray', 'OPEN', 1]]);
  });
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

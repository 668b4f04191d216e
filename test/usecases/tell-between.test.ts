import { describe, expect, it } from 'vitest';
import { MINUTE, plus } from '../../lib/core/time.ts';
import { finishRun, tellBetween } from '../../lib/usecases/finish-run.ts';
import { planScopes } from '../../lib/usecases/plan-scopes.ts';
import { readRollCall, rollCall } from '../../lib/usecases/roll-call.ts';
import { toldOf } from '../simulation/simulated-world.ts';
import { announce, aWorld, created, EAST, LATER, open, queued, stray, TELL } from '../support/announced-world.ts';
import { endpointArn, SCOPE, SLOT } from '../support/builders.ts';
import { aCall, aStateChange } from '../support/events.ts';

describe('after a recheck', () => {
  const found = async () => {
    const world = await aWorld();
    world.cloud.live.set('stray', stray());
    await announce(world, created());
    return world;
  };

  it('what cannot wait is told at once, and by no roll call again', async () => {
    const world = await found();
    expect(await tellBetween(world.deps, TELL)).toBe('TOLD');
    const [message, ...others] = world.accepted.slice(world.told);
    expect(others).toEqual([]);
    expect(message).toMatchObject({ receiver: 'security', subject: 'Rollcall HIGH: stray: nobody registered it (prod)' });
    expect(message?.body).toContain('Between two roll calls: only where a change was announced did Rollcall look again.');
    expect(message?.body).toContain('created by: kim (role Deploy) 23 Nov 09:15 UTC');
    const slot = plus(SLOT, 15 * MINUTE);
    world.setNow(slot);
    expect((await rollCall(world.deps, { slot, holder: 'second' })).told).toMatchObject({ sent: [] });
  });

  it('only findings of the scopes that the messages name are read, and those of messages on their way', async () => {
    const world = await found();
    const read: string[] = [];
    const inScope = async (scope: string) => (read.push(scope), world.deps.findings.inScope(scope));
    const publish = async () => Promise.reject(new Error('refused'));
    const refusing = { ...world.deps, publisher: { ...world.deps.publisher, publish } };
    await expect(tellBetween(refusing, TELL)).rejects.toThrow('refused');
    const deps = { ...world.deps, findings: { ...world.deps.findings, inScope } };
    const ofEast = { ...TELL, messages: queued([aStateChange('Endpoint', {}, { region: 'us-east-1' })]) };
    expect(await tellBetween(deps, ofEast)).toBe('TOLD');
    expect(read).toEqual([SCOPE, 'registry', EAST, 'registry']);
    expect(world.accepted.slice(world.told).map(({ subject }) => subject)).toEqual(['Rollcall HIGH: stray: nobody registered it (prod)']);
    read.length = 0;
    expect(await tellBetween(deps, { ...TELL, messages: queued(['text']) })).toBe('TOLD');
    expect(read).toEqual(['registry']);
  });

  it('a roll call that takes longer than two intervals is waited for as well, and one that is over by its time is not', async () => {
    const world = await found();
    const slot = plus(SLOT, 15 * MINUTE);
    await planScopes(world.deps, { slot, manual: false, holder: 'second' });
    const outcomes = [];
    for (const minutes of [59, 76]) {
      world.setNow(plus(slot, minutes * MINUTE));
      outcomes.push([await announce(world, created()), await tellBetween(world.deps, TELL)]);
    }
    expect(outcomes).toEqual([
      [['m-1'], 'LEFT'],
      [[], 'TOLD'],
    ]);
  });

  it('the summary is left to a roll call, though it is due', async () => {
    const world = await found();
    const before = await world.deps.inventory.lastSummary('security');
    world.setNow(plus(SLOT, 24 * 60 * MINUTE));
    await tellBetween(world.deps, TELL);
    expect(await world.deps.inventory.lastSummary('security')).toBe(before);
  });

  it('a roll call that is under way tells what it and the recheck found', async () => {
    const world = await found();
    const slot = plus(SLOT, 15 * MINUTE);
    world.setNow(slot);
    await readRollCall(world.deps, { slot, holder: 'second' });
    for (const minutes of [0, 15]) {
      world.setNow(plus(slot, minutes * MINUTE));
      expect(await tellBetween(world.deps, TELL)).toBe('LEFT');
    }
    expect(world.accepted.length).toBe(world.told);
    await finishRun(world.deps, { slot, holder: 'second' });
    expect(world.accepted.length).toBe(world.told + 1);
    expect(await tellBetween(world.deps, TELL)).toBe('TOLD');
  });

  it('while another notifier is at work nothing is told; what is not accepted fails', async () => {
    const world = await found();
    await world.deps.inventory.takeLease('notifier', 'other', LATER, plus(LATER, MINUTE));
    expect(await tellBetween(world.deps, TELL)).toBe('BUSY');
    world.setNow(plus(LATER, MINUTE));
    const publish = async () => Promise.reject(new Error('refused'));
    const deps = { ...world.deps, publisher: { ...world.deps.publisher, publish } };
    await expect(tellBetween(deps, TELL)).rejects.toThrow('1 messages of 2026-11-23T09:15:00.000Z were not accepted: Error: refused');
  });
});

it('an endpoint that lives between two roll calls is recorded once, told once, and then gone', async () => {
  const world = await aWorld();
  world.cloud.live.set('stray', { ...stray(), presence: 'STARTING', status: 'Creating' });
  await announce(world, created());
  expect(await open(world)).toEqual([]);
  world.cloud.live.set('stray', stray());
  await announce(world, aStateChange('Endpoint', { EndpointArn: endpointArn('stray') }));
  await tellBetween(world.deps, TELL);
  world.cloud.live.delete('stray');
  await announce(world, aCall('DeleteEndpoint', { requestParameters: { endpointName: 'stray' } }));
  for (const slot of [15, 30].map(minutes => plus(SLOT, minutes * MINUTE))) {
    world.setNow(slot);
    await rollCall(world.deps, { slot, holder: slot });
  }
  expect(await open(world)).toEqual([['INV-01', 'stray', 'CLEARED', 1]]);
  const history = await world.deps.findings.history({ scope: SCOPE, rule: 'INV-01', subject: `dep:${endpointArn('stray')}` });
  expect(history).toHaveLength(2);
  const opened = toldOf(world.accepted.slice(world.told)).filter(told => told.startsWith('security OPENED'));
  expect(opened).toEqual([`security OPENED 1 INV-01 dep:${endpointArn('stray')}`]);
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../lib/core/digest.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import { MINUTE, plus } from '../../lib/core/time.ts';
import { reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import type { RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { aRegistration, anApproval, aSighting, aVersion, SCOPE } from '../support/builders.ts';
import { allFindings, factsOf, simulate, wrapPorts } from './simulated-world.ts';

const slotAt = (index: number) => plus('2026-11-23T09:00:00.000Z', index * 15 * MINUTE);
const stray = (name: string, over: Parameters<typeof aSighting>[0] = {}) => aSighting({ name, artefact: name, tags: {}, ...over });
const CLAIM = { 'rollcall:model': 'fraud-scorer' };

const aScope = () => {
  const simulation = simulate();
  const { cloud, deps, setNow } = simulation;
  const show = (...sightings: Sighting[]) => {
    cloud.live.clear();
    for (const sighting of sightings) cloud.live.set(sighting.arn, sighting);
  };
  const observe = (ports: RollCallDeps, index: number) => {
    setNow(slotAt(index));
    const deadline = plus(slotAt(index), 10 * MINUTE);
    return reconcileScope(ports, { scope: SCOPE, slot: slotAt(index), mode: 'ROLL_CALL', holder: `run-${index}`, deadline });
  };
  /** Two versions are approved, one deployment is claimed, one is new, two are gone. */
  const moveOn = async () => {
    show(aSighting({ artefact: 'v4' }), stray('claimed', { tags: CLAIM, artefact: 'v3' }), stray('new'));
    const versions = [aVersion('3'), aVersion('4')];
    await deps.registry.put(aRegistration({ revision: 2, versions, decisions: [anApproval({ version: '4' })] }));
  };
  return { ...simulation, show, observe, moveOn };
};

const storedIn = async (deps: RollCallDeps): Promise<ReadonlyMap<string, string>> => {
  const findings = (await allFindings(deps)).map(({ record }) => [`${record.rule} ${record.subject}`, canonicalJson(record)] as const);
  const items = (await deps.inventory.items(SCOPE)).map(item => [item.arn, canonicalJson(item)] as const);
  return new Map([...findings, ...items]);
};

/** What must be the same however it came about. */
const outcomeOf = async (deps: RollCallDeps) => ({
  open: factsOf(await allFindings(deps)).flatMap(({ generation: _of, ...facts }) => (facts.condition === 'OPEN' ? [facts] : [])),
  items: (await deps.inventory.items(SCOPE)).map(({ arn, model, version, absentSince }) => ({ arn, model, version, absentSince })),
});

/** An early observer has its lease outlived by a late one. `turn` decides who makes the next call of a port. */
const overlap = async () => {
  const scope = aScope();
  const { deps, observe, show, moveOn } = scope;
  await deps.registry.put(aRegistration());
  show(aSighting(), stray('claimed'), stray('goes'), stray('returns'));
  await observe(deps, 0);
  show(aSighting(), stray('claimed'), stray('goes'));
  await observe(deps, 1);
  show(aSighting({ artefact: 'v4' }), stray('claimed', { status: 'Updating' }), stray('returns'), stray('brief'));
  let [tail, known] = [Promise.resolve(), await storedIn(deps)];
  const byLate = new Set<string>();
  const overwritten: string[] = [];
  const note = async (who: 'early' | 'late') => {
    const now = await storedIn(deps);
    const changed = [...new Set([...known.keys(), ...now.keys()])].filter(key => known.get(key) !== now.get(key));
    // What the second removed has no fence left: the first may still put it back, and the next roll calls take it away again.
    if (who === 'early') overwritten.push(...changed.filter(key => byLate.has(key) && known.has(key)));
    else for (const key of changed) byLate.add(key);
    known = now;
  };
  const inTurn = (who: 'early' | 'late', turn: () => Promise<unknown>) =>
    wrapPorts(deps, async (name, call) => {
      await turn();
      const answer = tail.then(call);
      tail = answer.then(() => (/\.(put|remove|write)/.test(name) ? note(who) : undefined));
      return answer;
    });
  const early = (turn: () => Promise<unknown>) => observe(inTurn('early', turn), 2);
  const late = async (turn: () => Promise<unknown>) => {
    await moveOn();
    return observe(inTurn('late', turn), 3);
  };
  return { ...scope, early, late, overwritten };
};

/** What both leave behind is right again once a calm observer has looked. */
const settled = async ({ deps, observe }: Awaited<ReturnType<typeof overlap>>) => {
  for (const index of [4, 5, 6]) expect((await observe(deps, index)).outcome).toBe('DONE');
  return outcomeOf(deps);
};
const alone = async () => {
  const { deps, observe, moveOn } = aScope();
  await deps.registry.put(aRegistration());
  await moveOn();
  for (const index of [4, 5, 6]) await observe(deps, index);
  return outcomeOf(deps);
};

/** A task that makes one call of a port per step; `step` is false once it has ended. */
const stepper = <T>(start: (turn: () => Promise<unknown>) => Promise<T>) => {
  let [arrived, released, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), false];
  const outcome = start(async () => {
    arrived.resolve();
    await released.promise;
    released = Promise.withResolvers();
  }).finally(() => {
    isOver = true;
    arrived.resolve();
  });
  const step = async (): Promise<boolean> => {
    await arrived.promise;
    if (isOver) return false;
    arrived = Promise.withResolvers();
    released.resolve();
    await arrived.promise;
    return true;
  };
  const steps = async (count: number) => {
    let done = 0;
    while (done < count && (await step())) done += 1;
    return done;
  };
  return { outcome, steps };
};

describe('two observers of one scope, the second beginning after the lease of the first', () => {
  it('never let the first write over the second, in any interleaving with three preemptions', { timeout: 120_000 }, async () => {
    const calm = await alone();
    const outcomes = new Set<string>();
    for (let [a, more] = [0, true]; more; a += 1) {
      for (let [b, fits] = [0, true]; fits; b += 1) {
        for (let [c, open] = [1, true]; open; c += 1) {
          const world = await overlap();
          const early = stepper(world.early);
          more = (await early.steps(a)) === a;
          const late = stepper(world.late);
          fits = (await late.steps(b)) === b;
          open = (await early.steps(c)) === c && fits && more;
          await late.steps(Number.POSITIVE_INFINITY);
          await early.steps(Number.POSITIVE_INFINITY);
          const ended = `${(await early.outcome).outcome} ${(await late.outcome).outcome}`;
          outcomes.add(ended);
          expect(world.overwritten, `${a} ${b} ${c} ${ended}`).toEqual([]);
          expect(await settled(world), `${a} ${b} ${c} ${ended}`).toEqual(calm);
        }
      }
    }
    expect([...outcomes].toSorted()).toEqual(['BUSY DONE', 'DONE DONE', 'SUPERSEDED DONE']);
  });

  it('nor in any order that a scheduler makes up', { timeout: 60_000 }, async () => {
    const calm = await alone();
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async scheduler => {
        const world = await overlap();
        const turn = () => scheduler.schedule(Promise.resolve());
        await scheduler.waitFor(Promise.all([world.early(turn), turn().then(() => world.late(turn))]));
        expect(world.overwritten).toEqual([]);
        expect(await settled(world)).toEqual(calm);
      }),
      { seed: 20261123, numRuns: 200 },
    );
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedDynamo, startEmbeddedDynamo } from '../../lib/adapters/local/embedded-dynamo.ts';
import { effectiveState } from '../../lib/core/effective-state.ts';
import { verifyChain } from '../../lib/core/history.ts';
import { REGISTRY_SCOPE } from '../../lib/core/scope.ts';
import { DAY, HOUR, MINUTE, plus } from '../../lib/core/time.ts';
import { UnreadableItemError } from '../../lib/ports.ts';
import { acknowledgeFinding } from '../../lib/usecases/acknowledge-finding.ts';
import { archiveFindings, collectForArchive } from '../../lib/usecases/archive-findings.ts';
import { listFindings, lookUpFinding, showFinding } from '../../lib/usecases/find-findings.ts';
import { fixedPlanner } from '../../lib/usecases/plan-scopes.ts';
import { rollCall, type RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { allFindings, simulate } from '../simulation/simulated-world.ts';
import { aRegistration, aSighting, SCOPE, someSettings } from '../support/builders.ts';
import { freshStores } from '../support/dynamo-tables.ts';

const OTHER = 'sagemaker/111122223333/us-east-1';
const DAY_0 = '2026-11-23T09:00:00.000Z';
/** To be attested once a year, and not within this story. */
const LOW = { riskTier: 'LOW' } as const;
const stray = aSighting({ name: 'stray', artefact: 'stray', tags: {} });

/** A deployment that nobody registered and a model without a business owner, found and told, and on day 0 no more. */
const aWorld = async (stores: Partial<RollCallDeps> = {}) => {
  const world = simulate(someSettings(), [SCOPE, OTHER]);
  const deps: RollCallDeps = { ...world.deps, ...stores };
  const runAt = async (at: string, over: Partial<RollCallDeps> = {}) => {
    world.setNow(at);
    return rollCall({ ...deps, ...over }, { slot: at, holder: at });
  };
  /** The roll call at noon of that day, and one a quarter of an hour later. */
  const onDay = async (day: number) => {
    for (const minutes of [0, 15]) await runAt(plus(DAY_0, day * DAY + minutes * MINUTE));
  };
  const inPartitions = async () => (await Promise.all([SCOPE, REGISTRY_SCOPE].map(deps.findings.inScope))).flat();
  const rules = async () =>
    (await inPartitions()).map(({ record: { rule, condition, generation } }) => `${rule} ${condition} ${generation}`);
  world.cloud.live.set(stray.arn, stray);
  await deps.registry.put(aRegistration({ ...LOW, businessOwner: null }));
  await runAt(plus(DAY_0, -HOUR));
  const [found] = await deps.findings.inScope(SCOPE);
  const id = found?.record.id ?? '';
  const as = { caller: { person: 'sam', as: 'SECURITY' }, generation: undefined, until: plus(DAY_0, HOUR) } as const;
  expect(await acknowledgeFinding(deps, { id, reason: 'rolling back', now: plus(DAY_0, -HOUR), ...as })).toMatchObject({ ok: true });
  world.cloud.live.delete(stray.arn);
  await runAt(plus(DAY_0, -MINUTE));
  await deps.registry.put(aRegistration({ ...LOW, revision: 2 }));
  await runAt(DAY_0);
  // The summary tells what has ended.
  await runAt(plus(DAY_0, DAY));
  expect(await rules()).toEqual(['INV-01 CLEARED 1', 'OWN-01 CLEARED 1']);
  return { ...world, deps, id, runAt, onDay, rules, inPartitions };
};

let dynamo: EmbeddedDynamo;
beforeAll(async () => {
  dynamo = await startEmbeddedDynamo();
});
afterAll(() => dynamo.close());
const open = freshStores(() => dynamo.endpoint, 'archive');

describe('a finding cleared on day 0', () => {
  it.each<[string, () => Promise<Partial<RollCallDeps>>]>([
    ['memory', async () => ({})],
    ['dynalite', open],
  ])(
    'leaves its partition on day 31, and comes back on day 40 as the next generation: %s',
    { timeout: 120_000 },
    async (_stores, stores) => {
      const { deps, cloud, accepted, id, onDay, rules, inPartitions } = await aWorld(await stores());
      await onDay(29);
      expect(await rules()).toEqual(['INV-01 CLEARED 1', 'OWN-01 CLEARED 1']);
      await onDay(31);
      expect([await rules(), (await allFindings(deps)).length]).toEqual([[], 2]);
      const shown = await showFinding(deps, id.slice(0, 6), plus(DAY_0, 31 * DAY));
      expect(shown).toMatchObject({ ok: true, value: { id, state: 'RESOLVED', generation: 1 } });
      expect(await listFindings(deps, { folded: false, now: plus(DAY_0, 31 * DAY) })).toMatchObject({ total: 0 });

      cloud.live.set(stray.arn, stray);
      await deps.registry.put(aRegistration({ ...LOW, revision: 3, businessOwner: null }));
      const before = accepted.length;
      await onDay(40);
      expect(await rules()).toEqual(['INV-01 OPEN 2', 'OWN-01 OPEN 2']);
      const told = accepted.slice(before).flatMap(({ members }) => members.map(member => `${member.finding.rule} ${member.told.reason}`));
      expect(new Set(told)).toEqual(new Set(['INV-01 REOPENED', 'OWN-01 REOPENED']));
      expect(
        accepted
          .slice(before)
          .map(({ body }) => body)
          .join('\n'),
      ).toContain('it was over and has come back (generation 2)');

      const [again] = await inPartitions();
      const { record, response } = again!;
      expect([record.id, response?.answer?.generation]).toEqual([id, 1]);
      expect(effectiveState(record, response, [], record.openedAt)).toMatchObject({ state: 'OPEN', code: 'ANSWER_FOR_OTHER_GENERATION' });
      const history = (await deps.findings.history(record)).filter(({ chain }) => chain === 'record');
      expect(history.map(({ event }) => event)).toEqual(['OPEN', 'CLEAR', 'REOPEN']);
      expect(verifyChain(history, record.head)).toEqual({ intact: true, orphans: 0 });
      expect(await lookUpFinding(deps.findings, id)).toMatchObject({ ok: true, value: again });
    },
  );

  it('is archived again in its next generation', async () => {
    const { deps, cloud, id, onDay, rules, runAt } = await aWorld();
    await onDay(31);
    cloud.live.set(stray.arn, stray);
    await onDay(40);
    cloud.live.delete(stray.arn);
    await onDay(41);
    await runAt(plus(DAY_0, 70 * DAY));
    expect(await rules()).toEqual(['INV-01 CLEARED 2']);
    await onDay(72);
    expect(await rules()).toEqual([]);
    expect(await lookUpFinding(deps.findings, id)).toMatchObject({ ok: true, value: { record: { generation: 2, condition: 'CLEARED' } } });
  });
});

describe('what was cleared long ago stays where it is', () => {
  it('while its end is still to be told, and while a message is on its way', async () => {
    const { deps, rules, onDay, runAt } = await aWorld();
    const told = { ...(await deps.findings.inScope(SCOPE))[0]!.record.told['security']!, condition: 'OPEN' } as const;
    await deps.findings.writeTold((await deps.findings.inScope(SCOPE))[0]!.record, 'security', told);
    const publish = async () => Promise.reject(new Error('no such topic'));
    const refused = { publisher: { ...deps.publisher, publish } };
    // The first one moves what owes nothing; then the message waits.
    await expect(runAt(plus(DAY_0, 31 * DAY), refused)).rejects.toThrow('not accepted');
    expect(await rules()).toEqual(['INV-01 CLEARED 1']);
    await deps.findings.writeTold((await deps.findings.inScope(SCOPE))[0]!.record, 'security', { ...told, condition: 'CLEARED' });
    await expect(runAt(plus(DAY_0, 32 * DAY), refused)).resolves.toMatchObject({ outcome: 'COMPLETE' });
    expect(await rules()).toEqual(['INV-01 CLEARED 1']);
    await onDay(33);
    expect(await rules()).toEqual([]);
  });

  it('while a message that cannot be read may be about it', async () => {
    const { deps, rules, runAt } = await aWorld();
    const outgoing: RollCallDeps['inventory']['outgoing'] = async report => {
      report?.({ item: 'out / m-1', reason: 'memberCount' });
      return [];
    };
    await expect(runAt(plus(DAY_0, 31 * DAY), { inventory: { ...deps.inventory, outgoing } })).rejects.toThrow('m-1');
    expect(await rules()).toEqual(['INV-01 CLEARED 1', 'OWN-01 CLEARED 1']);
  });

  it('where it may not be moved: the run fails, but it is closed, so that everybody is told', async () => {
    const { deps, rules, runAt } = await aWorld();
    const findings = { ...deps.findings, copyToArchive: async () => Promise.reject(new Error('denied')) };
    const slot = plus(DAY_0, 31 * DAY);
    await expect(runAt(slot, { findings })).rejects.toThrow('denied');
    expect([(await deps.inventory.run(slot))?.state, await rules()]).toEqual(['CLOSED', ['INV-01 CLEARED 1', 'OWN-01 CLEARED 1']]);
  });

  it('in a scope where something is damaged; in others it moves', async () => {
    const { deps, rules, runAt } = await aWorld();
    const damaged = new UnreadableItemError({ item: 'f#x', reason: 'rule' }, 'f#x');
    const inScope = async (scope: string) => (scope === SCOPE ? Promise.reject(damaged) : deps.findings.inScope(scope));
    await expect(runAt(plus(DAY_0, 31 * DAY), { findings: { ...deps.findings, inScope } })).rejects.toThrow('f#x');
    expect((await rules()).filter(rule => rule.includes('CLEARED'))).toEqual(['INV-01 CLEARED 1']);
  });
});

it('moves what lies in a scope that left the roll call, and counts in no total what is there', async () => {
  const { deps, cloud, rules, runAt } = await aWorld();
  const planner = fixedPlanner([OTHER]);
  cloud.live.set(stray.arn, stray);
  await runAt(plus(DAY_0, 2 * DAY));
  expect((await runAt(plus(DAY_0, 3 * DAY), { planner })).closed).toMatchObject({ totals: { opened: 1, cleared: 0 } });
  // The summary tells that the scope has left.
  await runAt(plus(DAY_0, 4 * DAY), { planner });
  expect(await rules()).toEqual(['INV-01 CLEARED 2', 'OPS-01 CLEARED 1', 'OWN-01 CLEARED 1']);
  await runAt(plus(DAY_0, 33 * DAY + HOUR), { planner });
  expect(await rules()).toEqual(['OPS-01 CLEARED 1']);
  expect(await allFindings(deps)).toHaveLength(3);
});

it('moves no more than 500 in a run, and all of a large backlog in several', async () => {
  const { deps, inPartitions } = await aWorld();
  const [finding] = await inPartitions();
  const backlog = Array.from({ length: 1_200 }, (_, index) => {
    const record = { ...finding!.record, subject: `dep:${index}` };
    return { record, response: undefined };
  });
  const copied: string[] = [];
  const findings: RollCallDeps['findings'] = {
    ...deps.findings,
    copyToArchive: async ({ subject }) => (copied.push(subject), { outcome: 'WRITTEN' }),
    leavePartition: async () => ({ outcome: 'WRITTEN' }),
  };
  const { due, visit } = collectForArchive(plus(DAY_0, 31 * DAY));
  for (const partition of [backlog.slice(0, 300), backlog.slice(300)]) visit(partition);
  expect(await archiveFindings(findings, due)).toBe(500);
  expect(new Set(copied).size).toBe(500);
});

it('leaves in its partition what has no copy in the archive, and counts it not', async () => {
  const { deps, inPartitions } = await aWorld();
  const findings: RollCallDeps['findings'] = {
    ...deps.findings,
    copyToArchive: async () => ({ outcome: 'CONFLICT', reason: 'the archive has a later state' }),
    leavePartition: async () => expect.unreachable('it has no copy'),
  };
  const { due, visit } = collectForArchive(plus(DAY_0, 31 * DAY));
  visit(await inPartitions());
  expect(due).not.toEqual([]);
  expect(await archiveFindings(findings, due)).toBe(0);
});

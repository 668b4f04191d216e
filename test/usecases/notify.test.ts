import { describe, expect, it } from 'vitest';
import { memoryFindingStore } from '../../lib/adapters/memory/finding-store.ts';
import { memoryInventoryStore } from '../../lib/adapters/memory/inventory-store.ts';
import { createMemoryPublisher } from '../../lib/adapters/memory/publisher.ts';
import type { StoredFinding } from '../../lib/core/finding.ts';
import { sealEntry } from '../../lib/core/history.ts';
import type { Message } from '../../lib/core/notice.ts';
import { noticesOwed } from '../../lib/core/notices.ts';
import { MINUTE, plus } from '../../lib/core/time.ts';
import { UnreadableItemError } from '../../lib/ports.ts';
import { type NotifyDeps, notify } from '../../lib/usecases/notify.ts';
import { anAnswer, aResponse, NOW, SCOPE, SLOT, someSettings, stored } from '../support/builders.ts';
import { aChange, several, TOTALS, toldAll } from '../support/owed.ts';

const aWorld = async (...seeds: StoredFinding[]) => {
  const findings = memoryFindingStore();
  const inventory = memoryInventoryStore();
  const refused = new Set<string>();
  const publisher = createMemoryPublisher({ refuses: message => refused.has(message.receiver), owners: new Set(['kim@example.com']) });
  const put = async ({ record, response }: StoredFinding) => {
    const head = (await findings.get(record))?.record.head ?? { seq: 0, hash: '' };
    const event = { previous: head.hash, at: NOW, by: 'test', event: 'TEST', detail: {} };
    const entry = sealEntry({ chain: 'record', seq: head.seq + 1, ...event });
    await findings.writeRecord({ record: { ...record, head: { seq: entry.seq, hash: entry.hash } }, entry });
    for (const [receiver, told] of Object.entries(record.told)) await findings.writeTold(record, receiver, told);
    if (response) await findings.writeResponse({ response, entry: sealEntry({ chain: 'response', seq: 1, ...event, previous: '' }) }, 0);
  };
  for (const seed of seeds) await put(seed);
  const kept = async () => [...(await findings.inScope(SCOPE)), ...(await findings.inScope('registry'))];
  const owedNow = async () => noticesOwed(await kept(), '2026-11-23T12:00:00.000Z').owed.map(({ notice }) => notice.id);
  return { deps: { findings, inventory, publisher, log: { info: () => {}, warn: () => {} } }, refused, publisher, put, kept, owedNow };
};

/** The run that starts `minutes` after the first. */
const run = (deps: NotifyDeps, minutes = 0, settings = someSettings()) => {
  const [slot, now] = [plus(SLOT, minutes * MINUTE), plus(NOW, minutes * MINUTE)];
  return notify(deps, { slot, now, holder: `run-${minutes}`, scopes: [SCOPE], settings, totals: TOTALS, firstRollCall: false });
};

const noticeIds = (messages: readonly Message[]) => messages.flatMap(({ members }) => members.map(({ told }) => told.notice));
/** Throws at the `at`-th call of any port, before or after the call took effect. */
const crashingAt = (deps: NotifyDeps, at: number, when: 'before' | 'after') => {
  let calls = 0;
  const wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const call: unknown = Reflect.get(target, name);
        return async (...args: unknown[]) => {
          calls += 1;
          const mine = calls;
          if (mine === at && when === 'before') throw new Error(`crash before ${String(name)}`);
          const result: unknown = typeof call === 'function' ? await call(...args) : call;
          if (mine === at) throw new Error(`crash after ${String(name)}`);
          return result;
        };
      },
    });
  const wrapped = { ...deps, findings: wrap(deps.findings), inventory: wrap(deps.inventory), publisher: wrap(deps.publisher) };
  return { deps: wrapped, calls: () => calls };
};

const cleared = (finding: StoredFinding) =>
  stored({ ...finding.record, condition: 'CLEARED', cleared: { code: 'FACT', reason: 'gone', at: NOW } });

const story = () => [
  aChange(),
  aChange({ subject: 'dep:2', id: 'F-22222222', severity: 'MEDIUM', scope: 'registry' }),
  cleared(toldAll(aChange({ subject: 'dep:3', id: 'F-33333333' }), { at: '2026-11-22T00:00:00.000Z' })),
];
const receivers = someSettings({ receivers: { 'kim@example.com': { email: 'kim@example.com' } } });

describe('a crash at any call of any port', () => {
  it.each(['before', 'after'] as const)('%s it took effect loses no notice, and repeats keep their ids', async when => {
    const steps = crashingAt((await aWorld(...story())).deps, 0, when);
    await run(steps.deps, 0, receivers);
    expect(steps.calls()).toBeGreaterThan(20);
    for (let at = 1; at <= steps.calls(); at += 1) {
      const world = await aWorld(...story());
      const due = await world.owedNow();
      await run(crashingAt(world.deps, at, when).deps, 0, receivers).catch(() => undefined);
      await run(world.deps, 30, receivers);
      expect(await world.owedNow()).toEqual([]);
      expect(await world.deps.inventory.outgoing()).toEqual([]);
      const byId = Map.groupBy(world.publisher.accepted, ({ id }) => id);
      const once = noticeIds([...byId.values()].flatMap(([first]) => first ?? []));
      expect(once.toSorted(), `crash ${when} call ${at}`).toEqual(due.toSorted());
      for (const same of byId.values()) expect(same).toEqual(same.map(() => same[0]));
      expect((await run(world.deps, 60, receivers)).sent).toEqual([]);
    }
  });

  it('without one, nothing is sent twice', async () => {
    const world = await aWorld(...story());
    const due = await world.owedNow();
    await run(world.deps);
    await run(world.deps, 15);
    expect(noticeIds(world.publisher.accepted).toSorted()).toEqual(due.toSorted());
  });

  it('in a folded run, the backlog is marked for owners who were sent nothing', async () => {
    const world = await aWorld(...several(51));
    await run(crashingAt(world.deps, 9, 'before').deps).catch(() => undefined);
    await run(world.deps, 30);
    expect(world.publisher.accepted.filter(({ members }) => members.length > 0)).toHaveLength(1);
    const told = (await world.kept()).flatMap(({ record }) => Object.values(record.told).map(({ folded }) => folded));
    expect(told).toEqual(Array.from({ length: 3 * 51 }, () => true));
  });
});

describe('a message that is not accepted', () => {
  it('waits and is sent again with its id, the others go on, and the run says so', async () => {
    const world = await aWorld(...story());
    world.refused.add('owner:kim@example.com');
    const first = await run(world.deps);
    expect(first).toMatchObject({ outcome: 'FAILED', sent: { length: 2 }, failed: [{ message: { receiver: 'owner:kim@example.com' } }] });
    expect(first.failed[0]!.reason).toContain('refused: Rollcall');
    const second = await run(world.deps, 15);
    expect(second).toMatchObject({ outcome: 'FAILED', sent: [], resent: 0 });
    expect((await world.deps.inventory.outgoing()).map(({ message }) => message)).toEqual([first.failed[0]!.message]);
    world.refused.clear();
    expect(await run(world.deps, 30)).toMatchObject({ outcome: 'TOLD', resent: 1, sent: [{ id: first.failed[0]!.message.id }] });
  });

  it('is sent again also when it tells of no finding', async () => {
    const world = await aWorld();
    world.refused.add('security');
    const { failed } = await run(world.deps);
    world.refused.clear();
    expect(await run(world.deps, 15)).toMatchObject({ resent: 1, sent: [failed[0]!.message], superseded: [] });
  });

  it.each<[string, StoredFinding, string[]]>([
    ['was answered', stored(aChange().record, aResponse({ answer: anAnswer() })), []],
    ['has ended', cleared(aChange()), []],
    ['says something else now', aChange({ facts: { version: 'version 5' } }), ['OPENED']],
  ])('is dropped as superseded when all that it tells %s', async (_name, now, reasons) => {
    const world = await aWorld(aChange());
    for (const receiver of ['security', 'owner:kim@example.com', 'owner:dana@example.com']) world.refused.add(receiver);
    const { failed } = await run(world.deps);
    await world.put(now);
    world.refused.clear();
    const { superseded, sent } = await run(world.deps, 15);
    expect(superseded.map(({ message }) => message.id)).toEqual(failed.map(({ message }) => message.id));
    expect(superseded[0]!.reason).toBe('superseded: none of its 1 notices is owed any more');
    expect([...new Set(sent.flatMap(({ members }) => members.map(({ told }) => told.reason)))]).toEqual(reasons);
    expect(await world.deps.inventory.outgoing()).toEqual([]);
  });

  it('is sent whole when one of its causes stands, though its record was written to since', async () => {
    const world = await aWorld(aChange(), aChange({ subject: 'dep:2', id: 'F-22222222' }));
    world.refused.add('security');
    const { failed } = await run(world.deps);
    world.refused.clear();
    const [first, second] = await world.kept();
    await world.put(first!);
    await world.put(cleared(second!));
    const { sent, superseded } = await run(world.deps, 15);
    expect(superseded).toEqual([]);
    expect(sent.find(({ receiver }) => receiver === 'security')).toEqual(failed[0]!.message);
  });
});

describe('what keeps one message from being finished', () => {
  /** The first run sends and dies before anything is marked: every message is left PUBLISHED. */
  const leftBehind = async () => {
    const world = await aWorld(...story());
    const writeTold = async () => Promise.reject(new Error('throttled'));
    const first = await run({ ...world.deps, findings: { ...world.deps.findings, writeTold } });
    return { world, first };
  };

  it('leaves it to the next run, and the others are sent', async () => {
    const { world, first } = await leftBehind();
    expect(first).toMatchObject({ outcome: 'FAILED', sent: { length: 3 }, failed: { length: 3 } });
    expect(first.failed[0]!.reason).toContain('throttled');
    expect(await run(world.deps, 15)).toMatchObject({ outcome: 'TOLD', sent: [] });
    expect([await world.owedNow(), await world.deps.inventory.outgoing()]).toEqual([[], []]);
  });

  it('is not a finding that somebody has removed: nothing is owed of it', async () => {
    const { world } = await leftBehind();
    const findings = memoryFindingStore();
    expect(await run({ ...world.deps, findings }, 15)).toMatchObject({ outcome: 'TOLD', failed: [], sent: [] });
    expect(await world.deps.inventory.outgoing()).toEqual([]);
  });

  it('in one scope that cannot be read keeps quiet about that scope alone, and the run says so', async () => {
    const world = await aWorld(...story());
    const inScope = async (scope: string) =>
      scope === SCOPE ? Promise.reject(new UnreadableItemError({ item: 'f#x', reason: 'rule' }, 'no')) : world.deps.findings.inScope(scope);
    const damaged = { ...world.deps, findings: { ...world.deps.findings, inScope } };
    const { outcome, sent, unreadable } = await run(damaged);
    expect([outcome, unreadable]).toEqual(['FAILED', [{ item: 'f#x', reason: 'rule' }]]);
    expect(new Set(sent.flatMap(({ members }) => members.map(({ finding }) => finding.subject)))).toEqual(new Set(['dep:2']));
    expect(await run(world.deps, 24 * 60)).toMatchObject({ outcome: 'TOLD' });
    expect(await world.owedNow()).toEqual([]);
  });
});

it('reads scopes side by side, and only so many at a time: one after the other, 60,000 take longer than a notifier may', async () => {
  const world = await aWorld();
  let [now, most] = [0, 0];
  const inScope = async (scope: string) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
    return world.deps.findings.inScope(scope);
  };
  const scopes = Array.from({ length: 50 }, (_each, index) => `sagemaker/111122223333/region-${index}`);
  const deps = { ...world.deps, findings: { ...world.deps.findings, inScope } };
  await notify(deps, { slot: SLOT, now: NOW, holder: 'run', scopes, settings: someSettings(), totals: TOTALS, firstRollCall: false });
  expect(most).toBe(20);
});

describe('one notifier at a time', () => {
  it('leaves everything to another that holds the lease', async () => {
    const world = await aWorld(...story());
    await world.deps.inventory.takeLease('notifier', 'other', NOW, plus(NOW, 20 * MINUTE));
    expect(await run(world.deps)).toMatchObject({ outcome: 'BUSY', sent: [] });
    expect(world.publisher.accepted).toEqual([]);
    expect(await run(world.deps, 20)).toMatchObject({ outcome: 'TOLD' });
  });

  it('gives the lease back even when it fails', async () => {
    const world = await aWorld(...story());
    await expect(run(crashingAt(world.deps, 3, 'before').deps)).rejects.toThrow('crash before');
    expect(await run(world.deps, 1)).toMatchObject({ outcome: 'TOLD' });
  });
});

describe('the daily summary', () => {
  it('is settled once a day, also when there is nothing to tell', async () => {
    const world = await aWorld();
    expect((await run(world.deps)).sent.map(({ subject }) => subject)).toEqual(['Rollcall: nothing new, 17 deployments, 14 registered']);
    await world.put(aChange({ severity: 'MEDIUM' }));
    expect((await run(world.deps, 60)).sent).toEqual([]);
    expect((await run(world.deps, 24 * 60)).sent).toHaveLength(3);
  });

  it('shows who is not reached, as the publisher knows it', async () => {
    const settings = someSettings({
      receivers: { 'kim@example.com': { email: 'k@example.com' }, 'dana@example.com': { email: 'd@example.com' } },
    });
    const { sent } = await run((await aWorld(aChange())).deps, 0, settings);
    expect(sent.at(-1)!.body).toContain('owners: kim@example.com, dana@example.com (not reached)');
  });
});

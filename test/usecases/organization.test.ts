import { describe, expect, it } from 'vitest';
import type { Asked, MemberAccount } from '../../lib/core/plan-accounts.ts';
import { type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import { UnreadableItemError } from '../../lib/ports.ts';
import { closeRun } from '../../lib/usecases/close-run.ts';
import { planScopes, scopePlanner } from '../../lib/usecases/plan-scopes.ts';
import { rollCall, type RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { simulate } from '../simulation/simulated-world.ts';
import { ACCOUNT, aSighting, REGION, SLOT, someSettings } from '../support/builders.ts';

const MEMBER = '444455556666';
const [OURS, THEIRS] = [ACCOUNT, MEMBER].map(account => `sagemaker/${account}/${REGION}`) as [string, string];
const THEIR_ARN = `arn:aws:sagemaker:${REGION}:${MEMBER}:endpoint/stray`;
const settings = someSettings({ accounts: {}, spoke: { roleName: 'RollcallSpoke', externalId: 'x-1' }, organization: {} });
const at = (index: number): Instant => plus(SLOT, index * 15 * MINUTE);

const listed = (...states: readonly string[]): Asked<readonly MemberAccount[]> => ({
  ok: true,
  value: [{ account: ACCOUNT, state: 'ACTIVE' }, ...states.map(state => ({ account: MEMBER, state }))],
});
const FAILED = { ok: false, failure: 'DENIED', reason: 'access denied: organizations:ListAccounts' } as const;

/** Roll calls of an organisation of two accounts, with a stray deployment in the other one. */
const aStory = () => {
  const { deps: memory, cloud, accepted, setNow } = simulate(settings);
  cloud.live.set('ours', aSighting({ presence: 'NOT_SERVING' }));
  cloud.live.set('x', aSighting({ name: 'stray', artefact: 'stray', tags: {}, arn: THEIR_ARN, scope: THEIRS }));
  const world = { members: listed('ACTIVE') };
  const planner = scopePlanner({
    home: { account: ACCOUNT, region: REGION },
    settings,
    providers: ['sagemaker'],
    accounts: { members: async () => world.members, enabledRegions: async () => FAILED },
  });
  const asked: string[] = [];
  const deps: RollCallDeps = {
    ...memory,
    planner,
    source: { ...memory.source, list: (scope, ask) => (asked.push(scope.account), memory.source.list(scope, ask)) },
  };
  /** One roll call: whom it read, what is open, and what security heard. */
  const call = async (index: number, members: Asked<readonly MemberAccount[]>) => {
    world.members = members;
    asked.length = 0;
    const before = accepted.length;
    setNow(at(index));
    await rollCall(deps, { slot: at(index), holder: `run-${index}` });
    const stored = (await Promise.all([OURS, THEIRS, 'registry'].map(deps.findings.inScope))).flat();
    const shown = ({ record: { rule, subject, condition, cleared } }: (typeof stored)[number]) =>
      `${rule} ${subject} ${condition === 'OPEN' ? 'OPEN' : cleared?.code}`;
    return {
      asked: [...asked],
      findings: stored.map(shown).toSorted(),
      heard: accepted
        .slice(before)
        .filter(({ receiver }) => receiver === 'security')
        .map(({ body }) => body.replaceAll(/\s+/g, ' '))
        .join('\n'),
    };
  };
  /** One that hears the list and gets no further. */
  const abandon = async (index: number, members: Asked<readonly MemberAccount[]>) => {
    world.members = members;
    setNow(at(index));
    await planScopes(deps, { slot: at(index), manual: false, holder: `run-${index}` });
  };
  return { deps, call, abandon, setNow, cloud };
};

const STRAY = `INV-01 dep:${THEIR_ARN}`;
const COVERAGE = `OPS-01 scope:${THEIRS}`;

describe('an account of the organisation', () => {
  it('that two complete lists lack is retired, in the second of them, and its findings are not called resolved', async () => {
    const { call } = aStory();
    expect(await call(0, listed('ACTIVE'))).toMatchObject({ asked: [ACCOUNT, MEMBER], findings: [`${STRAY} OPEN`] });
    const once = await call(1, listed());
    expect(once).toMatchObject({ asked: [ACCOUNT], findings: [`${STRAY} OPEN`, `${COVERAGE} OPEN`] });
    expect(once.heard).not.toContain('OPS-01');
    const twice = await call(2, listed());
    expect(twice).toMatchObject({ asked: [ACCOUNT], findings: [`${STRAY} SCOPE_RETIRED`, `${COVERAGE} OPEN`] });
    expect((await call(3, listed())).findings).toEqual([`${STRAY} SCOPE_RETIRED`, `${COVERAGE} SCOPE_RETIRED`]);
    expect((await call(96, listed())).heard).toContain('NOT WATCHED ANY MORE');
  });

  it('that leaves with nothing open is told to security, once and at once, and is news again when it has been back', async () => {
    const { call, deps, cloud } = aStory();
    cloud.live.delete('x');
    const leave = async (from: number) => {
      const heard = [await call(from, listed('ACTIVE')), await call(from + 1, listed()), await call(from + 2, listed())];
      return heard.map(({ heard: text }) => text.includes('no part of the roll call any more'));
    };
    expect(await leave(0)).toEqual([false, false, true]);
    expect((await deps.inventory.status(THEIRS))?.retiredSince).toBe(at(2));
    expect((await deps.findings.inScope('registry'))[0]?.record.reason).toContain(`the last word was: account ${MEMBER} is not listed`);
    expect((await call(3, listed())).heard).toBe('');
    expect((await call(96, listed())).heard).toContain('NOT WATCHED ANY MORE');
    expect(await leave(97)).toEqual([false, false, true]);
  });

  it('that leaves is told of by a later roll call where the one that would have crashed', async () => {
    const { call, deps } = aStory();
    await call(0, listed('ACTIVE'));
    await call(1, listed());
    const { memos } = deps.inventory;
    Object.assign(deps.inventory, { memos: () => Promise.reject(new Error('a crash')) });
    await expect(call(2, listed())).rejects.toThrow('a crash');
    Object.assign(deps.inventory, { memos });
    // What the crashed run heard nobody knows, so leaving began anew.
    await call(3, listed());
    expect((await call(4, listed())).heard).toContain('no part of the roll call any more');
  });

  it('that comes back after one list without it is read again, and nothing was closed', async () => {
    const { call } = aStory();
    await call(0, listed('ACTIVE'));
    await call(1, listed());
    expect(await call(2, listed('ACTIVE'))).toMatchObject({
      asked: [ACCOUNT, MEMBER],
      findings: [`${STRAY} OPEN`, `${COVERAGE} FACT`],
    });
  });

  it('that a list names in a run that was never closed does not leave with the next list that lacks it', async () => {
    const { call, abandon } = aStory();
    await call(0, listed('ACTIVE'));
    await call(1, listed());
    await abandon(2, listed('ACTIVE'));
    expect((await call(3, listed())).findings).toContain(`${STRAY} OPEN`);
    expect((await call(4, listed())).findings).toContain(`${STRAY} SCOPE_RETIRED`);
  });

  it('that is suspended is not read, and that is told once', async () => {
    const { call } = aStory();
    await call(0, listed('ACTIVE'));
    const first = await call(1, listed('SUSPENDED'));
    expect(first).toMatchObject({ asked: [ACCOUNT], findings: [`${STRAY} OPEN`, `${COVERAGE} OPEN`] });
    expect(first.heard).toContain(`OPS-01 account ${MEMBER}: account ${MEMBER} is SUSPENDED in the organisation 1 scope not read`);
    expect((await call(2, listed('SUSPENDED'))).heard).not.toContain('OPS-01');
  });

  it('goes on being read while the organisation cannot be listed, which is a finding until it can', async () => {
    const { call } = aStory();
    await call(0, listed('ACTIVE'));
    const failed = await call(1, FAILED);
    expect(failed).toMatchObject({ asked: [ACCOUNT, MEMBER], findings: [`${STRAY} OPEN`, 'OPS-01 scope:organization OPEN'] });
    expect(failed.heard).toContain(
      'OPS-01 the organisation: access denied: organizations:ListAccounts A list was not answered: what it said last still holds, and what is new is not seen. Give the role organizations:ListAccounts.',
    );
    expect((await call(2, FAILED)).findings).toEqual(failed.findings);
    expect((await call(3, listed('ACTIVE'))).findings).toEqual([`${STRAY} OPEN`, 'OPS-01 scope:organization FACT']);
  });
});

describe('a roll call', () => {
  it('that is taken up again, or asked for by another, lists nothing anew', async () => {
    const { deps, setNow } = aStory();
    setNow(SLOT);
    const ask = { slot: SLOT, manual: false, holder: 'run-1' };
    expect(await planScopes(deps, ask)).toEqual({ outcome: 'STARTED', slot: SLOT, batches: [[OURS], [THEIRS]] });
    const never = { ...deps, planner: () => expect.unreachable('it is planned') };
    expect(await planScopes(never, ask)).toEqual({ outcome: 'RESUMED', slot: SLOT, batches: [[OURS], [THEIRS]] });
    expect(await planScopes(never, { ...ask, holder: 'run-2' })).toEqual({ outcome: 'DUPLICATE', slot: SLOT, batches: [] });
  });

  const unreadable = () => Promise.reject(new UnreadableItemError({ item: `run#${SLOT}`, reason: 'scopes' }, 'unreadable'));
  it.each<[string, Partial<Record<'run' | 'status', () => Promise<undefined>>>]>([
    ['cannot be read', { run: unreadable }],
    ['is not there any more', { run: async () => undefined }],
    ['cannot be told', { status: unreadable }],
  ])('after one that %s takes everything that was ever read for part of it', async (_what, { run: lost, status: untold }) => {
    const { deps, call, setNow } = aStory();
    await call(0, listed('ACTIVE'));
    setNow(at(1));
    const run = (slot: Instant) => (lost && slot === SLOT ? lost() : deps.inventory.run(slot));
    const status = untold ?? deps.inventory.status;
    const planner = scopePlanner({
      home: { account: ACCOUNT, region: REGION },
      settings,
      providers: ['sagemaker'],
      accounts: { members: async () => FAILED, enabledRegions: async () => FAILED },
    });
    const { batches } = await planScopes(
      { ...deps, planner, inventory: { ...deps.inventory, run, status } },
      { slot: at(1), manual: false, holder: 'run-1' },
    );
    expect(batches.flat()).toEqual([OURS, THEIRS]);
  });

  it('that closes after a later one retires nothing that the later one has read', async () => {
    const { deps, call } = aStory();
    await call(0, listed());
    // Planned before the account was a member, closed after it was read.
    const late = { slot: at(1), manual: false, holder: 'late' };
    await planScopes(deps, late);
    const after = await call(2, listed('ACTIVE'));
    expect((await closeRun(deps, { ...late, deadline: at(3) })).outcome).toBe('OVERTAKEN');
    expect(after.findings).toEqual([`${STRAY} OPEN`]);
    const [stray] = await deps.findings.inScope(THEIRS);
    expect(stray?.record.condition).toBe('OPEN');
  });
});

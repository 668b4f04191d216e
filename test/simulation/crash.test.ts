import { beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../lib/core/notice.ts';
import { noticesOwed } from '../../lib/core/notices.ts';
import { type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import { rollCall } from '../../lib/usecases/roll-call.ts';
import { aRegistration, anApproval, aSighting, aVersion, endpointArn, SCOPE, someSettings } from '../support/builders.ts';
import { allFindings, Crash, factsOf, type Simulation, simulate, toldOf, wrapPorts } from './simulated-world.ts';

const START = '2026-11-23T07:30:00.000Z';
const SECOND_SCOPE = 'sagemaker/111122223333/us-east-1';
const STRAY = endpointArn('stray');
const slot = (index: number): Instant => plus(START, index * 15 * MINUTE);

/** The slot a month after `index`, when what was cleared by then is archived. */
const monthAfter = (index: number): number => index + 31 * 96;

/** Enough of a story for every kind of transition: opened, changed, gone, cleared, denied, told at once and in the summary, archived and back. */
const CHANGES: readonly ((simulation: Simulation) => Promise<unknown>)[] = [
  async ({ cloud, deps }) => {
    await deps.registry.put(aRegistration({ technicalOwner: null }));
    cloud.live.set('fraud', aSighting());
    cloud.live.set(STRAY, aSighting({ name: 'stray', artefact: 'stray', tags: { owner: 'sam' } }));
    cloud.live.set(
      'east',
      aSighting({
        name: 'other',
        artefact: 'other',
        arn: 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/other',
        scope: SECOND_SCOPE,
        tags: {},
      }),
    );
  },
  async ({ cloud }) => {
    cloud.live.set('fraud', aSighting({ artefact: 'v4' }));
    cloud.live.delete(STRAY);
  },
  async ({ cloud }) => cloud.broken.add(SECOND_SCOPE),
  async ({ deps }) => {
    const approved = [anApproval(), anApproval({ version: '4', at: slot(3) })];
    await deps.registry.put(aRegistration({ revision: 2, versions: [aVersion('3'), aVersion('4')], decisions: approved }));
  },
  async ({ cloud }) => cloud.broken.clear(),
  async () => {},
  async () => {},
  async ({ cloud }) => cloud.live.set(STRAY, aSighting({ name: 'stray', artefact: 'stray', tags: { owner: 'sam' } })),
];
const STORY = CHANGES.map((change, index) => [index < 6 ? index : monthAfter(index), change] as const);

const SETTINGS = someSettings({
  receivers: { 'dana@example.com': { email: 'dana@example.com' }, 'kim@example.com': { email: 'kim@example.com' } },
});

type When = 'never' | 'before' | 'after';

/** Who goes on after the crash: the same execution, started again in its slot, or the next one in its own, when the world has moved on. */
type Then = 'SAME_EXECUTION' | 'NEXT_EXECUTION';

/** Slots without news at the end: enough to read twice what the last crash left unread, to find a lease free, and for the summary of the next day. */
const QUIET = [8, 9, 10, 11, 110].map(monthAfter);

/** Tells the story; the `at`-th call of a port crashes the process before or after it took effect. */
const tell = async (when: When, at: number, then: Then = 'SAME_EXECUTION') => {
  const simulation = simulate(SETTINGS, [SCOPE, SECOND_SCOPE]);
  let calls = 0;
  const deps = wrapPorts(simulation.deps, async (_name, call) => {
    calls += 1;
    if (calls === at && when === 'before') throw new Crash();
    const result = await call();
    if (calls === at && when === 'after') throw new Crash();
    return result;
  });
  const quiet = QUIET.map(index => [index, async () => {}] as const);
  for (const [index, change] of [...STORY, ...(then === 'NEXT_EXECUTION' ? quiet : [])]) {
    simulation.setNow(slot(index));
    await change(simulation);
    const run = () => rollCall(deps, { slot: slot(index), holder: `execution-${index}` });
    await (then === 'NEXT_EXECUTION' ? run().catch(ignoreCrash) : restarted(run));
  }
  const findings = await allFindings(simulation.deps);
  const here = await Promise.all([SCOPE, SECOND_SCOPE, 'registry'].map(simulation.deps.findings.inScope));
  const owed = noticesOwed(findings, slot(monthAfter(110))).owed.map(
    ({ notice }) => `${notice.receiver} ${notice.reason} ${notice.findingId}`,
  );
  return { findings: factsOf(findings), archived: findings.length - here.flat().length, messages: simulation.accepted, calls, owed };
};

/** A crash of one message is a refused publish to the others, and fails the run at its end. */
const ignoreCrash = (error: unknown): void => {
  if (!(error instanceof Crash) && !String(error).includes('not accepted')) throw error;
};

/** As the state machine retries a function: the same execution, from the start. A refused publish fails the run and is the next one's. */
const restarted = async (run: () => Promise<unknown>): Promise<void> => {
  try {
    await run();
  } catch (error) {
    ignoreCrash(error);
    await run();
  }
};

describe('a crash at any call of any port', () => {
  let calm: Awaited<ReturnType<typeof tell>>;
  beforeAll(async () => {
    calm = await tell('never', 0);
  });

  it('has a story in which everything happens', () => {
    expect(new Set(calm.findings.map(({ rule }) => rule))).toEqual(new Set(['APR-02', 'INV-01', 'OPS-01', 'OPS-02', 'OWN-01']));
    expect(new Set(calm.findings.map(({ cleared, generation }) => `${cleared} ${generation}`))).toEqual(
      new Set(['null 1', 'FACT 1', 'null 2']),
    );
    expect(new Set(toldOf(calm.messages).map(told => told.split(' ')[1]))).toEqual(new Set(['OPENED', 'RESOLVED', 'REOPENED']));
    expect(calm.archived).toBeGreaterThan(1);
    expect(calm.calls).toBeGreaterThan(150);
  });

  it.each(['before', 'after'] as const)(
    '%s it took effect ends in the same findings, with everything told',
    { timeout: 120_000 },
    async when => {
      for (let at = 1; at <= calm.calls; at += 1) {
        const crashed = await tell(when, at);
        expect(crashed.findings, `crash ${when} call ${at}`).toEqual(calm.findings);
        expect(new Set(toldOf(crashed.messages)), `crash ${when} call ${at}`).toEqual(new Set(toldOf(calm.messages)));
        expect(idsThatDiffer(crashed.messages), `crash ${when} call ${at}`).toEqual([]);
      }
    },
  );

  it.each(['before', 'after'] as const)(
    '%s it took effect, with the world changed before another execution goes on, leaves the same findings open, and nothing owed',
    { timeout: 120_000 },
    async when => {
      const open = ({ findings }: Awaited<ReturnType<typeof tell>>) =>
        findings.filter(({ condition }) => condition === 'OPEN').map(withoutHistory);
      const whole = await tell('never', 0, 'NEXT_EXECUTION');
      expect([whole.owed, open(whole).length]).toEqual([[], expect.any(Number)]);
      for (let at = 1; at <= calm.calls; at += 1) {
        const crashed = await tell(when, at, 'NEXT_EXECUTION');
        expect(open(crashed), `crash ${when} call ${at}`).toEqual(open(whole));
        expect(crashed.owed, `crash ${when} call ${at}`).toEqual([]);
      }
    },
  );
});

/** What was there between two readings and is no more may have been missed: what is open at the end may have been open once less. */
const withoutHistory = ({ generation: _of, ...facts }: ReturnType<typeof factsOf>[number]) => facts;

/** Notices that were accepted under more than one id: a repeat must be recognisable. */
const idsThatDiffer = (messages: readonly Message[]): readonly string[] => {
  const ids = new Map<string, string>();
  return messages
    .flatMap(({ members }) => members)
    .flatMap(({ finding, receiver, told }) => {
      const notice = `${receiver} ${told.reason} ${told.generation} ${finding.rule} ${finding.subject} ${told.facts}`;
      const first = ids.get(notice) ?? told.notice;
      ids.set(notice, first);
      return first === told.notice ? [] : [notice];
    });
};

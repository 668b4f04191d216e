import { describe, expect, it } from 'vitest';
import { doctorOutputSchema } from '../../lib/cli/commands/doctor.ts';
import type { CheckAnswer, DoctorPorts, StackPorts } from '../../lib/cli/doctor/check.ts';
import { OUTPUTS } from '../../lib/cli/doctor/stack-checks.ts';
import type { RunRecord } from '../../lib/core/inventory.ts';
import { done, refused } from '../../lib/core/outcome.ts';
import { MINUTE, plus } from '../../lib/core/time.ts';
import type { Probed } from '../../lib/ports.ts';
import { ACCOUNT, NOW, REGION, SCOPE, SLOT } from '../support/builders.ts';
import { runLine } from '../support/command-line.ts';

const ok = <T>(value: T) => ({ ok: true, value }) as const;
const no = (reason: string) => ({ ok: false, failure: { reason } }) as const;
const probed = (action: string, over: Partial<Probed> = {}): Probed => ({
  action: `sagemaker:${action}`,
  outcome: 'ALLOWED',
  failure: null,
  reason: '',
  lost: null,
  ...over,
});
const failing = (action: string, failure: Probed['failure'], reason: string, lost: string | null = null): Probed =>
  probed(action, { outcome: 'FAILED', failure, reason, lost });
const NOTHING = { outcome: 'NOTHING_THERE', reason: 'nothing is there' } as const;
const denied = (action: string) => failing(action, 'DENIED', `access denied: sagemaker:${action}`);

const aRun = (over: Partial<RunRecord> = {}): RunRecord => ({
  slot: SLOT,
  holder: 'h',
  startedAt: SLOT,
  manual: false,
  scopes: [SCOPE],
  unread: [],
  unlisted: [],
  state: 'COMPLETE',
  totals: {
    deployments: 1,
    registered: 1,
    scopesComplete: 1,
    scopesNotChecked: 0,
    scopesAtRest: 0,
    calls: 3,
    opened: 0,
    cleared: 0,
    open: {},
  },
  completedAt: NOW,
  ...over,
});
const outputs = Object.fromEntries(OUTPUTS.map(name => [name, `the ${name}`]));
const aStack = (over: Partial<StackPorts> = {}): StackPorts => ({
  name: 'Rollcall',
  everyMinutes: 15,
  outputs: async () => ok(outputs),
  findings: async () => done({ total: 3 }),
  subscriptions: async () => ok([true]),
  lastRun: async () => ok(aRun()),
  ...over,
});
const ports = ({ stack, ...over }: Partial<DoctorPorts> = {}): DoctorPorts => ({
  now: () => NOW,
  home: async () => REGION,
  whoAmI: async () => ({ who: ok({ arn: `arn:aws:iam::${ACCOUNT}:user/kim`, account: ACCOUNT }), ahead: 400 }),
  enabledRegions: async () => ok([REGION]),
  scopes: async () => [{ provider: 'sagemaker', account: ACCOUNT, region: REGION }],
  probe: async () => [probed('ListEndpoints')],
  stack,
  ...over,
});
const withStack = (over: Partial<StackPorts>) => ports({ stack: aStack(over) });

const doctor = async (given: DoctorPorts, line = 'doctor --format json') => {
  const { code, out } = await runLine(line.split(' '), { doctor: given });
  return { code, out };
};
const answersOf = async (given: DoctorPorts) => {
  const { code, out } = await doctor(given);
  const { checks } = doctorOutputSchema.parse(JSON.parse(out));
  return { code, checks, of: (id: string) => checks.find(check => check.id === id) };
};

type Case = readonly [name: string, id: string, given: DoctorPorts, state: CheckAnswer['state'], what: string, mend?: string];
const OF_PROBES = (...answers: readonly Probed[]) => ports({ probe: async () => answers });
const ACCESS = `access:${SCOPE}`;

const CASES: readonly Case[] = [
  ['who signs', 'identity', ports(), 'OK', `user/kim, account ${ACCOUNT}`],
  [
    'nobody who signs',
    'identity',
    ports({ whoAmI: async () => ({ who: no('credentials not accepted'), ahead: null }) }),
    'MEND',
    'credentials not accepted',
    'AWS_PROFILE',
  ],
  ['a region', 'region', ports(), 'OK', REGION],
  ['no region', 'region', ports({ home: async () => undefined }), 'MEND', 'none', 'export AWS_REGION'],
  ['a clock that is kept', 'clock', ports(), 'OK', 'within 60 s'],
  ...([61_000, -302_000] as const).map((ahead): Case => {
    const given = ports({ whoAmI: async () => ({ who: ok({ arn: 'a', account: ACCOUNT }), ahead }) });
    return [`a clock ${ahead} ms ahead`, 'clock', given, 'MEND', ahead > 0 ? '61 s ahead of AWS' : '302 s behind AWS', 'time server'];
  }),
  [
    'a clock that nothing can be held against',
    'clock',
    ports({ whoAmI: async () => ({ who: no('x'), ahead: null }) }),
    'CANNOT_TELL',
    'nothing of AWS answered',
  ],
  ['enabled regions', 'regions', ports(), 'OK', REGION],
  ['a region that is not enabled', 'regions', ports({ enabledRegions: async () => ok(['us-east-1']) }), 'MEND', REGION, 'enable-region'],
  [
    'regions that may not be listed',
    'regions',
    ports({ enabledRegions: async () => no('access denied: account:ListRegions') }),
    'CANNOT_TELL',
    'account:ListRegions',
  ],
  ['a scope that can be read', ACCESS, ports(), 'OK', '1 of 1 actions allowed'],
  [
    'denied actions',
    ACCESS,
    OF_PROBES(denied('ListEndpoints'), denied('ListTags')),
    'MEND',
    'access denied: sagemaker:ListEndpoints',
    '{"Effect":"Allow","Action":["sagemaker:ListEndpoints","sagemaker:ListTags"],"Resource":"*"}',
  ],
  [
    'what an organisation denies',
    ACCESS,
    OF_PROBES(failing('ListEndpoints', 'DENIED', 'access denied: sagemaker:ListEndpoints (organisation policy)')),
    'MEND',
    'organisation policy',
    `excluded: [{scope: "${SCOPE}", reason: "..."}]`,
  ],
  [
    'a region that knows nobody',
    ACCESS,
    OF_PROBES(failing('ListEndpoints', 'IDENTITY', 'credentials not accepted')),
    'MEND',
    'not accepted',
    'enable',
  ],
  [
    'a region without the service',
    ACCESS,
    OF_PROBES(failing('ListEndpoints', 'UNSUPPORTED', 'not offered')),
    'MEND',
    'not offered',
    'leave it out',
  ],
  ['a service that does not answer', ACCESS, OF_PROBES(failing('ListEndpoints', 'TRANSIENT', 'failed')), 'MEND', 'failed', 'try again'],
  [
    'what only costs requests',
    ACCESS,
    OF_PROBES(probed('ListEndpoints'), failing('Search', 'DENIED', 'access denied: sagemaker:Search', 'which only costs more requests')),
    'OK',
    'access denied: sagemaker:Search, which only costs more requests',
  ],
  [
    'nothing to describe',
    ACCESS,
    OF_PROBES(probed('ListEndpoints'), probed('ListTags', NOTHING), probed('DescribeModel', NOTHING)),
    'CANNOT_TELL',
    '1 of 3 actions allowed; cannot tell sagemaker:ListTags, sagemaker:DescribeModel: nothing is there',
  ],
  ['all outputs', 'outputs', withStack({}), 'OK', 'all there'],
  ['a stack that is not there', 'outputs', withStack({ outputs: async () => no('refused') }), 'MEND', 'refused', 'is Rollcall its name'],
  ['a stack without outputs', 'outputs', withStack({ outputs: async () => ok({}) }), 'MEND', 'RegistryTableName', 'cdk deploy'],
  ['an API that answers', 'api', withStack({}), 'OK', '3 findings open'],
  [
    'an API that lets nobody in',
    'api',
    withStack({ findings: async () => refused('NOT_ALLOWED', 'refused the signature') }),
    'MEND',
    'refused the signature',
    'execute-api:Invoke',
  ],
  ['an API that fails', 'api', withStack({ findings: async () => refused('INTERNAL', 'could not') }), 'MEND', 'could not', 'log'],
  [
    'an API that is not there',
    'api',
    withStack({ findings: async () => Promise.reject(new Error('cannot be reached')) }),
    'MEND',
    'cannot be reached',
    'curl',
  ],
  ['a topic that is heard', 'security-topic', withStack({}), 'OK', '1 confirmed'],
  [
    'a topic that nobody hears',
    'security-topic',
    withStack({ subscriptions: async () => ok([]) }),
    'MEND',
    'security hears of nothing',
    'aws sns subscribe --topic-arn the SecurityTopicArn',
  ],
  ['alarms that nobody hears', 'ops-topic', withStack({ subscriptions: async () => ok([]) }), 'MEND', 'no alarm', 'OpsTopicArn'],
  ['owners in observe', 'owners-topic', withStack({ subscriptions: async () => ok([]) }), 'OK', 'observe'],
  [
    'a mail that waits to be confirmed',
    'owners-topic',
    withStack({ subscriptions: async () => ok([true, false]) }),
    'MEND',
    '1 confirmed, 1 pending',
    'confirm',
  ],
  [
    'topics that may not be asked',
    'ops-topic',
    withStack({ subscriptions: async () => no('access denied: sns:x') }),
    'CANNOT_TELL',
    'sns:x',
  ],
  ['a roll call just now', 'last-run', withStack({}), 'OK', `${SLOT}, 0 minutes ago, complete`],
  ['no roll call', 'last-run', withStack({ lastRun: async () => ok(undefined) }), 'MEND', 'none has ended yet', 'start-execution'],
  [
    'an old roll call',
    'last-run',
    ports({ now: () => plus(SLOT, 31 * MINUTE), stack: aStack() }),
    'MEND',
    'one is due every 15 minutes',
    'list-executions --state-machine-arn the RollCallStateMachineArn',
  ],
  ['a roll call under way', 'last-run', withStack({ lastRun: async () => ok(aRun({ state: 'CLOSED' })) }), 'CANNOT_TELL', 'closed'],
  [
    'a roll call that did not end',
    'last-run',
    ports({ now: () => plus(SLOT, 20 * MINUTE), stack: aStack({ lastRun: async () => ok(aRun({ state: 'CLOSED' })) }) }),
    'MEND',
    'closed',
    'why it did not end',
  ],
  [
    'a roll call that could not read everything',
    'last-run',
    withStack({ lastRun: async () => ok(aRun({ totals: { ...aRun().totals!, scopesNotChecked: 2 } })) }),
    'MEND',
    '2 scopes not checked',
    'rollcall findings',
  ],
  [
    'a table that may not be read',
    'last-run',
    withStack({ lastRun: async () => no('access denied: x') }),
    'CANNOT_TELL',
    'access denied: x',
  ],
  ...['api', 'security-topic', 'last-run'].map((id): Case => {
    const unknown = withStack({ outputs: async () => no('refused') });
    return [`a ${id} of a stack that is not there`, id, unknown, 'CANNOT_TELL', 'is not known'];
  }),
];

describe('doctor', () => {
  it.each(CASES.map(([name, ...rest]) => [name, rest] as const))('of %s', async (_name, [id, given, state, what, mend]) => {
    const { of, code, checks } = await answersOf(given);
    expect(of(id)).toMatchObject({ state, what: expect.stringContaining(what) });
    expect(of(id)?.mend.join('\n') ?? '').toContain(mend ?? '');
    expect(of(id)?.mend.length === 0).toBe(state !== 'MEND');
    expect(code).toBe(checks.some(check => check.state === 'MEND') ? 1 : 0);
  });

  it('reads like a checklist', async () => {
    const given = ports({
      stack: aStack({ subscriptions: async () => ok([]) }),
      probe: async () => [probed('ListEndpoints'), denied('ListTags'), probed('DescribeModel', NOTHING)],
    });
    const { code, out } = await doctor(given, 'doctor');
    expect(code).toBe(1);
    await expect(out).toMatchFileSnapshot('../golden/doctor.txt');
  });

  it('asks nothing of an account before it knows who asks', async () => {
    const given = ports({
      whoAmI: async () => ({ who: no('no credentials'), ahead: null }),
      scopes: async () => Promise.reject(new Error('asked all the same')),
    });
    const { code, checks } = await answersOf(given);
    expect([code, checks.map(({ id, state }) => `${id} ${state}`)]).toEqual([
      1,
      ['identity MEND', 'region OK', 'clock CANNOT_TELL', 'regions CANNOT_TELL', 'access CANNOT_TELL'],
    ]);
  });

  it('hands on what it is asked about, and refuses what is no region', async () => {
    const { asked } = await runLine(['doctor', '--stack', 'Rollcall', '--regions', 'eu-west-1'], { doctor: ports() });
    expect(asked).toEqual([{ stack: 'Rollcall', regions: ['eu-west-1'] }]);
    expect((await runLine(['doctor', '--regions', 'mars'], { doctor: ports() })).code).toBe(2);
  });

  it('keeps untrusted text in its line', async () => {
    const { out } = await doctor(withStack({ findings: async () => refused('INTERNAL', 'x\n\u001b[2Jok       API: fine') }), 'doctor');
    expect(out).toContain('MEND     API: x\\u000a\\u001b[2Jok');
  });
});

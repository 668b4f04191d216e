import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ACCOUNT, REGION } from '../rig.ts';
import { run } from '../processes.ts';
import { TOOLS } from '../tools.ts';
import type { Step } from './steps.ts';
import { dump, ended, type Item, type Queue, QUEUES, ROOT, SLOT_MINUTES, takeMessages, type World, writeFiles } from './world.ts';

type Keys = Readonly<Record<'AccessKeyId' | 'SecretAccessKey' | 'SessionToken', string | undefined>>;
const credentials = ({ AccessKeyId = '', SecretAccessKey = '', SessionToken = '' }: Keys) => ({
  AWS_ACCESS_KEY_ID: AccessKeyId,
  AWS_SECRET_ACCESS_KEY: SecretAccessKey,
  ...(SessionToken === '' ? {} : { AWS_SESSION_TOKEN: SessionToken }),
});

/** A pipeline and two people, each with credentials of their own. Only lee is in `people:` from the start. */
const createCallers = async ({ aws, state }: World): Promise<void> => {
  const session = async (RoleName: string, RoleSessionName: string) => {
    const { Role } = await aws<{ Role: { Arn: string } }>('iam', 'create_role', { RoleName, AssumeRolePolicyDocument: '{}' });
    return credentials((await aws<{ Credentials: Keys }>('sts', 'assume_role', { RoleArn: Role.Arn, RoleSessionName })).Credentials);
  };
  await aws('iam', 'create_user', { UserName: 'lee' });
  const { AccessKey } = await aws<{ AccessKey: Keys }>('iam', 'create_access_key', { UserName: 'lee' });
  state.callers = {
    pipeline: await session('model-pipeline', 'build-41'),
    kim: await session('data-science', 'kim@example.com'),
    lee: credentials(AccessKey),
  };
};

export const createQueues = async ({ aws, state }: World): Promise<void> => {
  for (const QueueName of QUEUES) {
    const { QueueUrl: url } = await aws<{ QueueUrl: string }>('sqs', 'create_queue', { QueueName });
    state.queues[QueueName] = { url, arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}` };
  }
};

export const subscribeQueues = async ({ aws, state: { outputs, queues } }: World): Promise<void> => {
  const subscribe = (TopicArn: string | undefined, queue: Queue | undefined) =>
    aws('sns', 'subscribe', { TopicArn, Protocol: 'sqs', Endpoint: queue?.arn });
  await subscribe(outputs['SecurityTopicArn'], queues.security);
  await subscribe(outputs['OwnersTopicArn'], queues.owners);
  await subscribe(outputs['OpsTopicArn'], queues.ops);
};

/** Deploys with a `rollcall.yaml` of these lines. Today's summary is settled by the first roll call. */
export const deployWith = async (world: World, lines: readonly string[], endpoints: Readonly<Record<string, string>>): Promise<void> => {
  const summaryAt = `summaryAt: "${new Date(Date.now() - 3_600_000).toISOString().slice(11, 16)}"`;
  const directory = writeFiles(world, 'config', { 'rollcall.yaml': `${[...lines, summaryAt].join('\n')}\n` });
  world.state.outputs = await world.rig.deploy({
    'rollcall:config': path.join(directory, 'rollcall.yaml'),
    'rollcall:serviceEndpoints': JSON.stringify(endpoints),
  });
};

/** Production, one receiver and the people are named. */
const deploy = async (world: World, everyMinutes: number): Promise<void> => {
  const { sagemaker, state } = world;
  const yaml = [
    // Of Bedrock the emulators lack most: the scenario of the organisation reads it.
    'providers: [sagemaker]',
    `schedule: { everyMinutes: ${everyMinutes} }`,
    `accounts: { "${ACCOUNT}": { environment: prod } }`,
    `receivers: { kim@example.com: { queue: "${state.queues.kim?.arn}" } }`,
    'manifestDecisions: trust',
    'directory:',
    ...['kim', 'dana', 'lee'].map(name => `  - { person: ${name}@example.com }`),
    '  - { person: sam@example.com, active: false }',
    'people:',
    `  - { user: "arn:aws:iam::${ACCOUNT}:user/lee", person: lee@example.com, as: SECURITY }`,
    ...state.people,
  ];
  await deployWith(world, yaml, { sagemaker: sagemaker.url });
};

/** Deploys again and asserts that no item of any table was changed, lost or added by it. */
export const redeploy = async (world: World): Promise<string> => {
  const everything = async (): Promise<readonly (readonly Item[])[]> =>
    Promise.all((['Registry', 'Inventory', 'Findings'] as const).map(table => dump(world, table)));
  const before = await everything();
  const outputs = { ...world.state.outputs };
  await deploy(world, SLOT_MINUTES);
  assert.deepEqual(world.state.outputs, outputs);
  assert.deepEqual(await everything(), before);
  return `${before.flat().length} items as they were`;
};

/** The old schedule may start one more roll call meanwhile, so only what is final is compared. */
const slowDown = async (world: World): Promise<string> => {
  const completed = async () => (await dump(world, 'Inventory')).filter(item => item['state'] === 'COMPLETE');
  const before = await completed();
  await deploy(world, SLOT_MINUTES);
  const after = new Map((await completed()).map(item => [item.pk, item]));
  assert.deepEqual(
    before.map(({ pk }) => after.get(pk)),
    before,
  );
  return `${before.length} run records as they were`;
};

const executionsOf = async ({ aws, state }: World) => {
  const ask = { stateMachineArn: state.outputs['RollCallStateMachineArn'] };
  return (await aws<{ executions: { executionArn: string }[] }>('stepfunctions', 'list_executions', ask)).executions;
};

const awaitSchedule = async (world: World): Promise<string> => {
  for (let seconds = 0; seconds < 100; seconds += 1) {
    const [started] = await executionsOf(world);
    if (started === undefined) {
      await wait(1000);
      continue;
    }
    const execution = await ended(world, started.executionArn);
    assert.equal(execution.status, 'SUCCEEDED', JSON.stringify(execution));
    const stored = (await dump(world, 'Inventory')).find(({ pk }) => pk.startsWith('run#'));
    assert.equal(stored?.['state'], 'COMPLETE');
    const mails = await takeMessages(world, 'security');
    assert.equal(mails.length, 1, 'an empty account is told once');
    return `${stored?.pk}, "${mails[0]?.Subject}"`;
  }
  throw new Error('the schedule started nothing in 100 seconds');
};

/** Runs a program of the project. Throws with all that it printed where it fails. */
const succeed = ({ rig }: World, program: string, args: readonly string[], env = {}): Promise<string> =>
  run({ program, args, cwd: ROOT, env: { ...rig.env, NO_COLOR: '1', ...env } });

export const lint = async (world: World, assembly: string, stacks: number): Promise<void> => {
  const templates = readdirSync(assembly).filter(file => file.endsWith('.template.json'));
  assert.equal(templates.length, stacks);
  await succeed(world, TOOLS.cfnLint.program, ['-i', 'W3005', '--', ...templates.map(file => path.join(assembly, file))]);
};

const synthesise = async (world: World): Promise<void> => {
  const assembly = path.join(world.rig.directory, 'unedited');
  await succeed(world, 'npx', ['cdk', 'synth', '--quiet', '-o', assembly, '--no-notices']);
  await lint(world, assembly, 1);
};

/** The stores' contract suites against the emulator's DynamoDB. */
const contracts = async (world: World): Promise<string> => {
  const variables = { ROLLCALL_TEST_DYNAMO_ENDPOINT: world.rig.ministackUrl };
  const out = await succeed(world, 'npx', ['vitest', 'run', 'test/contract/dynamo-endpoint.test.ts'], variables);
  const passed = /Tests\s+(\d+ passed) \(/.exec(out)?.[1];
  assert.ok(passed, out);
  return passed;
};

export const deploymentSteps: readonly Step[] = [
  {
    name: 'cdk bootstrap and cdk deploy, every minute, with a rollcall.yaml',
    run: async world => {
      await createQueues(world);
      await createCallers(world);
      await deploy(world, 1);
      await subscribeQueues(world);
    },
  },
  { name: 'the unedited repository synthesises, and cfn-lint finds nothing', run: synthesise, alone: true },
  { name: 'cfn-lint finds nothing in the deployed template', run: world => lint(world, path.join(world.rig.directory, 'cdk.out'), 1) },
  { name: "the stores keep their contract on the emulator's DynamoDB", run: contracts, alone: true },
  { name: 'the schedule itself starts a roll call', run: awaitSchedule },
  { name: 'a deployment with a slower schedule keeps what is stored', run: slowDown },
];

/** Where AWS lists what the stack is made of: service, operation, key of the list. */
const LISTS = [
  ['dynamodb', 'list_tables', 'TableNames'],
  ['lambda', 'list_functions', 'Functions'],
  ['sns', 'list_topics', 'Topics'],
  ['sqs', 'list_queues', 'QueueUrls'],
  ['stepfunctions', 'list_state_machines', 'stateMachines'],
  ['scheduler', 'list_schedules', 'Schedules'],
  ['apigatewayv2', 'get_apis', 'Items'],
  ['s3', 'list_buckets', 'Buckets'],
  ['iam', 'list_roles', 'Roles'],
  ['logs', 'describe_log_groups', 'logGroups'],
  ['cloudwatch', 'describe_alarms', 'MetricAlarms'],
  ['events', 'list_event_buses', 'EventBuses'],
] as const;

/** Service → what it lists under a name of the stack or of its tables. */
const partsOfStack = async ({ aws }: World): Promise<Readonly<Record<string, readonly string[]>>> => {
  const parts: Record<string, readonly string[]> = {};
  for (const [service, operation, key] of LISTS) {
    const listed = (await aws<Record<string, readonly unknown[] | undefined>>(service, operation))[key] ?? [];
    parts[service] = listed.map(entry => JSON.stringify(entry)).filter(text => /\brollcall\b|e2e-/i.test(text));
  }
  return parts;
};

const destroy = async (world: World): Promise<void> => {
  const before = await partsOfStack(world);
  await world.rig.destroy();
  const after = await partsOfStack(world);
  for (const [service] of LISTS) {
    assert.notDeepEqual(before[service], [], `${service}: nothing of the stack was there to destroy`);
    assert.deepEqual(after[service], [], `${service}: left by the destroy`);
  }
};

export const destroySteps: readonly Step[] = [{ name: 'cdk destroy leaves nothing of the stack', run: destroy, alone: true }];

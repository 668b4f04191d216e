import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Env } from '../processes.ts';
import type { Rig } from '../rig.ts';
import { type Proxy, startProxy } from './proxy.ts';

export const ROOT = path.join(import.meta.dirname, '../../..');

/** Everything that the steps share. */
export interface World {
  readonly rig: Rig;
  readonly aws: Aws;
  /** Stands before the emulator of SageMaker, as the functions see it. */
  readonly sagemaker: Proxy;
  /** What earlier steps left for later ones. */
  readonly state: {
    outputs: Readonly<Record<string, string>>;
    api: Proxy | undefined;
    /** Extra lines under `people:`. */
    people: string[];
    /** The slot of the last roll call that a step started; at first the end of the slot that is now. */
    slot: number;
    callers: Readonly<Record<string, Env>>;
    queues: Partial<Record<QueueName, Queue>>;
  };
  readonly stop: () => Promise<void>;
}

/** One for each topic, and the one that `receivers:` names. */
export const QUEUES = ['security', 'owners', 'ops', 'kim'] as const;
export type QueueName = (typeof QUEUES)[number];

export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** One call of boto3; lists are read to their end. Throws what AWS answered. */
export type Aws = <T = unknown>(service: string, operation: string, parameters?: object) => Promise<T>;

export const openWorld = async (rig: Rig): Promise<World> => {
  const client = startClient(rig);
  const sagemaker = await startProxy(rig.motoUrl);
  const slot = Math.ceil(Date.now() / SLOT_MS) * SLOT_MS;
  const state: World['state'] = { outputs: {}, api: undefined, people: [], slot, callers: {}, queues: {} };
  const stop = async () => {
    client.stop();
    await Promise.all([sagemaker.stop(), state.api?.stop()]);
  };
  return { rig, aws: client.aws, sagemaker, state, stop };
};

export const startClient = ({ python, env }: Pick<Rig, 'python' | 'env'>): { readonly aws: Aws; readonly stop: () => void } => {
  const child = spawn(python, [path.join(ROOT, 'test/e2e/estate.py')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  const ask = async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`estate.py ended before it answered ${line}`);
    const { ok, error } = JSON.parse(value) as { ok?: unknown; error?: string };
    if (error !== undefined) throw new Error(`${line}\n${error}`);
    return ok;
  };
  const aws = async (service: string, operation: string, parameters = {}) => {
    const line = JSON.stringify({ service, operation, parameters });
    last = last.then(
      () => ask(line),
      () => ask(line),
    );
    return last;
  };
  return { aws: aws as Aws, stop: () => void child.stdin.end() };
};

export type Item = Readonly<Record<string, unknown>> & { readonly pk: string; readonly sk: string };

/** Every item of a table, in the order of its keys. */
export const dump = async ({ aws, state }: World, table: 'Registry' | 'Inventory' | 'Findings'): Promise<readonly Item[]> => {
  const { Items } = await aws<{ Items: Item[] }>('dynamodb', 'scan', {
    TableName: state.outputs[`${table}TableName`],
    ConsistentRead: true,
  });
  return Items.toSorted((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1));
};

export type Finding = Item & { rule: string; subject: string; condition: string; id: string; severity: string; [key: string]: unknown };

export const findings = async (world: World): Promise<readonly Finding[]> =>
  (await dump(world, 'Findings')).filter(({ pk }) => pk.startsWith('f#')) as Finding[];

export interface Mail {
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly Value: string }>>;
}

/** Takes every message out of a queue. */
export const takeMessages = async ({ aws, state }: World, queue: QueueName): Promise<readonly Mail[]> => {
  const QueueUrl = state.queues[queue]?.url;
  const taken: Mail[] = [];
  for (;;) {
    const ask = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 };
    const { Messages = [] } = await aws<{ Messages?: { Body: string; ReceiptHandle: string }[] }>('sqs', 'receive_message', ask);
    for (const { Body, ReceiptHandle } of Messages) {
      await aws('sqs', 'delete_message', { QueueUrl, ReceiptHandle });
      taken.push(JSON.parse(Body) as Mail);
    }
    if (Messages.length === 0) return taken;
  }
};

export interface Execution {
  readonly status: string;
  readonly output?: string;
}

/** Waits for the end of an execution, 90 seconds at most. */
export const ended = async ({ aws }: World, executionArn: string): Promise<Execution> => {
  for (let tries = 0; tries < 450; tries += 1) {
    const execution = await aws<Execution>('stepfunctions', 'describe_execution', { executionArn });
    if (execution.status !== 'RUNNING') return execution;
    await wait(200);
  }
  throw new Error(`${executionArn} is still running`);
};

export const SLOT_MINUTES = 15;
const SLOT_MS = SLOT_MINUTES * 60_000;

/** One roll call by hand, `later` intervals after the last one (0: the same slot again). */
export const rollCall = async (world: World, later = 1): Promise<{ readonly outcome: string }> => {
  const { aws, state } = world;
  state.slot += later * SLOT_MS;
  const input = JSON.stringify({ slot: new Date(state.slot).toISOString() });
  const ask = { stateMachineArn: state.outputs['RollCallStateMachineArn'], input };
  const { executionArn } = await aws<{ executionArn: string }>('stepfunctions', 'start_execution', ask);
  const execution = await ended(world, executionArn);
  assert.equal(execution.status, 'SUCCEEDED', JSON.stringify(execution));
  return JSON.parse(execution.output ?? '{}') as { outcome: string };
};

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line to its end, whatever its exit code. */
export const npxRollcall = (words: readonly string[], env: Env): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn('npx', ['rollcall', ...words], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', chunk => (out += String(chunk)));
    child.stderr.on('data', chunk => (err += String(chunk)));
    child.once('error', reject);
    child.once('close', code => resolve({ code, out, err }));
  });

/** The command line as a person with these credentials runs it. The API's host name does not resolve here, so a proxy stands for it. */
export const rollcall = async ({ rig, state }: World, caller: string, words: readonly string[]): Promise<Ended> => {
  const { origin, host } = new URL(state.outputs['ApiUrl'] ?? '');
  assert.match(origin, /execute-api/);
  state.api ??= await startProxy(rig.ministackUrl, host);
  return npxRollcall(['--api', state.api.url, ...words], { ...rig.env, ...state.callers[caller] });
};

/** Writes files into a directory of the rig and answers with its path. */
export const writeFiles = ({ rig }: World, name: string, files: Readonly<Record<string, string>>): string => {
  const directory = path.join(rig.directory, name);
  mkdirSync(directory, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(directory, file), text);
  return directory;
};

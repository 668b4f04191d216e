import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { ACCOUNT, REGION } from '../rig.ts';
import { endpointArn } from './estate.ts';
import { findingOf } from './roll-calls.ts';
import type { Step } from './steps.ts';
import { dump, findings, takeMessages, type World } from './world.ts';

const LATE = 'late-1';
const SUBJECT = `dep:${endpointArn(LATE)}`;

/** As EventBridge would put it there: the emulator, as AWS, lets nobody put an event of AWS on a bus. */
const send = async ({ aws }: World, queue: string, event: object): Promise<void> => {
  const { QueueUrls } = await aws<{ QueueUrls: string[] }>('sqs', 'list_queues');
  const QueueUrl = QueueUrls.find(url => url.includes(queue));
  assert.ok(QueueUrl, `no queue ${queue}`);
  await aws('sqs', 'send_message', { QueueUrl, MessageBody: JSON.stringify(event), DelaySeconds: 0 });
};

const creation = () => ({
  source: 'aws.sagemaker',
  'detail-type': 'AWS API Call via CloudTrail',
  account: ACCOUNT,
  region: REGION,
  resources: [],
  detail: {
    eventSource: 'sagemaker.amazonaws.com',
    eventName: 'CreateEndpoint',
    eventTime: `${new Date().toISOString().slice(0, 19)}Z`,
    eventID: 'e2e-1',
    userIdentity: { type: 'AssumedRole', sessionContext: { sourceIdentity: 'kim', sessionIssuer: { userName: 'Deploy' } } },
    requestParameters: { endpointName: LATE, endpointConfigName: 'shadow' },
    responseElements: { endpointArn: endpointArn(LATE) },
  },
});

/** Asks every second, for 150 seconds at most. */
const until = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
  for (let seconds = 0; seconds < 150; seconds += 1) {
    const found = await ask();
    if (found !== undefined) return found;
    await wait(1000);
  }
  throw new Error(`${what}: not in 150 seconds`);
};

const recordedBetween = async (world: World): Promise<string> => {
  const statuses = async () =>
    (await dump(world, 'Inventory')).filter(({ pk }) => pk.startsWith('s#')).map(({ kinds, lastSlot }) => ({ kinds, lastSlot }));
  const before = await statuses();
  await world.aws('sagemaker', 'create_endpoint', { EndpointName: LATE, EndpointConfigName: 'shadow' });
  const started = performance.now();
  await send(world, 'RecheckQueue', creation());
  await until('a finding', async () => (await findings(world)).find(({ subject }) => subject === SUBJECT));
  const { condition, evidence } = await findingOf(world, 'INV-01', SUBJECT);
  assert.equal(condition, 'OPEN');
  assert.deepEqual((evidence as { createdBy: string[] }).createdBy.slice(0, 2), ['kim (role Deploy)', 'CreateEndpoint']);
  assert.deepEqual(await statuses(), before, 'a recheck is no roll call');
  return `${Math.round((performance.now() - started) / 1000)} s after it was announced`;
};

const toldBetween = async (world: World): Promise<string> => {
  await send(world, 'TellQueue', creation());
  const [mail] = await until('an alert', async () => {
    const mails = await takeMessages(world, 'security');
    return mails.length > 0 ? mails : undefined;
  });
  assert.match(mail?.Subject ?? '', /^Rollcall (HIGH|CRITICAL): late-1: nobody registered it/);
  assert.match(mail?.Message ?? '', /created by: kim \(role Deploy\)/);
  return `"${mail?.Subject}"`;
};

export const eventSteps: readonly Step[] = [
  { name: 'an endpoint that is announced is recorded before the next slot, with who made it', run: recordedBetween },
  { name: 'and security is told before the next slot as well', run: toldBetween },
];

import type { RunRecord } from '../../core/inventory.ts';
import { plural } from '../../core/message/words.ts';
import { elapsed, type Instant, MINUTE } from '../../core/time.ts';
import { type Check, type CheckAnswer, cannotTell, type DoctorPorts, fine, type StackPorts, toMend } from './check.ts';

/** What the stack tells of itself; a test holds it against the template. */
export const OUTPUTS =
  'RegistryTableName InventoryTableName FindingsTableName SecurityTopicArn OwnersTopicArn OpsTopicArn RollCallStateMachineArn ApiUrl'.split(
    ' ',
  );

/** A check of a deployed Rollcall that needs one of its outputs. */
const ofOutput =
  (name: string, run: (value: string, stack: StackPorts, ports: DoctorPorts) => Promise<CheckAnswer>): Check['run'] =>
  async ports => {
    const { stack } = ports;
    const outputs = await stack?.outputs();
    const value = outputs?.ok ? outputs.value[name] : undefined;
    return stack === undefined || value === undefined ? cannotTell(`the output ${name} is not known`) : run(value, stack, ports);
  };

/** A roll call is late from here on, in intervals, as OPS-02 has it. */
const LATE_INTERVALS = 2;

export const STACK_CHECKS: readonly Check[] = [
  {
    id: 'outputs',
    title: 'outputs of the stack',
    run: async ({ stack }) => {
      if (stack === undefined) return cannotTell('no stack was named');
      const outputs = await stack.outputs();
      if (!outputs.ok)
        return toMend(outputs.failure.reason, `is ${stack.name} its name, is it in your region, may you cloudformation:DescribeStacks?`);
      const missing = OUTPUTS.filter(name => !outputs.value[name]);
      return missing.length === 0 ? fine('all there') : toMend(`missing: ${missing.join(', ')}`, 'npx cdk deploy');
    },
  },
  { id: 'api', title: 'API', run: ofOutput('ApiUrl', (url, stack) => apiAnswer(url, stack)) },
  {
    id: 'security-topic',
    title: 'security hears',
    run: ofOutput('SecurityTopicArn', (topic, stack) => topicAnswer(topic, stack, 'security hears of nothing')),
  },
  {
    id: 'ops-topic',
    title: 'operators hear',
    run: ofOutput('OpsTopicArn', (topic, stack) => topicAnswer(topic, stack, 'no alarm reaches anybody')),
  },
  { id: 'owners-topic', title: 'owners hear', run: ofOutput('OwnersTopicArn', (topic, stack) => topicAnswer(topic, stack, null)) },
  { id: 'last-run', title: 'last roll call', run: ofOutput('InventoryTableName', (table, stack, ports) => runAnswer(table, stack, ports)) },
];

const INVOKE = `add to your policy: ${JSON.stringify({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' })}, or only this API`;

const apiAnswer = async (url: string, { findings }: StackPorts): Promise<CheckAnswer> => {
  try {
    const answer = await findings(url);
    if (answer.ok) return fine(`answers: ${plural(answer.value.total, 'finding')} open`);
    return toMend(answer.reason, answer.code === 'NOT_ALLOWED' ? INVOKE : 'the log of the API function says why');
  } catch (error) {
    // Nothing of Rollcall answers there: what the client threw says what did instead.
    return toMend(error instanceof Error ? error.message : String(error), `curl -i ${url}/api/findings should answer 403 Forbidden`);
  }
};

/** `silent`: what it means that nobody is subscribed; null: that it is meant so, as owners are mailed only where `receivers` says. */
const topicAnswer = async (topic: string, { subscriptions }: StackPorts, silent: string | null): Promise<CheckAnswer> => {
  const asked = await subscriptions(topic);
  if (!asked.ok) return cannotTell(asked.failure.reason);
  const pending = asked.value.filter(confirmed => !confirmed).length;
  const confirmed = asked.value.length - pending;
  if (pending > 0)
    return toMend(
      `${confirmed} confirmed, ${pending} pending`,
      'open the mail that each of them got, and confirm; it lapses after two days',
    );
  if (confirmed > 0) return fine(`${confirmed} confirmed`);
  if (silent === null) return fine('nobody is subscribed: observe, no owner is mailed');
  return toMend(
    `nobody is subscribed: ${silent}`,
    `aws sns subscribe --topic-arn ${topic} --protocol email --notification-endpoint team@example.com`,
  );
};

const runAnswer = async (table: string, { lastRun, everyMinutes, outputs }: StackPorts, { now }: DoctorPorts): Promise<CheckAnswer> => {
  const asked = await lastRun(table);
  if (!asked.ok) return cannotTell(`${asked.failure.reason} on ${table}`);
  const known = await outputs();
  const machine = (known.ok && known.value['RollCallStateMachineArn']) || 'ARN';
  const start = `aws stepfunctions start-execution --state-machine-arn ${machine}`;
  if (asked.value === undefined) return toMend('none has ended yet', `wait for the first, or: ${start}`);
  return judgeRun(asked.value, { now: now(), everyMinutes, look: `aws stepfunctions list-executions --state-machine-arn ${machine}` });
};

interface RunFacts {
  readonly now: Instant;
  readonly everyMinutes: number;
  /** What shows why. */
  readonly look: string;
}

const judgeRun = ({ slot, state, totals }: RunRecord, { now, everyMinutes, look }: RunFacts): CheckAnswer => {
  const minutes = Math.floor(elapsed(slot, now) / MINUTE);
  const unread = totals?.scopesNotChecked ?? 0;
  const what = `${slot}, ${plural(minutes, 'minute')} ago, ${state.toLowerCase()}, ${plural(unread, 'scope')} not checked`;
  if (minutes > LATE_INTERVALS * everyMinutes)
    return toMend(`${what}; one is due every ${everyMinutes} minutes`, `is the schedule enabled? ${look}`);
  if (state !== 'COMPLETE')
    return minutes <= everyMinutes ? cannotTell(`${what}: it may still be telling`) : toMend(what, `why it did not end: ${look}`);
  return unread === 0 ? fine(what) : toMend(what, 'rollcall findings shows each as OPS-01, with the action that is missing');
};

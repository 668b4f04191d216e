import assert from 'node:assert/strict';
import { createEstate, endpointArn, expectedFindings, firstManifests, laterManifests, namesOf } from './estate.ts';
import type { Step } from './steps.ts';
import {
  dump,
  type Finding,
  findings,
  npxRollcall,
  QUEUES,
  rollCall,
  rollcall,
  SLOT_MINUTES,
  takeMessages,
  type World,
  writeFiles,
} from './world.ts';

/** Rules that are open, by subject. */
export const openRules = async (world: World): Promise<Readonly<Record<string, readonly string[]>>> => {
  const open = (await findings(world)).filter(({ condition }) => condition === 'OPEN');
  return Object.fromEntries(
    [...Map.groupBy(open, ({ subject }) => subject)].map(([subject, all]) => [subject, all.map(({ rule }) => rule)]),
  );
};

export const findingOf = async (world: World, rule: string, subject: string): Promise<Finding> => {
  const found = (await findings(world)).find(each => each.rule === rule && each.subject === subject);
  assert.ok(found, `no finding ${rule} of ${subject}`);
  return found;
};

/** Asserts that no topic has a message for anybody. */
export const nobodyIsTold = async (world: World): Promise<void> => {
  for (const queue of QUEUES) assert.deepEqual(await takeMessages(world, queue), [], `messages in ${queue}`);
};

const applied = async (world: World, files: Readonly<Record<string, string>>): Promise<string> => {
  const directory = writeFiles(world, `registry-${Object.keys(files).length}`, files);
  const { code, out, err } = await rollcall(world, 'pipeline', ['apply', '-f', directory]);
  assert.equal(code, 0, err);
  return out.trim().split('\n').at(-1) ?? '';
};

const firstRollCall = async (world: World): Promise<string> => {
  assert.equal((await rollCall(world)).outcome, 'STARTED');
  assert.deepEqual(await openRules(world), expectedFindings());
  const items = (await dump(world, 'Inventory')).filter(({ pk }) => pk.startsWith('i#'));
  assert.equal(items.length, 25);
  return `${Object.keys(expectedFindings()).length} subjects with findings`;
};

/** CRITICAL and HIGH at once: 4 APR-01, 3 APR-02, 8 INV-01, 1 OWN-02. */
const securityIsTold = async (world: World): Promise<string> => {
  const [mail, ...others] = await takeMessages(world, 'security');
  assert.ok(mail);
  assert.deepEqual(others, []);
  assert.equal(mail.Subject, 'Rollcall CRITICAL and 15 more: pricing-1 runs a version nobody approved (prod)');
  assert.match(mail.Message, /\n16 findings to tell: 16 at once/);
  for (const name of ['churn', 'pricing', 'shadow', 'nobody'].flatMap(namesOf)) assert.match(mail.Message, new RegExp(`\\b${name}\\b`));
  return `"${mail.Subject}"`;
};

const ownersAreTold = async (world: World): Promise<string> => {
  const [mail, ...others] = await takeMessages(world, 'kim');
  assert.ok(mail);
  assert.deepEqual(others, []);
  assert.equal(mail.MessageAttributes['owner']?.Value, 'kim@example.com');
  assert.match(mail.Message, /^Hello Kim,/);
  for (const name of ['churn', 'pricing', 'shadow'].flatMap(namesOf)) assert.match(mail.Message, new RegExp(`\\b${name}\\b`));
  assert.doesNotMatch(mail.Message, /nobody-|ranker/);
  const published = (await takeMessages(world, 'owners')).map(({ MessageAttributes }) => MessageAttributes['owner']?.Value).toSorted();
  assert.deepEqual(published, ['dana@example.com', 'kim@example.com', 'sam@example.com']);
  return `"${mail.Subject}"`;
};

/** The emulator raises no alarm by itself; one that is set goes the way of the real ones. */
const opsAreTold = async (world: World): Promise<string> => {
  const { MetricAlarms } = await world.aws<{ MetricAlarms: { AlarmName: string }[] }>('cloudwatch', 'describe_alarms');
  const alarm = MetricAlarms.find(({ AlarmName }) => AlarmName.includes('RollCallFailedAlarm'));
  const ask = { AlarmName: alarm?.AlarmName, StateValue: 'ALARM', StateReason: 'set by hand' };
  await world.aws('cloudwatch', 'set_alarm_state', ask);
  const [mail, ...others] = await takeMessages(world, 'ops');
  assert.deepEqual(others, []);
  assert.match(mail?.Message ?? '', /docs\/runbook\.md#roll-call-failed/);
  return `"${mail?.Subject}"`;
};

export const nothingChanges = async (world: World, later: number, outcome: string): Promise<string> => {
  const before = await dump(world, 'Findings');
  assert.equal((await rollCall(world, later)).outcome, outcome);
  assert.deepEqual(await dump(world, 'Findings'), before);
  await nobodyIsTold(world);
  return `${before.length} items as they were`;
};

const SCOPE = 'sagemaker/000000000000/us-east-1';

const listingDenied = async (world: World): Promise<void> => {
  const before = await findings(world);
  const seen = async () => (await dump(world, 'Inventory')).filter(({ pk }) => pk.startsWith('i#'));
  const items = await seen();
  world.sagemaker.denied.add('ListEndpoints');
  await rollCall(world);
  const after = await findings(world);
  const lost = after.filter(({ rule }) => rule === 'OPS-01');
  assert.deepEqual(
    lost.map(({ subject, condition, code }) => [subject, condition, code]),
    [[`scope:${SCOPE}`, 'OPEN', 'FAILED_DENIED']],
  );
  assert.deepEqual(
    after.filter(({ rule }) => rule !== 'OPS-01'),
    before,
  );
  assert.deepEqual(await seen(), items);
  const mails = await takeMessages(world, 'security');
  assert.equal(mails.length, 1);
  assert.match(mails[0]?.Message ?? '', /Give the role sagemaker:ListEndpoints/);
  await nobodyIsTold(world);
};

const listingRecovers = async (world: World): Promise<void> => {
  world.sagemaker.denied.clear();
  await rollCall(world);
  assert.equal((await findingOf(world, 'OPS-01', `scope:${SCOPE}`)).condition, 'CLEARED');
  assert.deepEqual(await openRules(world), expectedFindings());
};

const registeredAndApproved = async (world: World): Promise<string> => {
  const { out } = await npxRollcall(['digest', endpointArn('nobody-1')], world.rig.env);
  const composition = /composition: "(c1:sha256:[0-9a-f]{64})"/.exec(out)?.[1];
  assert.ok(composition, out);
  const said = await applied(world, laterManifests(composition));
  await rollCall(world);
  const left = Object.entries(expectedFindings()).filter(([subject]) => !/endpoint\/(churn|nobody)-/.test(subject));
  assert.deepEqual(await openRules(world), Object.fromEntries(left));
  for (const name of namesOf('nobody')) {
    const { condition, cleared } = await findingOf(world, 'INV-01', `dep:${endpointArn(name)}`);
    assert.deepEqual([condition, (cleared as { code: string }).code], ['CLEARED', 'FACT']);
  }
  return said;
};

const deletedEndpoint = async (world: World): Promise<void> => {
  const subject = `dep:${endpointArn('shadow-4')}`;
  await world.aws('sagemaker', 'delete_endpoint', { EndpointName: 'shadow-4' });
  await rollCall(world);
  assert.equal((await findingOf(world, 'INV-01', subject)).condition, 'OPEN', 'one listing proves no absence');
  await rollCall(world);
  const { condition, cleared } = await findingOf(world, 'INV-01', subject);
  assert.deepEqual([condition, (cleared as { code: string }).code], ['CLEARED', 'ABSENT']);
};

/** A day later: what is less than HIGH, and what has ended since. */
const summary = async (world: World): Promise<string> => {
  await takeMessages(world, 'security');
  await rollCall(world, (24 * 60) / SLOT_MINUTES);
  const [mail, ...others] = await takeMessages(world, 'security');
  assert.ok(mail);
  assert.deepEqual(others, []);
  for (const rule of ['APR-03', 'INV-10']) assert.match(mail.Message, new RegExp(`\\b${rule}\\b`));
  for (const ended of ['churn-1', 'nobody-1', 'shadow-4']) assert.match(mail.Message, new RegExp(`RESOLVED .*${ended}\\b`));
  return `"${mail.Subject}"`;
};

export const rollCallSteps: readonly Step[] = [
  { name: 'boto3 makes 25 endpoints', run: world => createEstate(world.aws) },
  { name: 'rollcall apply fills the registry over SigV4', run: world => applied(world, firstManifests()) },
  { name: 'a roll call records exactly what is wrong, endpoint by endpoint', run: firstRollCall },
  { name: 'security is told once, in one readable alert', run: securityIsTold },
  { name: 'an owner gets their own findings through the filter of receivers:', run: ownersAreTold },
  { name: 'an alarm reaches the ops topic with its runbook', run: opsAreTold },
  { name: 'the next slot on an unchanged estate writes no finding and tells nobody', run: world => nothingChanges(world, 1, 'STARTED') },
  { name: 'the same slot again is a DUPLICATE and changes nothing', run: world => nothingChanges(world, 0, 'DUPLICATE') },
  { name: 'a denied listing is OPS-01 and told, and nothing else changes', run: listingDenied },
  { name: 'the next readable listing clears OPS-01', run: listingRecovers },
];

export const laterSteps: readonly Step[] = [
  { name: 'registering and approving clears findings in the next slot', run: registeredAndApproved },
  { name: 'a deleted endpoint is resolved after two complete listings', run: deletedEndpoint },
  { name: "the next day's summary tells the rest, and what has ended", run: summary },
];

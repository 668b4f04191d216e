import assert from 'node:assert/strict';
import { redeploy } from './deployment.ts';
import { endpointArn } from './estate.ts';
import { findingOf, nobodyIsTold, openRules } from './roll-calls.ts';
import type { Step } from './steps.ts';
import { dump, rollCall, rollcall, type World } from './world.ts';

const PRICING = `dep:${endpointArn('pricing-1')}`;

const acknowledge = async (world: World, caller: string) => {
  const { id } = await findingOf(world, 'APR-02', PRICING);
  return rollcall(world, caller, ['ack', id, '--reason', 'rolling back tonight']);
};

const unmappedIsRefused = async (world: World): Promise<string> => {
  const before = await dump(world, 'Findings');
  const { code, err } = await acknowledge(world, 'kim');
  assert.equal(code, 5, err);
  const line = /^ {2}- \{ role: .*\}$/m.exec(err)?.[0];
  assert.ok(line, err);
  assert.deepEqual(await dump(world, 'Findings'), before);
  world.state.people = [line];
  return line.trim();
};

const acknowledged = async (world: World): Promise<string> => {
  const { code, out, err } = await acknowledge(world, 'kim');
  assert.equal(code, 0, err);
  const listed = await rollcall(world, 'lee', ['findings', '--json']);
  assert.equal(listed.code, 0, listed.err);
  const { findings } = JSON.parse(listed.out) as { findings: { subject: string; state: string; answer: { by: string } | null }[] };
  assert.equal(findings.length, Object.keys(await openRules(world)).length);
  const states = findings.filter(({ subject }) => subject === PRICING).map(({ state, answer }) => [state, answer?.by]);
  assert.deepEqual(states, [['ACKNOWLEDGED', 'kim@example.com']]);
  return out.trim();
};

const answered = async (world: World): Promise<void> => {
  const before = await dump(world, 'Findings');
  await rollCall(world);
  assert.deepEqual(await dump(world, 'Findings'), before);
  await nobodyIsTold(world);
};

export const peopleSteps: readonly Step[] = [
  { name: 'a caller whom nobody mapped may not answer, and is told the line to add', run: unmappedIsRefused },
  { name: 'a deployment with that line keeps what is stored', run: redeploy },
  { name: 'now the same caller acknowledges over SigV4', run: acknowledged },
  { name: 'what is acknowledged stays so in the next slot, and nobody is reminded', run: answered },
];

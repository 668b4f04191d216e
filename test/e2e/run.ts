import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { type Rig, startRig } from './rig.ts';
import { deploymentSteps, destroySteps } from './scenario/deployment.ts';
import { eventSteps } from './scenario/events.ts';
import { peopleSteps } from './scenario/people.ts';
import { laterSteps, rollCallSteps } from './scenario/roll-calls.ts';
import { print, runSteps } from './scenario/steps.ts';
import { openWorld, type World } from './scenario/world.ts';
import { missingTools } from './tools.ts';

/** `npm run e2e`: installs what is missing, then deploys to emulators on loopback, runs everything there, and takes it down again. */
const main = async (): Promise<number> => {
  if (missingTools().length > 0) execFileSync(process.execPath, [path.join(import.meta.dirname, 'install.ts')], { stdio: 'inherit' });
  const rig = await startRig();
  const stop = async () => {
    await rig.stop();
    process.exit(130);
  };
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
  const steps = [...deploymentSteps, ...rollCallSteps, ...peopleSteps, ...laterSteps, ...eventSteps, ...destroySteps];
  try {
    const { passed, failed } = await inWorld(rig, world => runSteps(steps, world));
    print(`e2e: ${passed} passed, ${failed} failed`);
    return failed;
  } finally {
    await rig.stop();
  }
};

const inWorld = async <T>(rig: Rig, task: (world: World) => Promise<T>): Promise<T> => {
  const world = await openWorld(rig);
  try {
    return await task(world);
  } finally {
    await world.stop();
  }
};

process.exitCode = (await main()) === 0 ? 0 : 1;

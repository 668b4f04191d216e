import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { startSimcloud } from '../../lib/simcloud/server.ts';
import { type Rig, startRig } from './rig.ts';
import { deploymentSteps, destroySteps } from './scenario/deployment.ts';
import { eventSteps } from './scenario/events.ts';
import { MEMBER, organizationEstate, REFUSED } from './scenario/organization-estate.ts';
import { organizationSteps } from './scenario/organization.ts';
import { peopleSteps } from './scenario/people.ts';
import { laterSteps, rollCallSteps } from './scenario/roll-calls.ts';
import { print, runSteps, type Step, type Tally } from './scenario/steps.ts';
import { openWorld } from './scenario/world.ts';
import { missingTools } from './tools.ts';

/** `npm run e2e`: installs what is missing, then deploys to emulators on loopback, runs everything there, and takes it down again. */
const main = async (): Promise<number> => {
  if (missingTools().length > 0) execFileSync(process.execPath, [path.join(import.meta.dirname, 'install.ts')], { stdio: 'inherit' });
  const cloud = await startSimcloud({ estate: organizationEstate({ mended: false, members: [MEMBER, REFUSED] }) });
  try {
    const alone = await onItsOwnRig([...deploymentSteps, ...rollCallSteps, ...peopleSteps, ...laterSteps, ...eventSteps, ...destroySteps]);
    const many = await onItsOwnRig(organizationSteps(cloud));
    print(`e2e: ${alone.passed + many.passed} passed, ${alone.failed + many.failed} failed`);
    return alone.failed + many.failed;
  } finally {
    await cloud.close();
  }
};

/** Emulators that know nothing of any step before these. */
const onItsOwnRig = async (steps: readonly Step[]): Promise<Tally> => {
  const rig = await startRig();
  const interrupted = () => void rig.stop().then(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupted);
  try {
    return await inWorld(rig, steps);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupted);
    await rig.stop();
  }
};

const inWorld = async (rig: Rig, steps: readonly Step[]): Promise<Tally> => {
  const world = await openWorld(rig);
  try {
    return await runSteps(steps, world);
  } finally {
    await world.stop();
  }
};

process.exitCode = (await main()) === 0 ? 0 : 1;

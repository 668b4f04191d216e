import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { doctorOutputSchema } from '../../lib/cli/commands/doctor.ts';
import { runCli } from '../../lib/cli/main.ts';
import { scanOutputSchema } from '../../lib/cli/scan-output.ts';
import { REGISTRY_SCOPE } from '../../lib/core/scope.ts';
import { startSimcloud } from '../../lib/simcloud/server.ts';
import { cliWiring } from '../../lib/wiring/cli.ts';
import { ACCOUNT, aRegistration, aStatus, IMAGE, NOW, REGION, SLOT } from '../support/builders.ts';
import { startDeployedStack } from '../support/deployed-stack.ts';

type Stack = Awaited<ReturnType<typeof startDeployedStack>>;
type Simcloud = Awaited<ReturnType<typeof startSimcloud>>;
let stack: Stack;
let simcloud: Simcloud;

beforeAll(async () => {
  stack = await startDeployedStack({ security: ['arn:aws:sns:x'], ops: ['PendingConfirmation'] });
  const region = { endpoints: { scorer: { variants: [{ model: { image: IMAGE } }], tags: { 'rollcall:model': 'fraud-scorer' } } } };
  simcloud = await startSimcloud({ estate: { accounts: { [ACCOUNT]: { [REGION]: { ...region, denied: ['ListModelPackages'] } } } } });
  await stack.registry.put(aRegistration());
  await stack.inventory.putStatus(aStatus({ scope: REGISTRY_SCOPE, lastSlot: SLOT, kinds: {} }), 1);
  const run = {
    slot: SLOT,
    holder: 'h',
    startedAt: SLOT,
    manual: false,
    scopes: [],
    unread: [],
    unlisted: [],
    totals: null,
    completedAt: NOW,
  };
  await stack.inventory.startRun({ ...run, state: 'COMPLETE' });
  const environment = {
    AWS_ENDPOINT_URL: simcloud.endpoint,
    AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url,
    AWS_ENDPOINT_URL_SNS: stack.url,
    AWS_ENDPOINT_URL_DYNAMODB: stack.dynamo,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_REGION: REGION,
    AWS_PROFILE: undefined,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([stack.close(), simcloud.close()]);
});

/** The program with its own wiring; doctor at a time when the roll call was just held. */
const rollcall = async (...line: readonly string[]) => {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const wiring = cliWiring();
  const doctor: typeof wiring.doctor = async target => ({ ...(await wiring.doctor(target)), now: () => NOW });
  const code = await runCli(line, { ...wiring, ...streams, doctor });
  return { code, out: String(streams.stdout.read() ?? ''), err: String(streams.stderr.read() ?? '') };
};

describe('against a deployed stack', () => {
  it('scan judges what lives here by the registry of the stack', async () => {
    const { code, out } = await rollcall('scan', '--stack', 'Rollcall', '--format', 'json', '--kinds', 'ENDPOINT');
    const { sightings, complete } = scanOutputSchema.parse(JSON.parse(out));
    expect(sightings).toMatchObject([{ model: 'fraud-scorer', matchedBy: 'CLAIM', detail: 'KNOWN' }]);
    expect([code, complete]).toEqual([1, true]);
  });

  it('findings asks its API', async () => {
    expect(await rollcall('findings', '--stack', 'Rollcall')).toMatchObject({ code: 0, out: 'no findings\n' });
  });

  it.each([['scan'], ['findings']])('%s of a stack that does not exist is bad input', async command => {
    const { code, err } = await rollcall(command, '--stack', 'nope');
    expect([code, err]).toEqual([2, expect.stringContaining('Stack with id nope does not exist\n(name the stack')]);
  });

  it('doctor asks each thing that it tells of', async () => {
    const { code, out } = await rollcall('doctor', '--stack', 'Rollcall', '--format', 'json');
    const { checks } = doctorOutputSchema.parse(JSON.parse(out));
    expect(checks.map(({ id, state, what }) => `${state} ${id}: ${what.split('; ')[0]}`)).toEqual([
      `OK identity: arn:aws:iam::${ACCOUNT}:user/simcloud, account ${ACCOUNT}`,
      `OK region: ${REGION}`,
      'OK clock: within 60 s of AWS',
      `OK regions: all that a scan reads: ${REGION}`,
      `MEND access:sagemaker/${ACCOUNT}/${REGION}: access denied: sagemaker:ListModelPackages`,
      `CANNOT_TELL access:bedrock/${ACCOUNT}/${REGION}: 13 of 32 actions allowed`,
      `CANNOT_TELL access:agentcore/${ACCOUNT}/${REGION}: 5 of 15 actions allowed`,
      'OK outputs: all there',
      'OK api: answers: 0 findings open',
      'OK security-topic: 1 confirmed',
      'MEND ops-topic: 0 confirmed, 1 pending',
      'OK owners-topic: nobody is subscribed: observe, no owner is mailed',
      `OK last-run: ${SLOT}, 0 minutes ago, complete, 0 scopes not checked`,
    ]);
    expect(code).toBe(1);
  });

  it('doctor tells an account that AWS does not know, and asks no more', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '999999999999');
    const { code, out } = await rollcall('doctor');
    vi.stubEnv('AWS_ACCESS_KEY_ID', ACCOUNT);
    expect(code).toBe(1);
    expect(out).toMatch(/^MEND {5}who you are: credentials not accepted .*\n +-> sign in/);
    expect(out).toContain('unknown  reading deployments: who asks is not known');
    expect(out).toContain('ok       clock of this machine: within 60 s of AWS');
  });
});

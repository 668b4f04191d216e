import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Env, freePort, run, type Server, startServer } from './processes.ts';
import { missingTools, TOOLS } from './tools.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const BIN = path.join(ROOT, 'node_modules/.bin');
/** Both emulators are told this account: moto would otherwise answer for another one than ministack deploys into. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/** Two emulators on loopback and the stock CDK command line. No credential, profile or endpoint of the machine gets in. */
export interface Rig {
  /** For AWS clients and commands: SageMaker is moto, everything else is ministack. */
  readonly env: Env;
  readonly ministackUrl: string;
  readonly motoUrl: string;
  /** A Python that has boto3. */
  readonly python: string;
  /** Holds the logs of the emulators (`ministack.log`, `moto.log`) and the synthesised templates (`cdk.out`) until `stop`. */
  readonly directory: string;
  /** Bootstraps at the first call, deploys with the two test-only contexts and any others, and answers with the stack's outputs. */
  readonly deploy: (contextExtra?: Readonly<Record<string, string>>) => Promise<Readonly<Record<string, string>>>;
  /** Deploys the spoke of the last deployment into another account. */
  readonly deploySpoke: (account: string) => Promise<void>;
  readonly destroy: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Throws when a tool is not installed: ask `missingTools` first, and say "skipped". */
export const startRig = async (): Promise<Rig> => {
  const missing = missingTools();
  if (missing.length > 0) throw new Error(`not installed: ${missing.join(', ')}. Run: node test/e2e/install.ts`);
  const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-e2e-'));
  const moto = await startMoto(directory);
  const ministack = await startMinistack(directory).catch(async (error: unknown) => {
    await moto.stop();
    throw error;
  });
  const env = clientEnv(ministack.url, moto.url);
  return {
    env,
    ministackUrl: ministack.url,
    motoUrl: moto.url,
    python: path.join(TOOLS.moto.venv, 'bin/python'),
    directory,
    ...cdkCommands({ env, directory, sagemakerUrl: moto.url }),
    stop: async () => {
      await Promise.all([ministack.stop(), moto.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

const baseEnv = (): Record<string, string> => ({
  PATH: `${BIN}:${process.env['PATH'] ?? ''}`,
  HOME: process.env['HOME'] ?? tmpdir(),
});

const startMoto = async (directory: string): Promise<Server> => {
  const port = await freePort();
  return startServer({
    program: TOOLS.moto.program,
    args: ['-H', '127.0.0.1', '-p', String(port)],
    env: { ...baseEnv(), MOTO_ACCOUNT_ID: ACCOUNT },
    url: `http://127.0.0.1:${port}`,
    logFile: path.join(directory, 'moto.log'),
  });
};

const startMinistack = async (directory: string): Promise<Server> => {
  const port = await freePort();
  const settings = { BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(port), LAMBDA_EXECUTOR: 'local' };
  const switchedOff = { IOT_MTLS_ENABLED: '0', SFTP_ENABLED: '0' };
  return startServer({
    program: TOOLS.ministack.program,
    args: [],
    env: { ...baseEnv(), ...settings, ...switchedOff, NODE_PATH: path.join(ROOT, 'node_modules') },
    url: `http://127.0.0.1:${port}`,
    logFile: path.join(directory, 'ministack.log'),
  });
};

const clientEnv = (ministackUrl: string, motoUrl: string): Env => ({
  ...baseEnv(),
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_ENDPOINT_URL: ministackUrl,
  AWS_ENDPOINT_URL_SAGEMAKER: motoUrl,
  CDK_DISABLE_CLI_TELEMETRY: 'true',
});

/** ministack takes an access key of 12 digits for one of that account. */
export const asAccount = (account: string): Env => ({ AWS_ACCESS_KEY_ID: account });

interface CdkSurroundings {
  readonly env: Env;
  readonly directory: string;
  readonly sagemakerUrl: string;
}

const cdkCommands = ({ env, directory, sagemakerUrl }: CdkSurroundings): Pick<Rig, 'deploy' | 'deploySpoke' | 'destroy'> => {
  const state = { bootstrapped: false };
  const assembly = path.join(directory, 'cdk.out');
  const outputs = path.join(directory, 'outputs.json');
  const cdkAs = (caller: Env, args: readonly string[]) =>
    run({ program: path.join(BIN, 'cdk'), args: [...args, '--no-notices'], cwd: ROOT, env: { ...env, ...caller } });
  const cdk = (args: readonly string[]) => cdkAs({}, args);
  return {
    deploy: async (contextExtra = {}) => {
      if (!state.bootstrapped) await cdk(['bootstrap', `aws://${ACCOUNT}/${REGION}`, '--app', '']);
      state.bootstrapped = true;
      const context = {
        'rollcall:serviceEndpoints': JSON.stringify({ sagemaker: sagemakerUrl }),
        'rollcall:tableNamePrefix': 'e2e',
        ...contextExtra,
      };
      const flags = Object.entries(context).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
      await cdk([
        'deploy',
        'Rollcall',
        '--require-approval',
        'never',
        '--progress',
        'events',
        '-o',
        assembly,
        '--outputs-file',
        outputs,
        ...flags,
      ]);
      return JSON.parse(readFileSync(outputs, 'utf8')).Rollcall;
    },
    deploySpoke: async account => {
      const member = asAccount(account);
      await cdkAs(member, ['bootstrap', `aws://${account}/${REGION}`, '--app', '']);
      const parameters = ['--parameters', `HubAccount=${ACCOUNT}`];
      await cdkAs(member, ['deploy', 'RollcallSpoke', '--require-approval', 'never', '--app', assembly, ...parameters]);
    },
    destroy: async () => {
      await cdk(['destroy', 'Rollcall', '--force', '--app', assembly]);
    },
  };
};

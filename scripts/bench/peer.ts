import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Measured, measure } from './measure.ts';

const PINNED = 'c7n==0.9.53';
export const PEER = 'Cloud Custodian 0.9.53';
const ROOT = path.join(import.meta.dirname, '../..');
const VENV = path.join(ROOT, 'test/bench/.venv-c7n');
export const CUSTODIAN = path.join(VENV, 'bin/custodian');

/** Lists, describes and reads the tags of every endpoint: what any question about tags takes. */
const POLICY = `policies:
  - name: unowned
    resource: aws.sagemaker-endpoint
    filters:
      - "tag:owner": absent
`;

/** Installs the peer unless it is there. Answers why it cannot be run, or null. */
export const installPeer = (): string | null => {
  if (existsSync(CUSTODIAN)) return null;
  try {
    execFileSync('python3', ['-m', 'venv', VENV], { stdio: 'pipe' });
  } catch (error) {
    // No python3 on the path, or one without venv.
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'python3 missing' : 'python3 cannot make a venv';
  }
  try {
    execFileSync(path.join(VENV, 'bin/pip'), ['install', '--quiet', PINNED], { stdio: 'pipe' });
    return null;
  } catch {
    // No network or no such package: pip says which in many words.
    return `pip could not install ${PINNED}`;
  }
};

export interface PolicyRun {
  readonly region: string;
  readonly count: number;
  readonly seconds: number;
}

/** The regions that the log says were read: `policy:unowned resource:… region:eu-west-1 count:48 time:1.59`. */
export const policyRuns = (log: string): readonly PolicyRun[] =>
  [...log.matchAll(/policy:unowned \S+ region:(\S+) count:(\d+) time:([\d.]+)/g)].map(([, region = '', count, seconds]) => ({
    region,
    count: Number(count),
    seconds: Number(seconds),
  }));

export interface PeerRun extends Measured {
  readonly runs: readonly PolicyRun[];
}

/** One run in a fresh process, with the cache off, as it is when it runs on a schedule. */
export const runPeer = async (env: NodeJS.ProcessEnv, regions: readonly string[], directory: string): Promise<PeerRun> => {
  const policy = path.join(directory, 'policy.yml');
  mkdirSync(directory, { recursive: true });
  writeFileSync(policy, POLICY);
  const where = regions.flatMap(region => ['--region', region]);
  const measured = await measure({
    program: CUSTODIAN,
    args: ['run', '--output-dir', path.join(directory, 'out'), '--cache-period', '0', ...where, policy],
    env: { ...env, PATH: process.env['PATH'], HOME: directory },
    peakFile: path.join(directory, 'peak'),
  });
  return { ...measured, runs: policyRuns(measured.stderr) };
};

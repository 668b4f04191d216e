import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ScanOutput, scanOutputSchema } from '../../lib/cli/scan-output.ts';
import { MANIFESTS } from './estate.ts';
import { type Measured, measure } from './measure.ts';

export interface OurRun extends Measured {
  readonly scan: ScanOutput;
}

/** `npx rollcall scan` as a user types it, with a registry of 20 models; npx's own start is in the figures. */
export const runOurs = async (env: NodeJS.ProcessEnv, regions: readonly string[], directory: string): Promise<OurRun> => {
  const registry = path.join(directory, 'registry');
  mkdirSync(registry, { recursive: true });
  writeFileSync(path.join(registry, 'models.yaml'), MANIFESTS);
  const measured = await measure({
    program: 'npx',
    args: ['rollcall', 'scan', '--registry', registry, '--format', 'json', '--regions', regions.join(',')],
    env: { ...env, PATH: process.env['PATH'], HOME: process.env['HOME'], npm_config_loglevel: 'error' },
    peakFile: path.join(directory, 'peak'),
  });
  if (!measured.stdout.startsWith('{')) throw new Error(`rollcall scan ended with ${measured.code}: ${measured.stderr.slice(-2_000)}`);
  return { ...measured, scan: scanOutputSchema.parse(JSON.parse(measured.stdout)) };
};

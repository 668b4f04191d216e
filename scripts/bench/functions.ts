import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleAll } from '../bundles.ts';
import type { Part } from './part.ts';
import { table } from './tables.ts';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Milliseconds of the import of a bundle in a fresh process. */
const importTime = (file: string): number => {
  const script = `const t = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); process.stdout.write(String(performance.now() - t)); process.exit(0)`;
  const environment = {
    ...process.env,
    AWS_REGION: 'eu-west-1',
    ROLLCALL_ACCOUNT: '111122223333',
    ROLLCALL_REGISTRY_TABLE: 'r',
    ROLLCALL_INVENTORY_TABLE: 'i',
    ROLLCALL_FINDINGS_TABLE: 'f',
    ROLLCALL_SECURITY_TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:s',
    ROLLCALL_OWNERS_TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:o',
    ROLLCALL_OPS_TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:p',
    ROLLCALL_SCOPE_BUCKET: 'b',
    LAMBDA_TASK_ROOT: path.dirname(file),
  };
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', env: environment });
  if (run.status !== 0) throw new Error(`importing ${file} failed: ${run.stderr}`);
  return Number(run.stdout);
};

/** Bundle as deployed; import in `imports` fresh processes, of which the median is told. */
export const functionsPart: Part = async ({ directory, imports }) => {
  writeFileSync(path.join(directory, 'rollcall.json'), '{}');
  const bundles = await bundleAll(directory);
  const times = bundles.map(({ file }) => Array.from({ length: imports }, () => importTime(file)));
  const rows = bundles.map(({ name, kib, budget }, index) => [
    name,
    `${kib} KiB`,
    `${budget} KiB`,
    `${Math.round(median(times[index] ?? []))} ms`,
  ]);
  return {
    text: [
      '## Functions',
      '',
      `Bundle as deployed, and the most that it may weigh; import in a fresh process, median of ${imports}.`,
      '',
      ...table(['function', 'bundle', 'budget', 'import'], rows),
    ],
    checks: bundles.map(({ name, kib, budget }) => ({ what: `${name}: ${kib} KiB of ${budget}`, passed: kib <= budget })),
  };
};

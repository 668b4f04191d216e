import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

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

/** With the same options as the deployed bundles (`lib/infra/functions.ts`). */
export const bundle = async (entry: string, directory: string): Promise<string> => {
  const outfile = path.join(directory, `${path.basename(entry, '.ts')}.mjs`);
  const banner = "import{createRequire as rollcallRequire}from'node:module';const require=rollcallRequire(import.meta.url);";
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: banner },
    logLevel: 'error',
  });
  return outfile;
};

/** Bundle as deployed; import in `imports` fresh processes, of which the median is told. */
export const functionsSection = async (directory: string, imports: number): Promise<readonly string[]> => {
  writeFileSync(path.join(directory, 'rollcall.json'), '{}');
  const rows: string[] = [];
  for (const entry of globSync('lambdas/*.ts').toSorted()) {
    const file = await bundle(entry, directory);
    const times = Array.from({ length: imports }, () => importTime(file));
    const kib = Math.round(readFileSync(file).byteLength / 1_024);
    rows.push(`| ${path.basename(entry, '.ts')} | ${kib} KiB | ${Math.round(median(times))} ms |`);
  }
  return [
    '## Functions',
    '',
    `Bundle as deployed; import in a fresh process, median of ${imports}.`,
    '',
    '| function | bundle | import |',
    '| --- | ---: | ---: |',
    ...rows,
  ];
};

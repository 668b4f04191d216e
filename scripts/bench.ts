import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** `npm run bench`: prints the figures of docs/benchmarks.md as Markdown; `-- --write` puts them into that file. */
const SIZES = [1_000, 10_000, 100_000];
/** An import is timed in this many fresh processes; the median is printed. */
const IMPORTS = 7;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const planning = (): readonly string[] => [
  '## Planning one scope',
  '',
  'Deployments, as many registrations, and half as many stored findings; one fresh process a row.',
  '',
  '| deployments | time | time per deployment | peak memory | changes in the first run | changes in the next |',
  '| ---: | ---: | ---: | ---: | ---: | ---: |',
  ...SIZES.map(size => {
    const run = spawnSync(process.execPath, ['--expose-gc', 'scripts/bench-plan.ts', String(size)], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`planning ${size} deployments failed: ${run.stderr}`);
    const row: { ms: number; mib: number; changes: number; again: number } = JSON.parse(run.stdout);
    const each = (row.ms * 1_000) / size;
    return `| ${size} | ${Math.round(row.ms)} ms | ${each.toFixed(1)} µs | ${Math.round(row.mib)} MiB | ${row.changes} | ${row.again} |`;
  }),
];

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

/** The same options as the deployed bundles (`lib/infra/functions.ts`). */
const bundle = async (entry: string, directory: string): Promise<string> => {
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

const functions = async (): Promise<readonly string[]> => {
  const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-bench-'));
  writeFileSync(path.join(directory, 'rollcall.json'), '{}');
  const rows: string[] = [];
  for (const entry of globSync('lambdas/*.ts').toSorted()) {
    const file = await bundle(entry, directory);
    const times = Array.from({ length: IMPORTS }, () => importTime(file));
    const kib = Math.round(readFileSync(file).byteLength / 1_024);
    rows.push(`| ${path.basename(entry, '.ts')} | ${kib} KiB | ${Math.round(median(times))} ms |`);
  }
  rmSync(directory, { recursive: true });
  return [
    '## Functions',
    '',
    `Bundle as deployed; import in a fresh process, median of ${IMPORTS}.`,
    '',
    '| function | bundle | import |',
    '| --- | ---: | ---: |',
    ...rows,
  ];
};

const text = [
  '# Benchmarks',
  '',
  `Printed by \`npm run bench -- --write\`, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}. Times are of one machine; growth and ratios are what to read.`,
  '',
  ...planning(),
  '',
  ...(await functions()),
  '',
].join('\n');
process.stdout.write(text);
if (process.argv.includes('--write')) writeFileSync('docs/benchmarks.md', text);

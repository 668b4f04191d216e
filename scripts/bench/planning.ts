import { spawnSync } from 'node:child_process';
import path from 'node:path';

const PROCESS = path.join(import.meta.dirname, 'plan-process.ts');

/** Deployments, as many registrations, and half as many stored findings; one fresh process a row. */
export const planningSection = (sizes: readonly number[]): readonly string[] => [
  '## Planning one scope',
  '',
  'Deployments, as many registrations, and half as many stored findings; one fresh process a row.',
  '',
  '| deployments | time | time per deployment | peak memory | changes in the first run | changes in the next |',
  '| ---: | ---: | ---: | ---: | ---: | ---: |',
  ...sizes.map(size => {
    const run = spawnSync(process.execPath, ['--expose-gc', PROCESS, String(size)], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`planning ${size} deployments failed: ${run.stderr}`);
    const row: { ms: number; mib: number; changes: number; again: number } = JSON.parse(run.stdout);
    const each = (row.ms * 1_000) / size;
    return `| ${size} | ${Math.round(row.ms)} ms | ${each.toFixed(1)} µs | ${Math.round(row.mib)} MiB | ${row.changes} | ${row.again} |`;
  }),
];

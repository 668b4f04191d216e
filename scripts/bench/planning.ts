import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { MEMORY_MB } from '../../lib/infra/functions.ts';
import type { Part } from './part.ts';
import { counted, table } from './tables.ts';

const PROCESS = path.join(import.meta.dirname, 'plan-process.ts');

interface Planned {
  readonly ms: number;
  readonly mib: number;
  readonly changes: number;
  readonly again: number;
}

const plan = (size: number): Planned => {
  const run = spawnSync(process.execPath, ['--expose-gc', PROCESS, String(size)], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`planning ${size} deployments failed: ${run.stderr}`);
  return JSON.parse(run.stdout);
};

/** Deployments, as many registrations, and half as many stored findings; one fresh process a row. */
export const planningPart: Part = async ({ plans }) => {
  const rows = plans.map(size => ({ size, ...plan(size) }));
  const head = ['deployments', 'time', 'time per deployment', 'peak memory', 'changes in the first run', 'changes in the next'];
  const each = ({ size, ms }: (typeof rows)[number]): string => `${((ms * 1_000) / size).toFixed(1)} µs`;
  const cells = rows.map(row => [
    counted(row.size),
    `${Math.round(row.ms)} ms`,
    each(row),
    `${Math.round(row.mib)} MiB`,
    counted(row.changes),
    row.again,
  ]);
  return {
    text: [
      '## Planning one scope',
      '',
      'Deployments, as many registrations, and half as many stored findings; one fresh process a row, which holds what a first and a next run plan.',
      '',
      ...table(head, cells, 0),
      '',
      ...rows.map(
        row =>
          `- **${row.mib < MEMORY_MB ? 'met' : 'NOT MET'}**: ${counted(row.size)} deployments within the ${counted(MEMORY_MB)} MB of the function`,
      ),
    ],
    checks: rows.map(({ size, again }) => ({ what: `planned again, ${counted(size)} deployments change nothing`, passed: again === 0 })),
  };
};

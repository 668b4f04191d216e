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

/** Of the function's memory, what stays for the heap: code, stacks and buffers take the rest. */
const HEAP_MIB = 850;

const plan = (size: number): Planned => {
  const run = spawnSync(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, PROCESS, String(size)], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`reconciling ${size} deployments failed: ${run.stderr.slice(-2_000)}`);
  return JSON.parse(run.stdout);
};

/** Whether a scope as large as any fits into the function that plans it; one fresh process a row. */
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
      'A first and a next run of the whole reconcile, of what a listing gives to what is written, with what is stored in files. Deployments, as many',
      `registrations, and half as many findings; one fresh process a row, its heap capped at ${HEAP_MIB} MiB. The time is that of the next run.`,
      '',
      ...table(head, cells, 0),
    ],
    checks: rows.flatMap(({ size, again, mib }) => [
      { what: `planned again, ${counted(size)} deployments change nothing`, passed: again === 0 },
      {
        what: `${counted(size)} deployments within the ${counted(MEMORY_MB)} MB of the function: ${Math.round(mib)} MiB`,
        passed: mib < MEMORY_MB,
      },
    ]),
  };
};

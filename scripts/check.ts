import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';

/** What `npm run check` runs, in order of speed. All run, so that one run shows everything. */
const STEPS: readonly (readonly [string, ...string[]])[] = [
  ['biome', 'format'],
  ['oxlint', '--quiet'],
  ['tsc', '--noEmit'],
  ['knip'],
  ['node', 'scripts/bundles.ts'],
  ['vitest', 'run', 'test/architecture.test.ts', '--reporter=dot'],
];

/** Lines outside `test/` and in it are held against the ceilings we set out with (docs/decisions.md, 19); only a file above its ceiling fails. */
const CEILING = { source: 8_000, test: 6_500, file: 300 };

const lines = (file: string): number => readFileSync(file, 'utf8').split('\n').length - 1;

const roomOf = (file: string): string => {
  const [top = '', second = '', third = ''] = file.split('/');
  if (top === 'lib' && second === 'adapters') return `lib/adapters/${third}`;
  return top === 'lib' || top === 'test' ? `${top}/${second.endsWith('.ts') ? '' : second}` : top;
};

const printSizes = (): readonly string[] => {
  const files = globSync('{bin,lib,lambdas,scripts,test}/**/*.{ts,js}', { exclude: file => file.includes('.venv') });
  const rooms = new Map<string, number>();
  for (const file of files) rooms.set(roomOf(file), (rooms.get(roomOf(file)) ?? 0) + lines(file));
  for (const [room, count] of [...rooms].toSorted()) process.stdout.write(`${String(count).padStart(6)}  ${room}\n`);
  const total = (wanted: (file: string) => boolean): number => files.filter(wanted).reduce((sum, file) => sum + lines(file), 0);
  const source = total(file => !file.startsWith('test/'));
  const test = total(file => file.startsWith('test/'));
  process.stdout.write(
    `${String(source).padStart(6)}  outside test/ (ceiling ${CEILING.source})\n${String(test).padStart(6)}  in test/ (ceiling ${CEILING.test})\n`,
  );
  return files.filter(file => lines(file) > CEILING.file).map(file => `${file} has ${lines(file)} lines`);
};

const failed = STEPS.filter(([command, ...args]) => {
  process.stdout.write(`\n${command} ${args.join(' ')}\n`);
  return spawnSync(command, args, { stdio: 'inherit' }).status !== 0;
}).map(([command]) => command);

process.stdout.write('\nlines by room\n');
const tooLarge = printSizes();
for (const size of tooLarge) process.stdout.write(`over the ceiling: ${size}\n`);
const problems = failed.length + tooLarge.length;
process.stdout.write(
  `check: ${STEPS.length + 1 - failed.length - (tooLarge.length > 0 ? 1 : 0)} passed, ${failed.length + (tooLarge.length > 0 ? 1 : 0)} failed\n`,
);
process.exitCode = problems === 0 ? 0 : 1;

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { costPart } from './bench/cost-part.ts';
import { faultsPart } from './bench/faults.ts';
import { functionsPart } from './bench/functions.ts';
import { withPrinted } from './bench/page.ts';
import { closing, type Part, type Printed, runPart } from './bench/part.ts';
import { planningPart } from './bench/planning.ts';
import { readingPart } from './bench/reading-part.ts';
import type { Bench, Sizes } from './bench/reading.ts';
import { scalePart } from './bench/scale.ts';
import { runsPart } from './bench/three-runs.ts';

/** In the order of the page. */
const PARTS: Readonly<Record<string, Part>> = {
  reading: readingPart,
  faults: faultsPart,
  runs: runsPart,
  planning: planningPart,
  functions: functionsPart,
  scale: scalePart,
  cost: costPart,
};

/**
 * `npm run bench` prints the figures of docs/benchmarks.md as Markdown; `-- --write` puts them there; `-- --quick` takes minutes and leaves
 * out what takes longest, for a look and for CI; `-- --only cost` runs one part.
 */
const { write, quick, only } = parseArgs({
  options: { write: { type: 'boolean' }, quick: { type: 'boolean' }, only: { type: 'string' } },
}).values;
if (write && (quick || only)) throw new Error('a part, or a quick run, leaves out what matters: write with neither --quick nor --only');
const parts = Object.entries(PARTS).filter(([name]) => only === undefined || name === only);
if (parts.length === 0) throw new Error(`--only ${only}: expected one of ${Object.keys(PARTS).join(', ')}`);

const FULL: Sizes = {
  sizes: [10, 200, 1_000, 10_000],
  latencies: [0, 20, 50],
  plans: [1_000, 10_000, 100_000],
  imports: 7,
  accounts: [2, 17, 83, 333, 1_000],
  endpoints: 1_000,
  organisations: [
    { accounts: 60, regions: 17 },
    { accounts: 1_000, regions: 20 },
  ],
};
const QUICK: Sizes = {
  sizes: [10, 1_000],
  latencies: [0],
  plans: [1_000, 100_000],
  imports: 1,
  accounts: [2, 17],
  endpoints: 200,
  organisations: [{ accounts: 2, regions: 17 }],
};

const started = performance.now();
const [busy = Number.NaN] = loadavg();
const elapsed = (): string => `${Math.round((performance.now() - started) / 1_000)} s`;
const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-bench-'));
const bench: Bench = {
  ...(quick ? QUICK : FULL),
  directory,
  progress: line => void process.stderr.write(`${elapsed().padStart(6)}  ${line}\n`),
};
const printed: Printed[] = [];
for (const [name, part] of parts) printed.push(await runPart(name, part, bench));
rmSync(directory, { recursive: true });

const machine = `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`;
const text = [
  `${new Date().toISOString().slice(0, 10)}, ${machine}, load average ${busy.toFixed(1)} at the start; ${elapsed()} in all.`,
  ...printed.map(each => each.text.join('\n')),
].join('\n\n');
const checks = printed.flatMap(each => each.checks);
process.stdout.write(`${text}\n\n${closing(checks)}\n`);
const isWhole = checks.every(({ passed }) => passed);
if (write && isWhole) {
  for (const each of printed) for (const [file, svg] of Object.entries(each.charts ?? {})) writeFileSync(`docs/${file}`, svg);
  writeFileSync('docs/benchmarks.md', withPrinted(readFileSync('docs/benchmarks.md', 'utf8'), text));
}
process.exitCode = isWhole ? 0 : 1;

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { costPart } from './bench/cost-part.ts';
import { faultsPart } from './bench/faults.ts';
import { functionsPart } from './bench/functions.ts';
import { withPrinted } from './bench/page.ts';
import { type Check, closing, type Part, runPart } from './bench/part.ts';
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
 * `npm run bench` prints the figures of docs/benchmarks.md as Markdown; `-- --write` puts them there, each part with its date; `-- --only cost`
 * runs one part; `-- --quick` takes minutes and leaves out what takes longest, for a look and for CI.
 */
const { write, quick, only } = parseArgs({
  options: { write: { type: 'boolean' }, quick: { type: 'boolean' }, only: { type: 'string' } },
}).values;
if (write && quick) throw new Error('a quick run leaves out what matters: write without --quick');
const parts = Object.entries(PARTS).filter(([name]) => only === undefined || name === only);
if (parts.length === 0) throw new Error(`--only ${only}: expected one of ${Object.keys(PARTS).join(', ')}`);

const FULL: Sizes = {
  sizes: [10, 200, 1_000, 10_000],
  latencies: [0, 20, 50],
  plans: [1_000, 10_000, 100_000],
  descriptions: 10_000,
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
  plans: [100_000],
  descriptions: 2_000,
  imports: 1,
  accounts: [2, 17],
  endpoints: 200,
  organisations: [{ accounts: 2, regions: 17 }],
};

const started = performance.now();
const elapsed = (): string => `${Math.round((performance.now() - started) / 1_000)} s`;
const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-bench-'));
const bench: Bench = {
  ...(quick ? QUICK : FULL),
  directory,
  progress: line => void process.stderr.write(`${elapsed().padStart(6)}  ${line}\n`),
};
const machine = `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'})`;

/** A part in which a check failed is left as it was. */
const writePart = (name: string, text: string, charts: Readonly<Record<string, string>>): void => {
  for (const [file, svg] of Object.entries(charts)) writeFileSync(`docs/${file}`, svg);
  writeFileSync('docs/benchmarks.md', withPrinted(readFileSync('docs/benchmarks.md', 'utf8'), name, text));
};

const checks: Check[] = [];
for (const [name, part] of parts) {
  const [began, [busy = Number.NaN]] = [performance.now(), loadavg()];
  const printed = await runPart(name, part, bench);
  const seconds = Math.round((performance.now() - began) / 1_000);
  const when = `${new Date().toISOString().slice(0, 10)}, ${machine}, load average ${busy.toFixed(1)} at the start; ${seconds} s.`;
  const text = [...printed.text, '', `*${when}*`].join('\n');
  process.stdout.write(`${text}\n\n`);
  checks.push(...printed.checks);
  if (write && printed.checks.every(({ passed }) => passed)) writePart(name, text, printed.charts ?? {});
}
rmSync(directory, { recursive: true });
process.stdout.write(`${closing(checks)}\n`);
process.exitCode = checks.every(({ passed }) => passed) ? 0 : 1;

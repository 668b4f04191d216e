import * as fc from 'fast-check';
import { type Counts, everyLaw, everyTwinLaw } from './worlds/suite.ts';

/*
 * The laws over more generated worlds than `npm test` has time for: `node test/simulation/run.ts [worlds] [seed]`.
 * The same seed plays the same worlds; one that breaks a law is shrunk and printed.
 */
const [worlds = 200, seed = 1] = process.argv.slice(2).map(Number);
const began = performance.now();
const counts: Counts = new Map();
/** Two plays of a world, four times, cost about eight worlds. */
const SUITES = [
  ['every law holds at every step', everyLaw(counts), worlds],
  ['what must make no difference makes none', everyTwinLaw(), Math.ceil(worlds / 8)],
] as const;

let [passed, failed] = [0, 0];
for (const [name, property, numRuns] of SUITES) {
  const details = await fc.check(property as fc.IAsyncProperty<unknown>, { seed, numRuns });
  process.stdout.write(
    `${name}: ${details.numRuns} worlds of seed ${seed}\n${details.failed ? `${fc.defaultReportMessage(details)}\n${String(details.errorInstance)}\n` : ''}`,
  );
  passed += details.failed ? details.numRuns - 1 : details.numRuns;
  failed += Number(details.failed);
}
process.stdout.write(`${[...counts].map(([what, times]) => `${what} ${times}`).join(', ')}\n`);
process.stdout.write(`in ${Math.round((performance.now() - began) / 1000)} s\nsimulation: ${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Counts, EVERYTHING, everyLaw, everyTwinLaw } from './suite.ts';

/** More worlds, for a longer look: `node test/simulation/run.ts 1000`. */
const SEED = 20261126;

describe('in generated worlds of many accounts, with churn and faults', () => {
  it('every law holds at every step, and everything happens', { timeout: 120_000 }, async () => {
    const counts: Counts = new Map();
    await fc.assert(everyLaw(counts), { seed: SEED, numRuns: 24 });
    process.stdout.write(`${[...counts].map(([what, times]) => `${what} ${times}`).join(', ')}\n`);
    expect(EVERYTHING.filter(what => (counts.get(what) ?? 0) === 0)).toEqual([]);
  });

  it('what must make no difference makes none', { timeout: 120_000 }, async () => {
    expect(await fc.check(everyTwinLaw(), { seed: SEED, numRuns: 4 })).toMatchObject({ failed: false, counterexample: null });
  });
});

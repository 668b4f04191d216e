import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { violations } from './laws.ts';
import { allFindings, factsOf, toldOf } from './simulated-world.ts';
import { archived, does, step } from './told-timelines.ts';
import { arbitraryTimeline, begin, type Plant, play, type Step } from './timeline.ts';

/** More timelines, for a longer look: ROLLCALL_SIM_RUNS=5000. */
const RUNS = { seed: 20261123, numRuns: Number(process.env['ROLLCALL_SIM_RUNS'] ?? 100) };
/** An answer that a new composition ended before its time: that is told once. */
const VOIDED = [
  step({ acts: [does('deploy'), { does: 'deploy', a: 1, b: 0 }] }),
  step({
    acts: [
      { does: 'acknowledge', a: 0, b: 3 },
      { does: 'upgrade', a: 1, b: 1 },
    ],
  }),
];
/** Listed by an observer that is overtaken, and gone by then. */
const OVERTAKEN = [step({}), step({ acts: [does('deploy')], fault: 'LATE', at: 2 }), step({ acts: [does('remove')] })];
const reversed: Plant = deps => {
  const list: typeof deps.source.list = async (...ask) => {
    const listing = await deps.source.list(...ask);
    const kinds = listing.kinds.map(kind => (kind.status === 'COMPLETE' ? { ...kind, sightings: kind.sightings.toReversed() } : kind));
    return { ...listing, kinds: kinds.toReversed() };
  };
  return { ...deps, source: { ...deps.source, list } };
};
const endOf = async (steps: readonly Step[], plant?: Plant) => {
  const story = begin(plant);
  await play(story, steps, async doing => void (await doing()));
  return { findings: factsOf(await allFindings(story.stored)), told: toldOf(story.accepted) };
};

describe('whatever happens', () => {
  it('every law holds at every step', { timeout: 20_000 + RUNS.numRuns * 1000 }, () =>
    fc.assert(
      fc.asyncProperty(arbitraryTimeline, async steps => {
        expect(Object.fromEntries(await violations(steps))).toEqual({});
      }),
      { ...RUNS, examples: [[VOIDED], [OVERTAKEN], [archived({})]] },
    ),
  );

  it('what is first or last seen by a run that crashes, at any call, leaves nothing behind', { timeout: 60_000 }, async () => {
    for (let at = 1; at <= 200; at += 1) {
      const brief = [step({ acts: [does('deploy')], fault: 'ABANDONED', at }), step({ acts: [does('remove')] })];
      const gone = [step({ acts: [does('deploy')] }), step({ acts: [does('remove')] }), step({ fault: 'ABANDONED', at })];
      for (const steps of [brief, gone, archived({ fault: 'ABANDONED', at })])
        expect(Object.fromEntries(await violations(steps)), `crash at ${at}`).toEqual({});
    }
  });

  it('the order of a listing makes no difference', { timeout: 20_000 + RUNS.numRuns * 1000 }, () =>
    fc.assert(
      fc.asyncProperty(arbitraryTimeline, async steps => {
        expect(await endOf(steps, reversed)).toEqual(await endOf(steps));
      }),
      { ...RUNS, numRuns: Math.ceil(RUNS.numRuns / 4) },
    ),
  );
});

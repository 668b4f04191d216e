import { MONTH, type Step } from './timeline.ts';

export const step = (over: Partial<Step>): Step => ({ acts: [], wait: 15, fault: 'NONE', at: 1, ...over });
export const does = (what: Step['acts'][number]['does']) => ({ does: what, a: 2, b: 3 });

/** Gone for so long that its finding is archived, by a run that crashes or not, and there again. */
export const archived = (over: Partial<Step>) => [
  step({ acts: [does('deploy')] }),
  step({ acts: [does('remove')] }),
  step({}),
  step({ wait: MONTH, ...over }),
  step({ acts: [does('deploy')] }),
  step({ acts: [does('remove')] }),
];

/** A run that has something to tell and dies at one of its calls, and goes on. */
export const CRASHED: readonly (readonly Step[])[] = Array.from({ length: 200 }, (_, index) => [
  step({ acts: [does('deploy')], fault: 'CRASH', at: 1 + index }),
]);

import type { Clock } from '../../ports.ts';

/** The one place that reads the wall clock. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

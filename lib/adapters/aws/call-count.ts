import type { ActionCalls } from '../../core/sighting.ts';

/** Why a request was spared. */
export const READ_ONCE = 'read once for all';
export const REMEMBERED = 'remembered';

/** What one listing has asked so far, by action. */
export interface CallCount {
  readonly sent: (action: string, attempts: number) => void;
  readonly spared: (action: string, why: string) => void;
  readonly total: () => number;
  readonly byAction: () => Readonly<Record<string, ActionCalls>>;
}

export const createCallCount = (): CallCount => {
  const counts = new Map<string, ActionCalls>();
  const of = (action: string): ActionCalls => counts.get(action) ?? { requests: 0, retries: 0, spared: {} };
  return {
    sent: (action, attempts) => {
      const { requests, retries, spared } = of(action);
      counts.set(action, { requests: requests + 1, retries: retries + attempts - 1, spared });
    },
    spared: (action, why) => {
      const known = of(action);
      counts.set(action, { ...known, spared: { ...known.spared, [why]: (known.spared[why] ?? 0) + 1 } });
    },
    total: () => [...counts.values()].reduce((sum, { requests, retries }) => sum + requests + retries, 0),
    byAction: () => Object.fromEntries(counts),
  };
};

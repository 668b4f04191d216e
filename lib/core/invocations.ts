import { isDueAgain } from './due-again.ts';
import type { ScopeStatus } from './inventory.ts';
import type { ScopeId } from './scope.ts';
import type { Settings } from './settings.ts';
import { DAY, type Instant, MINUTE, plus, roundDown } from './time.ts';

/** Whose invocations are to be counted: of deployments that were created by `createdBy`, since `since`. */
export interface InvocationQuestion {
  readonly createdBy: Instant;
  readonly since: Instant;
}

interface Reading {
  readonly scope: ScopeId;
  readonly mode: 'ROLL_CALL' | 'RECHECK';
  readonly status: ScopeStatus | undefined;
  readonly settings: Settings;
  readonly now: Instant;
}

/**
 * What a reading of a scope is to count: once a day, as a day more or less says nothing of what was idle for weeks, and each metric costs.
 * In between nothing is known anew, so a finding stays as the last count left it. undefined: nothing.
 */
export const invocationsToCount = ({ scope, mode, status, settings, now }: Reading): InvocationQuestion | undefined => {
  const countedAt = status?.invocationsCountedAt ?? null;
  if (mode === 'RECHECK' || (countedAt !== null && !isDueAgain(`${scope} invocations`, countedAt, now))) return undefined;
  const days = Object.values(settings.policy.idleDays);
  return { createdBy: plus(now, -Math.min(...days) * DAY), since: roundDown(plus(now, -Math.max(...days) * DAY), DAY / MINUTE) };
};

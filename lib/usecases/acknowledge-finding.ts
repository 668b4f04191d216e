import { decideAnswer } from '../core/answer.ts';
import type { FindingView } from '../core/finding-view.ts';
import { done, type Outcome, refused } from '../core/outcome.ts';
import type { Settings } from '../core/settings.ts';
import type { Instant } from '../core/time.ts';
import type { Caller, FindingStore } from '../ports.ts';
import { keyOf, lookUpFinding, viewNow } from './find-findings.ts';

export interface AcknowledgeDeps {
  readonly findings: FindingStore;
  readonly settings: Settings;
}

export interface Acknowledgement {
  readonly id: string;
  readonly caller: Caller;
  readonly reason: string;
  readonly until: Instant | undefined;
  readonly generation: number | undefined;
  readonly now: Instant;
}

/** Stores a person's answer to a finding. A refusal that the state explains carries the finding as it is now. */
export const acknowledgeFinding = async (deps: AcknowledgeDeps, ask: Acknowledgement): Promise<Outcome<FindingView>> => {
  const found = await lookUpFinding(deps.findings, ask.id);
  if (!found.ok) return found;
  const finding = found.value;
  const decided = decideAnswer({ ...ask, finding, settings: deps.settings });
  if (!decided.ok) {
    const explains = decided.code === 'CONFLICT' || decided.code === 'NOT_OPEN';
    return refused(decided.code, decided.reason, explains ? { current: await viewNow(deps.findings, finding, ask.now) } : {});
  }
  const written = await deps.findings.writeResponse(decided, finding.response?.head.seq ?? 0);
  const after = await deps.findings.get(keyOf(finding));
  const current = await viewNow(deps.findings, after ?? finding, ask.now);
  if (written.outcome === 'WRITTEN') return done(current);
  return refused('CONFLICT', `somebody answered ${finding.record.id} at the same time: look at it again`, { current });
};

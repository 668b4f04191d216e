import { withStates } from '../core/effective-state.ts';
import type { StoredFinding } from '../core/finding.ts';
import type { RunRecord, RunTotals, ScopeStatus } from '../core/inventory.ts';
import { REGISTRY_SCOPE } from '../core/scope.ts';
import { isAtRest } from '../core/scope-status.ts';
import { elapsed, type Instant } from '../core/time.ts';
import type { FindingStore, InventoryStore } from '../ports.ts';
import type { Damage } from './damage.ts';
import { inBatches, PARTITIONS_AT_ONCE } from './in-batches.ts';

export interface TotalsDeps {
  readonly inventory: InventoryStore;
  readonly findings: FindingStore;
}

/** What the partitions hold of every scope that is known, also of those that left the roll call. */
export const recordedFindings = async (deps: TotalsDeps, run: RunRecord, damage: Damage): Promise<readonly StoredFinding[]> => {
  const known = (await deps.inventory.statuses()).statuses.map(({ scope }) => scope);
  const scopes = [...new Set([...run.scopes, ...known, REGISTRY_SCOPE])];
  const read = await inBatches(scopes, PARTITIONS_AT_ONCE, scope => damage.spare(scope, () => deps.findings.inScope(scope)));
  return read.flatMap(each => each ?? []);
};

/** The figures of a run record, counted from what is stored and can be read, so that they are true whoever wrote it. */
export const runTotals = async (
  deps: TotalsDeps,
  run: RunRecord,
  { damage, recorded }: { readonly damage: Damage; readonly recorded: readonly StoredFinding[] },
): Promise<RunTotals> => {
  const current = new Set(run.scopes);
  const statuses = (await deps.inventory.statuses()).statuses.filter(({ scope }) => current.has(scope));
  const complete = statuses.filter(status => isComplete(status, run.slot)).length;
  const asked = statuses.filter(status => !isAtRest(status, run.slot));
  const atRest = statuses.length - asked.length;
  const read = await inBatches(statuses, PARTITIONS_AT_ONCE, ({ scope }) => damage.spare(scope, () => deps.inventory.items(scope)));
  const items = read.flatMap(each => each ?? []).filter(item => item.absentSince === null);
  const findings = recorded.filter(({ record: { scope } }) => current.has(scope) || scope === REGISTRY_SCOPE);
  return {
    deployments: items.length,
    registered: items.filter(({ model }) => model !== null).length,
    scopesComplete: complete,
    scopesNotChecked: run.scopes.length - complete - atRest,
    scopesAtRest: atRest,
    calls: asked.reduce((sum, { calls }) => sum + calls, 0),
    opened: findings.filter(({ record }) => record.condition === 'OPEN' && record.openedAt >= run.slot).length,
    cleared: findings.filter(({ record }) => record.cleared !== null && record.cleared.at >= run.slot).length,
    open: countBySeverity(findings, run.slot),
  };
};

const isComplete = (status: ScopeStatus, slot: Instant): boolean =>
  status.lastSlot !== null && elapsed(slot, status.lastSlot) >= 0 && Object.values(status.kinds).every(kind => kind.failure === null);

const countBySeverity = (findings: readonly StoredFinding[], now: Instant): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { record } of shownFindings(findings, now)) counts[record.severity] = (counts[record.severity] ?? 0) + 1;
  return counts;
};

/** Findings that people see: not resolved, and not hidden behind the finding that explains them. */
const shownFindings = (findings: readonly StoredFinding[], now: Instant): readonly StoredFinding[] =>
  withStates(findings, now)
    .filter(({ effective: { state, hiddenBy } }) => state !== 'RESOLVED' && hiddenBy === null)
    .map(({ finding }) => finding);

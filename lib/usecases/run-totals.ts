import { withStates } from '../core/effective-state.ts';
import type { StoredFinding } from '../core/finding.ts';
import type { RunRecord, RunTotals, ScopeStatus } from '../core/inventory.ts';
import { REGISTRY_SCOPE } from '../core/scope.ts';
import { isAtRest } from '../core/scope-status.ts';
import { elapsed, type Instant } from '../core/time.ts';
import type { FindingStore, InventoryStore } from '../ports.ts';
import type { Damage } from './damage.ts';
import { inBatches, PARTITIONS_AT_ONCE } from './in-batches.ts';

/** What is done with the findings of each partition while they are at hand. */
type Visit = (findings: readonly StoredFinding[]) => void;

/**
 * The figures of a run record, counted from what is stored and can be read, so that they are true whoever wrote it; of deployments as the
 * scopes' statuses have them. `visit` is handed the findings of every scope that is known, also of those that left the roll call.
 */
export const runTotals = async (
  deps: { readonly inventory: InventoryStore; readonly findings: FindingStore },
  run: RunRecord,
  { damage, visit }: { readonly damage: Damage; readonly visit: Visit },
): Promise<RunTotals> => {
  const current = new Set([...run.scopes, REGISTRY_SCOPE]);
  const known = (await deps.inventory.statuses()).statuses;
  const statuses = known.filter(({ scope }) => scope !== REGISTRY_SCOPE && current.has(scope));
  const complete = statuses.filter(status => isComplete(status, run.slot)).length;
  const asked = statuses.filter(status => !isAtRest(status, run.slot));
  const atRest = statuses.length - asked.length;
  const partitions = [...new Set([...current, ...known.map(({ scope }) => scope)])];
  const judged = await inBatches(partitions, PARTITIONS_AT_ONCE, async scope => {
    const findings = (await damage.spare(scope, () => deps.findings.inScope(scope))) ?? [];
    visit(findings);
    return countFindings(current.has(scope) ? findings : [], run.slot);
  });
  return {
    deployments: sum(statuses, ({ deployments }) => deployments.listed),
    registered: sum(statuses, ({ deployments }) => deployments.registered),
    scopesComplete: complete,
    scopesNotChecked: run.scopes.length - complete - atRest,
    scopesAtRest: atRest,
    calls: sum(asked, ({ calls }) => calls),
    opened: sum(judged, ({ opened }) => opened),
    cleared: sum(judged, ({ cleared }) => cleared),
    open: added(judged.map(({ open }) => open)),
  };
};

const isComplete = (status: ScopeStatus, slot: Instant): boolean =>
  status.lastSlot !== null && elapsed(slot, status.lastSlot) >= 0 && Object.values(status.kinds).every(kind => kind.failure === null);

const sum = <T>(all: readonly T[], of: (each: T) => number): number => all.reduce((total, each) => total + of(each), 0);

const added = (all: readonly Counts[]): Counts => {
  const total: Record<string, number> = {};
  for (const [key, count] of all.flatMap(Object.entries<number>)) total[key] = (total[key] ?? 0) + count;
  return total;
};

type Counts = RunTotals['open'];

/** Of one scope, so that the findings of all are never held at once: whatever explains a finding is about the same subject, and lies beside it. */
const countFindings = (findings: readonly StoredFinding[], slot: Instant): Pick<RunTotals, 'opened' | 'cleared' | 'open'> => ({
  opened: findings.filter(({ record }) => record.condition === 'OPEN' && record.openedAt >= slot).length,
  cleared: findings.filter(({ record }) => record.cleared !== null && record.cleared.at >= slot).length,
  open: added(shownFindings(findings, slot).map(({ record }) => ({ [record.severity]: 1 }))),
});

/** Findings that people see: not resolved, and not hidden behind the finding that explains them. */
const shownFindings = (findings: readonly StoredFinding[], now: Instant): readonly StoredFinding[] =>
  withStates(findings, now)
    .filter(({ effective: { state, hiddenBy } }) => state !== 'RESOLVED' && hiddenBy === null)
    .map(({ finding }) => finding);

import type { ScopeStatus } from '../../lib/core/inventory.ts';
import { sealEntry } from '../../lib/core/history.ts';
import type { FindingStore, RecordWrite, WriteOutcome } from '../../lib/ports.ts';
import type { Plant } from './timeline.ts';
import type { SimulatedDeps } from './simulated-world.ts';

type Port = 'source' | 'registry' | 'inventory' | 'findings' | 'publisher';
/** Replaces methods of one port; the new ones get the real port and the other ports. */
export const inPort =
  <P extends Port>(port: P, change: (real: SimulatedDeps[P], deps: SimulatedDeps) => Partial<SimulatedDeps[P]>): Plant =>
  deps => ({ ...deps, [port]: { ...deps[port], ...change(deps[port], deps) } });
/** Writes whatever is asked, on top of whatever is there. */
export const forced = async (real: FindingStore, { record, entry }: RecordWrite): Promise<WriteOutcome> => {
  const { head, epoch } = (await real.get(record))?.record ?? { head: { seq: 0, hash: '' }, epoch: 0 };
  const { seq, hash } = sealEntry({ ...entry, seq: head.seq + 1, previous: head.hash });
  const next = { ...record, epoch: Math.max(epoch, record.epoch), head: { seq, hash } };
  return real.writeRecord({ record: next, entry: { ...entry, seq, hash, previous: head.hash } });
};
/** The store refuses a status of an earlier slot too: a bug that lifts one fence must lift both. */
const later = async ({ inventory }: Parameters<Plant>[0], { scope, lastSlot }: ScopeStatus): Promise<string | null> => {
  const before = (await inventory.status(scope))?.lastSlot ?? null;
  return before !== null && (lastSlot === null || before > lastSlot) ? before : lastSlot;
};

/** Stores that heed no epoch, by what is written. */
export const UNFENCED = {
  finding: inPort('findings', real => ({ writeRecord: write => forced(real, write) })),
  item: inPort('inventory', real => ({
    putItem: item => real.putItem(item, 1e6),
    removeItem: (scope, arn) => real.removeItem(scope, arn, 1e6),
  })),
  status: inPort('inventory', (real, deps) => ({
    putStatus: async status => real.putStatus({ ...status, lastSlot: await later(deps, status) }, 1e6),
  })),
} satisfies Readonly<Record<string, Plant>>;

import { isDeepStrictEqual } from 'node:util';
import { type DeploymentActs, orderOf } from '../../core/act.ts';
import type { InventoryItem, Memo, RunRecord, ScopeStatus } from '../../core/inventory.ts';
import type { OutgoingMessage } from '../../core/notice.ts';
import { elapsed, type Instant, isDue } from '../../core/time.ts';
import type { InventoryStore, Lease, WriteOutcome } from '../../ports.ts';

interface Held {
  readonly epoch: number;
  readonly holder: string;
  /** undefined: released. */
  readonly until: Instant | undefined;
}

/** Values that remember the epoch of their last writer, in the order of their keys. */
const fenced = <T>() => {
  const stored = new Map<string, { readonly value: T; readonly epoch: number }>();
  const write = (key: string, epoch: number, change: () => void): WriteOutcome => {
    if ((stored.get(key)?.epoch ?? 0) > epoch)
      return { outcome: 'CONFLICT', reason: `an observer with a later epoch than ${epoch} has written ${key}` };
    change();
    return { outcome: 'WRITTEN' };
  };
  return {
    get: (key: string): T | undefined => stored.get(key)?.value,
    all: (): readonly T[] => [...stored].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { value }]) => value),
    put: (key: string, value: T, epoch: number) => write(key, epoch, () => stored.set(key, { value, epoch })),
    remove: (key: string, epoch: number) => write(key, epoch, () => stored.delete(key)),
  };
};

/** An inventory that lasts as long as the process. */
export const memoryInventoryStore = (): InventoryStore => {
  const leases = new Map<string, Held>();
  const statuses = fenced<ScopeStatus>();
  const items = new Map<string, ReturnType<typeof fenced<InventoryItem>>>();
  const memos = fenced<Memo>();
  const itemsOf = (scope: string) => items.get(scope) ?? items.set(scope, fenced()).get(scope) ?? fenced<InventoryItem>();
  return {
    takeLease: async (name, holder, now, until): Promise<Lease> => {
      const held = leases.get(name);
      if (held?.until !== undefined && held.holder !== holder && !isDue(held.until, now)) {
        return { granted: false, holder: held.holder, until: held.until };
      }
      const epoch = (held?.epoch ?? 0) + 1;
      leases.set(name, { epoch, holder, until });
      return { granted: true, epoch };
    },
    releaseLease: async (name, epoch) => {
      const held = leases.get(name);
      if (held?.epoch === epoch) leases.set(name, { ...held, until: undefined });
    },
    status: async scope => statuses.get(scope),
    statuses: async () => ({ statuses: statuses.all(), unreadable: [] }),
    putStatus: async (status, epoch) => {
      const lease = leases.get(status.scope);
      if (lease && lease.epoch > epoch) return { outcome: 'CONFLICT', reason: `${lease.holder} has taken ${status.scope}` };
      const before = statuses.get(status.scope)?.lastSlot ?? null;
      const older = before !== null && (status.lastSlot === null || elapsed(status.lastSlot, before) > 0);
      if (older) return { outcome: 'CONFLICT', reason: `${status.scope} was finished in ${before}, which is later` };
      return statuses.put(status.scope, status, epoch);
    },
    items: async scope => itemsOf(scope).all(),
    putItem: async (item, epoch) => itemsOf(item.scope).put(item.arn, item, epoch),
    removeItem: async (scope, arn, epoch) => itemsOf(scope).remove(arn, epoch),
    ...memoryActs(),
    memos: async () => memos.all(),
    putMemo: async (memo, epoch) => memos.put(memo.key, memo, epoch),
    removeMemo: async (key, epoch) => memos.remove(key, epoch),
    ...memoryRuns(),
  };
};

const keyOf = ({ scope, resource }: Pick<DeploymentActs, 'scope' | 'resource'>): string => JSON.stringify([scope, resource]);

const memoryActs = (): Pick<InventoryStore, 'acts' | 'recordAct' | 'forgetActs'> => {
  const stored = new Map<string, DeploymentActs>();
  return {
    acts: async scope => [...stored.values()].filter(acts => acts.scope === scope).toSorted((a, b) => (a.resource < b.resource ? -1 : 1)),
    recordAct: async ({ scope, resource, kind }, act) => {
      const before = stored.get(keyOf({ scope, resource })) ?? { scope, resource, created: null, changed: null };
      const known = before[kind];
      if (known !== null && orderOf(known) >= orderOf(act)) return { outcome: 'CONFLICT', reason: `a later act on ${resource} is known` };
      stored.set(keyOf(before), { ...before, [kind]: act });
      return { outcome: 'WRITTEN' };
    },
    forgetActs: async read => {
      if (isDeepStrictEqual(stored.get(keyOf(read)), read)) stored.delete(keyOf(read));
    },
  };
};

type Runs = 'startRun' | 'run' | 'updateRun' | 'outgoing' | 'putOutgoing' | 'removeOutgoing' | 'lastSummary' | 'putLastSummary';

const memoryRuns = (): Pick<InventoryStore, Runs> => {
  const runs = new Map<Instant, RunRecord>();
  const outgoing = new Map<string, OutgoingMessage>();
  const summaries = new Map<string, Instant>();
  return {
    startRun: async run => {
      const stored = runs.get(run.slot);
      if (stored) return { outcome: stored.holder === run.holder ? 'RESUMED' : 'DUPLICATE', run: stored };
      runs.set(run.slot, run);
      return { outcome: 'STARTED', run };
    },
    run: async slot => runs.get(slot),
    updateRun: async run => void runs.set(run.slot, run),
    outgoing: async () => [...outgoing.values()].toSorted((a, b) => (a.message.id < b.message.id ? -1 : 1)),
    putOutgoing: async message => void outgoing.set(message.message.id, message),
    removeOutgoing: async id => void outgoing.delete(id),
    lastSummary: async receiver => summaries.get(receiver),
    putLastSummary: async (receiver, at) => void summaries.set(receiver, at),
  };
};

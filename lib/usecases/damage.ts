import { type Log, type UnreadableItem, UnreadableItemError } from '../ports.ts';

/** What a run finds unreadable on its way. It costs what it is about, never the rest; but the run does not end well. */
export interface Damage {
  readonly found: readonly UnreadableItem[];
  readonly add: (item: UnreadableItem) => void;
  /** Does `task`; undefined where a stored item that it needs is unreadable. Every other error stays one. */
  readonly spare: <T>(where: string, task: () => Promise<T>) => Promise<T | undefined>;
}

export const collectDamage = (log: Log): Damage => {
  const found = new Map<string, UnreadableItem>();
  const add = (item: UnreadableItem, where = ''): void => {
    if (found.has(item.item)) return;
    found.set(item.item, item);
    log.warn('item.unreadable', { ...item, where });
  };
  return {
    get found() {
      return [...found.values()];
    },
    add: item => add(item),
    spare: async (where, task) => {
      try {
        return await task();
      } catch (error) {
        if (!(error instanceof UnreadableItemError)) throw error;
        add(error.unreadable, where);
        return undefined;
      }
    },
  };
};

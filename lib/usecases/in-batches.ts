import { chunksOf } from '../core/chunks.ts';

/** Partitions of a table that are read at the same time. */
export const PARTITIONS_AT_ONCE = 20;

/** Runs `task` for each item, `size` of them at a time, and keeps the order. */
export const inBatches = async <A, B>(items: readonly A[], size: number, task: (item: A) => Promise<B>): Promise<readonly B[]> => {
  const results: B[] = [];
  for (const batch of chunksOf(items, size)) results.push(...(await Promise.all(batch.map(task))));
  return results;
};

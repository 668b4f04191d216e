/** Several times the requests in flight, so that none of those ever waits for work. */
const AT_ONCE = 25;

/**
 * What `task` makes of each, in their order; a few at a time. Requests have a limiter of their own, but whatever waits for it is held: questions about
 * 100,000 deployments, all asked at once, are a gigabyte.
 */
export const sideBySide = async <A, B>(items: Iterable<A>, task: (item: A) => Promise<B>): Promise<readonly B[]> => {
  const results: B[] = [];
  const left = [...items].entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await task(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
};

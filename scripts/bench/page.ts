const marks = (part: string) => [`<!-- printed, ${part}: begin -->`, `<!-- printed, ${part}: end -->`] as const;

/** The page with what stands between the markers of a part replaced; people write what is around them. Throws where a marker is missing. */
export const withPrinted = (page: string, part: string, printed: string): string => {
  const [begin, end] = marks(part);
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the page needs the lines ${begin} and ${end}, in this order`);
  return `${page.slice(0, from)}${begin}\n\n${printed.trim()}\n\n${page.slice(to)}`;
};

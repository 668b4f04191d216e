const BEGIN = '<!-- printed by npm run bench -- --write: begin -->';
const END = '<!-- printed by npm run bench -- --write: end -->';

/** The page with what stands between the markers replaced; people write what is around them. Throws where a marker is missing. */
export const withPrinted = (page: string, printed: string): string => {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`the page needs the lines ${BEGIN} and ${END}, in this order`);
  return `${page.slice(0, from)}${BEGIN}\n\n${printed.trim()}\n\n${page.slice(to)}`;
};

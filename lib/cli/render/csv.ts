import { visible } from '../../core/plain-text.ts';

/**
 * Rows as RFC 4180 says, for spreadsheets that run what they open: each cell is one line of visible characters, and where it could
 * begin a formula (after a semicolon too, which separates cells in half of Europe) an apostrophe makes it text. A cell that has an
 * apostrophe there already gets another, so that taking one away gives back what was meant.
 */
export const csvText = (rows: readonly (readonly string[])[]): string => rows.map(row => `${row.map(cellText).join(',')}\r\n`).join('');

const FORMULA = /(^|;)(?=[\s\u200c\u200d]*['=+\-@＝＋－＠﹦﹢﹣﹫])/gu;

const cellText = (cell: string): string => {
  const safe = visible(cell).replaceAll('\t', '\\u0009').replace(FORMULA, "$1'");
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

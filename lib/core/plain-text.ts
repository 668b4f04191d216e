/**
 * Characters that people cannot see and that can change how the text around them reads: controls, bidi marks, line separators,
 * byte order marks, lone surrogates. Tab and line end are left to the caller; joiners stay, because scripts and emoji need them.
 */
const INVISIBLE = /(?![\t\n\r\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** The first invisible character of a text as an escape (`\u202e`) with its index, or undefined. */
export const firstInvisible = (text: string): { readonly index: number; readonly escape: string } | undefined => {
  const found = INVISIBLE.exec(text);
  return found === null ? undefined : { index: found.index, escape: escapeOf(found[0]) };
};

/** The text with every invisible character shown as its escape, on one line. */
export const visible = (text: string): string => text.replace(new RegExp(`${INVISIBLE.source}|[\\n\\r]`, 'gu'), escapeOf);

const escapeOf = (character: string): string => {
  const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex}`;
};

import { visible } from '../plain-text.ts';

/** SNS refuses a subject of 100 characters or more. */
export const SUBJECT_MAX = 99;
const COLUMNS = 76;

/**
 * Text from elsewhere (names, tags, reasons, people) made fit for one line of a message: what could change its structure
 * is shown as an escape such as `\u202e`, and what is longer than `max` code points is cut visibly.
 */
export const safeText = (text: string, max = 200): string => {
  const points = Array.from(text.slice(0, 4 * max));
  const short = points.length > max ? `${points.slice(0, max - 3).join('')}...` : points.join('');
  return visible(short).replaceAll('\t', '\\u0009');
};

/** `safeText` for an SNS subject: accents dropped, anything else beyond ASCII shown as `?`. */
export const safeSubject = (text: string): string => {
  const ascii = safeText(text.normalize('NFKD').replace(/\p{M}/gu, ''), 400).replace(/[^ -~]/gu, '?');
  return ascii.length > SUBJECT_MAX ? `${ascii.slice(0, SUBJECT_MAX - 3)}...` : ascii;
};

/** Bytes that a text takes in UTF-8, in which SNS and DynamoDB count. */
export const utf8Bytes = (text: string): number => new TextEncoder().encode(text).length;

/** Breaks a line at spaces so that it fits 76 columns; lines after the first are indented. A longer word stays whole. */
export const wrap = (line: string, indent = ''): string[] => {
  const [first = '', ...rest] = line.split(' ');
  const lines: string[] = [];
  let current = first;
  for (const word of rest) {
    const fits = current.trim() === '' || current.length + 1 + word.length <= COLUMNS;
    if (!fits) lines.push(current);
    current = fits ? `${current} ${word}` : `${indent}${word}`;
  }
  return [...lines, current];
};

import { CST, Lexer } from 'yaml';
import { firstInvisible } from '../core/plain-text.ts';

/** Limits of one file, far above any honest one; they bound what a hostile one costs. */
export const MAX_FILE_BYTES = 1_000_000;
export const MAX_DOCUMENTS = 1000;
export const MAX_DEPTH = 50;

/** A refusal at a character offset of the text. */
export interface Refusal {
  readonly offset: number;
  readonly reason: string;
  readonly hint: string | null;
}

const REFUSED: Readonly<Record<string, string>> = {
  anchor: 'anchors are not read here',
  alias: 'aliases are not read here',
  tag: 'tags are not read here',
  'directive-line': 'directives are not read here',
};
const MARKERS = new Set<string | null>(['doc-mode', 'flow-error-end', 'scalar']);
const OPENING = new Set<string | null>(['flow-map-start', 'flow-seq-start']);
const CLOSING = new Set<string | null>(['flow-map-end', 'flow-seq-end']);
const NESTING = new Set<string | null>(['seq-item-ind', 'explicit-key-ind', 'map-value-ind']);

/** What makes a text unsafe to compose, found in its tokens alone: nothing is built, expanded or nested to find it. */
export const refusals = (text: string): readonly Refusal[] => {
  const invisible = firstInvisible(text);
  // Raw control characters are also the lexer's own markers, so its tokens cannot be believed where one is in the text.
  if (invisible !== undefined) return [{ offset: invisible.index, reason: `contains ${invisible.escape}`, hint: 'remove the character' }];
  return tokenRefusals(text);
};

const tokenRefusals = (text: string): readonly Refusal[] => {
  const found: Refusal[] = [];
  const count = { flow: 0, line: 0, modes: 0, starts: 0 };
  for (const { type, source, offset } of tokens(text)) {
    const refused = type === null ? undefined : REFUSED[type];
    if (refused !== undefined) found.push({ offset, reason: `${refused}: ${source.slice(0, 40)}`, hint: 'write the plain value' });
    if (OPENING.has(type)) count.flow += 1;
    if (CLOSING.has(type)) count.flow -= 1;
    if (type === 'newline') count.line = 0;
    if (NESTING.has(type) && count.flow === 0) count.line += 1;
    if (type === 'doc-mode') count.modes += 1;
    if (type === 'doc-start') count.starts += 1;
    if (count.flow + count.line > MAX_DEPTH) return [...found, { offset, reason: `nested deeper than ${MAX_DEPTH}`, hint: null }];
    if (Math.max(count.modes, count.starts) > MAX_DOCUMENTS)
      return [...found, { offset, reason: `more than ${MAX_DOCUMENTS} documents`, hint: 'use several files' }];
  }
  return found;
};

function* tokens(text: string) {
  let offset = 0;
  let content = false;
  for (const source of new Lexer().lex(text)) {
    // What follows a scalar marker is the scalar's own text, whatever it looks like.
    const type: string | null = content ? null : CST.tokenType(source);
    yield { type, source, offset };
    content = type === 'scalar';
    if (!MARKERS.has(type)) offset += source.length;
  }
}

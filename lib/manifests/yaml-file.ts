import { isMap, isScalar, isSeq, LineCounter, type ParsedNode, parseAllDocuments } from 'yaml';
import { firstInvisible } from '../core/plain-text.ts';
import type { Problem } from './input-error.ts';
import { MAX_DEPTH, MAX_FILE_BYTES, refusals } from './yaml-guard.ts';

/** A file as an adapter read it. Bytes are decoded as UTF-8, and refused where they are not. */
export interface SourceFile {
  readonly file: string;
  readonly content: string | Uint8Array;
}

export type Path = readonly PropertyKey[];

/** One document of a file: its value, and the place of anything in it. */
export interface YamlDocument {
  readonly value: unknown;
  /** A problem at the key or the value at `path`; at the nearest parent where nothing is there. */
  readonly problem: (path: Path, at: 'KEY' | 'VALUE', what: { readonly reason: string; readonly hint?: string | null }) => Problem;
}

/** With problems the documents are still there to be checked for more, unless the text itself was refused. */
export interface YamlFile {
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly Problem[];
}

type Node = ParsedNode | null;
interface Pair {
  readonly key: ParsedNode;
  readonly value: Node;
}
type ProblemAt = (offset: number, path: Path, reason: string, hint?: string | null) => Problem;

/** Reads YAML or JSON of any number of documents, null ones left out. Never throws for what the file says. */
export const readYaml = ({ file, content }: SourceFile): YamlFile => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const whole = (reason: string, hint: string): YamlFile => ({
    documents: [],
    problems: [{ file, line: 0, column: 0, path: '', reason, hint }],
  });
  if (bytes.length > MAX_FILE_BYTES) return whole(`larger than ${MAX_FILE_BYTES} bytes`, 'use several files');
  const text = decode(bytes);
  return text === undefined ? whole('not UTF-8 text', 'save the file as UTF-8') : readText(text, problemsOf(file, text));
};

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    // The one thing a fatal decoder throws: the bytes are no UTF-8.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
};

const problemsOf = (file: string, text: string): ProblemAt => {
  const lines = new LineCounter();
  for (let start = 0; start >= 0; start = text.indexOf('\n', start) + 1 || -1) lines.addNewLine(start);
  return (offset, path, reason, hint = null) => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col, path: pathText(path), reason, hint };
  };
};

const readText = (text: string, problemAt: ProblemAt): YamlFile => {
  const unsafe = refusals(text).map(({ offset, reason, hint }) => problemAt(offset, [], reason, hint));
  if (unsafe.length > 0) return { documents: [], problems: unsafe };
  // Unique keys are checked below: the library compares each key with all before it, which a long mapping makes quadratic.
  const parsed = [...parseAllDocuments(text, { uniqueKeys: false, stringKeys: true, prettyErrors: false })];
  const broken = parsed.flatMap(({ errors }) => errors.map(({ pos, message }) => problemAt(pos[0], [], message)));
  if (broken.length > 0) return { documents: [], problems: broken };
  const problems: Problem[] = [];
  const documents = parsed.map(
    ({ contents, range }): YamlDocument => ({
      value: valueOf(contents, [], { problemAt, problems }),
      problem: (path, at, { reason, hint }) => problemAt(placeOf(contents, path, range[0])[at], path, reason, hint),
    }),
  );
  return { documents: documents.filter(({ value }) => value !== null), problems };
};

interface Reading {
  readonly problemAt: ProblemAt;
  readonly problems: Problem[];
}

/** The plain value of a node. What is refused in it is added to the problems and left out. */
const valueOf = (node: Node, path: Path, reading: Reading): unknown => {
  if (path.length > MAX_DEPTH && (isMap(node) || isSeq(node))) {
    reading.problems.push(reading.problemAt(node.range[0], [], `nested deeper than ${MAX_DEPTH}`));
    return null;
  }
  if (isSeq(node)) return node.items.map((item, index) => valueOf(item as Node, [...path, index], reading));
  if (isMap(node)) return mappingOf(node.items, path, reading);
  if (!isScalar(node)) return null;
  if (typeof node.value === 'string') checkText(node, path, reading);
  return node.value;
};

const UNSAFE_KEYS = ['__proto__', 'constructor', 'prototype'];

const mappingOf = (pairs: readonly Pair[], path: Path, reading: Reading): Record<string, unknown> => {
  const result: Record<string, unknown> = {};
  const seen = new Map<string, number>();
  for (const { key, value } of pairs) {
    const name = keyText(key);
    const at = key.range[0];
    const inside = [...path, name];
    const first = seen.get(name);
    if (first === undefined) seen.set(name, at);
    else
      reading.problems.push(
        reading.problemAt(at, inside, `the key is given twice, first at ${placeText(reading.problemAt(first, [], ''))}`),
      );
    checkText(key, inside, reading);
    if (UNSAFE_KEYS.includes(name)) reading.problems.push(reading.problemAt(at, inside, 'this key is never read', 'remove it'));
    else result[name] = valueOf(value, inside, reading);
  }
  return result;
};

const checkText = (node: ParsedNode, path: Path, { problemAt, problems }: Reading): void => {
  const text = keyText(node);
  const invisible = firstInvisible(text);
  if (invisible !== undefined) problems.push(problemAt(node.range[0], path, `contains ${invisible.escape}`, 'remove the character'));
  if (/^TODO\b/.test(text)) problems.push(problemAt(node.range[0], path, 'TODO is not filled in', 'write the value, or remove the line'));
};

/** With `stringKeys` a key is a text, as written: an account id keeps its leading zero. */
const keyText = (node: Node): string => (isScalar(node) ? String(node.value) : '');

const placeOf = (root: Node, path: Path, start: number): { readonly KEY: number; readonly VALUE: number } => {
  let node = root;
  let place = { KEY: node?.range[0] ?? start, VALUE: node?.range[0] ?? start };
  for (const segment of path) {
    const pair = isMap(node) ? (node.items as readonly Pair[]).find(({ key }) => keyText(key) === String(segment)) : undefined;
    const item = isSeq(node) ? (node.items[Number(segment)] as Node | undefined) : pair?.value;
    if (item === undefined) return place;
    const key = pair?.key.range[0];
    const value = item?.range[0] ?? key ?? place.VALUE;
    place = { KEY: key ?? value, VALUE: value };
    node = item;
  }
  return place;
};

export const placeText = ({ line, column }: Problem): string => `${line}:${column}`;

const pathText = (path: Path): string =>
  path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    const name = String(segment);
    if (!/^[\w-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');

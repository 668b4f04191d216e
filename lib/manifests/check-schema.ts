import { distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { MAX_PROBLEMS, type Problem } from './input-error.ts';
import type { Path, YamlDocument } from './yaml-file.ts';

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks a document against a schema; every issue becomes a problem with its place and, for a word that is almost right, the right one. */
export const checkSchema = <T>(schema: z.ZodType<T>, document: YamlDocument): Checked<T> => {
  const result = schema.safeParse(document.value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, problems: result.error.issues.slice(0, MAX_PROBLEMS).flatMap(issue => problemsOf(issue, [], { schema, document })) };
};

interface Checking {
  readonly schema: z.ZodType;
  readonly document: YamlDocument;
}

const problemsOf = (issue: z.core.$ZodIssue, base: Path, checking: Checking): readonly Problem[] => {
  const { schema, document } = checking;
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    return issue.keys.slice(0, MAX_PROBLEMS + 1).map(key => document.problem([...path, key], 'KEY', unknownKey(key, known)));
  }
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => document.problem(path, 'KEY', { reason: message }));
  // Of the forms that a value can have, the one that it misses by least is the one that was meant.
  const meant = issue.code === 'invalid_union' ? issue.errors.toSorted((a, b) => a.length - b.length)[0] : undefined;
  if (meant !== undefined) return meant.flatMap(inner => problemsOf(inner, path, checking));
  return [document.problem(path, 'VALUE', reasonOf(issue, valueAt(document.value, path)))];
};

const reasonOf = (issue: z.core.$ZodIssue, value: unknown): { readonly reason: string; readonly hint?: string | null } => {
  if (issue.code === 'invalid_value' && value !== undefined) {
    const reason = `expected ${issue.values.join(' or ')}, got ${shown(value)}`;
    return { reason, hint: didYouMean(value, issue.values.map(String)) };
  }
  if (issue.code === 'custom') return { reason: issue.message };
  if (issue.code !== 'invalid_type' && issue.code !== 'invalid_value') return { reason: `${issue.message}, got ${shown(value)}` };
  if (value === undefined) return { reason: 'missing' };
  if (value === null) return { reason: 'empty', hint: 'write the value, or remove the line' };
  const expected = issue.code === 'invalid_type' ? (WORDS[issue.expected] ?? issue.expected) : '';
  const quote = expected === 'text' && typeof value !== 'object' ? 'put it in quotes' : null;
  return { reason: `expected ${expected}, got ${shown(value)}`, hint: quote };
};

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  boolean: 'true or false',
};

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inside, key) => (inside !== null && typeof inside === 'object' ? Reflect.get(inside, key) : undefined), value);

const unknownKey = (key: string, known: readonly string[]) => ({
  reason: 'unknown key',
  hint: didYouMean(key, known) ?? (known.length > 0 ? `known here: ${known.join(', ')}` : null),
});

const didYouMean = (word: unknown, known: readonly string[]): string | null => {
  if (typeof word !== 'string') return null;
  const near = known
    .map(candidate => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.ceil(candidate.length / 3))
    .toSorted((a, b) => a.edits - b.edits)[0];
  return near === undefined ? null : `did you mean ${near.candidate}?`;
};

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The keys that a schema knows at a path, read from its JSON schema: there a default or a union has no wrapper of its own. */
const knownKeys = (schema: z.ZodType, path: Path): readonly string[] =>
  path
    .reduce<readonly JsonSchema[]>(
      (forms, key) => forms.flatMap(form => formsOf(form.properties?.[String(key)] ?? form.items ?? form.additionalProperties)),
      formsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })),
    )
    .flatMap(form => Object.keys(form.properties ?? {}));

const formsOf = (schema: JsonSchema['items']): readonly JsonSchema[] => {
  if (typeof schema !== 'object' || Array.isArray(schema)) return [];
  return schema.anyOf?.flatMap(formsOf) ?? [schema];
};

import { createHash } from 'node:crypto';

/** JSON with sorted keys, so that equal values have equal text whatever order their keys were written in. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sortKeys);

const sortKeys = (_key: string, value: unknown): unknown => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** Hex SHA-256 of a text. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Hex SHA-256 of any JSON value in canonical form. */
export const digestOf = (value: unknown): string => sha256(canonicalJson(value));

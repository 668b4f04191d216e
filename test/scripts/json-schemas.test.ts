import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { jsonSchemas } from '../../scripts/json-schemas.ts';

it.each(Object.entries(jsonSchemas()))(
  'docs/schemas/%s is what the schema says; node scripts/json-schemas.ts writes it anew',
  (file, text) => {
    expect(readFileSync(`docs/schemas/${file}`, 'utf8')).toBe(text);
  },
);

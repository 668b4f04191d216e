import { writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { settingsSchema } from '../lib/core/settings.ts';
import { manifestSchema } from '../lib/manifests/manifest-schema.ts';

/** The JSON schemas that editors complete and check manifests and `rollcall.yaml` with: file under docs/schemas → text. */
export const jsonSchemas = (): Readonly<Record<string, string>> => ({
  'manifest.schema.json': textOf(manifestSchema, 'Rollcall manifest'),
  'rollcall.schema.json': textOf(settingsSchema, 'rollcall.yaml'),
});

const textOf = (schema: z.ZodType, title: string): string =>
  `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 2)}\n`;

if (import.meta.main) for (const [file, text] of Object.entries(jsonSchemas())) writeFileSync(path.join('docs/schemas', file), text);

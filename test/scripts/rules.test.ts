import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rulesPage } from '../../scripts/rules.ts';

it('docs/rules.md is what the catalogue says: if this fails, run `node scripts/rules.ts`', () => {
  expect(readFileSync('docs/rules.md', 'utf8')).toBe(rulesPage());
});

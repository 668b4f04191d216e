import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RuleId } from '../../lib/core/rule-catalog.ts';

/** The program as a user starts it, in an empty directory. */
const rollcall = (directory: string, ...words: readonly string[]): string =>
  execFileSync(process.execPath, [path.resolve('bin/rollcall.ts'), ...words], { cwd: directory, encoding: 'utf8' });

/** One terminal has no room for all rules: these are of every kind of subject, and of each way to come about. */
const INVENTORY: readonly RuleId[] = ['INV-01', 'INV-02', 'INV-03', 'INV-06', 'INV-09', 'INV-10'];
const SHOWN: readonly RuleId[] = [...INVENTORY, 'OWN-01', 'OWN-02', 'OWN-03', 'APR-01', 'APR-02', 'APR-03', 'OPS-01', 'OPS-02'];

describe('the demo', () => {
  let directory: string;
  let printed: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'rollcall-demo-'));
    printed = rollcall(directory, 'start', '--once');
  }, 60_000);
  afterAll(() => rmSync(directory, { recursive: true }));

  it('prints what the golden file says, whatever the day and the directory', async () => {
    await expect(printed.replace(/\d+\.\d s$/m, '0.0 s')).toMatchFileSnapshot('../golden/start-once.txt');
  });

  it('shows the rules of every stage and fits a terminal', () => {
    expect(SHOWN.filter(rule => !printed.includes(rule))).toEqual([]);
    expect(printed.split('\n').length).toBeLessThanOrEqual(34);
    expect(Math.max(...printed.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
  });

  it('sends the mail that the golden file says, to everybody whom it counted', async () => {
    const outbox = path.join(directory, '.rollcall/outbox');
    const files = readdirSync(outbox);
    expect(files.map(file => file.replace(/^\d+-|\.txt$/g, ''))).toEqual([
      'kim',
      'dana',
      'platform',
      'loyalty',
      'lee',
      'kim-old',
      'security',
    ]);
    await expect(readFileSync(path.join(outbox, '001-kim.txt'), 'utf8')).toMatchFileSnapshot('../golden/start-first-mail.txt');
  });

  it('leaves a store that the other commands answer from', { timeout: 60_000 }, () => {
    const [, id = ''] = /^CRITICAL (F-\w{4}) APR-02/m.exec(printed) ?? [];
    rollcall(directory, '--as', 'kim@example.com', 'ack', id, '--reason', 'rolling back tonight');
    expect(rollcall(directory, 'show', id)).toContain('rolling back tonight');
    expect(rollcall(directory, 'findings')).toMatch(/APR-02\s+fraud-scorer/);
  });
});

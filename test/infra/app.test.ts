import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultSettings } from '../../lib/core/settings.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** Runs the CDK app as `cdk` does, in a directory that holds `files`. */
const runApp = (files: Readonly<Record<string, string>>, context: Readonly<Record<string, unknown>> = {}) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'rollcall-app-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
  const { status, stderr } = spawnSync(path.join(ROOT, 'node_modules/.bin/node'), [path.join(ROOT, 'bin/app.ts')], {
    cwd: directory,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_OUTDIR: path.join(directory, 'out'),
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [], ...context }),
    },
  });
  return { status, stderr, read: (name: string) => JSON.parse(readFileSync(path.join(directory, 'out', name), 'utf8')) };
};

describe('the CDK app', { timeout: 180_000 }, () => {
  it('synthesises without a rollcall.yaml: every value has its default', () => {
    const { status, stderr, read } = runApp({});
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(read('rollcall.json')).toEqual(defaultSettings());
    expect(read('Rollcall.template.json')).toHaveProperty('Outputs.ApiUrl');
  });

  it('has two stacks for other accounts where rollcall.yaml has a spoke: to read them, and to forward what changes there', () => {
    const yaml = 'spoke: { roleName: RollcallSpoke, externalId: x-1 }\naccounts: { "444455556666": {} }\n';
    const { status, read } = runApp({ 'rollcall.yaml': yaml });
    expect(status).toBe(0);
    expect(read('RollcallSpoke.template.json')).toHaveProperty('Parameters.HubAccount');
    expect(read('RollcallEvents.template.json')).toHaveProperty('Parameters.HubBusArn');
  });

  it.each([
    [
      'a wrong value',
      { 'rollcall.yaml': 'regions: []\nschedule:\n  everyMinutes: often\n' },
      {},
      /^rollcall\.yaml:3:17: schedule\.everyMinutes: /,
    ],
    ['a chosen file that is not there', {}, { 'rollcall:config': 'staging.yaml' }, /^staging\.yaml: no such file/],
  ])('stops at %s, naming the place and nothing else', (_what, files, context, expected) => {
    const { status, stderr } = runApp(files, context);
    expect(status).toBe(2);
    expect(stderr).toMatch(expected);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

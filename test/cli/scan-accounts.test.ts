import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scanOutputSchema } from '../../lib/cli/scan-output.ts';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { ACCOUNT, endpoints, simulate } from '../simcloud/simulated.ts';
import { runLine } from '../support/command-line.ts';

const OTHER = '444455556666';
const ORGANIZATION = { accounts: { [ACCOUNT]: {}, [OTHER]: {}, '777788889999': { state: 'SUSPENDED' } } };
const ESTATE: EstateInput = {
  organization: ORGANIZATION,
  accounts: { [ACCOUNT]: { 'eu-west-1': endpoints('ours') }, [OTHER]: { 'eu-west-1': endpoints('theirs') } },
  spokes: { [OTHER]: { role: 'RollcallSpoke', externalId: 'x-1' } },
};

/** The program as a user starts it against simcloud, with credentials of the first account. */
const rollcall = async (words: string, { yaml = '', estate = ESTATE } = {}) => {
  const { simcloud } = await simulate({}, { estate });
  const cwd = mkdtempSync(path.join(tmpdir(), 'rollcall-scan-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  writeFileSync(path.join(cwd, 'rollcall.yaml'), `providers: [sagemaker]\n${yaml}`);
  const env = {
    PATH: process.env['PATH'],
    AWS_ENDPOINT_URL: simcloud.endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: 'x',
    AWS_REGION: 'eu-west-1',
  };
  return new Promise<{ code: number; out: string; err: string }>(resolve => {
    execFile(process.execPath, [path.resolve('bin/rollcall.ts'), ...words.split(' ')], { cwd, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
};

const seen = (out: string) => {
  const { scopes, sightings } = scanOutputSchema.parse(JSON.parse(out));
  return [...scopes.map(({ scope, status }) => `${scope} ${status}`), ...sightings.map(({ arn }) => arn.split('/')[1])];
};
const YAML = `accounts: { "${OTHER}": {} }\nspoke: { roleName: RollcallSpoke, externalId: x-1 }\n`;
const BOTH = [`sagemaker/${ACCOUNT}/eu-west-1 COMPLETE`, `sagemaker/${OTHER}/eu-west-1 COMPLETE`, 'ours', 'theirs'];

describe('rollcall scan', { timeout: 60_000 }, () => {
  it.each([
    ['what the command line names', `--accounts ${ACCOUNT},${OTHER} --role RollcallSpoke --external-id x-1`, '', BOTH],
    ['what rollcall.yaml names', '--quiet', YAML, BOTH],
    [
      'what the organisation has',
      '--regions eu-west-1',
      'spoke: { roleName: RollcallSpoke, externalId: x-1 }\norganization: {}\n',
      [...BOTH.slice(0, 2), 'sagemaker/777788889999/eu-west-1 EXCLUDED', ...BOTH.slice(2)],
    ],
    ['each region that an account has enabled', '--quiet', `${YAML}regions: enabled\n`, BOTH],
    ['of rollcall.yaml only what is asked for', `--accounts ${OTHER}`, YAML, [BOTH[1], 'theirs']],
    ['our own account without any role', `--accounts ${ACCOUNT}`, '', [BOTH[0], 'ours']],
  ])('reads %s', async (_what, options, yaml, expected) => {
    const { code, out } = await rollcall(`scan --format json ${options}`, { yaml });
    expect(seen(out)).toEqual(expected);
    expect(code).toBe(0);
  });

  it('is not complete where a role cannot be assumed, and reads the others', async () => {
    const { code, out } = await rollcall('scan', { yaml: YAML, estate: { ...ESTATE, spokes: { [OTHER]: 'denied' } } });
    expect(code).toBe(3);
    expect(out).toContain(`access denied: sts:AssumeRole (arn:aws:iam::${OTHER}:role/RollcallSpoke)`);
    expect(out).toContain('1 endpoint');
  });

  it('asks no other account for its regions than those that are asked for', async () => {
    const closed = { ...ESTATE, accounts: { ...ESTATE.accounts, [ACCOUNT]: { 'us-east-1': { denied: ['ListRegions'] } } } };
    const { code, out } = await rollcall(`scan --format json --accounts ${OTHER}`, { yaml: `${YAML}regions: enabled\n`, estate: closed });
    expect([code, ...seen(out)]).toEqual([0, BOTH[1], 'theirs']);
  });

  it('digests what runs in another account', async () => {
    const { code, out, err } = await rollcall(`digest arn:aws:sagemaker:eu-west-1:${OTHER}:endpoint/theirs`, { yaml: YAML });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('composition: "c1:sha256:');
    const denied = await rollcall(`digest arn:aws:sagemaker:eu-west-1:${OTHER}:endpoint/theirs`);
    expect([denied.code, denied.err]).toEqual([3, `error: access denied: sts:AssumeRole (no role is named for account ${OTHER})\n`]);
  });

  it('needs a role for an account that is not its own', async () => {
    const { code, err } = await rollcall(`scan --accounts ${OTHER}`);
    expect(err).toContain(`--accounts: ${OTHER} is not your own account, which is ${ACCOUNT}`);
    expect(code).toBe(2);
  });
});

it.each([
  ['a role that is an ARN', `--role arn:aws:iam::${OTHER}:role/R`, '--role <name>', 'expected the name of a role'],
  ['an account id that is too short', '--accounts 4444', '--accounts <list>', 'an account id has 12 digits'],
  ['a region that is none', '--regions ireland', '--regions <list>', 'expected a region such as eu-west-1'],
  ['an external id of one character', '--external-id x', '--external-id <id>', 'expected an external id'],
])('%s is refused by its option', async (_what, options, option, reason) => {
  const { code, err } = await runLine(['scan', ...options.split(' ')]);
  expect(err).toContain(option);
  expect(err).toContain(reason);
  expect(code).toBe(2);
});

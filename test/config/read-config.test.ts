import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../lib/config/read-config.ts';
import { defaultSettings } from '../../lib/core/settings.ts';

const read = (text: string | undefined) => readConfig({ file: 'rollcall.yaml', text });

describe('rollcall.yaml', () => {
  it.each([undefined, '', '# nothing yet\n', '{}'])('is the default deployment when it says nothing (%j)', text => {
    expect(read(text)).toEqual(defaultSettings());
  });

  it('takes what it says, an account id in digits included, and leaves other tiers at their default', () => {
    const settings = read('accounts:\n  012345678901: { environment: prod }\npolicy: { attestationDays: { HIGH: 30 } }\n');
    expect(settings.accounts).toEqual({ '012345678901': { environment: 'prod' } });
    expect(settings.policy.attestationDays).toEqual({ EXPERIMENT: 0, LOW: 365, MEDIUM: 180, HIGH: 30 });
  });

  it.each([
    ['regoins: [eu-west-1]', '1:1: regoins: unknown key (did you mean regions?)'],
    ['regions: [us-east-1, eu-wst-1]', '1:22: regions[1]: expected a region such as eu-west-1, got "eu-wst-1"'],
    ['regions: [ireland]', '1:11: regions[0]: expected a region such as eu-west-1, got "ireland"'],
    ['regions: [eu-west-1, cn-north-1]', '1:22: regions[1]: cn-north-1 lies in aws-cn, eu-west-1 in aws: deploy one Rollcall in each'],
    [
      'spoke: { roleName: "arn:aws:iam::111122223333:role/Reader", externalId: x-1 }',
      '1:20: spoke.roleName: expected the name of a role, such as RollcallSpoke: no ARN and no path, at most 64 characters, got "arn:aws:iam::111122223333:role/Reader"',
    ],
    [
      'organization: { stackSet: SELF }\nspoke: { roleName: Reader, externalId: x-1 }',
      '1:27: organization.stackSet: needs units: where it deploys to; the root of the organisation will do, such as r-ab12',
    ],
    [
      `spoke: { roleName: Reader, externalId: x-1 }\naccounts:\n${Array.from({ length: 251 }, (_, n) => `  "${100_000_000_000 + n}": {}\n`).join('')}`,
      '3:3: accounts: at most 250 accounts fit the policy of the event bus: name the organisation instead, or switch events off',
    ],
    ['organization: {}', '1:15: organization: needs spoke: the role to assume in the accounts'],
    [
      'organization: { units: [payments] }\nspoke: { roleName: Reader, externalId: x-1 }',
      '1:25: organization.units[0]: expected the id of an organisational unit, such as ou-ab12-11111111, got "payments"',
    ],
    [
      'organization: { id: r-ab12 }\nspoke: { roleName: Reader, externalId: x-1 }',
      '1:21: organization.id: expected the id of an organisation, such as o-a1b2c3d4e5, got "r-ab12"',
    ],
    ['spoke: { roleName: Reader }', '1:8: spoke.externalId: missing'],
    [`spoke: { roleName: ${'r'.repeat(50)}, externalId: x-1 }`, `1:20: spoke.roleName: at most 49 characters, got "${'r'.repeat(50)}"`],
    ['accounts: { 12345: {} }', '1:13: accounts.12345: an account id has 12 digits, such as "111122223333"'],
    ['accounts: { "111122223333": { contct: x } }', '1:31: accounts.111122223333.contct: unknown key (did you mean contact?)'],
    ['excluded: [{ scope: eu-west-1, reason: x }]', '1:21: excluded[0].scope: expected a scope such as sagemaker/111122223333/eu-west-1'],
    [
      'excluded: [{ scope: sagemaker/111122223333/eu-west-1, kinds: [ENDPOINT, PROMPT], reason: x }]',
      '1:73: excluded[0].kinds[1]: no kind of sagemaker, which has ENDPOINT, INFERENCE_COMPONENT',
    ],
    ['summaryAt: 8:00', '1:12: summaryAt: expected HH:MM in UTC, such as 08:00, got "8:00"'],
    ['schedule: { everyMinutes: 0 }', '1:27: schedule.everyMinutes: Too small: expected number to be >=1, got 0'],
    ['policy: { foldAbove: ten }', '1:22: policy.foldAbove: expected number, got "ten"'],
    ['policy: { attestationDays: { HIHG: 3 } }', '1:30: policy.attestationDays.HIHG: unknown key (did you mean HIGH?)'],
    [
      'receivers: { kim: { emial: x } }',
      '1:19: receivers.kim.email: missing\nrollcall.yaml:1:21: receivers.kim.emial: unknown key (did you mean email?)',
    ],
    ['receivers: { kim: { email: kim } }', '1:28: receivers.kim.email: Invalid email address, got "kim"'],
    ['manifestDecisions: trust\n---\n{}', '3:1: a second document (write one)'],
    ['people: [{ as: OWNER, as: SECURITY }]', '1:23: people[0].as: the key is given twice, first at 1:12'],
    ['ownerTags: ["\\u202eowner"]', '1:13: ownerTags[0]: contains \\u202e (remove the character)'],
  ])('refuses %s with its place', (text, expected) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ name: 'InputError', message: `rollcall.yaml:${expected}` }));
  });
});

it('refuses regions of another partition than the one that Rollcall is deployed to, and takes those of its own', () => {
  const text = 'regions: [us-gov-west-1]';
  const there = (home: string) => readConfig({ file: 'rollcall.yaml', text, home }).regions;
  expect(there('us-gov-east-1')).toEqual(['us-gov-west-1']);
  expect(() => there('eu-west-1')).toThrow(
    'rollcall.yaml:1:11: regions[0]: us-gov-west-1 lies in aws-us-gov, Rollcall is deployed to eu-west-1 in aws',
  );
});

describe('the rollcall.yaml that comes with the project', () => {
  const shipped = readFileSync('rollcall.yaml', 'utf8');
  const examples = shipped.split('\n').filter(line => /^# ( |\w+:)/.test(line) && !line.includes('$schema'));

  it('changes nothing as it stands', () => expect(read(shipped)).toEqual(defaultSettings()));

  it('shows examples that are right', () => {
    const settings = read(examples.map(line => line.slice(2)).join('\n'));
    expect(Object.keys(settings.receivers)).toEqual(['kim@example.com']);
    expect(settings.manifestDecisions).toBe('trust');
  });
});

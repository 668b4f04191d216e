import { describe, expect, it } from 'vitest';
import { identifyCaller } from '../../lib/api/identify-caller.ts';
import { userArnOf } from '../../lib/api/lambda-event.ts';

const session = (role: string, name = 'kim@example.com', account = '111122223333') =>
  `arn:aws:sts::${account}:assumed-role/${role}/${name}`;
const SSO = 'AWSReservedSSO_Models_0123456789abcdef';
const role = (path: string, account = '111122223333') => `arn:aws:iam::${account}:role/${path}`;
const owner = (entry: object) => [{ as: 'OWNER' as const, ...entry }];

describe('identifyCaller', () => {
  it.each<[string, string | undefined, Parameters<typeof identifyCaller>[1], string | null]>([
    ['the session name is the person', session('Models'), owner({ role: role('Models') }), 'kim@example.com'],
    ['unless the entry names one', session('Models'), owner({ role: role('Models'), person: 'dana@example.com' }), 'dana@example.com'],
    ['a star stands for any text', session('Models-eu'), owner({ role: role('Models-*') }), 'kim@example.com'],
    ['a dot stands for a dot', session('ModelsXeu'), owner({ role: role('Models.eu') }), null],
    ['another account is another role', session('Models', 'kim', '444455556666'), owner({ role: role('Models') }), null],
    ['unless any account is meant', session('Models', 'kim', '444455556666'), owner({ role: role('Models', '*') }), 'kim'],
    ['a longer name is another role', session('Models2'), owner({ role: role('Models') }), null],
    ['a path is not in a session: the name decides', session('Models'), owner({ role: role('team/a/Models') }), 'kim@example.com'],
    ['a pattern below a path cannot be told from roles outside it', session('Admin'), owner({ role: role('team/*') }), null],
    [
      'but Identity Center names are reserved',
      session(SSO),
      owner({ role: role('aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Models_*') }),
      'kim@example.com',
    ],
    ['a user is its ARN', 'arn:aws:iam::111122223333:user/team/kim', owner({ user: 'arn:aws:iam::111122223333:user/team/kim' }), 'kim'],
    ['a user is no role of the same name', 'arn:aws:iam::111122223333:user/kim', owner({ role: role('kim') }), null],
    ['an entry without role and user fits nobody', session('Models'), owner({ person: 'kim@example.com' }), null],
    ['root is nobody', 'arn:aws:iam::111122223333:root', owner({ role: role('*', '*') }), null],
    ['a session name with line ends is nobody', `${session('Models')}\nx`, owner({ role: role('Models') }), null],
    ['no ARN is nobody', undefined, owner({ role: role('*', '*') }), null],
  ])('%s', (_name, arn, people, person) => {
    const caller = identifyCaller(arn, people);
    expect(caller.known ? caller.caller.person : null).toBe(person);
  });

  it('takes the first entry that fits', () => {
    const people = [{ role: role('Sec'), as: 'SECURITY' as const }, ...owner({ role: role('*') })];
    expect(identifyCaller(session('Sec'), people)).toMatchObject({ caller: { as: 'SECURITY' } });
    expect(identifyCaller(session('Models'), people)).toMatchObject({ caller: { as: 'OWNER' } });
  });

  it.each([
    [session('Deployer', 'ci'), `  - { role: "${role('Deployer')}", as: OWNER }`],
    ['arn:aws:iam::111122223333:user/ci', '  - { user: "arn:aws:iam::111122223333:user/ci", as: OWNER }'],
  ])('says which line would make %s a person, and records it as itself until then', (arn, line) => {
    const caller = identifyCaller(arn, []);
    expect(caller).toMatchObject({ known: false, by: arn, line, reason: expect.stringContaining(line) });
    expect(!caller.known && caller.reason).toContain('rollcall.yaml');
  });
});

it.each([
  ['an IAM-authorised event', { event: { requestContext: { authorizer: { iam: { userArn: 'arn:x' } } } } }, 'arn:x'],
  ['an event without an authorizer', { event: { requestContext: {} } }, undefined],
  ['no event', undefined, undefined],
])('reads the verified ARN of %s', (_name, environment, arn) => expect(userArnOf(environment)).toBe(arn));

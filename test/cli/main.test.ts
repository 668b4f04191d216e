import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VERSION } from '../../lib/cli/version.ts';
import { aComposition, aListing, aRecord, aSighting, endpointArn, endpointsOf, notChecked, NOW } from '../support/builders.ts';
import { runLine, type World } from '../support/command-line.ts';
import { aFindingOf, FOLDED, TWINS } from '../support/people-side.ts';

const FAILING = async () => Promise.reject(new Error('Region is missing\u001b[2J'));
const unread = aListing({ kinds: [notChecked()] });

describe.each([false, true])('the people’s side (remote: %s)', remote => {
  const at = (line: string, world: World = {}) => runLine(line.split(' '), { remote, ...world });

  it('lists findings in one line each, most urgent first, with the shortest ids that work', async () => {
    const records = [aFindingOf('F-7K3QAAAA', 'ranker', { severity: 'LOW', told: FOLDED, reason: 'no business owner' }), aRecord()];
    const { code, out, closed } = await at('findings', { records });
    expect(out.split('\n')).toEqual([
      'CRITICAL  F-7K3Q9  APR-02  fraud-scorer  version 4 live, approval covers 3',
      'LOW       F-7K3QA  OWN-01  ranker        no business owner                  backlog',
      '',
      '2 findings',
      '',
    ]);
    expect([code, closed]).toEqual([0, 1]);
    expect((await at('findings --folded', { records })).out).toContain('1 finding');
    expect((await at('findings', { records: [aRecord({ condition: 'CLEARED' })] })).out).toBe('no findings\n');
  });

  it('shows what to do before what it rests on', async () => {
    const { code, out } = await at('show F-7K3Q', {
      records: [aRecord({ facts: { version: 'version 4', approved: 'version 3' }, evidence: { live: ['v4'], packages: [] } })],
    });
    expect(code).toBe(0);
    expect(out).toContain(
      ` - It should not: go back to version 3.\n - To approve: npx rollcall digest ${aRecord().about.arn} prints the line for its manifest\n - You need time: npx rollcall ack F-7K3Q9ZB2 --generation 1 --reason "..."`,
    );
    expect(out).not.toMatch(/^packages/m);
    expect(out.indexOf('DO ONE OF THESE')).toBeLessThan(out.indexOf('arn:aws'));
    expect(out).toMatch(/^what +SageMaker endpoint arn:aws:sagemaker:/m);
    expect(out).toMatch(
      /^in the console +https:\/\/eu-west-1\.console\.aws\.amazon\.com\/sagemaker\/home\?region=eu-west-1#\/endpoints\//m,
    );
    expect(out).toMatch(/HISTORY\n2026-11-23 09:15 {2}OPENED {2}rollcall {2}code=NOT_COVERED\n/);
  });

  it('says in people’s words how it was matched, where it runs, whose it is and what became of the answer', async () => {
    const evidence = { matchedBy: 'CLAIM', environment: 'prod (ACCOUNT)', firstSeen: NOW };
    const { out } = await at('show F-7K3Q', { records: [aRecord({ evidence })] });
    expect(out).toMatch(/^matched by +the tag that claims it$/m);
    expect(out).toMatch(/^environment +prod \(from the account in rollcall.yaml\)$/m);
    expect(out).toMatch(/^first seen +2026/m);
    expect(out).toMatch(/^whose +kim@example.com, dana@example.com \(from the registration\)$/m);
  });

  it('shows what a finding is about, though it has no ARN', async () => {
    const key = 'use:aws:bedrock:eu-west-1:111122223333:model/anthropic.claude-v2:1';
    const about = { ...aRecord().about, arn: null };
    const what = async (subject: string) =>
      /^what +(.*)$/m.exec((await at('show F-7K3Q', { records: [aRecord({ subject, about })] })).out)?.[1];
    expect(await what(`dep:${key}`)).toBe(`use of a Bedrock foundation model ${key}`);
    expect(await what('model:fraud-scorer')).toBe('model:fraud-scorer');
    expect((await at('show F-7K3Q', { records: [aRecord({ subject: 'model:fraud-scorer', about })] })).out).not.toContain('in the console');
  });

  it('shows a model by its three questions', async () => {
    const { out } = await at('model fraud-scorer');
    expect(out).toMatch(/WHO OWNS IT\nbusiness owner {3}dana@example.com/);
    expect(out).toMatch(/WHAT IT CONNECTS TO\n.*s3:\/\/payments\/2026 \(confidential\)\n.*card-authoriser/);
    expect(out).toMatch(
      /WHAT CHANGED SINCE 2026-11-01T10:00:00.000Z, approval of version 3 by lee@example.com \(from the reviewed repository\)\n(.*\n)*.*F-7K3Q9ZB2 APR-02 opened/,
    );
  });

  it('acknowledges, releases and applies', async () => {
    expect((await at('ack F-7K3Q --reason mine --until 2026-11-25')).out).toBe(
      'F-7K3Q9ZB2 is acknowledged until 2026-11-25T23:59:59.999Z by ' + (remote ? 'kim\n' : 'kim@example.com\n'),
    );
    expect((await at('release --all')).out).toBe('nothing released; rollcall findings --folded lists the backlog\n');
    expect((await at('release --all', { records: [aRecord({ told: FOLDED })] })).out).toBe('1 released: the next run tells them\n');
    const { out, registry } = await at('apply -f registry');
    expect(out).toBe('CREATE  churn  not registered yet\n1 of 1 models changed, 1 registered without a manifest (--prune removes them)\n');
    expect((await registry.get('churn'))?.origin).toBe('registry/churn.yaml');
    expect((await at('apply -f registry --dry-run')).count.writes).toBe(0);
    expect((await at('apply -f registry --prune')).out).toContain('REMOVE  fraud-scorer');
  });

  it.each<[string, number, string, World?]>([
    ['show F-ZZZZ', 2, 'npx rollcall findings lists what is open\n(NOT_FOUND)'],
    ['show F-7K', 2, 'BAD_ID'],
    ['apply -f registry --prune', 5, 'NOT_ALLOWED', { as: 'OWNER' }],
    ['apply -f registry --prune', 2, '--prune --confirm 7\n(PRUNE_TOO_MANY)', { registered: 6 }],
    ['apply -f registry --prune --confirm seven', 2, 'expected a number'],
    ['show F-F000', 2, 'F-F0000000 OWN-01 a\nF-F0001111 OWN-01 b\n(AMBIGUOUS)', { records: TWINS }],
    ['model nobody', 2, 'its name is the one in its manifest\n(NOT_FOUND)'],
    ['ack F-7K3Q --reason x --until 2027-11-25', 2, 'UNTIL_TOO_LATE'],
    ['ack F-7K3Q --reason x --generation 2', 4, 'now: F-7K3Q9ZB2 OPEN, generation 1: version 4 live'],
    ['ack F-7K3Q --reason x', 4, 'NOT_OPEN', { records: [aRecord({ condition: 'CLEARED' })] }],
    ['ack F-7K3Q --reason x', 5, 'NOT_ALLOWED', { as: 'OWNER', records: [aRecord({ about: { ...aRecord().about, receivers: ['sam'] } })] }],
    ['release --all', 5, 'NOT_ALLOWED', { as: 'OWNER' }],
    ['init --finding F-7K3Q', 2, 'NOTHING_TO_DRAFT'],
  ])('%s ends with %i and says why', async (line, code, text, world) => {
    const { code: ended, err, out } = await at(line, world);
    expect([ended, out]).toEqual([code, '']);
    expect(err).toContain(text);
  });
});

describe('what is typed', () => {
  it.each([
    ['finding', 2, 'Did you mean findings?'],
    ['findings --fodled', 2, 'Did you mean --folded?'],
    ['ack F-7K3Q', 2, "required option '--reason <text>'"],
    ['ack F-7K3Q --reason x --until soon', 2, 'expected a date such as 2026-11-24'],
    ['ack F-7K3Q --reason x --generation 0', 2, 'expected a whole number from 1'],
    ['release', 2, 'say which: ids, or --owner PERSON, or --all'],
    ['release F-7K3Q --all', 2, 'say which'],
    ['init', 2, 'say which: --from-live or --finding ID'],
    ['init --from-live --group-by colour', 2, 'expected package-group, model-name or tag:KEY'],
    ['scan --format xml', 2, 'Allowed choices are table, json, csv, sarif'],
    ['scan --format sarif', 2, 'give --registry or --stack'],
    ['scan --kinds ENDPOINT,PROMPT_ROUTER', 2, 'no scope that is read can hold PROMPT_ROUTER'],
    ['scan --fail-on URGENT', 2, 'Allowed choices are INFO'],
    ['scan --kinds TRAINING', 2, 'ENDPOINT'],
    ['sim --port 99999', 2, '65535'],
    ['sim --port any', 2, 'expected a whole number from 0 to 65535'],
    ['sim --estate broken', 2, 'broken'],
    ['sim --estate /no/such.yaml', 2, 'error: no such file or directory: /no/such.yaml\n(give the path'],
    ['sim --fault kind=fire', 2, 'throttle'],
    ['--help', 0, ''],
    ['--version', 0, ''],
  ])('%s ends with %i', async (line, code, text) => {
    const { code: ended, err } = await runLine(line.split(' '));
    expect(ended).toBe(code);
    expect(err).toContain(text);
  });

  it('hands the target on, wherever it stands on the line', async () => {
    expect((await runLine(['--stack', 'rollcall', 'findings', '--json'])).asked).toMatchObject([{ stack: 'rollcall' }]);
    expect((await runLine(['findings', '--api', 'http://127.0.0.1', '--as', 'dana@example.com'])).asked).toMatchObject([
      { api: 'http://127.0.0.1', as: 'dana@example.com' },
    ]);
  });

  it.each(['scan', `digest ${endpointArn('fraud-scorer')}`, 'init --from-live'])(
    '%s reads ETags where asked to, else as rollcall.yaml says',
    async line => {
      const asked = async (...more: string[]) => (await runLine([...line.split(' '), ...more])).asked;
      expect(await asked()).not.toMatchObject([{ artefactEtags: true }]);
      expect(await asked('--artefact-etags')).toMatchObject([{ artefactEtags: true }]);
    },
  );

  it('refuses bytes that are no text before they are sent as something else', async () => {
    const { code, err } = await runLine(['apply', '-f', 'x'], {
      files: [{ file: 'x.yaml', content: new Uint8Array([0x6e, 0xff]) }],
      remote: true,
    });
    expect([code, err]).toEqual([2, expect.stringContaining('not UTF-8')]);
  });

  it('lists every mistake of the manifests with its place, and changes nothing', async () => {
    const files = [{ file: 'registry/x.yaml', content: 'name: x\naprover: y\npurpose: TODO\n' }];
    const { code, err, count } = await runLine(['apply', '-f', 'registry'], { files });
    expect([code, count.writes]).toEqual([2, 0]);
    expect(err).toMatch(/^registry\/x\.yaml:3:10: .*\nregistry\/x\.yaml:2:1: .*\n2 problems: nothing was changed\n$/);
  });

  it('never ends a failure with a code that means something else', async () => {
    const missing = async () => Promise.reject(new Error('Region is missing'));
    expect(await runLine(['scan'], { scanner: missing })).toMatchObject({ code: 2, err: expect.stringContaining('(set AWS_REGION') });
    expect(await runLine(['scan', '--regions', 'mars'])).toMatchObject({ code: 2, err: expect.stringContaining("'mars' is invalid") });
    expect(await runLine(['scan'], { scanner: FAILING })).toMatchObject({ code: 70, out: '', err: 'error: Region is missing\\u001b[2J\n' });
  });
});

describe('what runs', () => {
  it.each<[string, number, string, World?]>([
    [endpointArn('fraud-scorer'), 0, `composition: "${aComposition().digest}"`],
    [endpointArn('other'), 2, 'is not in the listing'],
    ['s3://models', 2, 'is no ARN'],
    [endpointArn('other'), 3, 'access denied', { listing: unread }],
  ])('prints the composition of %s, or ends with %i', async (arn, code, text, world) => {
    const { code: ended, out, err } = await runLine(['digest', arn], world);
    expect([ended, (out + err).includes(text)]).toEqual([code, true]);
  });

  it('drafts what is live and not registered, under names that are free', async () => {
    const listing = aListing({ kinds: [endpointsOf([aSighting(), aSighting({ name: 'fraud-scorer-2', tags: {}, artefact: 'v9' })])] });
    const { code, out, written } = await runLine(['init', '--from-live', '--group-by', 'model-name'], { listing });
    expect([code, written.length]).toEqual([0, 1]);
    expect(written[0]).toContain('name: fraud-scorer-2');
    expect(out).toContain(
      '1 deployment → 1 model, 6 TODO\n1 file(s) written to registry: fill in every TODO, then npx rollcall apply -f registry',
    );
    expect((await runLine(['init', '--from-live'], { listing: unread })).code).toBe(3);
  });

  it.each([false, true])('prints the manifest that would register a finding’s deployment (remote: %s)', async remote => {
    const records = [aRecord({ rule: 'INV-01', subject: `dep:${endpointArn('chat-helper')}` })];
    const { code, out } = await runLine(['init', '--finding', 'F-7K3Q'], { records, remote });
    expect([code, out]).toEqual([0, expect.stringMatching(/name: chat-helper .*\npurpose: TODO #/)]);
  });

  it('serves the simulated cloud until interrupted', async () => {
    const { code, out } = await runLine([
      'sim',
      '--generate',
      '3',
      '--accounts',
      '2',
      '--fault',
      'kind=throttle,operation=ListEndpoints,nth=2',
    ]);
    expect(out).toMatch(
      /^export AWS_ENDPOINT_URL=http:\/\/127\.0\.0\.1:\d+\nexport AWS_ACCESS_KEY_ID=111122223333 .*AWS_REGION=eu-west-1\n$/,
    );
    expect(code).toBe(0);
  });
});

const HIDDEN = ['\u001b', '\u202e'];

describe('hostile names', () => {
  const name = '\u001b[31m\u202egnp\nCRITICAL  F-0000  all is well';
  const records = [aRecord({ reason: name, about: { ...aRecord().about, name, receivers: [name] }, evidence: { [name]: name } })];

  it.each(['findings', 'show F-7K3Q', 'model fraud-scorer'])('stay inside their cell in %s', async line => {
    const { out } = await runLine(line.split(' '), { records });
    expect(out).toContain('\\u001b[31m\\u202egnp\\u000aCRITICAL');
    expect(HIDDEN.some(character => out.includes(character))).toBe(false);
    expect(out.split('\n').some(text => text.startsWith('CRITICAL  F-0000'))).toBe(false);
  });

  it('are in JSON what they are, and invisible to a terminal', async () => {
    const { out } = await runLine(['findings', '--json'], { records });
    expect(HIDDEN.some(character => out.includes(character))).toBe(false);
    expect(JSON.parse(out).findings[0].name).toBe(name);
  });
});

it('says the version of the package', () => {
  expect(VERSION).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
});

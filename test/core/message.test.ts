import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FindingRecord } from '../../lib/core/finding.ts';
import { withFacts } from '../../lib/core/finding-view.ts';
import { safeSubject, safeText, wrap } from '../../lib/core/message/safe-text.ts';
import { momentFrom, tally } from '../../lib/core/message/words.ts';
import { RULE_IDS, ruleEntry } from '../../lib/core/rule-catalog.ts';
import { aRecord, anAnswer, aResponse, NOW, someSettings, stored } from '../support/builders.ts';
import { aChange, planOf, several, TOTALS, toldAll } from '../support/owed.ts';

const golden = (name: string) => path.join(import.meta.dirname, '../golden', name);
const ONE_O_CLOCK = { now: '2026-11-23T09:12:00.000Z' };

const tag = (index: number) => (index < 212 ? { ownerTag: 'payments-ml' } : index < 352 ? { ownerTag: 'search' } : {});
const mailAbout = (finding = aChange()) =>
  planOf([finding], ONE_O_CLOCK).messages.find(({ receiver }) => receiver === 'owner:kim@example.com')!;
const wide = (body: string) => body.split('\n').filter(line => line.length > 76 && !/arn:|s3:|https:/.test(line));
const asSent = (subject: string, body: string) => `Subject: ${subject}\n\n${body}`;

describe('golden texts, compared exactly', () => {
  it('the first mail to a model owner', async () => {
    const [kim] = planOf([aChange()], ONE_O_CLOCK).messages;
    await expect(asSent(kim!.subject, kim!.body)).toMatchFileSnapshot(golden('owner-mail.txt'));
  });

  it("security's first message when the first roll call is large", async () => {
    const estate = several(500, { rule: 'INV-01', severity: 'HIGH' }).map(({ record }, index) =>
      stored({ ...record, evidence: tag(index) }),
    );
    const totals = { ...TOTALS, deployments: 500, registered: 0, scopesComplete: 3, scopesNotChecked: 0 };
    const [security] = planOf(estate, { totals, firstRollCall: true }).messages;
    await expect(asSent(security!.subject, security!.body)).toMatchFileSnapshot(golden('first-roll-call.txt'));
  });
});

describe('an owner mail', () => {
  it.each(RULE_IDS)('about %s has the action before any ARN, 25 lines at most, 76 columns, and commands that exist', rule => {
    const evidence = { ...aChange().record.evidence, runs: ['image x', 'artefact y'], resembles: ['one', 'two'], claims: 'three' };
    const differs = {
      differs: ['a', 'b', 'c', 'd'],
      approved: ['1', '2', '3', '4'].map(x => `s3://${x.repeat(90)}`),
      live: ['1', '2', '3', '4'],
    };
    const { facts } = aChange().record;
    for (const record of [{ evidence }, { evidence: { ...evidence, ...differs } }, { evidence: {} }]) {
      const { body } = mailAbout(aChange({ rule, facts, ...record }));
      const action = rule === 'OPS-01' ? body.indexOf('Give the role') : body.indexOf('DO ONE OF THESE');
      expect(body.indexOf('arn:') === -1 || action < body.indexOf('arn:')).toBe(true);
      expect(body.split('\n').length - 3).toBeLessThanOrEqual(25);
      expect(wide(body)).toEqual([]);
      for (const [, command] of body.matchAll(/npx rollcall (\S+)/g))
        expect(['show', 'ack', 'findings', 'release', 'init']).toContain(command);
    }
  });

  it.each([
    ['REGISTRATION', 'npx rollcall ack F-7K3Q'],
    ['OWNER_TAG', 'ask security, who can acknowledge it for you'],
  ] as const)('tells who is asked because of %s how to get time: %s', (receiversBecause, line) => {
    const { body } = mailAbout(aChange({ about: { ...aChange().record.about, receiversBecause } }));
    expect(body.split('\n').find(text => text.includes('You need time'))).toContain(line);
  });

  it.each([
    ['REOPENED', aChange({ generation: 2 }), 'Again: it was over and has come back (generation 2).'],
    ['SEVERITY_RAISED', toldAll(aChange(), { severity: 'HIGH' }), 'Again: it is now CRITICAL.'],
    ['FACTS_CHANGED', toldAll(aChange(), { facts: 'other' }), 'Again: the facts below have changed.'],
    ['RELEASED', toldAll(aChange(), { folded: true }), 'Found earlier and kept in the backlog; released to you now.'],
    ['ANSWER_ENDED', toldAll(aChange()), 'Again: the answer given until 24 Nov 09:15 UTC no longer holds.'],
  ])('says why it comes again: %s', (reason, finding, line) => {
    const release = reason === 'RELEASED' ? { by: 'lee@example.com', at: '2026-11-23T10:00:00.000Z' } : null;
    const told = reason === 'REOPENED' ? toldAll(aChange()).record.told : finding.record.told;
    const answer = reason === 'ANSWER_ENDED' ? anAnswer() : null;
    const plan = planOf([stored({ ...finding.record, told }, aResponse({ answer, release }))], { now: '2026-11-30T00:00:00.000Z' });
    expect(plan.owed[0]!.notice.reason).toBe(reason);
    expect(plan.messages[0]!.body).toContain(line);
  });

  it.each([
    ['FACT', 'is resolved.', 'Rollcall resolved: '],
    ['SCOPE_RETIRED', 'is not watched any more.', 'Rollcall not watched any more: '],
  ] as const)('says what has ended, and how: %s', (code, words, subject) => {
    const open = toldAll(aChange());
    const cleared = { code, reason: 'back to version 3', at: '2026-11-23T10:00:00.000Z' };
    const mail = mailAbout(stored({ ...open.record, condition: 'CLEARED', cleared }));
    expect(mail.body.replaceAll('\n', ' ')).toContain(words);
    expect(mail.body).not.toContain('DO ONE OF THESE');
    expect(mail.subject.startsWith(subject)).toBe(true);
  });

  it.each([
    [
      'an ETag only where the URI is the same',
      's3://b/v3 etag:1',
      's3://b/v3 etag:2',
      '  artefact      s3://b/v3 etag:1            s3://b/v3 etag:2',
    ],
    [
      'an image without its registry',
      `1.ecr/a/x@sha256:${'a'.repeat(64)}`,
      'nothing',
      '  artefact      x sha256:aaaaaaaa...        nothing',
    ],
  ])('shows %s', (_name, before, now, line) => {
    expect(mailAbout(aChange({ evidence: { differs: ['artefact container.1'], approved: [before], live: [now] } })).body).toContain(
      `${line}\n`,
    );
  });

  it.each([
    ['OWNER_TAG', 'the owner tag on the resource names you: a hint'],
    ['ACCOUNT_CONTACT', 'contact of account 111122223333 (eu-west-1) in rollcall.yaml'],
  ] as const)('says why you: %s', (receiversBecause, line) => {
    expect(
      mailAbout(aChange({ about: { ...aRecord().about, receiversBecause, receivers: ['kim@example.com'] } })).body.replace(/\n +/g, ' '),
    ).toContain(line);
  });

  const act = ['kim (role Deploy)', 'CreateEndpoint', '2026-11-23T09:10:00.000Z'];
  it.each<[string, Partial<FindingRecord>, Record<string, unknown>, string]>([
    ['who changed it last', { evidence: { changedBy: act, createdBy: ['x'] } }, {}, 'Changed by: kim (role Deploy) 23 Nov 09:10 UTC.'],
    [
      'who made what nobody registered',
      { rule: 'INV-01', evidence: { createdBy: act } },
      {},
      'Created by: kim (role Deploy) 23 Nov 09:10 UTC.',
    ],
    ['that no event said so', { evidence: {} }, {}, 'Changed by: unknown (no CloudTrail event seen).'],
    ['that nothing would have', { evidence: {} }, { events: { enabled: false } }, 'Changed by: unknown (events not enabled).'],
    ['nothing of it where no deployment is meant', { rule: 'OWN-01', evidence: {} }, {}, 'Seen since 23 Nov 09:12 UTC.\n'],
  ])('says %s', (_what, over, settings, line) => {
    const { messages } = planOf([aChange(over)], { ...ONE_O_CLOCK, settings: someSettings(settings) });
    expect(messages[0]!.body.replace(/\n(?=\S)(?!\n|DO)/g, ' ')).toContain(line.trimEnd());
    expect(messages[0]!.body).not.toContain('CreateEndpoint');
    expect(messages.at(-1)!.body.includes('created by: kim (role Deploy) 23 Nov 09:10 UTC')).toBe(over.rule === 'INV-01');
  });

  it('promises the end on the next roll call to who registers a deployment, and in two to who deletes it', () => {
    const body = mailAbout(aChange({ rule: 'INV-01' })).body.replaceAll(/\s+/g, ' ');
    expect(body).toContain('delete it; this closes in two roll calls. - It is yours: register it');
    expect(body).toContain('prints the manifest). This closes on the next roll call. - You need time');
  });

  it('calls a use of a model what it is, by a key that is no ARN', () => {
    const key = 'use:aws:bedrock:eu-west-1:111122223333:model/anthropic.claude-v2:1';
    const about = { ...aChange().record.about, name: 'anthropic.claude-v2:1', arn: null };
    const { body } = mailAbout(aChange({ rule: 'INV-02', subject: `dep:${key}`, about }));
    expect(body).toContain(`\nuse of a Bedrock foundation model ${key}\n`);
    expect(body).not.toContain('arn:');
  });

  it('leads to the page of what is open, after all else and with a row of evidence less, and to none of what is over or is no deployment', () => {
    const evidence = { status: 'InService', one: '1', two: '2', three: '3' };
    const { body } = mailAbout(aChange({ rule: 'APR-01', evidence }));
    expect(body).toMatch(/\nSEE IT {10}https:\S+#\/endpoints\/\S+\nSageMaker endpoint arn:/);
    expect(body).toMatch(/\n {2}one +1\n {2}and 2 more/);
    const cleared = { at: NOW, code: 'ABSENT', reason: 'gone' } as const;
    const over = stored({ ...toldAll(aChange()).record, condition: 'CLEARED', cleared });
    for (const finding of [over, aChange({ rule: 'INV-10', subject: 'model:fraud-scorer' })])
      expect(mailAbout(finding).body).not.toContain('https:');
  });

  it('leads security to what nobody is told of', () => {
    const about = { ...aChange().record.about, receivers: [] };
    const [told, nobody] = [aChange(), aChange({ about })].map(finding =>
      planOf([finding], ONE_O_CLOCK).messages.find(({ receiver }) => receiver === 'security'),
    );
    expect(nobody?.body).toMatch(/\n {2}owners: nobody known\n {2}https:\S+#\/endpoints\/\S+\n/);
    expect(told?.body).not.toContain('https:');
    const cleared = { at: NOW, code: 'ABSENT', reason: 'gone' } as const;
    const over = stored({ ...toldAll(aChange({ about })).record, condition: 'CLEARED', cleared });
    expect(JSON.stringify(planOf([over], ONE_O_CLOCK).messages)).not.toContain('https:');
  });

  it('types as much of an id as tells it from all others', () => {
    const plan = planOf([aChange(), aChange({ id: 'F-7K3Q9ZXX', subject: 'dep:2' }), aChange({ id: 'F-22222222', subject: 'dep:3' })]);
    for (const id of ['F-7K3Q9ZB', 'F-7K3Q9ZX', 'F-2222']) expect(plan.messages[0]!.body).toContain(`npx rollcall show ${id} `);
  });
});

const HOSTILE = [
  'a\nSubject: forged',
  'a\r\n\r\nDO ONE OF THESE',
  '\u202egnp.exe',
  'a\u2028b',
  '\ud800',
  'x\u0000\u001b[2J',
  '\ufeff\u200bz',
].concat(['__proto__', '${id}', '{id}', '$&$1', '<script>', 'é'.repeat(5000), ' '.repeat(300), '', 'ＡＢＣ', '👩‍🚀'.repeat(50)]);

describe('hostile text', () => {
  it.each(HOSTILE)('%j changes neither lines nor size of any message', name => {
    const facts = { version: name, approved: name, tier: name, composition: name };
    const acts = { createdBy: [name, name, NOW], changedBy: [name, name, NOW] };
    const evidence = { differs: [name], approved: [name], live: [`${name}2`], ownerTag: name, origin: name, [name]: name, ...acts };
    const about = {
      ...aRecord().about,
      name,
      environment: name,
      account: name,
      region: name,
      arn: name,
      model: name,
      receivers: [name, 'kim'],
    };
    const hostile = (over = {}) => aChange({ reason: name, facts, evidence, about, ...over });
    const cleared = { code: 'FACT', reason: name, at: '2026-11-23T10:00:00.000Z' } as const;
    const ended = stored({ ...toldAll(hostile({ subject: `dep:${name}` })).record, condition: 'CLEARED', cleared });
    const findings = [
      hostile(),
      hostile({ rule: 'INV-01', subject: 'dep:2' }),
      hostile({ rule: 'OPS-01', subject: `scope:${name}` }),
      ended,
    ];
    const many = several(60, { rule: 'INV-01', reason: name, evidence: { ownerTag: name, ...acts }, about });
    for (const { subject, body, attributes } of [...planOf(findings).messages, ...planOf([...many, ...findings]).messages]) {
      expect(subject).toMatch(/^Rollcall[ -~]{0,91}$/);
      expect(`${Object.values(attributes).flat().join('')}${body}`).not.toMatch(
        /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069\ufeff]/u,
      );
      expect(body).not.toMatch(/^(Subject: forged|DO ONE OF THESE$)/m);
      expect(body.length).toBeLessThan(40_000);
    }
  });

  it.each([
    ['a\u202eb\n\t', 'a\\u202eb\\u000a\\u0009'],
    ['\ud83d', '\\ud83d'],
    ['x'.repeat(201), `${'x'.repeat(197)}...`],
    ['👍'.repeat(200), '👍'.repeat(200)],
  ])('is shown as escapes and cut: %j', (text, safe) => {
    expect(safeText(text)).toBe(safe);
  });

  it.each([
    ['Zoë: naïve', 'Zoe: naive'],
    ['模型', '??'],
    ['y'.repeat(120), `${'y'.repeat(96)}...`],
  ])('is ASCII of at most 99 characters in a subject: %j', (text, safe) => {
    expect(safeSubject(text)).toBe(safe);
  });
});

describe('words', () => {
  it('wrap at 76 columns and leave a longer word whole', () => {
    expect(wrap(`  ${'a'.repeat(70)} bbbb ${'c'.repeat(90)}`, '  ')).toEqual([`  ${'a'.repeat(70)}`, '  bbbb', `  ${'c'.repeat(90)}`]);
  });

  it('count the most frequent first and lose none', () => {
    expect(tally(['b', 'a', 'b', 'c', 'd'], 2)).toBe('b 2, a 1 and 2 more');
  });

  it('name the day of a moment unless it is today', () => {
    expect(momentFrom('2026-11-24T09:05:00.000Z', '2026-11-23T23:59:00.000Z')).toBe('24 Nov 09:05 UTC');
    expect(momentFrom('2026-11-23T09:05:00.000Z', '2026-11-23T23:59:00.000Z')).toBe('09:05 UTC');
  });

  it('of every remedy are filled from id and facts alone', () => {
    const facts = { version: 'version 4', approved: 'version 3', exclusion: 'the scope' };
    for (const rule of RULE_IDS)
      for (const action of ruleEntry(rule).remedy) expect(withFacts(action, { id: 'F-1', facts })).not.toMatch(/[{}]|unknown/);
  });
});

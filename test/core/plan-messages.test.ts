import { describe, expect, it } from 'vitest';
import type { FindingRecord, StoredFinding } from '../../lib/core/finding.ts';
import type { Message } from '../../lib/core/notice.ts';
import { utf8Bytes } from '../../lib/core/message/safe-text.ts';
import { aRecord, anAnswer, aResponse, someSettings, stored } from '../support/builders.ts';
import { aChange, planOf, several, toldAll, TOTALS } from '../support/owed.ts';

const MEDIUM = { severity: 'MEDIUM' } as const;
const SETTLED = '2026-11-23T08:00:00.000Z';
const BEFORE = '2026-11-23T07:59:59.999Z';
const receiversOf = ({ messages }: { messages: readonly Message[] }) => messages.map(({ receiver }) => receiver);
const bodyFor = ({ messages }: { messages: readonly Message[] }, receiver = 'security') =>
  messages
    .filter(message => message.receiver === receiver)
    .map(({ body }) => body)
    .join('\n');
const told = (plan: { messages: readonly Message[] }) =>
  plan.messages.flatMap(({ members }) => members.map(member => member.told.notice)).toSorted();

const unread = (region: string, over: Partial<FindingRecord> = {}): StoredFinding => {
  const subject = `scope:sagemaker/444455556666/${region}`;
  const about = { ...aRecord().about, name: '444455556666', arn: null, account: '444455556666', region, receivers: [] };
  const reason = 'access denied: sagemaker:ListEndpoints';
  return stored(
    aRecord({ scope: 'registry', rule: 'OPS-01', id: `F-H3B7${region.slice(0, 4)}`, severity: 'MEDIUM', subject, reason, about, ...over }),
  );
};

describe('who gets a message when', () => {
  it('writes once to each owner, most urgent first, then once to security', () => {
    const { about } = aRecord();
    const sam = aChange({ ...MEDIUM, subject: 'dep:sam', id: 'F-SAM00000', about: { ...about, receivers: ['sam'] } });
    const plan = planOf([sam, aChange(), aChange({ subject: 'dep:2', id: 'F-22222222' })]);
    expect(receiversOf(plan)).toEqual(['owner:kim@example.com', 'owner:dana@example.com', 'owner:sam', 'security']);
    expect(plan.messages.map(({ topic }) => topic)).toEqual(['OWNERS', 'OWNERS', 'OWNERS', 'SECURITY']);
    expect(told(plan)).toEqual(plan.owed.map(({ notice }) => notice.id).toSorted());
  });

  it.each<[string, { lastSummary?: string; slot?: string; between?: true }, number]>([
    ['before the first summary ever', {}, 3],
    ['between two roll calls, when it is due', { between: true }, 0],
    ['after the summary of the day', { lastSummary: SETTLED }, 0],
    ['at the first slot of the next day', { lastSummary: SETTLED, slot: '2026-11-24T08:00:00.000Z' }, 3],
    ['one slot before that', { lastSummary: SETTLED, slot: '2026-11-24T07:45:00.000Z' }, 0],
    ['late, when the run at that time was missed', { lastSummary: SETTLED, slot: '2026-11-24T10:30:00.000Z' }, 3],
  ])('tells what is not urgent %s', (_name, over, messages) => {
    const plan = planOf([aChange(MEDIUM)], over);
    expect(plan.messages).toHaveLength(messages);
    expect(plan.summarySettled).toBe(messages > 0);
  });

  it.each<[string, { between?: true }, string]>([
    ['short where every finding is known', {}, 'F-1000'],
    ['whole where only some are', { between: true }, 'F-10000000'],
  ])('writes ids %s', (_name, over, id) => {
    const bodies = planOf(several(1), over).messages.map(({ body }) => [...new Set(body.match(/F-\w+/g))]);
    expect(bodies).toContainEqual([id]);
  });

  it('folds a mass change between two roll calls as well, and says that not all was read', () => {
    const [message, ...others] = planOf(several(51), { between: true }).messages;
    expect(others).toEqual([]);
    expect(message!.subject).toBe('Rollcall: mass change, 51 findings at once');
    expect(message!.body).toMatch(/^Between two roll calls: only where a change was announced did Rollcall look again\.\n/);
  });

  it.each<[string, { lastSummary?: string; slot: string }, string[]]>([
    ['on a Monday', { lastSummary: '2026-11-22T08:00:00.000Z', slot: SETTLED }, ['security']],
    ['on other days', { lastSummary: SETTLED, slot: '2026-11-24T08:00:00.000Z' }, []],
    ['in the first run of all', { slot: '2026-11-24T08:00:00.000Z' }, ['security']],
    ['once a day only', { lastSummary: SETTLED, slot: '2026-11-23T08:15:00.000Z' }, []],
  ])('says in one line that there is nothing new: %s', (_name, over, receivers) => {
    const plan = planOf([toldAll(aChange(), { at: BEFORE })], over);
    expect(receiversOf(plan)).toEqual(receivers);
    for (const { id, body } of plan.messages)
      expect(body).toBe(
        `Nothing new. Rollcall has read 2 of 3 scopes: 17 deployments, 14 registered.\nMessage ${id}; a repeat keeps it.\n`,
      );
  });

  it.each([
    [BEFORE, ['security']],
    [SETTLED, []],
    ['2026-11-23T08:01:00.000Z', []],
  ])('does not say that there is nothing new of what a try that was cut off told, at %s', (at, receivers) => {
    const plan = planOf([toldAll(aChange(), { at })], { lastSummary: '2026-11-22T08:00:00.000Z', slot: SETTLED });
    expect([receiversOf(plan), plan.summarySettled]).toEqual([receivers, true]);
  });

  it('counts apart what was empty and is not read in every slot', () => {
    const [security] = planOf([aChange()], { totals: { ...TOTALS, scopesAtRest: 9 } }).messages.filter(
      ({ receiver }) => receiver === 'security',
    );
    expect(security?.body).toContain('Rollcall has read 2 of 3 scopes (9 more were empty and are read once an hour): 17 deployments, 14');
  });

  it('gives the same messages and ids whatever the order of findings, and other ids to other notices', () => {
    const findings = [aChange(), aChange({ subject: 'dep:2', id: 'F-22222222', severity: 'HIGH' }), ...several(3)];
    expect(planOf(findings.toReversed()).messages).toEqual(planOf(findings).messages);
    expect(new Set(planOf(findings).messages.map(({ id }) => id)).size).toBe(3);
  });

  it('tells what has ended last, however urgent it was', () => {
    const ended = toldAll(aChange({ subject: 'dep:2', id: 'F-22222222' }));
    const cleared = { code: 'FACT', reason: 'gone', at: SETTLED } as const;
    const plan = planOf([stored({ ...ended.record, condition: 'CLEARED', cleared }), aChange({ severity: 'LOW' })]);
    expect(plan.messages[0]!.subject).toBe('Rollcall LOW and 1 more: fraud-scorer runs a version nobody approved (prod)');
  });

  it('names in the attributes what a subscription filters by', () => {
    const [kim] = planOf([aChange(), aChange({ subject: 'dep:2', rule: 'INV-01', severity: 'HIGH' })]).messages;
    const attributes = {
      message: kim!.id,
      owner: 'kim@example.com',
      severity: 'CRITICAL',
      rules: ['APR-02', 'INV-01'],
      account: ['111122223333'],
      environment: ['prod'],
    };
    expect(kim!.attributes).toEqual(attributes);
  });

  it('carries its own id: as an attribute, and for security at the foot of the text', () => {
    for (const findings of [[aChange()], several(51), several(700)])
      for (const { id, receiver, body, attributes } of planOf(findings).messages) {
        expect([attributes['message'], body.endsWith(`\nMessage ${id}; a repeat keeps it.\n`)]).toEqual([id, receiver === 'security']);
      }
  });

  it.each([
    ['of 254 characters whole', `${'k'.repeat(242)}@example.com`, `${'k'.repeat(242)}@example.com`],
    ['in whatever letter case and Unicode form', 'Jose\u0301@Example.com', 'jos\u00e9@example.com'],
    ['without what could change how it reads', 'kim\u202e\t', 'kim\\u202e'],
  ])('names an owner %s, as a subscription filters', (_name, person, owner) => {
    const settings = someSettings({ receivers: { [owner.replace('\\u202e', '\u202e').toUpperCase()]: { email: 'k@example.com' } } });
    const about = { ...aRecord().about, receivers: [person] };
    const plan = planOf([aChange({ about })], { settings, reached: new Set([owner.replace('\\u202e', '\u202e')]) });
    expect(plan.messages[0]!.attributes['owner']).toBe(owner);
    expect(bodyFor(plan)).not.toContain('(not reached)');
  });
});

describe('the fold guard', () => {
  it('lets 50 findings through and folds 51', () => {
    expect(planOf(several(50))).toMatchObject({ folded: 0, messages: { length: 3 } });
    const { messages, folded, owed } = planOf(several(51));
    expect(folded).toBe(51);
    expect(messages.map(({ receiver }) => receiver)).toEqual(['security']);
    expect(messages[0]!.members).toHaveLength(owed.length);
    expect(messages[0]!.members.every(member => member.told.folded)).toBe(true);
    expect(messages[0]!.subject).toBe('Rollcall: mass change, 51 findings at once');
    expect(messages[0]!.body).toContain('The first 10 of 51 critical or unread, and 41 more:');
    expect(messages[0]!.body.match(/^CRITICAL F-/gm)).toHaveLength(10);
  });

  it('counts findings by rule, account and owner tag', () => {
    const tagged = several(40, { rule: 'INV-01', severity: 'HIGH', evidence: { ownerTag: 'payments-ml' } });
    const rest = several(60, { rule: 'INV-01', severity: 'HIGH', evidence: {} }).slice(40);
    const body = bodyFor(planOf([...tagged, ...rest, unread('eu-west-1')]));
    expect(body).toContain('By owner tag: payments-ml 40, no tag 20.');
    expect(body).toContain('By rule: INV-01 60, OPS-01 1.');
    expect(body).toContain('By account: 111122223333 60, 444455556666 1.');
    expect(body).toContain('The first 1 of 1 critical or unread, and 60 more:');
  });

  it('tells in full nothing that has ended', () => {
    const cleared = { code: 'FACT', reason: 'gone', at: SETTLED } as const;
    const ended = several(51).map(finding => stored({ ...toldAll(finding).record, condition: 'CLEARED', cleared }));
    expect(planOf(ended)).toMatchObject({ folded: 51 });
    expect(bodyFor(planOf(ended))).not.toContain('RESOLVED');
  });

  it('keeps off what people released, but tells it only once the guard does not hold', () => {
    const folded = several(60).map(finding => toldAll(finding, { folded: true, at: '2026-11-22T09:00:00.000Z' }));
    const release = { by: 'lee@example.com', at: '2026-11-23T09:00:00.000Z' };
    const released = folded.map(({ record }) => stored(record, aResponse({ answer: null, release })));
    expect(planOf(released)).toMatchObject({ folded: 0, messages: { length: 3 } });
    const both = planOf([...released, ...several(111).slice(60)]);
    expect(both.folded).toBe(51);
    expect(both.messages[0]!.members).toHaveLength(3 * 51);
  });

  it('is silent about a folded finding until something about it is new', () => {
    const folded = several(51).map(finding => toldAll(finding, { folded: true }));
    expect(planOf(folded).silent).toEqual({ FOLDED: 153 });
    const ended = stored(folded[0]!.record, aResponse({ answer: anAnswer({ at: '2026-11-23T09:15:30.000Z' }) }));
    expect(planOf([ended], { now: '2026-12-01T00:00:00.000Z' }).owed.map(({ notice }) => notice.reason)).toContain('ANSWER_ENDED');
  });
});

describe('parts', () => {
  const reason = 'é'.repeat(200);
  const many = several(700, { reason });
  const settings = someSettings({ policy: { foldAbove: 1000 } });
  const plan = planOf(many, { settings });

  it('stay below 200 KB, hold every notice once, and say how much is elsewhere', () => {
    const parts = plan.messages.filter(({ receiver }) => receiver === 'owner:kim@example.com');
    expect(parts.length).toBeGreaterThan(2);
    expect(told(plan)).toEqual(plan.owed.map(({ notice }) => notice.id).toSorted());
    for (const [index, { subject, body, members }] of parts.entries()) {
      expect(utf8Bytes(body)).toBeLessThan(200_000);
      expect(subject).toContain(`(part ${index + 1} of ${parts.length})`);
      expect(body).toContain(
        `This is part ${index + 1} of ${parts.length}: ${members.length} findings, and ${700 - members.length} more in the others.`,
      );
    }
  });

  it('hold at most 250 notices, so that a message with its members can be stored', () => {
    expect(Math.max(...plan.messages.map(({ members }) => members.length))).toBe(250);
  });
});

describe('what security reads of the owners', () => {
  const kim = { receivers: { 'kim@example.com': { email: 'kim@example.com' } } };

  it('says in observe mode how many would have been told', () => {
    const body = bodyFor(planOf(several(3, { about: { ...aRecord().about, receivers: ['kim@example.com', 'sam'] } })));
    expect(body).toContain('Observe mode (no receivers in rollcall.yaml): would have told 2 owners.');
  });

  it.each<[string, ReadonlySet<string> | undefined, string]>([
    ['has no receiver', undefined, 'owners: kim@example.com, dana@example.com (not reached)'],
    ['has not confirmed it', new Set<string>(), 'owners: kim@example.com (not reached), dana@example.com (not reached)'],
  ])('shows an owner as not reached who %s', (_name, reached, line) => {
    const body = bodyFor(planOf([aChange()], { settings: someSettings(kim), reached }));
    expect(body).toContain(line);
  });

  it('says nothing of it where everybody is reached', () => {
    const receivers = { ...kim.receivers, 'dana@example.com': { email: 'dana@example.com' } };
    expect(bodyFor(planOf([aChange()], { settings: someSettings({ receivers }) }))).not.toMatch(/not reached|observe/i);
  });
});

describe('scopes that could not be read', () => {
  it('are told once for each account and reason, with the action and the lines to paste', () => {
    const throttled = unread('us-east-1', { subject: 'scope:sagemaker/444455556666/us-east-1', reason: 'throttled' });
    const body = bodyFor(planOf([unread('eu-west-1'), unread('eu-north-1'), throttled]));
    expect(body.match(/^MEDIUM F-/gm)).toHaveLength(2);
    expect(body).toContain('2 scopes not read');
    expect(body).toContain('Give the role sagemaker:ListEndpoints, or leave out');
    expect(body).toContain(
      '  excluded: [{scope: "sagemaker/444455556666/eu-north-1", reason: "..."},\n             {scope: "sagemaker/444455556666/eu-west-1", reason: "..."}]',
    );
    expect(body).toContain('Repair the access of the role, or leave out');
  });

  it('are called no part of the roll call where they left it, with nothing to mend', () => {
    const left = { code: 'LEFT', reason: 'no part of the roll call any more' };
    const body = bodyFor(planOf([unread('eu-west-1', left), unread('eu-north-1', left)]));
    expect(body.replaceAll(/\s+/g, ' ')).toContain('2 scopes not read any more: what was open there is closed, and not resolved.');
    expect(body).not.toMatch(/excluded:|Repair/);
  });

  it('never offer to leave out the registry', () => {
    expect(bodyFor(planOf([unread('x', { subject: 'scope:registry' })]))).not.toContain('excluded:');
  });
});

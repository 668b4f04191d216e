import { describe, expect, it } from 'vitest';
import { type AnswerRequest, decideAnswer, decideRelease, isFolded, REASON_MAX, untilSchema } from '../../lib/core/answer.ts';
import type { About, Told } from '../../lib/core/finding.ts';
import { DAY, plus } from '../../lib/core/time.ts';
import { aRecord, aResponse, NOW, someSettings, stored } from '../support/builders.ts';
import { aTold } from '../support/owed.ts';

const KIM = { person: 'kim@example.com', as: 'OWNER' } as const;
const LEE = { person: 'lee@example.com', as: 'SECURITY' } as const;
const SAM = { person: 'sam', as: 'OWNER' } as const;

const ask = (over: Partial<AnswerRequest> = {}) =>
  decideAnswer({
    finding: stored(aRecord()),
    caller: KIM,
    reason: 'rollback planned',
    until: undefined,
    generation: undefined,
    now: NOW,
    settings: someSettings(),
    ...over,
  });
const codeOf = (decided: { ok: boolean; code?: string }) => (decided.ok ? 'OK' : decided.code);
const tiered = (tier: string) => stored(aRecord({ facts: { tier } }));
const owned = (...receivers: string[]) => stored(aRecord({ about: { ...aRecord().about, receivers } }));
const because = (receiversBecause: About['receiversBecause']) => stored(aRecord({ about: { ...aRecord().about, receiversBecause } }));

describe('decideAnswer', () => {
  it.each<[string, Partial<AnswerRequest>, string]>([
    ['an owner of the model may answer', {}, 'OK'],
    ['security may answer any finding', { caller: LEE }, 'OK'],
    ['an owner of another model may not', { caller: SAM }, 'NOT_ALLOWED'],
    ['whoever a tag names may not: whoever deploys writes the tags', { finding: because('OWNER_TAG') }, 'NOT_ALLOWED'],
    ['the contact of the account may', { finding: because('ACCOUNT_CONTACT') }, 'OK'],
    ['security may, whoever was asked', { finding: because('OWNER_TAG'), caller: LEE }, 'OK'],
    ['letter case does not make another person', { finding: owned('KIM@Example.com') }, 'OK'],
    ['nor does the Unicode form', { finding: owned('zo\u0065\u0308'), caller: { person: 'zo\u00eb', as: 'OWNER' } }, 'OK'],
    ['a Cyrillic twin is another person', { finding: owned('k\u0456m@example.com') }, 'NOT_ALLOWED'],
    [
      'who may not answer learns nothing else',
      { caller: SAM, reason: '', finding: stored(aRecord({ condition: 'CLEARED' })) },
      'NOT_ALLOWED',
    ],
    ['a resolved finding is not answered', { finding: stored(aRecord({ condition: 'CLEARED' })) }, 'NOT_OPEN'],
    ['the generation that was seen is the current one', { generation: 1 }, 'OK'],
    ['an answer to an earlier generation is refused', { generation: 1, finding: stored(aRecord({ generation: 2 })) }, 'CONFLICT'],
    ['an empty reason is none', { reason: '' }, 'REASON_EMPTY'],
    ['spaces, zero widths and controls are no reason', { reason: ' \u200b\u200d\u2060\ufeff\u0000\u001b\n\u3164 ' }, 'REASON_EMPTY'],
    ['the longest reason fits', { reason: 'x'.repeat(REASON_MAX) }, 'OK'],
    ['one character more does not', { reason: 'x'.repeat(REASON_MAX + 1) }, 'REASON_TOO_LONG'],
    ['an end that is now has passed', { until: NOW }, 'UNTIL_PAST'],
    ['an end in a millisecond has not', { until: plus(NOW, 1) }, 'OK'],
    ['a finding without a tier is HIGH: 14 days at most', { until: plus(NOW, 14 * DAY) }, 'OK'],
    ['and not a millisecond more', { until: plus(NOW, 14 * DAY + 1) }, 'UNTIL_TOO_LATE'],
    ['a LOW model gets 90 days', { finding: tiered('LOW'), until: plus(NOW, 90 * DAY) }, 'OK'],
    ['a tier that is no tier is HIGH', { finding: tiered('constructor'), until: plus(NOW, 15 * DAY) }, 'UNTIL_TOO_LATE'],
  ])('%s', (_name, over, code) => expect(codeOf(ask(over))).toBe(code));

  it.each([
    ['HIGH', 1],
    ['LOW', 5],
  ])('ends a %s answer after %i days unless told otherwise', (tier, days) => {
    const decided = ask({ finding: tiered(tier) });
    expect(decided.ok && decided.response.answer?.until).toBe(plus(NOW, days * DAY));
  });

  it('binds the answer to generation and composition, in the history as in the response', () => {
    const record = aRecord({ generation: 3 });
    const decided = ask({
      finding: stored(record, aResponse({ head: { seq: 4, hash: 'before' } })),
      reason: ' roll\u202e back\nnow ',
    });
    if (!decided.ok) throw new Error(decided.reason);
    const { response, entry } = decided;
    expect(response.answer).toMatchObject({
      generation: 3,
      composition: record.about.composition,
      reason: 'roll back now',
      by: KIM.person,
      at: NOW,
    });
    expect(entry).toMatchObject({ chain: 'response', previous: 'before', by: KIM.person, event: 'ACKNOWLEDGED' });
    expect(entry.detail).toMatchObject({ generation: '3', composition: record.about.composition, until: response.answer?.until });
    expect(response.head).toEqual({ seq: 5, hash: entry.hash });
  });

  it('keeps a release that was given before', () => {
    const release = { by: LEE.person, at: NOW };
    const decided = ask({ finding: stored(aRecord(), aResponse({ release })) });
    expect(decided.ok && decided.response.release).toEqual(release);
  });
});

const foldedRecord = (over: Partial<Told> = {}) => aRecord({ told: { security: aTold({ folded: true, ...over }) } });

const release = (finding: AnswerRequest['finding'], caller: AnswerRequest['caller'] = LEE) =>
  decideRelease({ finding, caller, now: plus(NOW, 1) });

describe('decideRelease', () => {
  it.each([
    ['security may release what is folded', release(stored(foldedRecord())), 'OK'],
    ['an owner may not', release(stored(foldedRecord()), KIM), 'NOT_ALLOWED'],
    ['what was told one by one is not in the backlog', release(stored(foldedRecord({ folded: false }))), 'NOT_FOLDED'],
    ['what is resolved needs no release', release(stored({ ...foldedRecord(), condition: 'CLEARED' })), 'NOT_OPEN'],
  ])('%s', (_name, decided, code) => expect(codeOf(decided)).toBe(code));

  it('takes the finding out of the backlog and keeps the answer', () => {
    const decided = release(stored(foldedRecord(), aResponse()));
    if (!decided.ok) throw new Error(decided.reason);
    expect(decided.response).toMatchObject({ answer: aResponse().answer, release: { by: LEE.person, at: plus(NOW, 1) } });
    expect(isFolded(stored(foldedRecord(), decided.response))).toBe(false);
  });

  it.each([
    ['folded again after a release', foldedRecord({ at: plus(NOW, 2) }), true],
    ['folded in an earlier generation', aRecord({ generation: 2, told: { security: aTold({ folded: true, at: plus(NOW, 2) }) } }), false],
  ])('judges what was %s', (_name, record, folded) =>
    expect(isFolded(stored(record, aResponse({ release: { by: LEE.person, at: plus(NOW, 1) } })))).toBe(folded),
  );
});

it.each([
  ['2026-11-24', '2026-11-24T23:59:59.999Z'],
  ['2026-11-24T12:00:00+01:00', '2026-11-24T11:00:00.000Z'],
  ['tomorrow', undefined],
  ['2026-02-30', undefined],
])('reads the end %s as %s', (text, instant) => expect(untilSchema.safeParse(text).data).toBe(instant));

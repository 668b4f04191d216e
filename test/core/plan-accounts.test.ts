import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Asked, MemberAccount, ScopeQuestion } from '../../lib/core/plan-accounts.ts';
import { whyUnread } from '../../lib/core/plan-scope-list.ts';
import { ACCOUNT, SLOT } from '../support/builders.ts';
import { after, FAILED, KNOWN, listed, MEMBER, ORGANIZATION, OTHER, ours, OWN, planAll, scopeOf, shown } from '../support/scope-plans.ts';

type Case = [string, Asked<readonly MemberAccount[]>, ScopeQuestion['last'] | null, readonly string[]];

describe('the accounts of the organisation', () => {
  it.each<Case>([
    ['active ones are read', listed([MEMBER, 'ACTIVE']), null, [`${scopeOf(MEMBER)} NOW ACTIVE in the organisation`]],
    [
      'a state that nobody knows keeps none from being read',
      listed([MEMBER, 'RESTING']),
      null,
      [`${scopeOf(MEMBER)} NOW RESTING in the organisation`],
    ],
    ...['PENDING_ACTIVATION', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'].map(
      (state): Case => [
        `${state} ones that were never read are left out, and it is said`,
        listed([MEMBER, state]),
        null,
        [`${scopeOf(MEMBER)} LEFT_OUT account ${MEMBER} is ${state} in the organisation`],
      ],
    ),
    ...['SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'].map(
      (state): Case => [
        `${state} ones that were read before stay, unread`,
        listed([MEMBER, state], [OTHER, 'ACTIVE']),
        KNOWN,
        [`${scopeOf(MEMBER)} UNREAD account ${MEMBER} is ${state} in the organisation`, `${scopeOf(OTHER)} NOW ACTIVE in the organisation`],
      ],
    ),
    [
      'one that a complete list lacks stays, unread, for the first time',
      listed([OTHER, 'ACTIVE']),
      KNOWN,
      [
        `${scopeOf(OTHER)} NOW ACTIVE in the organisation`,
        `${scopeOf(MEMBER)} UNREAD account ${MEMBER} is not listed in the organisation`,
      ].toSorted(),
    ],
    [
      'a list that failed says nothing: all that was read before still is',
      FAILED,
      KNOWN,
      [MEMBER, OTHER].map(
        each => `${scopeOf(each)} NOW as in the roll call before, since the organisation was not listed: ${FAILED.reason}`,
      ),
    ],
    ['a list that failed in the first roll call leaves our own account', FAILED, null, []],
  ])('%s', (_what, organization, last, expected) => {
    expect(shown(ours(organization, last).scopes)).toEqual([OWN, ...expected]);
  });

  it.each([
    ['lacks it', listed([OTHER, 'ACTIVE'])],
    ['calls it closed', listed([MEMBER, 'CLOSED'], [OTHER, 'ACTIVE'])],
  ])('one leaves when a second complete list in a row %s', (_what, organization) => {
    const first = ours(organization);
    expect(first.unread).toEqual([expect.objectContaining({ account: MEMBER, region: null, failure: 'TRANSIENT', leaving: true })]);
    expect(after(first).scopes).toContain(scopeOf(MEMBER));
    const second = ours(organization, after(first));
    expect(after(second).scopes).toEqual([scopeOf(ACCOUNT), scopeOf(OTHER)]);
    expect(second.unread).toEqual([]);
  });

  it.each([
    ['a list in between had it', listed([MEMBER, 'ACTIVE'], [OTHER, 'ACTIVE'])],
    ['a list in between failed', FAILED],
    ['it was suspended in between', listed([MEMBER, 'SUSPENDED'], [OTHER, 'ACTIVE'])],
  ])('one that was lacking stays where %s', (_what, between) => {
    const gone = listed([OTHER, 'ACTIVE']);
    const third = ours(gone, after(ours(between, after(ours(gone)))));
    expect(after(third).scopes).toContain(scopeOf(MEMBER));
  });

  it('a suspended one is told at once, with its state', () => {
    const { unread } = ours(listed([MEMBER, 'SUSPENDED'], [OTHER, 'ACTIVE']));
    const place = {
      account: MEMBER,
      region: null,
      failure: 'DENIED',
      reason: `account ${MEMBER} is SUSPENDED in the organisation`,
      leaving: false,
    };
    expect(unread).toEqual([place]);
    expect([whyUnread({ unread })(scopeOf(MEMBER)), whyUnread({ unread })(scopeOf(OTHER))]).toEqual([place, undefined]);
  });

  it('a suspended one stays unread while the list fails, and one that was lacking leaves no sooner for it', () => {
    const first = ours(listed([MEMBER, 'SUSPENDED']));
    const second = ours(FAILED, after(first));
    expect(second.unread).toEqual([first.unread[0], { ...first.unread[1], leaving: false }]);
    expect(second.scopes.map(({ reading }) => reading)).toEqual(['NOW', 'UNREAD', 'UNREAD']);
  });

  it('a list that fails again remembers since when', () => {
    const first = ours(FAILED);
    expect(first.unlisted).toEqual([{ scope: 'organization', failure: FAILED.failure, reason: FAILED.reason, since: SLOT, slots: 1 }]);
    const second = planAll(ORGANIZATION, { organization: FAILED, last: after(first), slot: '2026-11-23T09:30:00.000Z' });
    expect(second.unlisted).toEqual([expect.objectContaining({ since: SLOT, slots: 2 })]);
    expect(ours(listed(), after(second)).unlisted).toEqual([]);
  });
});

describe('over any run of lists', () => {
  const state = fc.constantFrom('ACTIVE', 'SUSPENDED', 'CLOSED', 'PENDING_CLOSURE', 'SOMETHING_NEW');
  const answer = fc.oneof(
    { weight: 3, arbitrary: fc.dictionary(fc.constantFrom(MEMBER, OTHER), state).map(members => listed(...Object.entries(members))) },
    { weight: 1, arbitrary: fc.constant(FAILED) },
  );

  const isGone = (asked: Asked<readonly MemberAccount[]> | undefined, account: string): boolean =>
    asked?.ok === true && asked.value.every(each => each.account !== account || each.state === 'CLOSED');
  /** After each answer: whether an account was and is part of the roll call, and what its list and the one before said of it. */
  const history = (answers: readonly Asked<readonly MemberAccount[]>[], account: string) => {
    let last: NonNullable<ScopeQuestion['last']> = KNOWN;
    return answers.map((asked, index) => {
      const was = last.scopes.includes(scopeOf(account));
      last = after(ours(asked, last));
      const is = last.scopes.includes(scopeOf(account));
      return { was, is, answered: asked.ok, gone: isGone(asked, account), goneBefore: isGone(answers[index - 1], account) };
    });
  };
  it.each<[string, (step: ReturnType<typeof history>[number]) => boolean]>([
    [
      'an account leaves only after two complete lists in a row that lack it or call it closed',
      ({ was, is, gone, goneBefore }) => !was || is || (gone && goneBefore),
    ],
    ['a list that failed adds no account and takes none out', ({ was, is, answered }) => answered || was === is],
    ['none joins that is not on a list', ({ was, is, gone }) => was || !is || !gone],
  ])('%s', (_law, holds) => {
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 8 }), answers => {
        expect([MEMBER, OTHER].flatMap(account => history(answers, account)).filter(step => !holds(step))).toEqual([]);
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});

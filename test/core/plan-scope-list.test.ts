import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Asked, PlannedScope, ScopeQuestion } from '../../lib/core/plan-accounts.ts';
import { accountsToAsk, type ScopePlan, whyUnread } from '../../lib/core/plan-scope-list.ts';
import { parseScopeId } from '../../lib/core/scope.ts';
import { ACCOUNT, SLOT, someSettings } from '../support/builders.ts';
import { after, home, KNOWN, listed, MEMBER, ORGANIZATION, OTHER, plan, planAll, scopeOf, shown, SPOKE } from '../support/scope-plans.ts';

const others = { accounts: { '777788889999': {}, '444455556666': { environment: 'dev' }, [ACCOUNT]: {} } };

describe('the scopes of a roll call', () => {
  it.each<[string, readonly PlannedScope[], readonly string[]]>([
    ['nothing is configured', plan({}), [`sagemaker/${ACCOUNT}/eu-west-1 NOW Rollcall runs in this account`]],
    [
      'accounts are named and no role to assume there: it is said that they are not read',
      plan(others),
      [
        `sagemaker/${ACCOUNT}/eu-west-1 NOW Rollcall runs in this account`,
        ...['444455556666', '777788889999'].map(
          account => `sagemaker/${account}/eu-west-1 LEFT_OUT named under accounts, without spoke: no role to read it with`,
        ),
      ],
    ],
    [
      'accounts are named and a role as well',
      plan({ ...others, spoke: SPOKE }),
      [
        `sagemaker/${ACCOUNT}/eu-west-1 NOW Rollcall runs in this account`,
        'sagemaker/444455556666/eu-west-1 NOW named under accounts',
        'sagemaker/777788889999/eu-west-1 NOW named under accounts',
      ],
    ],
    [
      'regions are named: the one that Rollcall runs in is not among them',
      plan({ regions: ['us-east-1', 'us-west-2'] }),
      ['us-east-1', 'us-west-2'].map(region => `sagemaker/${ACCOUNT}/${region} NOW Rollcall runs in this account`),
    ],
    [
      'a scope is excluded',
      plan({ excluded: [{ scope: `sagemaker/${ACCOUNT}/eu-west-1`, reason: 'sandbox' }] }),
      [`sagemaker/${ACCOUNT}/eu-west-1 LEFT_OUT sandbox`],
    ],
    [
      'a service is not offered in a region, and another one is',
      plan({ regions: ['ap-east-1'] }, { providers: ['sagemaker', 'bedrock'] }),
      [
        `sagemaker/${ACCOUNT}/ap-east-1 NOW Rollcall runs in this account`,
        `bedrock/${ACCOUNT}/ap-east-1 LEFT_OUT bedrock is not offered in ap-east-1`,
      ],
    ],
    [
      'a region is newer than the table of regions: better a question too many',
      plan({ regions: ['eu-north-7'] }, { providers: ['bedrock'] }),
      [`bedrock/${ACCOUNT}/eu-north-7 NOW Rollcall runs in this account`],
    ],
  ])('where %s', (_when, planned, expected) => {
    expect(shown(planned)).toEqual(expected);
  });

  it('are each account, region and provider once, our own account always among them, whatever is configured', () => {
    const account = fc.constantFrom(ACCOUNT, '444455556666', '777788889999');
    const region = fc.constantFrom('eu-west-1', 'us-east-1', 'ap-east-1', 'eu-north-7');
    const settings = fc.record({
      regions: fc.uniqueArray(region),
      accounts: fc.dictionary(account, fc.constant({})),
      spoke: fc.constantFrom(undefined, SPOKE),
    });
    fc.assert(
      fc.property(settings, given => {
        const planned = plan(given, { providers: ['sagemaker', 'bedrock'] });
        const scopes = planned.map(({ scope }) => scope);
        expect(new Set(scopes).size).toBe(scopes.length);
        const read = new Set(planned.flatMap(({ reading, scope }) => (reading === 'NOW' ? [parseScopeId(scope)?.account] : [])));
        expect(read.has(ACCOUNT)).toBe(true);
        expect(given.spoke !== undefined || read.size === 1).toBe(true);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe('the regions that are enabled', () => {
  const answered = (...regions: readonly string[]): Asked<readonly string[]> => ({ ok: true, value: regions });
  const DENIED = { ok: false, failure: 'DENIED', reason: 'access denied: account:ListRegions' } as const;
  const planWith = (regions: Asked<readonly string[]>, last?: ScopeQuestion['last'], settings: Record<string, unknown> = {}) =>
    planAll({ regions: 'enabled', ...settings }, { regions: new Map([[ACCOUNT, regions]]), last });
  const both = { scopes: ['eu-west-1', 'us-east-1'].map(region => scopeOf(ACCOUNT, region)), unread: [], unlisted: [] };
  const own = (region: string, reading: string) => `${scopeOf(ACCOUNT, region)} ${reading}`;
  const WHY = 'Rollcall runs in this account';
  const MISSING = `us-east-1 is not enabled in account ${ACCOUNT}`;

  it.each<[string, ScopePlan, readonly string[]]>([
    ['are read', planWith(answered('eu-west-1', 'eu-south-1')), [own('eu-west-1', `NOW ${WHY}`), own('eu-south-1', `NOW ${WHY}`)]],
    ['stay as they were where the list fails', planWith(DENIED, both), [own('eu-west-1', `NOW ${WHY}`), own('us-east-1', `NOW ${WHY}`)]],
    ['are ours alone where the list fails and nothing was known', planWith(DENIED), [own('eu-west-1', `NOW ${WHY}`)]],
    [
      'stay, unread, where a list lacks one',
      planWith(answered('eu-west-1'), both),
      [own('eu-west-1', `NOW ${WHY}`), own('us-east-1', `UNREAD ${MISSING}`)],
    ],
    [
      'leave where a second list in a row lacks one',
      planWith(answered('eu-west-1'), after(planWith(answered('eu-west-1'), both))),
      [own('eu-west-1', `NOW ${WHY}`), own('us-east-1', `LEFT_OUT ${MISSING}`)],
    ],
    [
      'leave no sooner for a list that failed in between',
      planWith(answered('eu-west-1'), after(planWith(DENIED, after(planWith(answered('eu-west-1'), both))))),
      [own('eu-west-1', `NOW ${WHY}`), own('us-east-1', `UNREAD ${MISSING}`)],
    ],
  ])('%s', (_what, { scopes }, expected) => expect(shown(scopes)).toEqual(expected));

  it('that were not listed are a finding of the account, and keep a missing one unread', () => {
    const first = planWith(answered('eu-west-1'), both);
    expect(first.unread).toEqual([{ account: ACCOUNT, region: 'us-east-1', failure: 'TRANSIENT', reason: MISSING, leaving: true }]);
    expect([whyUnread(first)(scopeOf(ACCOUNT, 'us-east-1'))?.leaving, whyUnread(first)(scopeOf(ACCOUNT))]).toEqual([true, undefined]);
    const second = planWith(DENIED, after(first));
    expect(second.unlisted).toEqual([{ scope: `regions/${ACCOUNT}`, failure: 'DENIED', reason: DENIED.reason, since: SLOT, slots: 1 }]);
    expect(second.unread).toEqual([{ ...first.unread[0], leaving: false }]);
  });

  it('are asked of the accounts that are read, and of none where the regions are named', () => {
    const organization = listed([MEMBER, 'ACTIVE'], [OTHER, 'SUSPENDED']);
    const asking = { slot: SLOT, home, providers: ['sagemaker'], organization, last: KNOWN } as const;
    expect(accountsToAsk({ ...asking, settings: someSettings({ ...ORGANIZATION, regions: 'enabled' }) })).toEqual([ACCOUNT, MEMBER]);
    expect(accountsToAsk({ ...asking, settings: someSettings(ORGANIZATION) })).toEqual([]);
  });

  it('that were not listed before are not listed yet, where the account was suspended since and nobody asked', () => {
    const before = { scope: `regions/${OTHER}`, failure: 'DENIED', reason: DENIED.reason, since: SLOT, slots: 3 } as const;
    const last = { scopes: [scopeOf(OTHER)], unread: [], unlisted: [before] };
    const regions = new Map([[ACCOUNT, answered('eu-west-1')]]);
    const unlisted = (given: Record<string, unknown>, state: string) =>
      planAll({ ...ORGANIZATION, ...given }, { organization: listed([OTHER, state]), regions, last }).unlisted;
    expect(unlisted({ regions: 'enabled' }, 'SUSPENDED')).toEqual([before]);
    expect([unlisted({}, 'SUSPENDED'), unlisted({ regions: 'enabled' }, 'ACTIVE')]).toEqual([[], []]);
  });

  it('of a suspended account are those that were known', () => {
    const last = { scopes: [scopeOf(OTHER, 'us-east-1')], unread: [], unlisted: [] };
    const organization = listed([OTHER, 'SUSPENDED']);
    const regions = new Map([[ACCOUNT, answered('eu-west-1')]]);
    expect(shown(plan({ ...ORGANIZATION, regions: 'enabled' }, { organization, regions, last }))).toEqual([
      own('eu-west-1', `NOW ${WHY}`),
      `${scopeOf(OTHER, 'us-east-1')} UNREAD account ${OTHER} is SUSPENDED in the organisation`,
    ]);
  });
});

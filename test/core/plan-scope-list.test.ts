import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planScopeList, type PlannedScope } from '../../lib/core/plan-scope-list.ts';
import { parseScopeId } from '../../lib/core/scope.ts';
import { ACCOUNT, someSettings } from '../support/builders.ts';

const SPOKE = { roleName: 'RollcallSpoke', externalId: 'x-1' };
const home = { account: ACCOUNT, region: 'eu-west-1' };
const plan = (settings: Record<string, unknown>, over: Partial<Parameters<typeof planScopeList>[0]> = {}) =>
  planScopeList({ home, settings: someSettings(settings), providers: ['sagemaker'], ...over });
const shown = (planned: readonly PlannedScope[]) => planned.map(({ scope, reading, reason }) => `${scope} ${reading} ${reason}`);
const others = { accounts: { '777788889999': {}, '444455556666': { environment: 'dev' }, [ACCOUNT]: {} } };

describe('the scopes of a roll call', () => {
  it.each<[string, readonly PlannedScope[], readonly string[]]>([
    ['nothing is configured', plan({}), [`sagemaker/${ACCOUNT}/eu-west-1 NOW Rollcall runs in this account`]],
    ['accounts are named and no role to assume there', plan(others), [`sagemaker/${ACCOUNT}/eu-west-1 NOW Rollcall runs in this account`]],
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
      plan({ regions: ['eu-new-7'] }, { providers: ['bedrock'] }),
      [`bedrock/${ACCOUNT}/eu-new-7 NOW Rollcall runs in this account`],
    ],
  ])('where %s', (_when, planned, expected) => {
    expect(shown(planned)).toEqual(expected);
  });

  it('are each account, region and provider once, our own account always among them, whatever is configured', () => {
    const account = fc.constantFrom(ACCOUNT, '444455556666', '777788889999');
    const region = fc.constantFrom('eu-west-1', 'us-east-1', 'ap-east-1', 'eu-new-7');
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
        const read = new Set(scopes.map(scope => parseScopeId(scope)?.account));
        expect(read.has(ACCOUNT)).toBe(true);
        expect(given.spoke !== undefined || read.size === 1).toBe(true);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

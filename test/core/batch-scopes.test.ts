import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchScopes } from '../../lib/core/batch-scopes.ts';
import { parseScopeId } from '../../lib/core/scope.ts';
import { ACCOUNT, aKindStatus, aStatus, SLOT } from '../support/builders.ts';

const OTHER = '444455556666';
const LATE = { failure: 'DEADLINE', reason: 'out of time: sagemaker:DescribeEndpoint', since: SLOT, slots: 1 } as const;
const scopes = (account: string, count: number) => Array.from({ length: count }, (_, n) => `sagemaker/${account}/eu-west-${n}`);
const holding = (scope: string, count: number) => aStatus({ scope, kinds: { ENDPOINT: aKindStatus({ count }) } });

it.each([
  ['scopes of one account share a child', scopes(ACCOUNT, 3), [], [3]],
  ['accounts do not', [...scopes(ACCOUNT, 2), ...scopes(OTHER, 2)], [], [2, 2]],
  ['no child has more than twenty', scopes(ACCOUNT, 45), [], [20, 20, 5]],
  ['a scope that holds much has one to itself', scopes(ACCOUNT, 4), [holding(`sagemaker/${ACCOUNT}/eu-west-1`, 201)], [1, 1, 2]],
  ['scopes that together hold much are divided', scopes(ACCOUNT, 3), scopes(ACCOUNT, 3).map(scope => holding(scope, 100)), [2, 1]],
  [
    'what ran out of time has a child to itself, so that it has all of the time',
    scopes(ACCOUNT, 4),
    [0, 1].map(n => aStatus({ scope: `sagemaker/${ACCOUNT}/eu-west-${n}`, kinds: { ENDPOINT: aKindStatus({ count: 0, failure: LATE }) } })),
    [1, 1, 2],
  ],
  ['there may be nothing to read', [], [], []],
])('%s', (_what, given, statuses, sizes) => {
  expect(batchScopes(given, statuses).map(({ length }) => length)).toEqual(sizes);
});

it('every scope is read once, beside none of another account', () => {
  const scope = fc.tuple(fc.constantFrom(ACCOUNT, OTHER), fc.nat(60)).map(([account, n]) => `sagemaker/${account}/eu-west-${n}`);
  const status = fc.tuple(scope, fc.nat(400)).map(([where, count]) => holding(where, count));
  fc.assert(
    fc.property(fc.uniqueArray(scope), fc.array(status), (given, statuses) => {
      const batches = batchScopes(given, statuses);
      expect(batches.flat().toSorted()).toEqual(given.toSorted());
      expect(batches.map(batch => new Set(batch.map(each => parseScopeId(each)?.account)).size).filter(size => size !== 1)).toEqual([]);
    }),
    { seed: 3, numRuns: 200 },
  );
});

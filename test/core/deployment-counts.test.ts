import { expect, test } from 'vitest';
import { countDeployments } from '../../lib/core/deployment-counts.ts';
import type { ItemChange } from '../../lib/core/plan.ts';
import { anItem } from '../support/builders.ts';

const item = (arn: string, over: Partial<ReturnType<typeof anItem>> = {}) => anItem({ arn, ...over });
const KNOWN = [item('a'), item('b', { model: null }), item('c', { absentSince: 4 })];
const now = (action: Exclude<ItemChange['action'], 'GONE'>, of: ReturnType<typeof anItem>): ItemChange => ({
  action,
  item: of,
  reason: '',
});

test.each<[string, readonly ItemChange[], [number, number]]>([
  ['nothing changes: what is absent is not listed', [], [2, 1]],
  ['one appears that nobody registered', [now('APPEARED', item('d', { model: null }))], [3, 1]],
  ['one is registered', [now('CHANGED', item('b'))], [2, 2]],
  ['one is absent for the first time', [now('ABSENT', item('a', { absentSince: 5 }))], [1, 0]],
  ['one returns', [now('RETURNED', item('c'))], [3, 2]],
  ['one is gone', [{ action: 'GONE', arn: 'a', reason: '' }], [1, 0]],
])('%s', (_what, changes, [listed, registered]) => {
  expect(countDeployments(KNOWN, changes)).toEqual({ listed, registered });
});

import { type Operation, text } from './call.ts';
import { page } from './paging.ts';
import type { Route } from './rest.ts';

/** The regions that the estate names for the account. */
const listRegions: Operation = call => {
  const regions = Object.entries(call.estate.accounts[call.account] ?? {});
  const all = regions.map(([RegionName, { optStatus }]) => ({ RegionName, RegionOptStatus: optStatus }));
  const { items, NextToken } = page(call, {
    items: all,
    keyOf: ({ RegionName }) => text(RegionName),
    descending: false,
    size: 50,
    range: [1, 50],
  });
  return { Regions: items, NextToken };
};

export const ACCOUNT_ROUTES: readonly Route[] = [{ operation: 'ListRegions', at: 'POST /listRegions', act: listRegions }];

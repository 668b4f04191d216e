import type { Operation } from './call.ts';
import type { Route } from './rest.ts';

/** Every region that the estate names is enabled in its account. */
const listRegions: Operation = ({ estate, account }) => ({
  Regions: Object.keys(estate.accounts[account] ?? {}).map(RegionName => ({ RegionName, RegionOptStatus: 'ENABLED_BY_DEFAULT' })),
});

export const ACCOUNT_ROUTES: readonly Route[] = [{ operation: 'ListRegions', at: 'POST /listRegions', act: listRegions }];

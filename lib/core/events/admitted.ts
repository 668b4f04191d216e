import type { Settings } from '../settings.ts';

/** Whose events the bus admits beside those of Rollcall's own account. The code asks again: what watches an account is the roll call. */
export interface Admitted {
  readonly accounts: readonly string[];
  /** The id of the organisation of which every account is admitted; undefined: none. */
  readonly organization: string | undefined;
}

/** The accounts that are named, or the organisation where its id is known. Without the id there is nobody that a bus could admit. */
export const admittedBy = ({ spoke, organization, accounts }: Pick<Settings, 'spoke' | 'organization' | 'accounts'>): Admitted => ({
  accounts: spoke && !organization ? Object.keys(accounts) : [],
  organization: spoke && organization?.id,
});

import type { STSClient } from '@aws-sdk/client-sts';
import { type AccountCredentials, createAssumedRoles, type Spoke } from '../adapters/aws/assume-role.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { CloudScope } from '../core/scope.ts';

export interface Reader {
  /** The account of the process's own credentials. */
  readonly account: string;
  readonly sts: STSClient;
  /** undefined: no other account can be read. */
  readonly spoke: Spoke | undefined;
}

interface ClientConfig {
  readonly region: string;
  readonly credentials?: AccountCredentials;
}

/** How a client of any service is made for a place: with the credentials of the process in its own account, under the spoke role in every other. */
export const clientConfigs = ({ account: own, sts, spoke }: Reader): ((place: Pick<CloudScope, 'account' | 'region'>) => ClientConfig) => {
  const credentialsOf = createAssumedRoles(sts, spoke, systemClock);
  return ({ account, region }) => ({ region, ...(account === own ? {} : { credentials: credentialsOf(account) }) });
};

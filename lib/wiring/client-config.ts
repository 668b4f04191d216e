import http from 'node:http';
import https from 'node:https';
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

/** In use at a time, as the SDK has it, and kept for the next request, of one host. */
const KEPT = { keepAlive: true, maxSockets: 50, maxFreeSockets: 2 };

/**
 * The connections of all clients. There is a client for each account, region and service: with connections of its own, which stay open when
 * it is done, those of a few batches are more than a function may hold.
 */
export const CONNECTIONS = { httpAgent: new http.Agent(KEPT), httpsAgent: new https.Agent(KEPT) };

interface ClientConfig {
  readonly region: string;
  readonly requestHandler: typeof CONNECTIONS;
  readonly credentials?: AccountCredentials;
}

/** How a client of any service is made for a place: with the credentials of the process in its own account, under the spoke role in every other. */
export const clientConfigs = ({ account: own, sts, spoke }: Reader): ((place: Pick<CloudScope, 'account' | 'region'>) => ClientConfig) => {
  const credentialsOf = createAssumedRoles(sts, spoke, systemClock);
  return ({ account, region }) => ({
    region,
    requestHandler: CONNECTIONS,

    ...(account === own ? {} : { credentials: credentialsOf(account) }),
  });
};

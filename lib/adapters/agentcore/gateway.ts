import { ListGatewaysCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import * as z from 'zod';
import { arnOf, type CloudScope, scopeId } from '../../core/scope.ts';
import type { Presence } from '../../core/sighting.ts';
import { type Answer, everyRead, ifRead } from '../aws/classify-error.ts';
import { type ListedKind, listKind } from '../aws/list-kind.ts';
import type { ReadVersion } from '../aws/version.ts';
import { createVersionedReader, type Versioned } from '../aws/versioned-kind.ts';
import { type AgentcoreClients, type AgentcoreSession, describeGateway, describeTarget, listTargets, TAGS } from './requests.ts';
import { id, status, time } from './shapes.ts';
import { gatewayNow } from './translate-gateway.ts';

/** Failed is not said of what: until it is known never to have served, it serves. */
export const GATEWAY_PRESENCE: ReadonlyMap<string, Presence> = new Map([
  ['CREATING', 'STARTING'],
  ['READY', 'SERVING'],
  ['UPDATING', 'SERVING'],
  ['UPDATE_UNSUCCESSFUL', 'SERVING'],
  ['FAILED', 'SERVING'],
  ['DELETING', 'LEAVING'],
]);

const gatewayItem = (scope: CloudScope): z.ZodType<Versioned> =>
  z.object({ gatewayId: id, name: id, status, createdAt: time, updatedAt: time }).transform(raw => ({
    kind: 'GATEWAY',
    arn: arnOf(scope, `gateway/${raw.gatewayId}`),
    scope: scopeId(scope),
    name: raw.name,
    status: raw.status,
    presence: GATEWAY_PRESENCE.get(raw.status) ?? 'SERVING',
    createdAt: raw.createdAt,
    lastModified: raw.updatedAt,
    pending: raw.status === 'UPDATING' ? 'change of its configuration' : null,
    parent: raw.gatewayId,
    routes: [{ version: '', parts: [] }],
  }));

const listGateways = (session: AgentcoreSession): Promise<ListedKind<Versioned>> =>
  listKind(session, {
    action: 'bedrock-agentcore:ListGateways',
    list: 'items',
    tokenField: 'nextToken',
    item: gatewayItem(session.scope),
    send: (nextToken, options) => session.agentcore.send(new ListGatewaysCommand({ maxResults: 1000, nextToken }), options),
  });

const readGateway = async (session: AgentcoreSession, gatewayId: string): Promise<Answer<ReadVersion>> => {
  const [gateway, listed] = await Promise.all([describeGateway(session, gatewayId), listTargets(session, gatewayId)]);
  if (!gateway.ok) return gateway;
  if (!listed.ok) return listed;
  const targets = await Promise.all(listed.value.map(({ targetId }) => describeTarget(session, gatewayId, targetId)));
  // A target that went while we read is none: only its gateway is what we were asked about.
  const present = targets.filter(target => target.ok || target.failure.failure !== 'VANISHED');
  return ifRead(everyRead(present), read => gatewayNow(gateway.value, read));
};

/** Gateways, with what they lead to. */
export const GATEWAY = createVersionedReader<AgentcoreClients, Versioned>({
  kind: 'GATEWAY',
  list: listGateways,
  action: 'bedrock-agentcore:GetGateway',
  versions: session => gatewayId => readGateway(session, gatewayId),
  tags: TAGS,
  describe: (session, arn) => describeGateway(session, arn.split('/')[1] ?? ''),
});

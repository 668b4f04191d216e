import { ListAgentAliasesCommand, ListAgentsCommand } from '@aws-sdk/client-bedrock-agent';
import * as z from 'zod';
import { arnOf, type CloudScope, scopeId } from '../../../core/scope.ts';
import type { Presence } from '../../../core/sighting.ts';
import { ifRead } from '../../aws/classify-error.ts';
import { listBelow, type ListedKind, listKind } from '../../aws/list-kind.ts';
import { createVersionedReader, type Route, type Versioned } from '../../aws/versioned-kind.ts';
import * as requests from './requests.ts';
import { status, text, time } from '../shapes.ts';
import { aliasTargets, readAgentVersion, withoutTestAliases } from './read-agent.ts';
import { id, name, type RawRouting, routing } from './shapes.ts';
import { collaboratorPart, modelPart } from './translate-agent.ts';

/** Failed is said of any request: one that was to change an alias leaves it where it was, and where it never was it routes nowhere. */
export const ALIAS_PRESENCE: ReadonlyMap<string, Presence> = new Map([
  ['CREATING', 'STARTING'],
  ['PREPARED', 'SERVING'],
  ['UPDATING', 'SERVING'],
  ['FAILED', 'SERVING'],
  ['DELETING', 'LEAVING'],
  ['DISSOCIATED', 'NOT_SERVING'],
]);

interface Agent {
  readonly arn: string;
  readonly lastModified: string | null;
  readonly agentId: string;
  readonly name: string;
}

const agentItem = (scope: CloudScope): z.ZodType<Agent> =>
  z.object({ agentId: id, agentName: name, updatedAt: time }).transform(raw => ({
    agentId: raw.agentId,
    name: raw.agentName,
    lastModified: raw.updatedAt,
    arn: arnOf(scope, `agent/${raw.agentId}`),
  }));

const aliasItem = (scope: CloudScope, agent: Agent): z.ZodType<Versioned> =>
  z
    .object({
      agentAliasId: id,
      agentAliasName: name,
      routingConfiguration: routing.optional(),
      agentAliasStatus: status,
      aliasInvocationState: text.optional(),
      createdAt: time,
      updatedAt: time,
    })
    .transform(raw => {
      const isPaused = raw.aliasInvocationState === 'REJECT_INVOCATIONS';
      const routesNowhere = raw.routingConfiguration?.length === 0 && raw.agentAliasStatus !== 'CREATING';
      return {
        kind: 'AGENT_ALIAS',
        arn: arnOf(scope, `agent-alias/${agent.agentId}/${raw.agentAliasId}`),
        scope: scopeId(scope),
        name: `${agent.name}.${raw.agentAliasName}`,
        status: isPaused ? 'REJECT_INVOCATIONS' : raw.agentAliasStatus,
        presence: isPaused || routesNowhere ? 'NOT_SERVING' : (ALIAS_PRESENCE.get(raw.agentAliasStatus) ?? 'SERVING'),
        createdAt: raw.createdAt,
        lastModified: raw.updatedAt,
        pending: raw.agentAliasStatus === 'UPDATING' ? 'change of the version that it routes to' : null,
        parent: agent.agentId,
        routes: routesOf(raw.routingConfiguration ?? []),
      };
    });

/** A version answers on the throughput that is bought for it, whatever model that serves. */
const routesOf = (routes: RawRouting): readonly Route[] =>
  routes.map(route => ({
    version: route.agentVersion,
    parts: route.provisionedThroughput === undefined ? [] : [modelPart('throughput', route.provisionedThroughput)],
  }));

const listAliases = async (session: requests.AgentSession): Promise<ListedKind<Versioned>> => {
  const { agents: client, scope } = session;
  const agents = await listKind(session, {
    action: 'bedrock:ListAgents',
    list: 'agentSummaries',
    tokenField: 'nextToken',
    item: agentItem(scope),
    send: (nextToken, options) => client.send(new ListAgentsCommand({ ...requests.PAGE, nextToken }), options),
  });
  const all = await listBelow(agents, agent =>
    listKind(session, {
      action: 'bedrock:ListAgentAliases',
      list: 'agentAliasSummaries',
      tokenField: 'nextToken',
      item: aliasItem(scope, agent),
      send: (nextToken, options) =>
        client.send(new ListAgentAliasesCommand({ agentId: agent.agentId, ...requests.PAGE, nextToken }), options),
    }),
  );
  return withoutTestAliases(all);
};

/** Aliases of agents, with what the versions behind them run. */
export const AGENT_ALIAS = createVersionedReader<requests.AgentClients, Versioned>({
  kind: 'AGENT_ALIAS',
  list: listAliases,
  action: 'bedrock:GetAgentVersion',
  versions: session => (agentId, agentVersion) => readAgentVersion(session, { agentId, agentVersion }),
  references: (session, listed) => {
    const targets = aliasTargets(
      session,
      listed.map(({ arn, routes }) => [arn, routes.map(route => route.version)] as const),
    );
    return async reference => ifRead(await targets(reference.arn), versions => [collaboratorPart(reference, versions)]);
  },
  tags: requests.TAGS,
  describe: (session, arn) => {
    const [, agentId = '', aliasId = ''] = arn.split('/');
    return requests.describeAlias(session, agentId, aliasId);
  },
});

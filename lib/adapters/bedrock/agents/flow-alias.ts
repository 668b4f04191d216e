import { GetFlowAliasCommand, ListFlowAliasesCommand, ListFlowsCommand } from '@aws-sdk/client-bedrock-agent';
import * as z from 'zod';
import { KINDS } from '../../../core/kinds.ts';
import { arnPattern, type CloudScope, scopeId } from '../../../core/scope.ts';
import { ifRead } from '../../aws/classify-error.ts';
import { listBelow, type ListedKind, listKind } from '../../aws/list-kind.ts';
import { createVersionedReader, type Versioned } from '../../aws/versioned-kind.ts';
import { time } from '../shapes.ts';
import { withoutTestAliases } from './read-agent.ts';
import { createReferred } from './read-flow.ts';
import * as requests from './requests.ts';
import { id, name, version } from './shapes.ts';
import { flowVersion } from './translate-flow.ts';

type AgentSession = requests.AgentSession;

interface Flow {
  readonly arn: string;
  readonly lastModified: string | null;
  readonly flowId: string;
  readonly name: string;
}

const flowItem = (scope: CloudScope): z.ZodType<Flow> =>
  z
    .object({
      id,
      name,
      arn: z.string().regex(arnPattern(scope, 'flow/[^/:\\s]+'), `not a flow of ${scopeId(scope)}`),
      updatedAt: time,
    })
    .transform(raw => ({ flowId: raw.id, name: raw.name, arn: raw.arn, lastModified: raw.updatedAt }));

/** An alias has no status. That of a flow is about its working copy: whatever it says, an alias serves the version it routes to. */
const aliasItem = (scope: CloudScope, flow: Flow): z.ZodType<Versioned> => {
  const { resource, title } = KINDS.FLOW_ALIAS;
  return z
    .object({
      name,
      arn: z.string().regex(arnPattern(scope, resource), `not a ${title} of ${scopeId(scope)}`),
      routingConfiguration: z.array(z.object({ flowVersion: version })),
      createdAt: time,
      updatedAt: time,
    })
    .transform(raw => {
      const versions = raw.routingConfiguration.map(route => route.flowVersion);
      return {
        kind: 'FLOW_ALIAS',
        arn: raw.arn,
        scope: scopeId(scope),
        name: `${flow.name}.${raw.name}`,
        status: `version ${versions.join(', ')}`,
        presence: 'SERVING',
        createdAt: raw.createdAt,
        lastModified: raw.updatedAt,
        pending: null,
        parent: flow.flowId,
        routes: versions.map(each => ({ version: each, parts: [] })),
      };
    });
};

const listAliases = async (session: AgentSession): Promise<ListedKind<Versioned>> => {
  const { agents: client, scope } = session;
  const flows = await listKind(session, {
    action: 'bedrock:ListFlows',
    list: 'flowSummaries',
    tokenField: 'nextToken',
    item: flowItem(scope),
    send: (nextToken, options) => client.send(new ListFlowsCommand({ ...requests.PAGE, nextToken }), options),
  });
  const all = await listBelow(flows, flow =>
    listKind(session, {
      action: 'bedrock:ListFlowAliases',
      list: 'flowAliasSummaries',
      tokenField: 'nextToken',
      item: aliasItem(scope, flow),
      send: (nextToken, options) =>
        client.send(new ListFlowAliasesCommand({ flowIdentifier: flow.flowId, ...requests.PAGE, nextToken }), options),
    }),
  );
  return withoutTestAliases(all);
};

/** Aliases of flows, with what the versions behind them run. */
export const FLOW_ALIAS = createVersionedReader<requests.AgentClients, Versioned>({
  kind: 'FLOW_ALIAS',
  list: listAliases,
  action: 'bedrock:GetFlowVersion',
  versions: session => async (flowId, number) => ifRead(await requests.describeFlow(session, flowId, number), flowVersion),
  references: createReferred,
  tags: requests.TAGS,
  describe: ({ ask, agents }, arn) => {
    const [, flowIdentifier = '', , aliasIdentifier = ''] = arn.split('/');
    return ask({
      action: 'bedrock:GetFlowAlias',
      send: options => agents.send(new GetFlowAliasCommand({ flowIdentifier, aliasIdentifier }), options),
      schema: z.object({}),
    });
  },
});

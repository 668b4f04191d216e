import { type Answer, everyRead, ifRead } from '../../aws/classify-error.ts';
import type { ListedKind } from '../../aws/list-kind.ts';
import { once } from '../../aws/once.ts';
import { DRAFT, type ReadVersion } from '../../aws/version.ts';
import type { Versioned } from '../../aws/versioned-kind.ts';
import * as requests from './requests.ts';
import { agentVersion } from './translate-agent.ts';

type AgentSession = requests.AgentSession;

/** The test alias of every agent and flow, which always routes to the working copy: nobody's deployment. */
const TEST_ALIAS = 'TSTALIASID';

export const withoutTestAliases = (all: ListedKind<Versioned>): ListedKind<Versioned> => ({
  ...all,
  listed: all.listed.filter(({ arn }) => !arn.endsWith(`/${TEST_ALIAS}`)),
});

/** The versions that an alias routes to now, by its ARN. */
type Targets = (aliasArn: string) => Promise<Answer<readonly string[]>>;

/** Asks for each alias once, and for those that are `known` not at all. */
export const aliasTargets = (session: AgentSession, known: Iterable<readonly [string, readonly string[]]>): Targets => {
  const seen = new Map<string, Promise<Answer<readonly string[]>>>();
  for (const [arn, value] of known) seen.set(arn, Promise.resolve({ ok: true, value }));
  return once(seen, async arn => {
    const [, agentId = '', aliasId = ''] = /:agent-alias\/([^/]+)\/([^/]+)$/.exec(arn) ?? [];
    if (aliasId === TEST_ALIAS) return { ok: true, value: [DRAFT] };
    const answer = await requests.describeAlias(session, agentId, aliasId);
    return ifRead(answer, routes => routes.map(route => route.agentVersion));
  });
};

/** Everything that a version of an agent is made of, or why one piece of it could not be read. */
export const readAgentVersion = async (session: AgentSession, of: requests.AgentVersionId): Promise<Answer<ReadVersion>> => {
  const [agent, actionGroups, knowledgeBases] = await Promise.all([
    requests.describeAgent(session, of.agentId, of.agentVersion),
    readActionGroups(session, of),
    requests.listKnowledgeBases(session, of),
  ]);
  if (!agent.ok) return agent;
  if (!actionGroups.ok) return actionGroups;
  if (!knowledgeBases.ok) return knowledgeBases;
  const leads = (agent.value.agentCollaboration ?? 'DISABLED') !== 'DISABLED';
  const collaborators = leads ? await requests.listCollaborators(session, of) : ({ ok: true, value: [] } as const);
  return ifRead(collaborators, value =>
    agentVersion({
      agent: agent.value,
      actionGroups: actionGroups.value,
      knowledgeBases: knowledgeBases.value.filter(base => base.knowledgeBaseState !== 'DISABLED'),
      collaborators: value,
    }),
  );
};

/** Those that are switched off are nothing that the agent can do, and stay so in this version. */
const readActionGroups = async (session: AgentSession, of: requests.AgentVersionId) => {
  const groups = await requests.listActionGroups(session, of);
  if (!groups.ok) return groups;
  const enabled = groups.value.filter(group => group.actionGroupState !== 'DISABLED');
  return everyRead(await Promise.all(enabled.map(group => requests.describeActionGroup(session, of, group.actionGroupId))));
};

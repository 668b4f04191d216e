import type { Part } from '../../../core/composition.ts';
import { type Answer, everyRead, ifRead } from '../../aws/classify-error.ts';
import { once } from '../../aws/once.ts';
import type { VersionReader } from '../../aws/versioned-kind.ts';
import { aliasTargets } from './read-agent.ts';
import { type AgentSession, describeAgent, describeFlow, describePrompt } from './requests.ts';
import { aliasIdentity, DRAFT, modelPart } from './translate-agent.ts';
import { flowVersion, referencesOf } from './translate-flow.ts';
import { promptVersion } from './translate-prompt.ts';

/** What the nodes of flows refer to, each read once: a version of a prompt, or the model behind an alias of an agent. */
const createReferred = (session: AgentSession) => {
  const targets = aliasTargets(session, []);
  const model = once(new Map(), async (of: string): Promise<Answer<readonly Part[]>> => {
    const [agentId = '', agentVersion = ''] = of.split('/');
    const agent = await describeAgent(session, agentId, agentVersion);
    return ifRead(agent, ({ foundationModel }) => (foundationModel === undefined ? [] : [modelPart('agent', foundationModel)]));
  });
  const alias = async (arn: string): Promise<Answer<readonly Part[]>> => {
    const versions = await targets(arn);
    if (!versions.ok) return versions;
    const [, agentId = ''] = arn.split('/');
    const models = await Promise.all(versions.value.map(each => model(`${agentId}/${each}`)));
    const identity = aliasIdentity(arn, versions.value);
    const own: Part = { slot: 'agent', kind: 'COLLABORATOR', identity, pinned: !versions.value.includes(DRAFT) };
    return ifRead(everyRead(models), parts => [own, ...parts.flat()]);
  };
  const prompt = async (arn: string): Promise<Answer<readonly Part[]>> => {
    const [, own = arn, number = DRAFT] = /^(.*:prompt\/[^:]+)(?::(\d+))?$/.exec(arn) ?? [];
    return ifRead(await describePrompt(session, own, number), raw => promptVersion(raw, number).parts);
  };
  return once(
    new Map(),
    async (arn: string): Promise<Answer<readonly [string, readonly Part[]]>> =>
      ifRead(await (arn.includes(':agent-alias/') ? alias(arn) : prompt(arn)), parts => [arn, parts] as const),
  );
};

/** Versions of flows, with what their nodes refer to. */
export const createFlowVersions = (session: AgentSession): VersionReader => {
  const referred = createReferred(session);
  return async (flowId, number) => {
    const flow = await describeFlow(session, flowId, number);
    if (!flow.ok) return flow;
    const parts = everyRead(await Promise.all(referencesOf(flow.value).map(referred)));
    return ifRead(parts, read => flowVersion({ flow: flow.value, version: number, referred: new Map(read) }));
  };
};

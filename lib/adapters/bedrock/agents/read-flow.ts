import type { Part } from '../../../core/composition.ts';
import { type Answer, everyRead, ifRead } from '../../aws/classify-error.ts';
import { postureOf } from '../../aws/detail.ts';
import { once } from '../../aws/once.ts';
import { DRAFT, type Reference, rememberVersion, versionKey } from '../../aws/version.ts';
import { aliasTargets } from './read-agent.ts';
import { type AgentSession, describeAgent, readPromptVersion } from './requests.ts';
import { collaboratorPart, modelPart } from './translate-agent.ts';

type Parts = Promise<Answer<readonly Part[]>>;

/** The model that a version of an agent asks. */
const readModel = async (session: AgentSession, agentId: string, version: string): Parts => {
  const of = { key: versionKey('AGENT_MODEL', agentId, version), version, action: 'bedrock:GetAgentVersion' };
  const read = await rememberVersion(session, of, async () =>
    ifRead(await describeAgent(session, agentId, version), ({ foundationModel }) => ({
      parts: foundationModel === undefined ? [] : [modelPart('agent', foundationModel)],
      posture: postureOf({}),
    })),
  );
  return ifRead(read, ({ parts }) => parts);
};

/** What the nodes of flows refer to, each read once: a version of a prompt, or the model behind an alias of an agent. */
export const createReferred = (session: AgentSession): ((reference: Reference) => Parts) => {
  const targets = aliasTargets(session, []);
  const model = once(new Map(), async (of: string): Parts => {
    const [agentId = '', version = ''] = of.split('/');
    return readModel(session, agentId, version);
  });
  const alias = async (arn: string): Parts => {
    const versions = await targets(arn);
    if (!versions.ok) return versions;
    const [, agentId = ''] = arn.split('/');
    const models = await Promise.all(versions.value.map(each => model(`${agentId}/${each}`)));
    const own = collaboratorPart({ slot: 'agent', arn, use: null }, versions.value);
    return ifRead(everyRead(models), parts => [own, ...parts.flat()]);
  };
  const prompt = async (arn: string): Parts => {
    const [, own = arn, number = DRAFT] = /^(.*:prompt\/[^:]+)(?::(\d+))?$/.exec(arn) ?? [];
    // A prompt that is listed itself has its versions kept by the same key: read for either, known to both.
    const of = { key: versionKey('PROMPT', own, number), version: number, action: 'bedrock:GetPrompt' };
    const read = await rememberVersion(session, of, () => readPromptVersion(session, own, number));
    return ifRead(read, ({ parts }) => parts);
  };
  const referred = once(new Map(), (arn: string): Parts => (arn.includes(':agent-alias/') ? alias(arn) : prompt(arn)));
  return async ({ slot, arn }) => ifRead(await referred(arn), parts => parts.map(part => ({ ...part, slot: `${slot}/${part.slot}` })));
};

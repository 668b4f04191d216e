import type { Part } from '../../../core/composition.ts';
import { type Posture, postureOf } from '../../aws/detail.ts';
import { functionIdentity, hashed, hashedPart, modelIdentity } from '../../aws/parts.ts';
import { DRAFT, type ReadVersion, type Reference } from '../../aws/version.ts';
import type { RawActionGroup, RawAgent, RawCollaborator, RawGuardrail, RawKnowledgeBase, RawPromptConfiguration } from './shapes.ts';

/** Everything that one version of an agent is made of, as it was read. */
export interface AgentFacts {
  readonly agent: RawAgent;
  readonly actionGroups: readonly RawActionGroup[];
  readonly knowledgeBases: readonly RawKnowledgeBase[];
  readonly collaborators: readonly RawCollaborator[];
}

/** What a version of an agent runs. No text of it gets any further than its hash. */
export const agentVersion = ({ agent, actionGroups, knowledgeBases, collaborators }: AgentFacts): ReadVersion => {
  const parts = [
    ...(agent.foundationModel === undefined ? [] : [modelPart('model', agent.foundationModel)]),
    ...hashedPart('instruction', 'PROMPT', agent.instruction),
    ...(agent.promptOverrideConfiguration?.promptConfigurations ?? []).flatMap(promptParts),
    ...functionParts('prompt/parser', agent.promptOverrideConfiguration?.overrideLambda),
    ...guardrailParts('guardrail', agent.guardrailConfiguration),
    ...orchestrationParts(agent),
    ...hashedPart('memory', 'BEHAVIOUR', agent.memoryConfiguration),
    ...actionGroups.map(actionGroupPart),
    ...knowledgeBases.map(knowledgeBasePart),
  ];
  return { parts, posture: agentPosture(agent), refers: collaborators.map(collaborator) };
};

const agentPosture = ({ agentResourceRoleArn, customerEncryptionKeyArn }: RawAgent): Posture =>
  postureOf({ role: agentResourceRoleArn ?? null, key: customerEncryptionKeyArn ?? null });

export const modelPart = (slot: string, id: string): Part => ({ slot, kind: 'MODEL', ...modelIdentity(id) });

export const functionParts = (slot: string, arn: string | undefined): readonly Part[] =>
  arn === undefined ? [] : [{ slot, kind: 'TOOL', ...functionIdentity(arn) }];

export const guardrailParts = (slot: string, raw: RawGuardrail | undefined): readonly Part[] => {
  if (raw?.guardrailIdentifier === undefined) return [];
  const version = raw.guardrailVersion ?? DRAFT;
  return [{ slot, kind: 'GUARDRAIL', identity: `${raw.guardrailIdentifier} version:${version}`, pinned: version !== DRAFT }];
};

/** The one step that an agent does not take unless it is told to. */
const OFF_BY_DEFAULT = 'POST_PROCESSING';

/**
 * A step of the agent as somebody overrode it, or that is switched otherwise than usual. A step that AWS fills in is no part: its text
 * is AWS's, and a new one of theirs is no change of the agent.
 */
const promptParts = (raw: RawPromptConfiguration): readonly Part[] => {
  const { promptType, promptCreationMode, promptState, parserMode, foundationModel } = raw;
  const isOwn = promptCreationMode === 'OVERRIDDEN' || parserMode === 'OVERRIDDEN';
  const isSwitched = (promptState === 'DISABLED') !== (promptType === OFF_BY_DEFAULT);
  const own = isOwn ? [raw.basePromptTemplate, raw.inferenceConfiguration, raw.additionalModelRequestFields] : [];
  const slot = `prompt/${promptType}`;
  return [
    ...(isOwn || isSwitched ? hashedPart(slot, 'PROMPT', [promptCreationMode, promptState, parserMode, ...own]) : []),
    ...(foundationModel === undefined ? [] : [modelPart(slot, foundationModel)]),
  ];
};

const orchestrationParts = ({ orchestrationType, customOrchestration, agentCollaboration }: RawAgent): readonly Part[] => [
  ...behaviour('orchestration', orchestrationType, 'DEFAULT'),
  ...functionParts('orchestration', customOrchestration?.executor?.lambda),
  ...behaviour('collaboration', agentCollaboration, 'DISABLED'),
];

/** What is as everywhere is no part: it says nothing that its absence would not. */
const behaviour = (slot: string, identity: string | undefined, usual: string): readonly Part[] =>
  identity === undefined || identity === usual ? [] : [{ slot, kind: 'BEHAVIOUR', identity, pinned: true }];

/** Who carries out what the agent decides to do, and the hash of what it is told that it can do. */
const actionGroupPart = (raw: RawActionGroup): Part => {
  const { actionGroupName, actionGroupExecutor, parentActionSignature, apiSchema, functionSchema, description } = raw;
  const lambda = actionGroupExecutor?.lambda;
  const executor = lambda ?? actionGroupExecutor?.customControl ?? parentActionSignature ?? 'nobody';
  const schema = [
    parentActionSignature,
    raw.parentActionGroupSignatureParams,
    apiSchema?.s3,
    apiSchema?.payload,
    functionSchema,
    description,
  ];
  return {
    slot: `tool/${actionGroupName}`,
    kind: 'TOOL',
    identity: `${executor} schema:${hashed(schema)}`,
    pinned: apiSchema?.s3 === undefined && (lambda === undefined || functionIdentity(lambda).pinned),
  };
};

/** What lies in a knowledge base changes under its id, and nobody can pin it. */
const knowledgeBasePart = ({ knowledgeBaseId, description }: RawKnowledgeBase): Part => ({
  slot: `knowledge/${knowledgeBaseId}`,
  kind: 'KNOWLEDGE_BASE',
  identity: `${knowledgeBaseId} use:${hashed(description ?? '')}`,
  pinned: false,
});

const collaborator = (raw: RawCollaborator): Reference => ({
  slot: `collaborator/${raw.collaboratorName}`,
  arn: raw.agentDescriptor.aliasArn,
  use: hashed([raw.collaborationInstruction, raw.relayConversationHistory]),
});

/** Another agent, by an alias of it and the versions that this routes to now. */
export const collaboratorPart = ({ slot, arn, use }: Reference, versions: readonly string[]): Part => ({
  slot,
  kind: 'COLLABORATOR',
  identity: `${aliasIdentity(arn, versions)}${use === null ? '' : ` use:${use}`}`,
  pinned: !versions.includes(DRAFT),
});

/** An alias and where it routes to: what it stands for, not only what it is called. */
const aliasIdentity = (arn: string, versions: readonly string[]): string => `${arn} version:${versions.join('+')}`;

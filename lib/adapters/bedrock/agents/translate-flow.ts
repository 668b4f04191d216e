import type { Part } from '../../../core/composition.ts';
import { postureOf } from '../../aws/detail.ts';
import { hashedPart } from '../../aws/parts.ts';
import type { ReadVersion } from '../../aws/version.ts';
import type { RawDefinition, RawFlow, RawNode } from './shapes.ts';
import { functionParts, guardrailParts, modelPart } from './translate-agent.ts';

interface FlowNode {
  readonly slot: string;
  readonly node: RawNode;
}

/** Every node under its path, those inside loops too. */
const nodesOf = ({ nodes = [] }: RawDefinition, path: string): readonly FlowNode[] =>
  nodes.flatMap(node => {
    const slot = `${path}/${node.name}`;
    const inner = node.configuration?.loop?.definition;
    return [{ slot, node }, ...(inner === undefined ? [] : nodesOf(inner, slot))];
  });

/** The prompt or alias that a node refers to; an ARN that is left empty is a node that nobody finished. */
const referenceOf = ({ configuration }: RawNode): string =>
  configuration?.prompt?.sourceConfiguration.resource?.promptArn || configuration?.agent?.agentAliasArn || '';

/** What a version of a flow runs: its definition by its hash, and what its nodes ask. What lies outside it, it refers to. */
export const flowVersion = (flow: RawFlow): ReadVersion => {
  const nodes = nodesOf(flow.definition, 'node');
  return {
    parts: [...hashedPart('definition', 'BEHAVIOUR', flow.definition), ...nodes.flatMap(({ slot, node }) => ownParts(slot, node))],
    posture: postureOf({ role: flow.executionRoleArn ?? null, key: flow.customerEncryptionKeyArn ?? null }),
    refers: nodes.map(({ slot, node }) => ({ slot, arn: referenceOf(node), use: null })).filter(({ arn }) => arn !== ''),
  };
};

const ownParts = (slot: string, { configuration = {} }: RawNode): readonly Part[] => {
  const { prompt, knowledgeBase, lambdaFunction, lex } = configuration;
  const inline = prompt?.sourceConfiguration.inline;
  return [
    ...(inline
      ? [modelPart(slot, inline.modelId), ...hashedPart(slot, 'PROMPT', [inline.templateType, inline.templateConfiguration])]
      : []),
    ...guardrailParts(slot, prompt?.guardrailConfiguration ?? knowledgeBase?.guardrailConfiguration),
    ...(knowledgeBase ? [moving(slot, 'KNOWLEDGE_BASE', knowledgeBase.knowledgeBaseId)] : []),
    ...(knowledgeBase?.modelId === undefined ? [] : [modelPart(slot, knowledgeBase.modelId)]),
    ...functionParts(slot, lambdaFunction?.lambdaArn),
    ...(lex ? [moving(slot, 'TOOL', lex.botAliasArn)] : []),
  ];
};

/** What changes under its name, and nobody can pin. */
const moving = (slot: string, kind: Part['kind'], identity: string): Part => ({ slot, kind, identity, pinned: false });

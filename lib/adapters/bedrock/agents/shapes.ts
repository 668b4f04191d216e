import * as z from 'zod';
import { slotName } from '../../aws/parts.ts';
import { text } from '../shapes.ts';

/** What is read of the answers about agents, flows and prompts. Fields that decide nothing are not named and so are dropped here. */
/** From the API's own patterns. Both stand in ARNs and paths. */
export const id = z.string().regex(/^[0-9a-zA-Z]{1,100}$/, 'not an id');
export const name = z.string().regex(/^[0-9a-zA-Z][\w-]{0,199}$/, 'not a name');
export const version = z.string().regex(/^(DRAFT|\d{1,5})$/, 'not a version');
/** Hashed as a whole, and not looked into: it may hold a text. */
export const whole = z.unknown().optional();

const guardrail = z.object({ guardrailIdentifier: text.optional(), guardrailVersion: text.optional() });
export type RawGuardrail = z.output<typeof guardrail>;

const promptConfiguration = z.object({
  promptType: slotName,
  promptCreationMode: text.optional(),
  promptState: text.optional(),
  parserMode: text.optional(),
  basePromptTemplate: whole,
  inferenceConfiguration: whole,
  foundationModel: text.optional(),
  additionalModelRequestFields: whole,
});
export type RawPromptConfiguration = z.output<typeof promptConfiguration>;

/** An agent as GetAgent and GetAgentVersion show it; only the former says how it is orchestrated. */
export const rawAgent = z.object({
  foundationModel: text.optional(),
  instruction: z.string().optional(),
  orchestrationType: text.optional(),
  customOrchestration: z.object({ executor: z.object({ lambda: text.optional() }).optional() }).optional(),
  promptOverrideConfiguration: z
    .object({ promptConfigurations: z.array(promptConfiguration).default([]), overrideLambda: text.optional() })
    .optional(),
  guardrailConfiguration: guardrail.optional(),
  memoryConfiguration: whole,
  agentCollaboration: text.optional(),
  agentResourceRoleArn: text.optional(),
  customerEncryptionKeyArn: text.optional(),
});
export type RawAgent = z.output<typeof rawAgent>;

export const actionGroupSummary = z.object({ actionGroupId: id, actionGroupState: text.optional() });
export const rawActionGroup = z.object({
  actionGroupName: slotName,
  description: whole,
  parentActionSignature: text.optional(),
  parentActionGroupSignatureParams: whole,
  actionGroupExecutor: z.object({ lambda: text.optional(), customControl: text.optional() }).optional(),
  apiSchema: z.object({ s3: whole, payload: whole }).optional(),
  functionSchema: whole,
});
export type RawActionGroup = z.output<typeof rawActionGroup>;

export const rawKnowledgeBase = z.object({ knowledgeBaseId: slotName, knowledgeBaseState: text.optional(), description: whole });
export type RawKnowledgeBase = z.output<typeof rawKnowledgeBase>;

const aliasArn = z.string().regex(/^arn:[^\s]+:agent-alias\/[0-9a-zA-Z]+\/[0-9a-zA-Z]+$/, 'not an agent alias');
export const rawCollaborator = z.object({
  collaboratorName: slotName,
  agentDescriptor: z.object({ aliasArn }),
  collaborationInstruction: whole,
  relayConversationHistory: whole,
});
export type RawCollaborator = z.output<typeof rawCollaborator>;

export const routing = z.array(z.object({ agentVersion: version, provisionedThroughput: text.optional() }));
export type RawRouting = z.output<typeof routing>;

const variant = z.object({
  name: slotName,
  templateType: whole,
  templateConfiguration: z.looseObject({ chat: z.looseObject({ toolConfiguration: whole }).optional() }),
  modelId: text.optional(),
  genAiResource: z.object({ agent: z.object({ agentIdentifier: text }).optional() }).optional(),
  inferenceConfiguration: whole,
  additionalModelRequestFields: whole,
});
export type RawVariant = z.output<typeof variant>;
export const rawPrompt = z.object({
  variants: z.array(variant).min(1, 'names no variant'),
  defaultVariant: text.optional(),
  customerEncryptionKeyArn: text.optional(),
});
export type RawPrompt = z.output<typeof rawPrompt>;

/** Loose, as the whole of a definition is hashed; a loop holds a definition of its own. */
const nodeConfiguration = z.looseObject({
  prompt: z
    .looseObject({
      sourceConfiguration: z.looseObject({
        resource: z.looseObject({ promptArn: z.string() }).optional(),
        inline: z.looseObject({ modelId: text, templateType: whole, templateConfiguration: whole }).optional(),
      }),
      guardrailConfiguration: guardrail.optional(),
    })
    .optional(),
  agent: z.looseObject({ agentAliasArn: z.string() }).optional(),
  knowledgeBase: z
    .looseObject({ knowledgeBaseId: text, modelId: text.optional(), guardrailConfiguration: guardrail.optional() })
    .optional(),
  lambdaFunction: z.looseObject({ lambdaArn: text }).optional(),
  lex: z.looseObject({ botAliasArn: text }).optional(),
  get loop() {
    return z.looseObject({ definition: flowDefinition }).optional();
  },
});
const flowNode = z.looseObject({ name: slotName, configuration: nodeConfiguration.optional() });
const flowDefinition = z.looseObject({
  get nodes() {
    return z.array(flowNode).optional();
  },
});
export type RawDefinition = z.output<typeof flowDefinition>;
export type RawNode = z.output<typeof flowNode>;
export const rawFlow = z.object({
  definition: flowDefinition.default({}),
  executionRoleArn: text.optional(),
  customerEncryptionKeyArn: text.optional(),
});
export type RawFlow = z.output<typeof rawFlow>;

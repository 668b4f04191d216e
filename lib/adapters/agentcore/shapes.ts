import * as z from 'zod';
import { instantOf } from '../aws/fields.ts';
import { slotName } from '../aws/parts.ts';

/** What is read of AgentCore's answers, as the installed SDK has them. Fields that decide nothing are not named and so are dropped here. */
export const text = z.string().min(1);
export const time = z.date().optional().transform(instantOf);
/** A status that is absent is as unknown as a new one: it serves. */
export const status = text.default('Unknown');
/** Ids and names stand in ARNs and paths. The API's own patterns are narrower, and its own examples are not of them. */
export const id = z.string().regex(/^[\w-]{1,160}$/, 'not an AgentCore name');
/** Hashed as a whole, and not looked into: it may hold a text or a credential. */
export const whole = z.unknown().optional();

const container = z.object({ containerUri: text });
const environment = z.record(z.string(), z.string()).optional();

const artefact = z
  .object({
    containerConfiguration: container.optional(),
    codeConfiguration: z
      .object({
        code: z.object({ s3: z.object({ bucket: text, prefix: text, versionId: text.optional() }) }),
        runtime: text,
        entryPoint: z.array(z.string()).default([]),
      })
      .optional(),
  })
  .refine(each => each.containerConfiguration ?? each.codeConfiguration, 'neither container nor code');

export const rawRuntime = z.object({
  agentRuntimeArtifact: artefact,
  environmentVariables: environment,
  protocolConfiguration: z.object({ serverProtocol: text }).optional(),
  roleArn: text.optional(),
  networkConfiguration: whole,
  authorizerConfiguration: whole,
  requestHeaderConfiguration: whole,
});
export type RawRuntime = z.output<typeof rawRuntime>;

/** The key that opens a model is no part of what it is. */
const model = z.looseObject({ modelId: text, apiKeyArn: whole });
const ofProvider = (provider: string, { modelId, apiKeyArn, ...parameters }: z.output<typeof model>) => ({
  provider,
  modelId,
  apiKeyArn,
  parameters,
});
const models = z
  .object({
    bedrockModelConfig: model.optional(),
    openAiModelConfig: model.optional(),
    geminiModelConfig: model.optional(),
    liteLlmModelConfig: model.optional(),
  })
  .transform(config => Object.entries(config).flatMap(([provider, each]) => (each ? [ofProvider(provider, each)] : [])))
  .refine(found => found.length > 0, 'names no model');

const tool = z.object({
  type: text,
  name: slotName.optional(),
  config: z
    .looseObject({
      agentCoreGateway: z.object({ gatewayArn: text }).optional(),
      remoteMcp: z.looseObject({ headers: z.record(z.string(), whole).optional() }).optional(),
    })
    .optional(),
});
export type RawTool = z.output<typeof tool>;

export const rawHarness = z.object({
  model: models,
  systemPrompt: z.array(whole).default([]),
  tools: z.array(tool).default([]),
  skills: z.array(whole).default([]),
  allowedTools: whole,
  truncation: whole,
  hooks: whole,
  memory: whole,
  maxIterations: whole,
  maxTokens: whole,
  environmentArtifact: z.object({ containerConfiguration: container.optional() }).optional(),
  environmentVariables: environment,
  executionRoleArn: text.optional(),
  environment: whole,
  authorizerConfiguration: whole,
});
export type RawHarness = z.output<typeof rawHarness>;

export const rawGateway = z.object({
  authorizerType: text,
  protocolType: text.optional(),
  protocolConfiguration: whole,
  customTransformConfiguration: whole,
  interceptorConfigurations: whole,
  policyEngineConfiguration: whole,
  roleArn: text.optional(),
  kmsKeyArn: text.optional(),
  authorizerConfiguration: whole,
});
export type RawGateway = z.output<typeof rawGateway>;

const provider = z.looseObject({
  operations: z.array(z.looseObject({ models: z.array(z.looseObject({ model: text })).optional() })).optional(),
});
const targetKinds = z.looseObject({
  lambda: z.looseObject({ lambdaArn: text, toolSchema: z.looseObject({ s3: whole }).optional() }).optional(),
  provider: provider.optional(),
});
export const rawTarget = z.object({
  name: slotName,
  /** Family → kind → configuration: `mcp` → `lambda`. */
  targetConfiguration: z.record(z.string(), targetKinds),
  credentialProviderConfigurations: whole,
});
export type RawTarget = z.output<typeof rawTarget>;
export const targetSummary = z.object({ targetId: id });

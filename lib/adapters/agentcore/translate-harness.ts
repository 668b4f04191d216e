import type { Part } from '../../core/composition.ts';
import { postureOf } from '../aws/detail.ts';
import type { Harmless } from '../aws/fields.ts';
import { hashed, hashedPart, modelIdentity } from '../aws/parts.ts';
import type { ReadVersion } from '../aws/version.ts';
import type { RawHarness, RawTool } from './shapes.ts';
import { containerParts } from './translate-runtime.ts';

/** What a version of a harness runs, as far as no caller overrides it. No text of it gets any further than its hash. */
export const harnessVersion = (raw: RawHarness, harmless: Harmless): ReadVersion => ({
  parts: [
    ...raw.model.flatMap(modelParts),
    ...(raw.systemPrompt.length > 0 ? hashedPart('system', 'PROMPT', raw.systemPrompt) : []),
    ...raw.tools.map(toolPart),
    ...raw.skills.map((skill, index): Part => ({ slot: `skill/${index + 1}`, kind: 'TOOL', identity: hashed(skill), pinned: false })),
    ...hashedPart('loop', 'BEHAVIOUR', [raw.allowedTools, raw.truncation, raw.hooks, raw.memory, raw.maxIterations, raw.maxTokens]),
    ...containerParts({
      image: raw.environmentArtifact?.containerConfiguration?.containerUri,
      environment: raw.environmentVariables,
      harmless,
    }),
  ],
  posture: postureOf({
    role: raw.executionRoleArn ?? null,
    environment: raw.environment ?? null,
    authorizer: raw.authorizerConfiguration ?? null,
    keys: raw.model.map(({ apiKeyArn }) => apiKeyArn ?? null),
  }),
});

/** A model of Bedrock as its agents name it; one that somebody else serves may be another tomorrow. */
const modelParts = ({ provider, modelId, parameters }: RawHarness['model'][number]): readonly Part[] => {
  const isBedrock = provider === 'bedrockModelConfig';
  const elsewhere = { identity: `${provider.replace(/ModelConfig$/, '')}/${modelId}`, pinned: false };
  return [
    { slot: 'model', kind: 'MODEL', ...(isBedrock ? modelIdentity(modelId) : elsewhere) },
    ...(Object.values(parameters).some(each => each !== undefined) ? hashedPart('model', 'PARAMETERS', parameters) : []),
  ];
};

/** A function that the caller carries out is all in its schema; any other tool lives elsewhere and changes there. */
const toolPart = ({ type, name, config }: RawTool, index: number): Part => {
  const gateway = config?.agentCoreGateway?.gatewayArn;
  return {
    slot: `tool/${name ?? index + 1}`,
    kind: 'TOOL',
    identity: `${type} ${gateway ?? hashed(withoutCredentials(config))}`,
    pinned: type === 'inline_function',
  };
};

/** Of headers only their names: their values are credentials, and a new one is no other tool. */
const withoutCredentials = ({ remoteMcp, ...others }: NonNullable<RawTool['config']> = {}) =>
  remoteMcp === undefined ? others : { ...others, remoteMcp: { ...remoteMcp, headers: Object.keys(remoteMcp.headers ?? {}).toSorted() } };

import type { Part } from '../../../core/composition.ts';
import { postureOf } from '../../aws/detail.ts';
import { hashedPart } from '../../aws/parts.ts';
import { asVersion, type ReadVersion } from '../../aws/version.ts';
import type { RawPrompt, RawVariant } from './shapes.ts';
import { modelPart } from './translate-agent.ts';

/** What a version of a prompt asks of which model. No text of it gets any further than its hash. */
export const promptVersion = (raw: RawPrompt, version: string): ReadVersion => ({
  parts: asVersion(raw.variants.flatMap(variantParts), version),
  posture: postureOf({ key: raw.customerEncryptionKeyArn ?? null }),
});

const variantParts = (raw: RawVariant): readonly Part[] => {
  const { chat, ...others } = raw.templateConfiguration;
  const { toolConfiguration, ...dialogue } = chat ?? {};
  const template = chat === undefined ? others : { ...others, chat: dialogue };
  const agent = raw.genAiResource?.agent?.agentIdentifier;
  const parameters = [raw.inferenceConfiguration, raw.additionalModelRequestFields];
  const slot = `variant/${raw.name}`;
  return [
    ...(raw.modelId === undefined ? [] : [modelPart(slot, raw.modelId)]),
    ...hashedPart(slot, 'PROMPT', [raw.templateType, template]),
    ...hashedPart(slot, 'TOOL', toolConfiguration),
    ...hashedPart(slot, 'PARAMETERS', parameters.some(each => each !== undefined) ? parameters : undefined),
    ...(agent === undefined ? [] : [{ slot, kind: 'COLLABORATOR', identity: agent, pinned: false } as const]),
  ];
};

import * as z from 'zod';
import type { ModelFacts } from '../../core/composition.ts';
import { whereBroken } from '../aws/session.ts';
import { rawModel } from './shapes.ts';
import { modelFacts } from './translate/model.ts';

export type Definition = { readonly ok: true; readonly facts: ModelFacts } | { readonly ok: false; readonly reason: string };

/** A whole CloudFormation resource is as good as its properties. */
const resource = z.object({ Type: z.literal('AWS::SageMaker::Model'), Properties: z.unknown() }).transform(({ Properties }) => Properties);

/**
 * What a CreateModel request, or an AWS::SageMaker::Model of CloudFormation, would run. Refused with path and reason where it is
 * none; a template must be synthesised first, as `Ref` and `Fn::…` say nothing yet.
 */
export const definitionFacts = (definition: unknown, harmlessEnvironmentKeys: readonly string[]): Definition => {
  const parsed = rawModel.safeParse(resource.safeParse(definition).data ?? definition);
  return parsed.success
    ? { ok: true, facts: modelFacts(parsed.data, new Set(harmlessEnvironmentKeys)) }
    : { ok: false, reason: `not a model definition: ${whereBroken(parsed.error)}` };
};

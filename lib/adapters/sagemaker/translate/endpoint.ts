import type { Sighting } from '../../../core/sighting.ts';
import type { Answer } from '../../aws/classify-error.ts';
import type { RawEndpoint, RawEndpointConfig } from '../shapes.ts';
import { detailOf, isUnknown, isYounger, type Models, replaced, selectedModel, unitOf, unknown, unknownBecause } from './detail.ts';
import { instantOf, postureOf } from './model.ts';

export interface EndpointWorld {
  readonly endpoint: RawEndpoint;
  readonly config: Answer<RawEndpointConfig>;
  readonly models: Models;
}

/** What an endpoint runs, variant by variant, shadow variants included. */
export const endpointDetail = ({ endpoint, config, models }: EndpointWorld): Pick<Sighting, 'detail' | 'hosts'> => {
  if (!config.ok) return { hosts: 'MODELS', detail: unknownBecause(config.failure, 'LINEAGE_LOST') };
  const selectedAt = instantOf(endpoint.LastModifiedTime);
  const variants = variantsOf(config.value);
  const name = endpoint.EndpointConfigName ?? '';
  if (variants.length === 0) return { hosts: 'MODELS', detail: unknown('FAILED', `endpoint configuration ${name} names no variant`) };
  const hosts = variants.every(({ model }) => model === undefined) ? 'COMPONENTS' : 'MODELS';
  const live = [endpoint.ProductionVariants ?? [], endpoint.ShadowProductionVariants ?? []].flat();
  const strange = live.some(({ VariantName }) => variants.every(variant => variant.name !== VariantName));
  if (strange || isYounger(instantOf(config.value.CreationTime), selectedAt)) {
    return { hosts, detail: replaced('endpoint configuration', name) };
  }
  const units = variants.flatMap(({ name: variant, model, role }) => {
    if (model === undefined) return [];
    const read = selectedModel(model, models, selectedAt);
    const deployed = live.find(({ VariantName }) => VariantName === variant)?.DeployedImages ?? [];
    return [isUnknown(read) ? read : unitOf({ name: variant, role, read, deployed })];
  });
  return { hosts, detail: detailOf(units, [postureOf(config.value)]) };
};

const variantsOf = (config: RawEndpointConfig) =>
  (['PRODUCTION', 'SHADOW'] as const).flatMap(role =>
    ((role === 'PRODUCTION' ? config.ProductionVariants : config.ShadowProductionVariants) ?? []).map(variant => ({
      name: variant.VariantName,
      model: variant.ModelName,
      role,
    })),
  );

/** The models that a configuration names, for reading them before its endpoint is judged. */
export const modelNamesOf = (config: RawEndpointConfig): readonly string[] => variantsOf(config).flatMap(({ model }) => model ?? []);

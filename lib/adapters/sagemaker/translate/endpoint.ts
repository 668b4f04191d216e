import type { Sighting } from '../../../core/sighting.ts';
import type { Instant } from '../../../core/time.ts';
import type { Answer } from '../../aws/classify-error.ts';
import { detailOf, isUnknown, type Posture, unknown, unknownBecause } from '../../aws/detail.ts';
import type { RawEndpoint, RawEndpointConfig } from '../shapes.ts';
import { isYounger, type Models, replaced, selectedModel, unitOf } from './detail.ts';
import { guardOf } from './model.ts';

export interface EndpointWorld {
  readonly endpoint: RawEndpoint;
  readonly config: Answer<ReadConfig>;
  readonly models: Models;
}

/** What is kept of an endpoint configuration once it was read. */
export interface ReadConfig {
  readonly variants: readonly { readonly name: string; readonly model: string | null; readonly role: 'PRODUCTION' | 'SHADOW' }[];
  readonly createdAt: Instant | null;
  /** Of role, network, isolation and key. */
  readonly posture: Posture;
  readonly asynchronous: boolean;
}

export const readConfig = (raw: RawEndpointConfig): ReadConfig => ({
  variants: [
    ...raw.ProductionVariants.map(each => ({ ...readVariant(each), role: 'PRODUCTION' as const })),
    ...(raw.ShadowProductionVariants ?? []).map(each => ({ ...readVariant(each), role: 'SHADOW' as const })),
  ],
  createdAt: raw.CreationTime,
  posture: guardOf(raw),
  asynchronous: raw.AsyncInferenceConfig !== undefined,
});

const readVariant = ({ VariantName, ModelName }: RawEndpointConfig['ProductionVariants'][number]) => ({
  name: VariantName,
  model: ModelName ?? null,
});

/** What an endpoint runs, variant by variant, shadow variants included. */
export const endpointDetail = ({ endpoint, config, models }: EndpointWorld): Pick<Sighting, 'detail' | 'hosts'> => {
  if (!config.ok) return { hosts: 'MODELS', detail: unknownBecause(config.failure, 'LINEAGE_LOST') };
  const selectedAt = endpoint.LastModifiedTime;
  const { variants } = config.value;
  const name = endpoint.EndpointConfigName ?? '';
  if (variants.length === 0) return { hosts: 'MODELS', detail: unknown('FAILED', `endpoint configuration ${name} names no variant`) };
  const hosts = variants.every(({ model }) => model === null) ? 'COMPONENTS' : 'MODELS';
  const live = [endpoint.ProductionVariants ?? [], endpoint.ShadowProductionVariants ?? []].flat();
  const strange = live.some(({ VariantName }) => variants.every(variant => variant.name !== VariantName));
  if (strange || isYounger(config.value.createdAt, selectedAt)) {
    return { hosts, detail: replaced('endpoint configuration', name) };
  }
  const units = variants.flatMap(({ name: variant, model, role }) => {
    if (model === null) return [];
    const read = selectedModel(model, models, selectedAt);
    const deployed = live.find(({ VariantName }) => VariantName === variant)?.DeployedImages ?? [];
    return [isUnknown(read) ? read : unitOf({ name: variant, role, read, deployed })];
  });
  const detail = detailOf(units, [config.value.posture]);
  const { asynchronous } = config.value;
  return { hosts, detail: detail.state === 'KNOWN' ? { ...detail, shown: { ...detail.shown, asynchronous } } : detail };
};

import { createHash } from 'node:crypto';
import type { Sighting } from '../../lib/core/sighting.ts';
import type { EstateInput } from '../../lib/simcloud/estate.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** `shared`: 20 configurations and models serve all endpoints. `own`: each endpoint has a configuration and a model of its own. */
export const SHAPES = ['shared', 'own'] as const;
export type Shape = (typeof SHAPES)[number];
export type Region = EstateInput['accounts'][string][string];

const SHARED = 20;
const serial = (index: number, digits: number): string => String(index).padStart(digits, '0');
export const endpointName = (index: number): string => `ep-${serial(index, 5)}`;
const modelName = (index: number): string => `model-${serial(index % SHARED, 2)}`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const model = (index: number, version: string) => ({
  image: `763104351884.dkr.ecr.eu-west-1.amazonaws.com/xgboost@sha256:${sha256(`image ${index % SHARED}`)}`,
  artefact: `s3://models/${index}/${version}/model.tar.gz`,
  etag: sha256(`${index} ${version}`).slice(0, 32),
  env: { THRESHOLD: '0.5' },
});

/** Two of three endpoints name an owner; nine of ten say which model they are. */
const tags = (index: number) => ({
  team: 'payments',
  ...(index % 3 === 0 ? {} : { owner: 'kim@example.com' }),
  ...(index % 10 === 0 ? {} : { 'rollcall:model': modelName(index) }),
});

/** How many of the endpoints have no owner: what the peer's policy must find. */
export const unowned = (size: number): number => Math.ceil(size / 3);

export const range = <T>(size: number, entry: (index: number) => readonly [string, T]): Record<string, T> =>
  Object.fromEntries(Array.from({ length: size }, (_, index) => entry(index)));

/** One region of `size` endpoints, each a minute younger than the one before; the first `changed` of them run another model than without it. */
export const region = (shape: Shape, size: number, changed = 0): Region => {
  // Later than the configurations: one that is younger than what selected it was made anew.
  const base = Date.UTC(2026, 1, 1);
  const endpoint = (index: number) => {
    const own = { variants: [{ model: model(index, index < changed ? 'v2' : 'v1') }] };
    const shared = { config: `config-${serial((index + Number(index < changed)) % SHARED, 2)}` };
    const createdAt = new Date(base + index * 60_000).toISOString();
    return { ...(shape === 'own' ? own : shared), createdAt, tags: tags(index) };
  };
  return {
    models: range(SHARED, index => [modelName(index), model(index, 'v1')]),
    endpointConfigs: range(SHARED, index => [`config-${serial(index, 2)}`, { variants: [{ model: modelName(index) }] }]),
    endpoints: range(size, index => [endpointName(index), endpoint(index)]),
  };
};

export const inRegions = (regions: Readonly<Record<string, Region>>): EstateInput => ({ accounts: { [ACCOUNT]: regions } });

/** The same, but that every endpoint says which model it is. */
export const claimed = (from: Region): Region => ({
  ...from,
  endpoints: Object.fromEntries(
    Object.entries(from.endpoints ?? {}).map(([name, each], index) => [
      name,
      { ...each, tags: { ...each.tags, 'rollcall:model': modelName(index) } },
    ]),
  ),
});

const manifest = (name: string) => ({
  apiVersion: 'rollcall/v1',
  kind: 'Model',
  name,
  purpose: 'Score',
  riskTier: 'LOW',
  businessOwner: 'dana@example.com',
  technicalOwner: 'kim@example.com',
});

const documents = (manifests: readonly object[]): string => manifests.map(each => JSON.stringify(each)).join('\n---\n');

/** A registry of the 20 models, one YAML document each. */
export const MANIFESTS = documents(Array.from({ length: SHARED }, (_, index) => manifest(modelName(index))));

const approval = {
  status: 'APPROVED',
  environment: 'prod',
  approver: 'lee@example.com',
  requester: 'kim@example.com',
  at: '2026-11-01T10:00:00Z',
};

/** The same, and what runs is approved. */
export const manifestsFor = (sightings: readonly Sighting[]): string => {
  const running = Map.groupBy(sightings, sighting => sighting.tags?.['rollcall:model'] ?? '');
  const versions = (name: string) =>
    new Set((running.get(name) ?? []).flatMap(({ detail }) => (detail.state === 'KNOWN' ? [detail.composition.digest] : [])));
  return documents(
    Array.from({ length: SHARED }, (_, index) => modelName(index)).map(name => ({
      ...manifest(name),
      dataSources: [{ uri: 's3://payments/2026', classification: 'internal', personalData: false }],
      downstreamSystems: ['card-authoriser'],
      versions: [...versions(name)].map((composition, version) => ({ version: String(version), composition, approval })),
    })),
  );
};

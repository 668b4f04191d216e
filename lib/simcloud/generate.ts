import { sha256 } from './call.ts';
import type { EstateInput } from './estate.ts';

type RegionInput = EstateInput['accounts'][string][string];
type EndpointInput = NonNullable<RegionInput['endpoints']>[string];

export interface GenerateOptions {
  /** Endpoints and inference components together. */
  readonly deployments: number;
  readonly seed: number;
  readonly accounts?: readonly string[];
  readonly regions?: readonly string[];
  /** Share (0 to 1) of endpoints that serve one of a few models in common. */
  readonly sharedModels?: number;
}

const REPOSITORY = '763104351884.dkr.ecr.eu-west-1.amazonaws.com';
const TEAMS = ['payments', 'search', 'risk', 'support', 'logistics', 'marketing'];
const TOPICS = ['scorer', 'ranker', 'forecast', 'embedder', 'classifier', 'summariser', 'matcher'];
const FRAMEWORKS = ['xgboost', 'pytorch-inference', 'huggingface-pytorch-inference', 'djl-inference'];
const OWNERS = ['kim@example.com', 'dana@example.com', 'lee@example.com', 'sam'];

/** An estate of any size with a realistic mix; the same options always give the same estate. */
export const generate = (options: GenerateOptions): EstateInput => {
  const { deployments, accounts = ['111122223333'], regions = ['eu-west-1'] } = options;
  const random = mulberry32(options.seed);
  const places = accounts.flatMap(account => regions.map(region => [account, region] as const));
  const estate: Record<string, Record<string, RegionInput>> = {};
  for (const [at, [account, region]] of places.entries()) {
    const size = Math.floor(deployments / places.length) + Number(at < deployments % places.length);
    estate[account] = { ...estate[account], [region]: regionOf(size, random, options.sharedModels ?? 0.3) };
  }
  return { accounts: estate };
};

/** A small seeded generator of numbers from 0 to below 1, enough for test data. */
const mulberry32 = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const regionOf = (size: number, random: () => number, sharedModels: number): RegionInput => {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? '';
  const model = (team: string) => {
    const [topic, framework, version] = [pick(TOPICS), pick(FRAMEWORKS), pick(['1', '2', '3', '4'])];
    const image = `${REPOSITORY}/${framework}`;
    return {
      image: random() < 0.8 ? `${image}@sha256:${sha256(framework + version)}` : `${image}:${version}.0`,
      artefact: `s3://${team}-models/${topic}/v${version}/model.tar.gz`,
      ...(random() < 0.7 ? { etag: sha256(team + topic + version).slice(0, 32) } : {}),
      env: { THRESHOLD: `0.${version}` },
    };
  };
  const region = {
    models: Object.fromEntries(TEAMS.map(team => [`${team}-shared`, model(team)])),
    endpoints: {} as Record<string, EndpointInput>,
    inferenceComponents: {} as NonNullable<RegionInput['inferenceComponents']>,
  };
  for (let left = size, serial = 1; left > 0; serial += 1) {
    const team = pick(TEAMS);
    const id = `${team}-${pick(TOPICS)}-${serial}`;
    const served = () => ({ model: random() < sharedModels ? `${team}-shared` : model(team) });
    const createdAt = new Date(Date.UTC(2026, 0, 1 + Math.floor(random() * 300), 9)).toISOString();
    const common = { createdAt, tags: random() < 0.7 ? { team, owner: pick(OWNERS) } : {} };
    const kind = random();
    const components = kind < 0.05 ? Math.min(left - 1, 1 + Math.floor(random() * 4)) : 0;
    const variants = components > 0 ? [{}] : [served()];
    region.endpoints[id] = { ...common, variants, ...(components > 0 ? {} : variety(kind, served, id)) };
    for (let at = 1; at <= components; at += 1) {
      const unit = at === 1 ? served() : { base: `${id}-c1`, artefact: `s3://${team}-adapters/${at}.tar.gz` };
      region.inferenceComponents[`${id}-c${at}`] = { ...common, endpoint: id, ...unit };
    }
    left -= 1 + components;
  }
  return region;
};

/** What makes about a fifth of the endpoints special; `kind` is uniform in 0 to 1. */
const variety = (kind: number, served: () => { model: unknown }, id: string): EndpointInput => {
  if (kind < 0.1) return { variants: [{ ...served(), serverless: { memory: 2048, concurrency: 5 } }] };
  if (kind < 0.13) return { async: `s3://async-results/${id}` };
  if (kind < 0.16) return { shadow: [served()] };
  if (kind < 0.18) return { variants: [{ model: { artefact: `s3://many-models/${id}/`, mode: 'MultiModel' } }] };
  if (kind < 0.2) return { status: 'Updating', pending: { variants: [served()] } };
  return kind < 0.22 ? { status: 'SystemUpdating' } : kind < 0.23 ? { status: 'Failed', failure: 'The container did not answer.' } : {};
};

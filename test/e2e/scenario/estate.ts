import { ACCOUNT, REGION } from '../rig.ts';
import type { Aws } from './world.ts';

const DAY = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY).toISOString();

const IMAGE = `683313688378.dkr.ecr.${REGION}.amazonaws.com/xgboost@sha256:${'9c1e4f7ab20d5836'.repeat(4)}`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/serving`;

/** Endpoints that share a model and a configuration. `rules`: what the first roll call is to find on each of them. */
interface Group {
  readonly name: string;
  readonly count: number;
  readonly serves: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly rules: readonly string[];
}

const claimed = (name: string) => ({ 'rollcall:model': name });

/** 25 endpoints in an account that is production. */
const ESTATE: readonly Group[] = [
  { name: 'card-risk', count: 8, serves: 's3://models/card-risk/v1', tags: claimed('card-risk'), rules: [] },
  { name: 'churn', count: 4, serves: 's3://models/churn/v1', tags: claimed('churn'), rules: ['APR-01'] },
  { name: 'pricing', count: 3, serves: 's3://models/pricing/v2', tags: claimed('pricing'), rules: ['APR-02'] },
  { name: 'ranker', count: 2, serves: 's3://models/ranker/v1', tags: claimed('ranker'), rules: ['APR-03'] },
  { name: 'shadow', count: 4, serves: 's3://models/shadow/v1', tags: { owner: 'kim@example.com' }, rules: ['INV-01'] },
  { name: 'nobody', count: 4, serves: 's3://models/nobody/v1', tags: {}, rules: ['INV-01'] },
];

export const endpointArn = (name: string): string => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:endpoint/${name}`;
export const namesOf = (group: string): readonly string[] =>
  ESTATE.filter(({ name }) => name === group).flatMap(({ name, count }) => Array.from({ length: count }, (_, at) => `${name}-${at + 1}`));

/** Subject → its rules, of everything that is wrong in the estate and its registry. */
export const expectedFindings = (): Readonly<Record<string, readonly string[]>> => ({
  ...Object.fromEntries(
    ESTATE.filter(({ rules }) => rules.length > 0).flatMap(({ name, rules }) =>
      namesOf(name).map(each => [`dep:${endpointArn(each)}`, rules]),
    ),
  ),
  'model:churn': ['INV-10'],
  'model:ranker': ['OWN-02'],
});

export const createEstate = async (aws: Aws): Promise<void> => {
  for (const { name, serves, tags } of ESTATE) {
    const container = { Image: IMAGE, ModelDataUrl: serves, Environment: { THRESHOLD: '0.7' } };
    await aws('sagemaker', 'create_model', { ModelName: name, ExecutionRoleArn: ROLE, PrimaryContainer: container });
    const variant = { VariantName: 'main', ModelName: name, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' };
    await aws('sagemaker', 'create_endpoint_config', { EndpointConfigName: name, ProductionVariants: [variant] });
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    for (const EndpointName of namesOf(name)) await aws('sagemaker', 'create_endpoint', { EndpointName, EndpointConfigName: name, Tags });
  }
};

interface Declared {
  readonly tier: string;
  readonly technicalOwner: string;
  readonly data?: string;
  /** The identity of version 1, as YAML. */
  readonly identity: string;
  readonly status?: string;
  readonly approvedDaysAgo?: number;
  readonly expires?: string;
  readonly deployments?: readonly string[];
}

const manifest = (name: string, declared: Declared): string => {
  const { tier, technicalOwner, data = `s3://data/${name}`, identity, status = 'APPROVED', approvedDaysAgo = 10, expires } = declared;
  const approval = { status, environment: 'prod', approver: 'lee@example.com', requester: 'kim@example.com', at: daysAgo(approvedDaysAgo) };
  const lines = [
    'apiVersion: rollcall/v1',
    'kind: Model',
    `name: ${name}`,
    `purpose: What ${name} is for`,
    `riskTier: ${tier}`,
    'businessOwner: dana@example.com',
    `technicalOwner: ${technicalOwner}`,
    ...(data === '' ? [] : [`dataSources: [{ uri: "${data}" }]`]),
    'downstreamSystems: [desk]',
    ...(declared.deployments ?? []).map((each, at) => `${at === 0 ? 'deployments:\n' : ''}  - { arn: "${endpointArn(each)}" }`),
    'versions:',
    `  - version: "1"\n    ${identity}`,
    `    approval: ${JSON.stringify({ ...approval, ...(expires === undefined ? {} : { expiresAt: expires }) })}`,
  ];
  return `${lines.join('\n')}\n`;
};

const artefact = (uri: string): string => `image: ${IMAGE}\n    artifact: ${uri}`;
const KIM = 'kim@example.com';

const churn = (status: string): string =>
  manifest('churn', { tier: 'MEDIUM', technicalOwner: KIM, data: '', identity: artefact('s3://models/churn/v1'), status });

/** The registry before the first roll call: one model in order, one whose approval is pending, for another artefact, expired. */
export const firstManifests = (): Readonly<Record<string, string>> => ({
  'card-risk.yaml': manifest('card-risk', { tier: 'HIGH', technicalOwner: KIM, identity: artefact('s3://models/card-risk/v1') }),
  'churn.yaml': churn('PENDING'),
  'pricing.yaml': manifest('pricing', { tier: 'HIGH', technicalOwner: KIM, identity: artefact('s3://models/pricing/v1') }),
  'ranker.yaml': manifest('ranker', {
    tier: 'MEDIUM',
    technicalOwner: 'sam@example.com',
    identity: artefact('s3://models/ranker/v1'),
    approvedDaysAgo: 90,
    expires: daysAgo(5),
  }),
});

/** What clears the findings of `churn` and `nobody`: an approval, and a registration of exactly what runs. */
export const laterManifests = (composition: string): Readonly<Record<string, string>> => ({
  'churn.yaml': churn('APPROVED'),
  'nobody.yaml': manifest('nobody', {
    tier: 'LOW',
    technicalOwner: KIM,
    identity: `composition: "${composition}"`,
    deployments: namesOf('nobody'),
  }),
});

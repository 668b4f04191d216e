import { composeModel, composeUnits } from '../../lib/core/compose.ts';
import { type DeploymentKind, KINDS } from '../../lib/core/kinds.ts';
import type { Registration } from '../../lib/core/registration.ts';
import { arnOf, type CloudScope, scopeId } from '../../lib/core/scope.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import { endpointName, range, type Region } from './estate.ts';

/** Sightings and registrations as readers and the registry give them, made here without either. */
/** By digest. */
const IMAGE = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/xgboost@sha256:${'9c'.repeat(32)}`;

const composition = (artefact: string) => {
  const artefacts = [{ uri: `s3://models/${artefact}`, etag: 'e', role: 'MODEL' }] as const;
  const container = {
    image: IMAGE,
    artefacts,
    parameters: null,
    packageArn: null,
    inferenceSpecification: null,
    mode: 'SingleModel',
  } as const;
  return composeModel({ containers: [container], execution: null });
};

export interface Deployed {
  readonly scope: CloudScope;
  readonly kind: DeploymentKind;
  readonly name: string;
  /** The number of the model that it claims to be. */
  readonly model: number;
  readonly approved: boolean;
}

/** One that runs what its model is approved for, or something else. */
export const sighting = ({ scope, kind, name, model, approved }: Deployed): Sighting => {
  const artefact = approved ? `m${model}` : `other-${name}`;
  const units = [{ name: 'AllTraffic', role: 'PRODUCTION', composition: composition(artefact), packageArns: [] }] as const;
  return {
    arn: arnOf(scope, `${KINDS[kind].resource.split('/')[0]}/${name}`),
    kind,
    scope: scopeId(scope),
    name,
    status: 'InService',
    presence: 'SERVING',
    hosts: 'MODELS',
    createdAt: '2026-11-01T00:00:00.000Z',
    lastModified: '2026-11-01T00:00:00.000Z',
    tags: { 'rollcall:model': `m-${model}` },
    pending: null,
    detail: { state: 'KNOWN', composition: composeUnits(units), units, posture: 'p' },
  };
};

/** Deployments in a region where each says that it is a model of its own; all run one of few. */
const SHARED = 20;
const artefactOf = (model: number) => `m${model}`;
/** What the deployment of that number runs. */
export const runningIn = (index: number): string => artefactOf(index % SHARED);
const sharedModel = (model: number) => ({ image: IMAGE, artefact: `s3://models/${artefactOf(model)}`, etag: 'e' });
export const claimedOneByOne = (size: number): Region => ({
  models: range(SHARED, index => [`model-${index}`, sharedModel(index)]),
  endpointConfigs: range(SHARED, index => [`config-${index}`, { variants: [{ model: `model-${index}` }] }]),
  endpoints: range(size, index => {
    const createdAt = new Date(Date.UTC(2026, 1, 1) + index * 60_000).toISOString();
    return [endpointName(index), { config: `config-${index % SHARED}`, createdAt, tags: { 'rollcall:model': `m-${index}` } }];
  }),
});

/** Of the model of that number, approved for this artefact. */
export const registration = (index: number, artefact: string): Registration => ({
  name: `m-${index}`,
  purpose: 'bench',
  riskTier: 'HIGH',
  businessOwner: 'dana@example.com',
  technicalOwner: 'kim@example.com',
  match: { packageGroup: null, tags: {}, uses: [] },
  approvals: 'ROLLCALL',
  governanceUnit: 'MODEL',
  lifecycle: null,
  dataSources: [],
  downstreamSystems: [],
  operatingConstraints: null,
  versions: [{ version: '1', identity: { by: 'COMPOSITION', composition: composition(artefact).digest }, parts: [], evidence: [] }],
  deployments: [],
  decisions: [
    {
      type: 'APPROVAL',
      version: '1',
      identity: { by: 'COMPOSITION', composition: composition(artefact).digest },
      status: 'APPROVED',
      environment: 'prod',
      approver: 'lee@example.com',
      requester: 'kim@example.com',
      at: '2026-11-01T00:00:00.000Z',
      expiresAt: null,
      source: 'PERSON',
      assertedBy: null,
    },
  ],
  registeredAt: '2026-11-01T00:00:00.000Z',
  registeredBy: 'bench',
  origin: 'bench',
  revision: 1,
});

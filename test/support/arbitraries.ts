import * as fc from 'fast-check';
import type { PackageFacts } from '../../lib/core/composition.ts';
import type { ScopeWorld } from '../../lib/core/plan.ts';
import type { Decision, Registration, VersionIdentity } from '../../lib/core/registration.ts';
import { TIERS } from '../../lib/core/registration.ts';
import type { Detail, KindListing, Sighting, Unit } from '../../lib/core/sighting.ts';
import {
  aComposition,
  aContainer,
  anApproval,
  anAttestation,
  aPackage,
  aRegistration,
  aScopeWorld,
  aSighting,
  aUnit,
  aVersion,
  endpointArn,
  endpointsOf,
  knownDetail,
  NOW,
  notChecked,
  packageArn,
  SLOT,
  someSettings,
  unknownDetail,
} from './builders.ts';
import { composeModel } from '../../lib/core/compose.ts';

/** Small pools, so that generated worlds collide: the same names, versions and people meet again and again. */
const NAMES = ['fraud-scorer', 'embed', 'embed-v2', 'ranker-prod', 'churn'];
const VERSIONS = ['2', '3', '4'];
const PEOPLE = ['kim@example.com', 'dana@example.com', 'lee@example.com', 'sam'];
const name = fc.constantFrom(...NAMES);
const version = fc.constantFrom(...VERSIONS);
const person = fc.constantFrom(...PEOPLE);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const instant = fc
  .date({ min: new Date('2025-01-01T00:00:00Z'), max: new Date('2027-12-31T00:00:00Z'), noInvalidDate: true })
  .map(date => date.toISOString());

const composition = fc.oneof(
  version.map(each => aComposition(`v${each}`)),
  version.map(each =>
    composeModel({
      containers: [aContainer({ image: 'repo/xgboost:1', artefacts: [{ uri: `s3://models/v${each}`, etag: null, role: 'MODEL' }] })],
      execution: null,
    }),
  ),
);
const packageArns = fc.array(
  fc.integer({ min: 2, max: 4 }).map(each => packageArn('fraud', each)),
  { maxLength: 1 },
);

export const arbitraryUnit: fc.Arbitrary<Unit> = fc
  .record({
    name: fc.constantFrom('A', 'B', 'a/b'),
    role: fc.constantFrom('PRODUCTION' as const, 'SHADOW' as const),
    composition,
    packageArns,
  })
  .map(unit => aUnit(unit));

const detail: fc.Arbitrary<Detail> = fc.oneof(
  { weight: 4, arbitrary: fc.array(arbitraryUnit, { minLength: 1, maxLength: 2 }).map(units => knownDetail(...units)) },
  fc.constantFrom('DENIED' as const, 'FAILED' as const, 'VANISHED' as const, 'LINEAGE_LOST' as const).map(unknownDetail),
);

const tags = fc.oneof(
  { weight: 3, arbitrary: name.map((each): Record<string, string> => ({ 'rollcall:model': each })) },
  fc.constantFrom<Record<string, string>>({}, { owner: 'sam' }, { team: 'fraud', env: 'prod' }),
  fc.constant(null),
);

export const arbitrarySighting: fc.Arbitrary<Sighting> = fc
  .record({
    name,
    presence: fc.constantFrom('SERVING' as const, 'SERVING' as const, 'STARTING' as const, 'NOT_SERVING' as const, 'LEAVING' as const),
    hosts: fc.constantFrom('MODELS' as const, 'MODELS' as const, 'COMPONENTS' as const),
    createdAt: maybe(fc.constantFrom('2026-11-01T00:00:00.000Z', '2026-11-23T09:00:00.000Z')),
    tags,
    detail,
  })
  .map(over => aSighting(over));

const identity: fc.Arbitrary<VersionIdentity | null> = fc.oneof(
  composition.map(each => ({ by: 'COMPOSITION', composition: each.digest }) as const),
  fc.integer({ min: 2, max: 4 }).map(each => ({ by: 'PACKAGE', packageArn: packageArn('fraud', each) }) as const),
  version.map(each => ({ by: 'IMAGE_AND_ARTEFACT', image: 'repo/xgboost:1', artefact: `s3://models/v${each}` }) as const),
  fc.constant({ by: 'COMPOSITION', composition: 'c9:sha256:00' } as const),
  fc.constant(null),
);

const decision: fc.Arbitrary<Decision> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .record({
        version,
        identity,
        status: fc.constantFrom('PENDING' as const, 'APPROVED' as const, 'APPROVED' as const, 'REVOKED' as const),
        environment: maybe(fc.constantFrom('prod', 'staging')),
        at: instant,
        expiresAt: maybe(instant),
        source: fc.constantFrom('REPOSITORY' as const, 'MANIFEST' as const),
        assertedBy: maybe(person),
      })
      .map(over => anApproval(over)),
  },
  instant.map(at => anAttestation({ at })),
);

export const arbitraryRegistration: fc.Arbitrary<Registration> = fc
  .record({
    name,
    riskTier: maybe(fc.constantFrom(...TIERS)),
    businessOwner: maybe(person),
    technicalOwner: maybe(person),
    purpose: maybe(fc.string()),
    dataSources: fc.constantFrom([], null),
    approvals: fc.constantFrom('ROLLCALL' as const, 'ROLLCALL' as const, 'SAGEMAKER' as const),
    lifecycle: fc.constantFrom('PRODUCTION' as const, 'PRODUCTION' as const, 'RETIRED' as const),
    match: fc.record({
      packageGroup: maybe(fc.constant('arn:aws:sagemaker:eu-west-1:111122223333:model-package-group/fraud')),
      tags: fc.constantFrom<Record<string, string>>({}, { team: 'fraud' }),
      uses: fc.constant([]),
    }),
    versions: fc.array(fc.tuple(version, identity).map(([each, by]) => aVersion(each, { identity: by }))),
    deployments: fc.array(
      fc.record({ arn: name.map(endpointArn), environment: maybe(fc.constantFrom('prod', 'dev')), version: maybe(version) }),
      { maxLength: 2 },
    ),
    decisions: fc.array(decision, { maxLength: 4 }),
    registeredAt: instant,
  })
  .map(over => aRegistration(over));

const packages: fc.Arbitrary<PackageFacts[]> = fc.uniqueArray(
  fc
    .record({
      number: fc.integer({ min: 2, max: 4 }),
      approval: fc.constantFrom('APPROVED' as const, 'PENDING' as const, 'REJECTED' as const),
      composition: maybe(composition),
    })
    .map(({ number, ...rest }) => aPackage({ arn: packageArn('fraud', number), version: number, ...rest })),
  { selector: ({ arn }) => arn, maxLength: 3 },
);

const listedKind = fc.uniqueArray(arbitrarySighting, { selector: ({ arn }) => arn }).map(each => endpointsOf(each));
export const arbitraryKind: fc.Arbitrary<KindListing> = fc.oneof(
  { weight: 4, arbitrary: listedKind },
  listedKind.map(each => ({ ...each, quarantined: [{ text: '{}', reason: 'no ARN' }] })),
  fc.constantFrom('TRANSIENT' as const, 'DENIED' as const, 'DEADLINE' as const).map(failure => notChecked({ failure })),
);

/** A slot of a scope's life: what the provider answers, and what a describe of each vanished deployment says. */
export interface Turn {
  readonly kind: KindListing;
  readonly packages: readonly PackageFacts[];
  readonly gone: 'GONE' | 'PRESENT' | 'UNKNOWN';
}
export const arbitraryTurns: fc.Arbitrary<Turn[]> = fc.array(
  fc.record({ kind: arbitraryKind, packages, gone: fc.constantFrom('GONE' as const, 'PRESENT' as const, 'UNKNOWN' as const) }),
  { minLength: 1, maxLength: 6 },
);

export const arbitraryWorld: fc.Arbitrary<ScopeWorld> = fc
  .record({
    registrations: fc.uniqueArray(arbitraryRegistration, { selector: each => each.name }),
    account: fc.constantFrom('prod', 'dev', undefined),
    trust: fc.constantFrom('trust', 'record'),
    owners: fc.constantFrom('ACTIVE' as const, 'INACTIVE' as const, 'NO_SUCH_PERSON' as const),
  })
  .map(({ registrations, account, trust, owners }) =>
    aScopeWorld({
      registrations,
      settings: someSettings({
        accounts: account === undefined ? {} : { '111122223333': { environment: account } },
        manifestDecisions: trust,
      }),
      owners: new Map(PEOPLE.map(each => [each, { status: owners }])),
      slot: SLOT,
      now: NOW,
    }),
  );

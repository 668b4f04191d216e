import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planManifests } from '../../lib/core/plan-manifests.ts';
import type { Registration } from '../../lib/core/registration.ts';
import { anApproval, anAttestation, aRegistration, aVersion, NOW } from '../support/builders.ts';

const plan = (declared: readonly Registration[], stored: readonly Registration[] = [], prune = false) =>
  planManifests({ declared, stored, prune, now: NOW, by: 'sam' });
const STORED = aRegistration({ revision: 4 });

describe('planning manifests', () => {
  it('creates what is not registered, at revision 1, by the caller and now', () => {
    const [change] = plan([aRegistration({ registeredBy: 'somebody', revision: 9 })]).changes;
    expect(change).toMatchObject({ action: 'CREATE', registration: { registeredBy: 'sam', registeredAt: NOW, revision: 1 } });
    expect(change?.decisions).toHaveLength(2);
  });

  const renewed = anApproval({ at: '2026-11-20T00:00:00.000Z' });
  it.each<[string, Partial<Registration>, string[], string]>([
    ['an owner', { businessOwner: 'lee' }, ['businessOwner "dana@example.com" "lee"'], '1 value differs, 0 new decisions'],
    ['a purpose taken away', { purpose: null }, ['purpose "Score card payments for fraud" null'], '1 value differs, 0 new decisions'],
    ['a new home', { origin: 'b.yaml' }, ['origin "registry/fraud-scorer.yaml" "b.yaml"'], '1 value differs, 0 new decisions'],
    [
      'a list that is now said to be empty',
      { downstreamSystems: [] },
      ['downstreamSystems null []', 'downstreamSystems.0 "card-authoriser" null'],
      '2 values differ, 0 new decisions',
    ],
    [
      'a deployment, by its ARN',
      { deployments: [{ arn: 'x', environment: 'prod', version: null }] },
      ['deployments [] null', 'deployments.x.arn null "x"', 'deployments.x.environment null "prod"'],
      '3 values differ, 0 new decisions',
    ],
    ['another approval', { decisions: [renewed] }, [], '0 values differ, 1 new decision'],
    ['another status at the same time', { decisions: [anApproval({ status: 'REVOKED' })] }, [], '0 values differ, 1 new decision'],
    ['another person at the same time', { decisions: [anAttestation({ by: 'dana' })] }, [], '0 values differ, 1 new decision'],
  ])('updates for %s', (_, over, differences, reason) => {
    const [change] = plan([aRegistration(over)], [STORED]).changes;
    const decisions = [...STORED.decisions, ...(over.decisions ?? [])];
    expect(change).toMatchObject({ action: 'UPDATE', reason, registration: { revision: 5, decisions } });
    expect(change?.differences.map(({ field, from, to }) => `${field} ${from} ${to}`)).toEqual(differences);
  });

  it('leaves what is as registered, whatever the order of its versions and whoever asserts its decisions', () => {
    const stored = { ...STORED, versions: [aVersion('3'), aVersion('4')] };
    const decisions = stored.decisions.map(decision => ({ ...decision, source: 'MANIFEST' as const, assertedBy: 'sam' }));
    expect(plan([{ ...stored, versions: [aVersion('4'), aVersion('3')], decisions }], [stored]).changes).toEqual([
      {
        action: 'UNCHANGED',
        name: 'fraud-scorer',
        registration: stored,
        differences: [],
        decisions: [],
        notes: [],
        reason: 'as registered',
      },
    ]);
  });

  it('keeps a recorded approval as it was given when the version under it or its end is edited, and says so', () => {
    const identity = aVersion('3').identity;
    const stored = { ...STORED, decisions: [anApproval({ identity })] };
    const edited = aVersion('4').identity;
    const declared = aRegistration({
      versions: [aVersion('3', { identity: edited })],
      decisions: [anApproval({ identity: edited, expiresAt: '2030-01-01T00:00:00.000Z' })],
    });
    const [change] = plan([declared], [stored]).changes;
    expect(change?.registration.decisions).toEqual(stored.decisions);
    expect(change?.notes).toEqual([
      {
        code: 'DECISION_KEPT',
        reason:
          'the approval of version 3 at 2026-11-01T10:00:00.000Z is recorded with another identity and expiresAt: a new decision needs a new time',
      },
    ]);
  });

  it('removes what no manifest names only when asked to prune', () => {
    const others = [STORED, aRegistration({ name: 'old' })];
    expect(plan([STORED], others)).toMatchObject({ undeclared: ['old'], changes: [{ action: 'UNCHANGED' }] });
    expect(plan([STORED], others, true)).toMatchObject({ undeclared: [], changes: [{}, { action: 'REMOVE', name: 'old' }] });
  });
});

const applied = (declared: readonly Registration[], stored: readonly Registration[], prune: boolean) => {
  const { changes } = plan(declared, stored, prune);
  const kept = stored.filter(({ name }) => !changes.some(change => change.name === name));
  return [...kept, ...changes.filter(({ action }) => action !== 'REMOVE').map(({ registration }) => registration)];
};

describe('laws of planning manifests', () => {
  const decision = fc.oneof(
    fc
      .record({
        at: fc.constantFrom(NOW, '2026-11-01T00:00:00.000Z'),
        status: fc.constantFrom('APPROVED' as const, 'REVOKED' as const),
        expiresAt: fc.constantFrom(null, NOW),
      })
      .map(anApproval),
    fc.record({ by: fc.constantFrom('kim', 'dana') }).map(anAttestation),
  );
  const registrations = fc.uniqueArray(
    fc
      .record({
        name: fc.constantFrom('a', 'b', 'c'),
        purpose: fc.constantFrom(null, 'x', 'y'),
        decisions: fc.array(decision, { maxLength: 3 }),
        dataSources: fc.constantFrom(null, [], [{ uri: 's3://x', classification: null, personalData: null }]),
      })
      .map(aRegistration),
    { selector: ({ name }) => name },
  );
  it('applying twice changes nothing more, and no decision is ever lost', () => {
    fc.assert(
      fc.property(registrations, registrations, fc.boolean(), (declared, stored, prune) => {
        const after = applied(declared, stored, prune);
        expect(plan(declared, after, prune).changes.every(({ action }) => action === 'UNCHANGED')).toBe(true);
        for (const { name, decisions } of stored) {
          const now = after.find(one => one.name === name)?.decisions ?? decisions;
          expect(now.slice(0, decisions.length)).toEqual(decisions);
        }
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absencesToConfirm } from '../../lib/core/absence.ts';
import { effectiveState } from '../../lib/core/effective-state.ts';
import { verifyChain } from '../../lib/core/history.ts';
import type { HistoryEntry } from '../../lib/core/finding.ts';
import { planRegistry } from '../../lib/core/plan-registry.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import type { ReconcilePlan, RegistryWorld, ScopeWorld } from '../../lib/core/plan.ts';
import { SCOPE as HOME } from '../support/builders.ts';
import { isDue, MINUTE, plus } from '../../lib/core/time.ts';
import { registryAfter, scopeAfter } from '../support/apply-plan.ts';
import { arbitraryRegistration, arbitraryTurns, arbitraryWorld, type Turn } from '../support/arbitraries.ts';
import { anAnswer, aRecord, aRegistryWorld, aResponse, notChecked, SLOT } from '../support/builders.ts';

const holds = <T>(values: fc.Arbitrary<T>, law: (value: T) => void): void =>
  fc.assert(fc.property(values, law), { seed: 20261123, numRuns: 100 });

/** The world of the next slot: what is stored stays, time moves on, and the provider answers anew. */
const nextWorld = (world: ScopeWorld, turn: Turn, index: number): ScopeWorld => {
  const slot = plus(SLOT, index * 15 * MINUTE);
  const listing = { ...world.listing, kinds: [turn.kind], packages: turn.packages };
  const asked = absencesToConfirm({ ...world, listing, slot });
  return {
    ...world,
    slot,
    now: plus(slot, 20_000),
    epoch: index,
    listing,
    gone: new Map(asked.map(arn => [arn, { answer: turn.gone, reason: '' }])),
  };
};

interface Step {
  readonly world: ScopeWorld;
  readonly plan: ReconcilePlan;
}
const live = (start: ScopeWorld, turns: readonly Turn[]): Step[] => {
  const steps: Step[] = [];
  let world = start;
  for (const [index, turn] of turns.entries()) {
    world = nextWorld(world, turn, index);
    const plan = planReconcile(world);
    steps.push({ world, plan });
    world = scopeAfter(world, plan);
  }
  return steps;
};
const lives = fc.tuple(arbitraryWorld, arbitraryTurns).map(([world, turns]) => live(world, turns));
const changesOf = ({ findings, items, memos }: ReconcilePlan) => [...findings, ...items, ...memos];
const shuffled = <T>(values: readonly T[]): T[] => values.toReversed();

describe('a scope over time', () => {
  test('planning again after applying changes nothing', () =>
    holds(lives, steps => {
      for (const { world, plan } of steps) {
        const again = planReconcile(scopeAfter(world, plan));
        expect(changesOf(again)).toEqual([]);
        expect(again.status).toEqual(plan.status);
      }
    }));

  test('the order of what comes in never matters', () =>
    holds(lives, steps => {
      for (const { world, plan } of steps) {
        const kinds = world.listing.kinds.map(kind =>
          kind.status === 'COMPLETE' ? { ...kind, sightings: shuffled(kind.sightings) } : kind,
        );
        const listing = { ...world.listing, kinds, packages: shuffled(world.listing.packages) };
        const { registrations, items, findings } = world;
        const mixed = { ...world, listing, registrations: shuffled(registrations), items: shuffled(items), findings: shuffled(findings) };
        expect(planReconcile(mixed)).toEqual(plan);
      }
    }));

  test('a listing that failed clears nothing, opens only what time alone decides, and changes no presence', () =>
    holds(lives, steps => {
      const { world, plan } = steps.at(-1)!;
      const failed = planReconcile({
        ...scopeAfter(world, plan),
        slot: plus(world.slot, 15 * MINUTE),
        listing: { ...world.listing, kinds: [notChecked()], packages: [] },
      });
      expect(failed.items).toEqual([]);
      expect(failed.findings.filter(({ action, record }) => action === 'CLEAR' || record.rule !== 'APR-03')).toEqual([]);
      expect(failed.status?.kinds.ENDPOINT?.completeSeq).toBe(plan.status?.kinds.ENDPOINT?.completeSeq);
    }));

  test('a deployment is gone only after two complete listings without it and a describe that says so', () =>
    holds(lives, steps => {
      const absences = new Map<string, number>();
      for (const { world, plan } of steps) {
        const [kind] = world.listing.kinds;
        const proves = kind?.status === 'COMPLETE' && kind.quarantined.length === 0;
        const listed = new Set(kind?.status === 'COMPLETE' ? kind.sightings.map(({ arn }) => arn) : []);
        for (const { arn } of world.items) absences.set(arn, listed.has(arn) ? 0 : (absences.get(arn) ?? 0) + (proves ? 1 : 0));
        const gone = plan.items.flatMap(change => (change.action === 'GONE' ? [change.arn] : []));
        for (const arn of gone) {
          expect(absences.get(arn)).toBeGreaterThanOrEqual(2);
          expect(world.gone.get(arn)?.answer).toBe('GONE');
          absences.delete(arn);
        }
        const absent = plan.findings.flatMap(({ record }) => (record.cleared?.code === 'ABSENT' ? [record.subject.slice(4)] : []));
        expect(absent.filter(arn => !gone.includes(arn))).toEqual([]);
      }
    }));

  test('running a slot again raises no completeSeq and counts no absence twice', () =>
    holds(lives, steps => {
      for (const { world, plan } of steps) {
        const after = scopeAfter(world, plan);
        expect(absencesToConfirm(after)).toEqual(absencesToConfirm(world).filter(arn => after.items.some(item => item.arn === arn)));
        expect(planReconcile(after).status?.kinds).toEqual(plan.status?.kinds);
      }
    }));

  test('every history is one intact chain, and each generation has one opening in it', () =>
    holds(lives, steps => {
      const entries = new Map<string, HistoryEntry[]>();
      for (const { plan } of steps)
        for (const { record, entry } of plan.findings) {
          const chain = [...(entries.get(record.id) ?? []), entry];
          entries.set(record.id, chain);
          expect(verifyChain(chain, record.head)).toEqual({ intact: true, orphans: 0 });
          expect(record.generation).toBe(chain.filter(({ event }) => event === 'OPEN' || event === 'REOPEN').length);
        }
    }));
});

describe('the registry', () => {
  const worlds: fc.Arbitrary<RegistryWorld> = fc
    .record({
      registrations: fc.uniqueArray(arbitraryRegistration, { selector: each => each.name }),
      owner: fc.constantFrom('ACTIVE' as const, 'INACTIVE' as const, 'NO_SUCH_PERSON' as const),
      known: fc.boolean(),
    })
    .map(({ registrations, owner, known }) => {
      const arns = registrations.flatMap(each => each.deployments.map(({ arn }) => arn));
      const owners = new Map(known ? ['kim@example.com', 'dana@example.com', 'sam'].map(each => [each, { status: owner }] as const) : []);
      return aRegistryWorld({ registrations, owners, declared: new Map(arns.map(arn => [arn, undefined])), scopes: [HOME] });
    });

  test('planning again after applying changes nothing, and order never matters', () =>
    holds(worlds, world => {
      const plan = planRegistry(world);
      expect(changesOf(planRegistry(registryAfter(world, plan)))).toEqual([]);
      expect(planRegistry({ ...world, registrations: shuffled(world.registrations), statuses: shuffled(world.statuses) })).toEqual(plan);
    }));

  test('while a registration cannot be read, nothing of a model that is missing is cleared', () =>
    holds(worlds, world => {
      const after = registryAfter(world);
      const blind = planRegistry({ ...after, registrations: [], unreadable: ['fraud-scorer'] });
      expect(changesOf(blind)).toEqual([]);
    }));
});

test('an answer counts for exactly its generation, its composition and its time', () => {
  const small = fc.integer({ min: 1, max: 3 });
  const digest = fc.constantFrom(null, 'c1:sha256:a', 'c1:sha256:b');
  const cases = fc.tuple(small, small, digest, digest, fc.integer({ min: -3, max: 3 }));
  holds(cases, ([generation, given, composition, seen, hours]) => {
    const about = { ...aRecord().about, composition };
    const until = plus(SLOT, hours * 60 * MINUTE);
    const response = aResponse({ answer: anAnswer({ generation: given, composition: seen, until }) });
    const { state } = effectiveState(aRecord({ generation, about }), response, [], SLOT);
    const counts = generation === given && composition === seen && !isDue(until, SLOT);
    expect(state).toBe(counts ? 'ACKNOWLEDGED' : 'OPEN');
  });
});

import type { Verdict, Violation } from '../core/finding.ts';
import { hidingOf } from '../core/effective-state.ts';
import { findingId } from '../core/finding-id.ts';
import { judgeModel, judgeScope } from '../core/judge.ts';
import { invocationsToCount } from '../core/invocations.ts';
import type { JudgedSighting, ReconcilePlan } from '../core/plan.ts';
import { planReconcile } from '../core/plan-scope.ts';
import type { Unlisted } from '../core/inventory.ts';
import { judgeUnlisted } from '../core/rules/ops-01.ts';
import type { OwnerAnswer, Registration } from '../core/registration.ts';
import { SEVERITIES } from '../core/rule-catalog.ts';
import { type CloudScope, REGISTRY_SCOPE, type ScopeId, scopeId } from '../core/scope.ts';
import type { Settings } from '../core/settings.ts';
import { type DeploymentKind, KINDS } from '../core/kinds.ts';
import { type Listing, sightingsOf } from '../core/sighting.ts';
import type { Instant } from '../core/time.ts';
import type { ListingSource, OwnerDirectory } from '../ports.ts';
import { inBatches } from './in-batches.ts';
import { lookUpOwners, namedOwners } from './look-up-owners.ts';
import { packageGroupsIn } from './reconcile-scope.ts';

export interface ScanDeps {
  readonly source: ListingSource;
  readonly directory: OwnerDirectory;
  readonly settings: Settings;
  /** undefined: no registry was given; the scan is an inventory, and nothing is a finding. */
  readonly registrations: readonly Registration[] | undefined;
  readonly scopes: readonly CloudScope[];
  readonly excluded: readonly { readonly scope: ScopeId; readonly reason: string }[];
  readonly unlisted: readonly Unlisted[];
}

export interface ScanAsk {
  readonly now: Instant;
  readonly deadline: Instant;
  /** undefined: all kinds. */
  readonly kinds: readonly DeploymentKind[] | undefined;
  /** Called once for each scope that has been read, or could not be. */
  readonly progress: (scope: ScannedScope) => void;
}

export interface ScannedScope {
  readonly scope: ScopeId;
  readonly status: 'COMPLETE' | 'NOT_CHECKED' | 'EXCLUDED';
  /** Why it was not read completely, or is not to be read; null: it was. */
  readonly reason: string | null;
  readonly kinds: readonly ScannedKind[];
  readonly calls: number;
  readonly callsByAction: Listing['callsByAction'];
}

export interface ScannedKind {
  readonly kind: string;
  /** EXCLUDED: it could not be read, and is not to be. */
  readonly status: 'COMPLETE' | 'NOT_CHECKED' | 'EXCLUDED';
  readonly reason: string | null;
  readonly count: number;
}

export interface ScanFinding {
  readonly id: string;
  readonly scope: ScopeId;
  readonly violation: Violation;
}

export interface ScanResult {
  readonly at: Instant;
  /** Every scope that is not excluded was read completely; otherwise no absence of findings means anything. */
  readonly complete: boolean;
  readonly hasRegistry: boolean;
  readonly scopes: readonly ScannedScope[];
  readonly sightings: readonly JudgedSighting[];
  /** Most urgent first; what another finding of the same subject explains is left out. */
  readonly findings: readonly ScanFinding[];
}

/** Scopes that are read at the same time; each has the limits of its own account and region. */
const SCOPES_AT_ONCE = 20;

/** One stateless roll call: the plan that a scheduled run would make on an empty memory, shown and not applied. */
export const scan = async (deps: ScanDeps, ask: ScanAsk): Promise<ScanResult> => {
  const { registrations, excluded, scopes, unlisted, settings } = deps;
  const wanted = scopes.filter(({ provider }) => ask.kinds?.some(kind => KINDS[kind].provider === provider) ?? true);
  const read = await inBatches(wanted, SCOPES_AT_ONCE, scope => scanScope(deps, ask, scope));
  const verdicts = [
    ...read.flatMap(({ plan }) => plan.verdicts.map(verdict => ({ scope: plan.scope, verdict }))),
    ...read.flatMap(({ scanned, coverage }) => coverage.map(verdict => ({ scope: scanned.scope, verdict }))),
    ...unlisted.map(each => ({ scope: each.scope, verdict: judgeUnlisted({ scope: each.scope, slot: ask.now, settings }, each) })),
    ...(registrations ?? []).flatMap(registration => modelVerdicts(settings, ask.now, registration)),
  ];
  return {
    at: ask.now,
    complete: unlisted.length === 0 && read.every(({ scanned }) => scanned.status !== 'NOT_CHECKED'),
    hasRegistry: registrations !== undefined,
    scopes: [
      ...read.map(({ scanned }) => scanned),
      ...unlisted.map(each => unreadScope(each, 'NOT_CHECKED')),
      ...excluded.map(each => unreadScope(each, 'EXCLUDED')),
    ],
    sightings: read.flatMap(({ plan }) => plan.sightings),
    findings: registrations === undefined ? [] : visible(verdicts),
  };
};

const unreadScope = ({ scope, reason }: Pick<ScannedScope, 'scope' | 'reason'>, status: 'NOT_CHECKED' | 'EXCLUDED'): ScannedScope => ({
  scope,
  status,
  reason,
  kinds: [],
  calls: 0,
  callsByAction: undefined,
});

export type Hole = Pick<ScannedScope, 'scope' | 'status' | 'reason'> & { readonly key: string };

/** Whatever the result says nothing about: scopes that were not read whole or not to be read, and kinds of the others that are not to be. */
export const holesIn = ({ scopes }: Pick<ScanResult, 'scopes'>): readonly Hole[] =>
  scopes.flatMap(({ scope, status, reason, kinds }): Hole[] => [
    ...(status === 'COMPLETE' ? [] : [{ key: `scope:${scope}`, scope, status, reason }]),
    ...kinds
      .filter(kind => kind.status === 'EXCLUDED' && status !== 'EXCLUDED')
      .map(({ kind, reason: why }): Hole => ({ key: `scope:${scope}/${kind}`, scope, status: 'EXCLUDED', reason: `${kind}: ${why}` })),
  ]);

type ScopedVerdict = { readonly scope: ScopeId; readonly verdict: Verdict };

/** Ghosts are left out: one listing proves none. Whether an owner has left is not asked, so OWN-02 cannot tell. */
const modelVerdicts = (settings: Settings, now: Instant, registration: Registration): readonly ScopedVerdict[] =>
  judgeModel({ registration, owners: new Map(), memos: new Map(), settings, slot: now, now }).map(verdict => ({
    scope: REGISTRY_SCOPE,
    verdict,
  }));

const scanScope = async ({ source, directory, settings, ...deps }: ScanDeps, ask: ScanAsk, cloud: CloudScope) => {
  const { now, deadline, kinds } = ask;
  const { registrations = [] } = deps;
  const scope = scopeId(cloud);
  const reading = { scope, mode: 'ROLL_CALL', status: undefined, settings, now } as const;
  // An inventory judges nothing, and so counts nothing.
  const invocations = deps.registrations === undefined ? undefined : invocationsToCount(reading);
  const whole = await source.list(cloud, { packageGroups: packageGroupsIn(cloud, registrations), deadline, invocations });
  const listing: Listing = { ...whole, kinds: whole.kinds.filter(({ kind }) => kinds?.includes(kind) ?? true) };
  const owners: ReadonlyMap<string, OwnerAnswer> = await lookUpOwners(
    directory,
    namedOwners(registrations, sightingsOf(listing), settings),
  );
  const nothing = { items: [], acts: [], lookUp: undefined, status: undefined, findings: [], gone: new Map(), unreadable: [] };
  const plan = planReconcile({ ...nothing, scope, slot: now, now, mode: 'ROLL_CALL', epoch: 0, listing, registrations, owners, settings });
  const scanned = scannedScope(plan, listing);
  ask.progress(scanned);
  const coverage = judgeScope({ scope, status: plan.status, slot: now, settings });
  return { plan, scanned, coverage };
};

const scannedScope = ({ scope, status }: ReconcilePlan, { calls, callsByAction }: Listing): ScannedScope => {
  const kinds = Object.entries(status?.kinds ?? {}).map(([kind, { failure, excluded, count }]): ScannedKind => {
    if (excluded !== null) return { kind, status: 'EXCLUDED', reason: excluded, count };
    return { kind, status: failure === null ? 'COMPLETE' : 'NOT_CHECKED', reason: failure?.reason ?? null, count };
  });
  const of = (wanted: ScannedKind['status']) => kinds.filter(kind => kind.status === wanted);
  const worst = of('NOT_CHECKED').length > 0 ? 'NOT_CHECKED' : of('COMPLETE').length > 0 ? 'COMPLETE' : 'EXCLUDED';
  const reasons = new Set(of(worst).flatMap(({ reason }) => reason ?? []));
  return { scope, status: worst, reason: [...reasons].join('; ') || null, kinds, calls, callsByAction };
};

const visible = (verdicts: readonly ScopedVerdict[]): readonly ScanFinding[] => {
  const found = verdicts.flatMap(({ scope, verdict }) =>
    verdict.outcome === 'VIOLATED' ? [{ id: findingId(verdict.rule, verdict.subject), scope, violation: verdict }] : [],
  );
  const bySubject = Map.groupBy(found, ({ violation }) => violation.subject);
  const isHidden = ({ violation: { rule, severity, subject } }: ScanFinding): boolean =>
    hidingOf(
      { rule, severity },
      (bySubject.get(subject) ?? []).map(({ violation }) => violation),
    ).hiddenBy !== null;
  const urgency = ({ violation: { severity } }: ScanFinding): number => SEVERITIES.indexOf(severity);
  return found.filter(finding => !isHidden(finding)).toSorted((a, b) => urgency(b) - urgency(a) || (a.id < b.id ? -1 : 1));
};

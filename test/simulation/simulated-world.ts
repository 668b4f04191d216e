import { createStaticDirectory } from '../../lib/adapters/directory/static-directory.ts';
import { memoryFindingStore } from '../../lib/adapters/memory/finding-store.ts';
import { memoryInventoryStore } from '../../lib/adapters/memory/inventory-store.ts';
import { createMemoryPublisher } from '../../lib/adapters/memory/publisher.ts';
import { memoryRegistryStore } from '../../lib/adapters/memory/registry-store.ts';
import type { StoredFinding } from '../../lib/core/finding.ts';
import type { Message } from '../../lib/core/notice.ts';
import { scopeId } from '../../lib/core/scope.ts';
import type { Settings } from '../../lib/core/settings.ts';
import type { GoneAnswer, Sighting } from '../../lib/core/sighting.ts';
import type { Instant } from '../../lib/core/time.ts';
import type { ListingSource } from '../../lib/ports.ts';
import { fixedPlanner } from '../../lib/usecases/plan-scopes.ts';
import type { WatchDeps } from '../../lib/usecases/known-runs.ts';
import type { RollCallDeps } from '../../lib/usecases/roll-call.ts';
import { ACCOUNT, notChecked, SCOPE, someSettings } from '../support/builders.ts';

/** A cloud in memory: what lives in each scope, and which scopes cannot be read. */
export interface SimulatedCloud {
  readonly live: Map<string, Sighting>;
  /** ARNs that live and that listings leave out, as an eventually consistent list does. */
  readonly unlisted: Set<string>;
  readonly broken: Set<string>;
  /** Scopes where no single deployment can be described. */
  readonly mute: Set<string>;
  readonly source: ListingSource;
}

export const simulatedCloud = (): SimulatedCloud => {
  const live = new Map<string, Sighting>();
  const [unlisted, broken, mute] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const inScope = (scope: string) => [...live.values()].filter(sighting => sighting.scope === scope && !unlisted.has(sighting.arn));
  const describe = (arn: string): GoneAnswer => ({ answer: live.has(arn) ? 'PRESENT' : 'GONE' });
  return {
    live,
    unlisted,
    broken,
    mute,
    source: {
      list: async cloudScope => {
        const scope = scopeId(cloudScope);
        const none = { kind: 'INFERENCE_COMPONENT', status: 'COMPLETE', sightings: [], quarantined: [] } as const;
        const endpoints = { kind: 'ENDPOINT', status: 'COMPLETE', sightings: inScope(scope), quarantined: [] } as const;
        return { scope, kinds: broken.has(scope) ? [notChecked(), none] : [endpoints, none], packages: [], calls: 2 };
      },
      confirmGone: async (cloudScope, arns) => {
        const isMute = mute.has(scopeId(cloudScope));
        return new Map(arns.map(arn => [arn, isMute ? { answer: 'UNKNOWN', reason: 'throttled' } : describe(arn)]));
      },
    },
  };
};

/** What both a roll call and a recheck need. */
export type SimulatedDeps = RollCallDeps & WatchDeps;

export interface Simulation {
  readonly cloud: SimulatedCloud;
  readonly deps: SimulatedDeps;
  readonly accepted: readonly Message[];
  readonly setNow: (now: Instant) => void;
}

/** The whole application on memory stores and a cloud in memory. */
export const simulate = (settings: Settings = someSettings(), scopes: readonly string[] = [SCOPE]): Simulation => {
  const cloud = simulatedCloud();
  const publisher = createMemoryPublisher();
  let now: Instant = '2026-11-23T00:00:00.000Z';
  const deps: SimulatedDeps = {
    home: { account: ACCOUNT },
    source: cloud.source,
    creators: undefined,
    registry: memoryRegistryStore(),
    inventory: memoryInventoryStore(),
    findings: memoryFindingStore(),
    directory: createStaticDirectory(settings.directory),
    writesAtOnce: 3,
    publisher,
    settings,
    planner: fixedPlanner(scopes),
    clock: { now: () => now },
    log: { info: () => {}, warn: () => {} },
  };
  return { cloud, deps, accepted: publisher.accepted, setNow: instant => (now = instant) };
};

/** Every port of `deps` with `around` about each call. The clock and the log are no calls. */
export const wrapPorts = <Deps extends RollCallDeps>(
  deps: Deps,
  around: <T>(name: string, call: () => Promise<T>, args: readonly unknown[]) => Promise<T>,
): Deps => {
  const wrap = <T extends object>(port: T, name: string): T =>
    Object.fromEntries(
      Object.entries(port).map(([method, call]) => [
        method,
        typeof call === 'function' ? (...args: unknown[]) => around(`${name}.${method}`, async () => call(...args), args) : call,
      ]),
    ) as T;
  const { source, registry, inventory, findings, directory, publisher } = deps;
  return {
    ...deps,
    source: wrap(source, 'source'),
    registry: wrap(registry, 'registry'),
    inventory: wrap(inventory, 'inventory'),
    findings: wrap(findings, 'findings'),
    directory: wrap(directory, 'directory'),
    publisher: wrap(publisher, 'publisher'),
  };
};

export class Crash extends Error {}

/** A process that dies at its `at`-th call, before (odd) or after (even) the call took effect; whatever it tries afterwards fails. */
export const mortal = (deps: SimulatedDeps, at: number): SimulatedDeps => {
  const life = { calls: 0, over: false };
  return wrapPorts(deps, async (_name, call) => {
    life.calls += 1;
    const isLast = life.calls === Math.ceil(at / 2);
    const answer = life.over || (isLast && at % 2) ? undefined : await call();
    life.over ||= isLast;
    if (life.over) throw new Crash();
    return answer as Awaited<ReturnType<typeof call>>;
  });
};

/** Everything stored about findings, archived ones too, in a fixed order. */
export const allFindings = async ({ findings }: RollCallDeps): Promise<readonly StoredFinding[]> =>
  (await findings.withIdPrefix('F-')).toSorted((a, b) => (a.record.id < b.record.id ? -1 : 1));

/** What must be equal however a run came about: no epochs and no history numbers, which count attempts. */
export const factsOf = (findings: readonly StoredFinding[]) =>
  findings.map(({ record: { rule, subject, condition, generation, severity, facts, reason, cleared } }) => ({
    rule,
    subject,
    condition,
    generation,
    severity,
    facts,
    reason,
    cleared: cleared?.code ?? null,
  }));

/** What somebody was told, whatever message carried it. */
export const toldOf = (messages: readonly Message[]): readonly string[] =>
  messages.flatMap(({ members }) =>
    members.map(({ finding, receiver, told }) => `${receiver} ${told.reason} ${told.generation} ${finding.rule} ${finding.subject}`),
  );

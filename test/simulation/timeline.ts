import * as fc from 'fast-check';
import type { ScopeId } from '../../lib/core/scope.ts';
import type { Settings } from '../../lib/core/settings.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import { DAY, HOUR, type Instant, MINUTE, plus, roundDown } from '../../lib/core/time.ts';
import { type ReconcileAsk, type ReconcileOutcome, reconcileScope } from '../../lib/usecases/reconcile-scope.ts';
import { rollCall } from '../../lib/usecases/roll-call.ts';
import { ACCOUNT, aComposition, aSighting, aUnit, knownDetail, SCOPE, someSettings, unknownDetail } from '../support/builders.ts';
import { type Desk, midnight, PEOPLE, PERSONS } from './people.ts';
import { Crash, mortal, type SimulatedCloud, simulate, wrapPorts, type SimulatedDeps } from './simulated-world.ts';

const EAST = `sagemaker/${ACCOUNT}/us-east-1`;
export const SCOPES: readonly ScopeId[] = [SCOPE, EAST];
const arnIn = (scope: ScopeId, name: string) => `arn:aws:sagemaker:${scope.split('/')[2]}:${ACCOUNT}:endpoint/${name}`;
const placeIn = (scope: ScopeId, name: string) => ({ scope, name, arn: arnIn(scope, name) });
/** Where deployments come and go. `ranker-prod` is named like a model; the first is declared by one. */
export const PLACES = [
  ...['ep-a', 'ranker-prod', 'ep-b', 'ep-c'].map(name => placeIn(SCOPE, name)),
  ...['ep-d', 'ep-e'].map(name => placeIn(EAST, name)),
];
/** Versions 3 and 4 of one model, 3 of the other, and what no registry knows. */
const ARTEFACTS = ['fraud-scorer-3', 'fraud-scorer-4', 'ranker-3', 'strange'];
const TAGS = [{ 'rollcall:model': 'fraud-scorer' }, { owner: 'sam' }, { 'rollcall:model': 'ranker' }, {}];
const SETTINGS: Settings = someSettings({
  accounts: { [ACCOUNT]: { environment: 'prod' } },
  ...PERSONS,
  policy: { foldAbove: 8, absenceGuardCount: 2 },
});
/** Changes what a port does, to see whether the laws notice. */
export type Plant = (deps: SimulatedDeps) => SimulatedDeps;

/** The application with everything that is true around it, whatever the application believes. */
export interface Story extends Desk {
  readonly cloud: SimulatedCloud;
  /** The ports without the planted bug: what is really stored. */
  readonly stored: SimulatedDeps;
  readonly accepted: ReturnType<typeof simulate>['accepted'];
  /** Scopes that somebody is reading just now. */
  readonly reading: Set<ScopeId>;
  /** Whether the topics accept nothing just now. */
  refusing: boolean;
}

export const begin = (plant: Plant = deps => deps): Story => {
  const { cloud, deps: stored, accepted } = simulate(SETTINGS, SCOPES);
  const story = {
    cloud,
    accepted,
    registered: new Map(),
    decided: new Map(),
    scopes: SCOPES,
    reading: new Set<ScopeId>(),
    refusing: false,
    now: '2026-11-23T06:00:00.000Z',
  };
  const clock = { now: () => story.now };
  const publish: typeof stored.publisher.publish = async message =>
    story.refusing ? Promise.reject(new Error('refused')) : stored.publisher.publish(message);
  return Object.assign(story, { stored, deps: plant({ ...stored, clock, publisher: { ...stored.publisher, publish } }) });
};

const running = (artefact: string) => knownDetail(aUnit({ composition: aComposition(artefact) }));
const change = ({ cloud }: Story, a: number, over: Partial<Sighting>): void => {
  const sighting = cloud.live.get(PLACES[a]?.arn ?? '');
  if (sighting) cloud.live.set(sighting.arn, { ...sighting, ...over });
};
const toggle = <T>(set: Set<T>, value: T): void => void (set.delete(value) || set.add(value));

type Perform = (story: Story, a: number, b: number) => void | Promise<unknown>;

/** What happens in the world; `a` says where (a place, a model, a scope, a finding), `b` what of. */
const ACTS = {
  deploy: ({ cloud, now: createdAt }, a, b) => {
    const shape = { createdAt, tags: TAGS[(a + b) % 4]!, detail: running(ARTEFACTS[b]!) };
    cloud.live.set(PLACES[a]!.arn, aSighting({ ...PLACES[a]!, ...shape }));
  },
  remove: ({ cloud }, a) => void cloud.live.delete(PLACES[a]!.arn),
  upgrade: (story, a, b) => change(story, a, { detail: running(ARTEFACTS[b]!) }),
  retag: (story, a, b) => change(story, a, { tags: TAGS[b]! }),
  blur: (story, a) => change(story, a, { detail: unknownDetail('FAILED') }),
  unlist: ({ cloud }, a) => toggle(cloud.unlisted, PLACES[a]!.arn),
  break: ({ cloud }, a) => toggle(cloud.broken, SCOPES[a % 2]!),
  mute: ({ cloud }, a) => toggle(cloud.mute, SCOPES[a % 2]!),
  ...PEOPLE,
} satisfies Record<string, Perform>;

const BY_PEOPLE = ['acknowledge', 'release'];
const FAULTS = ['NONE', 'REFUSED', 'CRASH', 'ABANDONED', 'AGAIN', 'DUPLICATE', 'RECHECK', 'LATE'] as const;
const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const ALL = Object.keys(ACTS) as (keyof typeof ACTS)[];
const does = oneOf<keyof typeof ACTS>(['deploy', 'deploy', 'acknowledge', 'acknowledge', ...ALL]);
const act = fc.record({ does, a: fc.nat({ max: PLACES.length - 1 }), b: fc.nat({ max: 3 }) });
const step = fc.record({
  acts: fc.array(act, { maxLength: 4 }),
  wait: oneOf([15, 15, 15, 30, 120, 1440, 2880]),
  fault: fc.oneof(fc.constant('NONE' as const), oneOf(FAULTS)),
  at: fc.integer({ min: 1, max: 280 }),
});
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
/** After it, what was cleared before is archived. One in a timeline: after two of them people would have to attest their models again. */
export const MONTH = 31 * 24 * 60;
/** A few days in the life of two scopes: things change, a roll call follows, and something may go wrong in it. In one of three timelines a month passes too. */
export const arbitraryTimeline: fc.Arbitrary<readonly Step[]> = fc
  .tuple(fc.array(act, { minLength: 3, maxLength: 8 }), fc.array(step, { minLength: 2, maxLength: 12 }), fc.nat({ max: 20 }))
  .map(([acts, steps, long]) => [
    { acts, wait: 15, fault: 'NONE', at: 1 },
    ...steps.map((each, index) => (index === long ? { ...each, wait: MONTH } : each)),
  ]);

/** What was done to the application, and what it answered. */
export interface Happened {
  readonly kind: 'PERSON' | 'RUN' | 'AGAIN' | 'DUPLICATE' | 'RECHECK' | 'LATE' | 'END';
  readonly slot: Instant;
  /** The last part of a run that came to its end. */
  readonly reached: 'NOTHING' | 'CLOSED' | 'TOLD' | ReconcileOutcome['outcome'] | 'DUPLICATE';
  readonly scopes: readonly ScopeId[];
  /** A crash or a refusal is part of it. */
  readonly faulty: boolean;
  /** Set where nothing has changed since the run before: the calls made of it. */
  readonly steadyCalls?: readonly string[];
}
const event = (kind: Happened['kind'], slot: Instant, more: Partial<Happened> = {}): Happened => ({
  kind,
  slot,
  reached: 'NOTHING',
  scopes: [],
  faulty: false,
  ...more,
});
/** Does something and looks at what it changed. */
export type Watch = (doing: () => Promise<Happened>) => Promise<void>;

const run = async (deps: SimulatedDeps, slot: Instant, holder: string): Promise<Pick<Happened, 'reached' | 'scopes'>> => {
  try {
    const { outcome, scopes, told } = await rollCall(deps, { slot, holder });
    const read = [...scopes].flatMap(([scope, each]) => (each.outcome === 'DONE' ? [scope] : []));
    return { reached: outcome === 'DUPLICATE' ? outcome : told?.outcome === 'TOLD' ? 'TOLD' : 'CLOSED', scopes: read };
  } catch (error) {
    if (error instanceof Crash) return { reached: 'NOTHING', scopes: [] };
    if (String(error).includes('were not accepted')) return { reached: 'CLOSED', scopes: SCOPES };
    throw error;
  }
};

/** Plays a timeline and then a calm week, in which everything owed must arrive. */
export const play = async (story: Story, steps: readonly Step[], watch: Watch): Promise<void> => {
  let late: (() => Promise<void>) | undefined;
  for (const [index, { acts, wait, fault, at }] of steps.entries()) {
    const slot = plus(roundDown(story.now, 15), (wait + 15) * MINUTE);
    story.now = plus(slot, -MINUTE);
    const seen = (doing: () => Promise<void>) => watch(async () => (await doing(), event('PERSON', slot)));
    for (const each of acts) await perform(story, each, seen);
    story.now = plus(slot, 20_000);
    const waiting = late;
    late = fault === 'LATE' ? await observeLate(story, { slot, scope: SCOPES[at % 2]!, holder: `late-${index}` }, watch) : undefined;
    if (fault !== 'LATE') await runWith(story, { slot, fault, at, holder: `execution-${index}` }, watch);
    await waiting?.();
  }
  await late?.();
  await calmWeek(story, watch);
};

const perform = async (story: Story, { does: what, a, b }: Step['acts'][number], seen: (doing: () => Promise<void>) => Promise<void>) => {
  const doing = async () => void (await ACTS[what](story, a, b));
  await (BY_PEOPLE.includes(what) ? seen(doing) : doing());
};

const runWith = async (story: Story, ask: Pick<Step, 'fault' | 'at'> & { slot: Instant; holder: string }, watch: Watch): Promise<void> => {
  const { slot, holder, fault, at } = ask;
  const { deps } = story;
  const isCrash = fault === 'CRASH' || fault === 'ABANDONED';
  const first = isCrash ? mortal(deps, at) : deps;
  story.refusing = fault === 'REFUSED';
  await watch(async () => {
    const ended = await run(first, slot, holder);
    const again = fault === 'CRASH' && ended.reached === 'NOTHING' ? await run(deps, slot, holder) : ended;
    return event('RUN', slot, { ...again, faulty: isCrash || fault === 'REFUSED' });
  });
  story.refusing = false;
  if (fault === 'AGAIN') await watch(async () => event('AGAIN', slot, await run(deps, slot, holder)));
  if (fault === 'DUPLICATE') await watch(async () => event('DUPLICATE', slot, await run(deps, slot, 'other')));
  if (fault === 'RECHECK') await recheck(story, { slot, scope: SCOPES[at % 2]!, holder: 'recheck' }, watch);
};

type Reading = Pick<ReconcileAsk, 'slot' | 'scope' | 'holder'>;
const read = (deps: SimulatedDeps, ask: Reading, mode: ReconcileAsk['mode']): Promise<ReconcileOutcome> =>
  reconcileScope(deps, { ...ask, mode, deadline: plus(deps.clock.now(), 10 * MINUTE) });

const recheck = ({ deps }: Story, ask: Reading, watch: Watch): Promise<void> =>
  watch(async () => event('RECHECK', ask.slot, { reached: (await read(deps, ask, 'RECHECK')).outcome, scopes: [ask.scope] }));

/** An observer that has its listing and then stands still; another one asks at once, and must wait. Returns how it goes on. */
const observeLate = async (story: Story, ask: Reading, watch: Watch): Promise<() => Promise<void>> => {
  const [listed, resumed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { source } = story.deps;
  const list: typeof source.list = async (...question) => {
    const listing = await source.list(...question);
    listed.resolve();
    await resumed.promise;
    return listing;
  };
  const outcome = read({ ...story.deps, source: { ...source, list } }, ask, 'ROLL_CALL');
  await listed.promise;
  story.reading.add(ask.scope);
  await recheck(story, { ...ask, holder: 'impatient' }, watch);
  story.reading.delete(ask.scope);
  return () =>
    watch(async () => {
      resumed.resolve();
      return event('LATE', ask.slot, { reached: (await outcome).outcome, scopes: [ask.scope] });
    });
};

const calmWeek = async (story: Story, watch: Watch): Promise<void> => {
  const { cloud, deps } = story;
  for (const trouble of [cloud.broken, cloud.mute, cloud.unlisted]) trouble.clear();
  for (const each of cloud.live.values())
    if (each.detail.state === 'UNKNOWN') cloud.live.set(each.arn, { ...each, detail: running('strange') });
  const noon = plus(midnight(story.now, 1), 12 * HOUR);
  const week = 7 * DAY;
  const slots = [0, 15 * MINUTE, 30 * MINUTE, 45 * MINUTE, week, week + 15 * MINUTE, week + 30 * MINUTE].map(after => plus(noon, after));
  for (const [index, slot] of slots.entries()) {
    story.now = plus(slot, 20_000);
    const steadyCalls: string[] = [];
    const listened = wrapPorts(deps, (name, call) => (steadyCalls.push(name), call()));
    const steady = index === slots.length - 1 ? { steadyCalls } : {};
    await watch(async () => event('RUN', slot, { ...(await run(listened, slot, `calm-${index}`)), ...steady }));
  }
  await watch(async () => event('END', slots.at(-1)!));
};

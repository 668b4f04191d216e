import { parseScopeId, PROVIDERS, REGISTRY_SCOPE, type ScopeId } from '../../../lib/core/scope.ts';
import { factsOf, toldOf } from '../simulated-world.ts';
import { same } from '../reference.ts';
import type { Plant } from '../timeline.ts';
import { ACCOUNTS, ALL_KINDS, REGIONS, SCOPES, type Trouble } from './estate.ts';
import { type Live, SETTINGS } from './live.ts';
import { play, type Playing } from './play.ts';
import { PLAIN } from './watch.ts';
import { CALM, type World } from './world.ts';

/*
 * Laws about two plays of one world: what differs between them must make no difference.
 */

/** What breaks a law of two plays; nothing where it holds. */
type TwinLaw = (world: World, plant: Plant) => Promise<readonly string[]>;

const unwatched: Playing['watch'] = async (_live, doing) => void (await doing());
const playAs = (world: World, over: Partial<Playing>): Promise<Live> => play(world, { ...PLAIN, watch: unwatched, ...over });

/** Everything that is stored of a scope, and what was told of it. */
const storedOf = async ({ stored: { findings, inventory } }: Live, scope: ScopeId) => {
  const found = await findings.inScope(scope);
  const histories = await Promise.all(found.map(({ record }) => findings.history(record)));
  return { found, histories, items: await inventory.items(scope), status: (await inventory.status(scope)) ?? null };
};
const differing = async (one: Live, other: Live, scopes: readonly ScopeId[]): Promise<readonly string[]> => {
  const both = scopes.map(async scope => (same(await storedOf(one, scope), await storedOf(other, scope)) ? [] : [scope]));
  return (await Promise.all(both)).flat();
};

/** Every other one first, and each half backwards: no two neighbours stay what they were. */
const shuffled = <T>(values: readonly T[]): readonly T[] =>
  [0, 1].flatMap(half => values.filter((_value, index) => index % 2 === half).toReversed());
const pagesShuffled: Plant = deps => ({
  ...deps,
  source: {
    ...deps.source,
    list: async (...ask) => {
      const listing = await deps.source.list(...ask);
      const kinds = listing.kinds.map(kind => (kind.status === 'COMPLETE' ? { ...kind, sightings: shuffled(kind.sightings) } : kind));
      return { ...listing, kinds: shuffled(kinds) };
    },
  },
});
const endOf = async (live: Live) => {
  const found = await live.stored.findings.withIdPrefix('F-');
  return {
    findings: factsOf(found)
      .map(each => JSON.stringify(each))
      .toSorted(),
    told: toldOf(live.accepted).toSorted(),
  };
};

/** What is read before a run is held up, and what after it, is a matter of order and of what rests. */
const neverHeldUp = (world: World): World => world.map(step => ({ ...step, next: step.next === 'LATE' ? 'NOTHING' : step.next }));

/** Invariant 8: order makes no difference. Whatever the order of batches, of the scopes in them, of kinds and of pages: the same findings, and the same is told. */
const orderIsFree: TwinLaw = async (lives, plant) => {
  const world = neverHeldUp(lives);
  const [one, other] = [
    await playAs(world, { plant }),
    await playAs(world, { plant: deps => plant(pagesShuffled(deps)), inOrder: shuffled }),
  ];
  return same(await endOf(one), await endOf(other)) ? [] : ['the end differs'];
};

/** Invariant 7, over a whole life: each function started three times in every run is as good as once. */
const thriceIsOnce: TwinLaw = async (world, plant) => {
  const [one, other] = [await playAs(world, { plant }), await playAs(world, { plant, times: 3 })];
  return same(await endOf(one), await endOf(other)) ? [] : ['the end differs'];
};

/** Nothing is told of masses: what is told of one scope then does not depend on how much there is in others. */
const UNFOLDED = { ...SETTINGS, policy: { ...SETTINGS.policy, foldAbove: 10_000 } };
/** Every kind of a scope is denied. */
const denied = (scope: ScopeId): Trouble => {
  const { account, region, provider } = parseScopeId(scope)!;
  const at = { account: ACCOUNTS.indexOf(account), region: REGIONS.indexOf(region), provider: PROVIDERS.indexOf(provider) };
  return { what: 'DENIED', ...at, kind: ALL_KINDS, runs: 1 };
};

/** F22: who is blind is blind alone. While some scopes are denied, everything stored of all others is the same to the byte, and so is everything of models. */
const blindnessStaysHome: TwinLaw = async (lives, plant) => {
  const world = neverHeldUp(lives);
  const [blind, seeing] = [0, 1].map(one => SCOPES.filter((_scope, index) => Number((index * 7 + world.length) % 3 > 0) === one));
  const alsoWrong = (index: number) => (index % 3 === 0 ? [] : blind!.map(denied));
  const playing = { plant, settings: UNFOLDED };
  const [one, other] = [await playAs(world, playing), await playAs(world, { ...playing, alsoWrong })];
  const models = async ({ stored }: Live) =>
    (await stored.findings.inScope(REGISTRY_SCOPE)).filter(({ record }) => record.subject.startsWith('model:'));
  return [...(await differing(one, other, seeing!)), ...(same(await models(one), await models(other)) ? [] : ['models'])];
};

/** Deny, then heal: a world that stands still while anything at all cannot be read is as if it had always been read. Nothing was resolved, nothing opened, nobody told but of the coverage. */
const blindnessHeals: TwinLaw = async (world, plant) => {
  const [first = CALM, ...later] = world;
  const still = [first, CALM, ...later.map(({ troubles, unanswered }) => ({ ...CALM, troubles, unanswered })), { ...CALM, wait: 60 }, CALM];
  const [seeing, blind] = [
    await playAs(
      still.map(step => ({ ...step, troubles: [], unanswered: {} })),
      { plant },
    ),
    await playAs(still, { plant }),
  ];
  const factsIn = async (live: Live) => (await endOf(live)).findings.filter(each => !each.includes('"subject":"scope:'));
  const heardIn = async (live: Live) => (await endOf(live)).told.filter(each => !each.includes(' scope:'));
  return [
    ...(same(await factsIn(seeing), await factsIn(blind)) ? [] : ['findings']),
    ...(same(await heardIn(seeing), await heardIn(blind)) ? [] : ['what was told']),
  ];
};

export const TWIN_LAWS = {
  '8 order makes no difference': orderIsFree,
  '7 three times is once': thriceIsOnce,
  'F22 who is blind is blind alone': blindnessStaysHome,
  'deny, then heal': blindnessHeals,
} satisfies Record<string, TwinLaw>;
export type TwinLawName = keyof typeof TWIN_LAWS;

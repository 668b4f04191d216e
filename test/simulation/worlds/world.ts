import * as fc from 'fast-check';
import type { FailureClass, Sighting } from '../../../lib/core/sighting.ts';
import { PEOPLE } from '../people.ts';
import { ACCOUNTS, ALL_KINDS, deployed, FAILURES, PLACES, REGIONS, running, SCOPES, tagged, type Trouble, TROUBLES } from './estate.ts';
import type { Live } from './live.ts';

const change = ({ truth }: Live, a: number, over: Partial<Sighting>): void => {
  const { arn, kind } = placeAt(a);
  const sighting = truth.live.get(arn);
  if (sighting && kind !== 'MODEL_USE') truth.live.set(arn, { ...sighting, ...over });
};
const placeAt = (a: number) => PLACES[a % PLACES.length]!;
const placesIn = (a: number) => PLACES.filter(({ scope }) => scope === SCOPES[a % SCOPES.length]);
const deploy = ({ truth, now }: Live, place: (typeof PLACES)[number], a: number, b: number): void => {
  truth.live.set(place.arn, deployed(place, { createdAt: now, tags: tagged(a + b), detail: running(b) }));
};
/** Any account but the hub's own, which nobody asks about. */
const memberAt = (a: number) => ACCOUNTS[1 + (a % (ACCOUNTS.length - 1))]!;
const toggle = <T>(set: Set<T>, value: T): void => void (set.delete(value) || set.add(value));

type Perform = (live: Live, a: number, b: number) => void | Promise<unknown>;
/** What happens in the world; `a` says where, `b` what of. */
const ACTS = {
  deploy: (live, a, b) => deploy(live, placeAt(a), a, b),
  remove: ({ truth }, a) => void truth.live.delete(placeAt(a).arn),
  upgrade: (live, a, b) => change(live, a, { detail: running(b) }),
  retag: (live, a, b) => change(live, a, { tags: tagged(b) }),
  /** Under another name it is another deployment. */
  rename: (live, a, b) => {
    const [from, to] = [placeAt(a), placesIn(SCOPES.indexOf(placeAt(a).scope)).filter(({ kind }) => kind === placeAt(a).kind)[b]];
    const sighting = live.truth.live.get(from.arn);
    if (!sighting || !to) return;
    live.truth.live.delete(from.arn);
    live.truth.live.set(to.arn, deployed(to, { ...sighting, createdAt: live.now }));
  },
  fill: (live, a, b) => placesIn(a).forEach((place, index) => deploy(live, place, a + index, b)),
  clear: ({ truth }, a) => placesIn(a).forEach(({ arn }) => void truth.live.delete(arn)),
  join: ({ truth }, a) => void truth.states.set(memberAt(a), 'ACTIVE'),
  leave: ({ truth }, a, b) => {
    if (b < 2) truth.states.delete(memberAt(a));
    else truth.states.set(memberAt(a), b === 2 ? 'CLOSED' : 'SUSPENDED');
  },
  switchRegion: ({ truth }, a, b) => toggle(truth.off, `${ACCOUNTS[a % ACCOUNTS.length]}/${REGIONS[b % 2]}`),
  ...PEOPLE,
} satisfies Record<string, Perform>;

export interface Act {
  readonly does: keyof typeof ACTS;
  readonly a: number;
  readonly b: number;
}
export const perform = async (live: Live, { does, a, b }: Act): Promise<void> => void (await ACTS[does](live, a, b));

const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const ALL = Object.keys(ACTS) as Act['does'][];
const actOf = (...does: readonly Act['does'][]): fc.Arbitrary<Act> =>
  fc.record({ does: oneOf(does), a: fc.nat({ max: PLACES.length - 1 }), b: fc.nat({ max: 3 }) });
const trouble: fc.Arbitrary<Trouble> = fc.record({
  what: oneOf(TROUBLES),
  account: fc.nat({ max: 3 }),
  region: fc.nat({ max: 2 }),
  provider: fc.nat({ max: 3 }),
  kind: oneOf([0, 1, ALL_KINDS, ALL_KINDS]),
  runs: fc.integer({ min: 1, max: 4 }),
});

/** RETRIED: the function is started again. CAUGHT: it is not, and the execution goes on after it. STOPPED: the execution ends there. */
export interface Death {
  readonly of: 'PLAN' | 'READ' | 'CLOSE' | 'TELL';
  /** The call of a port that it dies at: before it (odd) or after (even). */
  readonly at: number;
  readonly after: 'RETRIED' | 'CAUGHT' | 'STOPPED';
}
const death: fc.Arbitrary<Death> = fc.record({
  of: oneOf(['PLAN', 'READ', 'CLOSE', 'TELL'] as const),
  at: fc.integer({ min: 1, max: 90 }),
  after: oneOf(['RETRIED', 'CAUGHT', 'STOPPED'] as const),
});

/** AGAIN: every function of the run once more. DUPLICATE: another execution of the slot. LATE: it is held up until the next one has run. */
export type Next = 'NOTHING' | 'AGAIN' | 'DUPLICATE' | 'RECHECK' | 'LATE';
/** Something changes and a roll call follows. */
export interface Step {
  readonly acts: readonly Act[];
  /** Minutes since the slot before. */
  readonly wait: number;
  readonly troubles: readonly Trouble[];
  readonly unanswered: Readonly<Partial<Record<'organization' | 'regions', FailureClass>>>;
  readonly death: Death | null;
  /** Whether no topic accepts anything. */
  readonly refusing: boolean;
  readonly next: Next;
  /** What happens before what comes then. */
  readonly between: readonly Act[];
}
export type World = readonly Step[];

const seldom = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 4 });
const failing = seldom(oneOf(FAILURES));
const step: fc.Arbitrary<Step> = fc.record({
  acts: fc.array(actOf('deploy', 'fill', 'clear', 'leave', 'join', ...ALL), { maxLength: 5 }),
  wait: oneOf([15, 15, 15, 15, 30, 120, 1440]),
  troubles: fc.array(trouble, { maxLength: 2 }),
  unanswered: fc.tuple(failing, failing).map(([organization, regions]) => ({
    ...(organization && { organization }),
    ...(regions && { regions }),
  })),
  death: seldom(death),
  refusing: oneOf([false, false, false, false, false, true]),
  next: oneOf<Next>(['NOTHING', 'NOTHING', 'AGAIN', 'DUPLICATE', 'RECHECK', 'LATE']),
  between: fc.array(actOf('deploy', 'remove', 'upgrade', 'retag', 'rename', 'clear'), { maxLength: 2 }),
});
export const CALM: Step = { acts: [], wait: 15, troubles: [], unanswered: {}, death: null, refusing: false, next: 'NOTHING', between: [] };
const beginnings = fc.array(actOf('deploy', 'fill', 'register', 'approve'), { minLength: 4, maxLength: 9 });

/** A few days of three accounts in two regions, in which anything may go wrong. */
export const arbitraryWorld: fc.Arbitrary<World> = fc
  .tuple(beginnings, fc.array(step, { minLength: 3, maxLength: 9 }))
  .map(([acts, steps]) => [{ ...CALM, acts }, ...steps]);

/** The same where only the cloud fails: no crash, and nobody's answer that depends on what else there is. */
const plain = step.map(each => ({
  ...each,
  acts: each.acts.filter(({ does }) => does !== 'acknowledge' && does !== 'release'),
  death: null,
  refusing: false,
}));
export const arbitraryPlainWorld: fc.Arbitrary<World> = fc
  .tuple(beginnings, fc.array(plain, { minLength: 3, maxLength: 7 }))
  .map(([acts, steps]) => [{ ...CALM, acts }, ...steps]);

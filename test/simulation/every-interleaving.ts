import { setImmediate as untilQuiet } from 'node:timers/promises';
import { canonicalJson, sha256 } from '../../lib/core/digest.ts';
import type { InventoryItem } from '../../lib/core/inventory.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import type { Instant } from '../../lib/core/time.ts';
import type { Lease } from '../../lib/ports.ts';
import { SCOPE } from '../support/builders.ts';
import { allFindings, simulate, wrapPorts, type SimulatedDeps } from './simulated-world.ts';
import type { Plant } from './timeline.ts';

/*
 * Every interleaving of observers of one scope, with equal moments merged.
 *
 * A step is one call of a port and what its observer does up to the next call. Nobody sees what it does there, and it sees nothing but the
 * clock, which moves in steps of its own that no port notices: a finer order could not be told apart.
 * A moment is what each observer has heard, and all that is stored. What an observer asks follows from what it has heard, an answer from what
 * is stored. So schedules that lead to the same moment have the same future; it is followed once, and they are counted.
 */

/** Makes a call by its name, as `inventory.items`; `world.passTo` moves the clock, `world.show` changes what lives in the cloud. */
export type Ask = (name: string, ...args: readonly unknown[]) => Promise<unknown>;
export type Observer = (ports: SimulatedDeps, ask: Ask) => Promise<{ readonly outcome: string }>;
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}
interface Answer {
  readonly value: unknown;
  /** What the clock shows until the next answer. */
  readonly now: Instant;
  readonly text: string;
}
interface Observing {
  readonly id: string;
  readonly heard: readonly (Answer & { readonly question: string })[];
  /** What is to be answered next; undefined once it has ended. */
  readonly call: Call | undefined;
  readonly question: string;
  /** Of its lease; 0 before it has one. */
  readonly epoch: number;
  readonly after: Map<string, Promise<Observing>>;
}
interface World {
  readonly id: number;
  /** The calls that made it what it is. */
  readonly calls: readonly Call[];
  readonly seen: Seen;
  /** By what is stored: the epoch of whoever changed it last. */
  readonly epochs: ReadonlyMap<string, number>;
  readonly after: Map<string, Promise<Answered>>;
}
interface Answered {
  readonly answer: Answer;
  readonly world: World;
  /** What the call changed although a later epoch had written it. */
  readonly over: string | undefined;
}
interface Moment {
  readonly observers: readonly Observing[];
  readonly world: World;
  /** Whose step each was, in one of the schedules that lead here. */
  readonly schedule: string;
}

const textOf = (value: unknown): string => canonicalJson(value instanceof Map ? [...value] : (value ?? null));
const once = <T>(known: Map<string, T>, key: string, make: () => T): T => {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
};

const IDLE = simulate().deps;
/** Ports that make their calls through `ask`. */
export const portsBy = (ask: Ask, now: () => Instant): SimulatedDeps => ({
  ...wrapPorts(IDLE, async (name, _call, args) => (await ask(name, ...args)) as never),
  // Each step is one call, and the next one follows from its answer.
  writesAtOnce: 1,
  clock: { now },
});

/** The simulation with these calls made on it. */
export const worldOf = async (calls: readonly Call[], plant: Plant = deps => deps) => {
  const { cloud, deps, setNow } = simulate();
  const show = async (...sightings: readonly Sighting[]) => {
    cloud.live.clear();
    for (const sighting of sightings) cloud.live.set(sighting.arn, sighting);
  };
  const all = { ...plant(deps), world: { passTo: async (now: Instant) => setNow(now), show } };
  const ask: Ask = (name, ...args) => {
    const [port = '', method = ''] = name.split('.');
    return Reflect.apply(Reflect.get(Reflect.get(all, port), method), undefined, args);
  };
  for (const { name, args } of calls) await ask(name, ...args);
  return { deps, cloud, ask, now: deps.clock.now };
};
type Simulated = Awaited<ReturnType<typeof worldOf>>;

const LONG_AGO = '2000-01-01T00:00:00.000Z';
const leaseIn = async ({ inventory }: SimulatedDeps): Promise<readonly Lease[]> => {
  const lease = await inventory.takeLease(SCOPE, 'nobody', LONG_AGO, LONG_AGO);
  return lease.granted ? [lease] : [lease, await inventory.takeLease(SCOPE, lease.holder, LONG_AGO, LONG_AGO)];
};
/** The lowest epoch that may write it. */
const fenceOf = async ({ inventory }: SimulatedDeps, item: InventoryItem): Promise<number> => {
  let epoch = 0;
  while (epoch < 10 && (await inventory.putItem(item, epoch)).outcome === 'CONFLICT') epoch += 1;
  return epoch;
};
interface Seen {
  readonly stored: ReadonlyMap<string, string>;
  /** All that the answer to a `KNOWN` call can depend on. */
  readonly text: string;
}
/** Lease and fences show only when they are tried, so the world is used up. What fences a status is the lease. */
export const lookAt = async ({ deps, cloud, now }: Simulated): Promise<Seen> => {
  const stored = new Map([['status', textOf(await deps.inventory.status(SCOPE))]]);
  for (const { record, response } of await allFindings(deps))
    stored.set(`${record.rule} ${record.subject}`, textOf([record, response, await deps.findings.history(record)]));
  const around = [await leaseIn(deps), await deps.inventory.acts(SCOPE), await deps.registry.all(), [...cloud.live], now()];
  for (const item of await deps.inventory.items(SCOPE)) stored.set(item.arn, textOf([item, await fenceOf(deps, item)]));
  return { stored, text: textOf([[...stored], around]) };
};
/** Any other call may touch what `lookAt` does not see. */
const KNOWN =
  /^(directory\.lookUp|findings\.(get|inScope|writeRecord)|inventory\.(\w+Lease|acts|items|(put|remove)Item|status|putStatus)|registry\.(claiming|put)|source\.\w+|world\.\w+)$/;

/** Lets an observer do again what it did when it heard this, up to the call that is to be answered next. */
const replay = async (observer: Observer, heard: Observing['heard'], begin: Instant) => {
  const open: Call[] = [];
  let [count, now, epoch] = [0, begin, 0];
  const ask: Ask = async (name, ...args) => {
    const answer = heard[count++];
    if (answer === undefined) {
      open.push({ name, args });
      return new Promise(() => {});
    }
    if (answer.question !== `${epoch} ${textOf({ name, args })}`) throw new Error(`${answer.question} was asked before`);
    now = answer.now;
    if (name === 'inventory.takeLease') epoch = (answer.value as { epoch?: number }).epoch ?? 0;
    return answer.value;
  };
  const ports = portsBy(ask, () => now);
  const ended = await Promise.race([observer(ports, ask), untilQuiet()]);
  const [call] = open;
  if (open.length !== (ended ? 0 : 1) || (call && !KNOWN.test(call.name))) throw new Error(`not one known call: ${textOf(open)}`);
  return { call, epoch, outcome: ended?.outcome };
};

/** Each observer after all that it may have heard, worked out once. */
const observersOf = (tasks: readonly Observer[], begin: Instant) => {
  let count = 0;
  const observing = async (who: number, heard: Observing['heard']): Promise<Observing> => {
    const { call, epoch, outcome } = await replay(tasks[who]!, heard, begin);
    // Nothing that it has heard matters once it has ended.
    return { id: outcome ?? `${who}.${(count += 1)}`, heard, call, question: `${epoch} ${textOf(call)}`, epoch, after: new Map() };
  };
  const hear = (who: number, { heard, question, after }: Observing, answer: Answer): Promise<Observing> =>
    once(after, answer.text, () => observing(who, [...heard, { ...answer, question }]));
  return { observing, hear };
};

/** Each world that calls may lead to from the `first`, and its answers, worked out once. */
const worldsFrom = async (first: readonly Call[], plant?: Plant) => {
  const known = new Map<string, World>();
  const world = (calls: readonly Call[], seen: Seen, epochOf: (key: string) => number): World => {
    const epochs = new Map([...seen.stored.keys()].map(key => [key, epochOf(key)]));
    return once(known, sha256(textOf([seen.text, [...epochs]])), () => ({ id: known.size, calls, seen, epochs, after: new Map() }));
  };
  const answered = async (from: World, call: Call, epoch: number): Promise<Answered> => {
    const made = await worldOf(from.calls, plant);
    const value = await made.ask(call.name, ...call.args);
    const answer = { value, now: made.now(), text: `${made.now()} ${textOf(value)}` };
    const seen = await lookAt(made);
    if (seen.text === from.seen.text) return { answer, world: from, over: undefined };
    const isChanged = (key: string) => seen.stored.get(key) !== from.seen.stored.get(key);
    const epochOf = (key: string) => from.epochs.get(key) ?? 0;
    const over = [...from.epochs.keys()].find(key => isChanged(key) && epochOf(key) > epoch);
    return { answer, world: world([...from.calls, call], seen, key => (isChanged(key) ? epoch : epochOf(key))), over };
  };
  const ask = (from: World, { call, question, epoch }: Observing) => once(from.after, question, () => answered(from, call!, epoch));
  return { begin: world(first, await lookAt(await worldOf(first)), () => 0), ask };
};

/** How the observers end in every interleaving, and in how many. Rejects where one writes over what a later epoch wrote. */
export const everyInterleaving = async (tasks: readonly Observer[], before: readonly Call[], plant?: Plant) => {
  const { observing, hear } = observersOf(tasks, (await worldOf(before)).now());
  const { begin, ask } = await worldsFrom(before, plant);
  const step = async ({ observers, world, schedule }: Moment, who: number): Promise<Moment> => {
    const to = await ask(world, observers[who]!);
    if (to.over !== undefined) throw new Error(`${to.over} was written over by ${who} in ${schedule}${who}`);
    return { observers: observers.with(who, await hear(who, observers[who]!, to.answer)), world: to.world, schedule: schedule + who };
  };
  const start = { observers: await Promise.all(tasks.map((_, who) => observing(who, []))), world: begin, schedule: '' };
  const ends: (Moment & { readonly schedules: number })[] = [];
  let layer = new Map([['', { moment: start as Moment, schedules: 1 }]]);
  while (layer.size > 0) {
    const next: typeof layer = new Map();
    for (const { moment, schedules } of layer.values()) {
      const awake = [...tasks.keys()].filter(who => moment.observers[who]!.call);
      if (awake.length === 0) ends.push({ ...moment, schedules });
      for (const who of awake) {
        const to = await step(moment, who);
        const key = [to.world, ...to.observers].map(({ id }) => id).join();
        next.set(key, { moment: to, schedules: schedules + (next.get(key)?.schedules ?? 0) });
      }
    }
    layer = next;
  }
  return ends;
};

import { MINUTE, plus } from '../../lib/core/time.ts';
import { recheckScopes } from '../../lib/usecases/recheck-scopes.ts';
import { rollCall } from '../../lib/usecases/roll-call.ts';
import { type Simulation, simulate } from '../simulation/simulated-world.ts';
import { aRegistration, aSighting, NOW, SCOPE, SLOT, someSettings } from './builders.ts';
import { aCall, aStateChange } from './events.ts';

export const EAST = SCOPE.replace('eu-west-1', 'us-east-1');
export const LATER = plus(NOW, MINUTE);
export const stray = (name = 'stray') => aSighting({ name, artefact: name, tags: {}, createdAt: NOW });

export const aLog = () => {
  const lines: { readonly event: string; readonly detail: Readonly<Record<string, unknown>> }[] = [];
  const keep = (event: string, detail: Readonly<Record<string, unknown>>) => void lines.push({ event, detail });
  return { lines, log: { info: keep, warn: keep } };
};

/** A world whose first roll call has ended well at SLOT, with a log that is kept. */
export const aWorld = async () => {
  const world = simulate(someSettings(), [SCOPE, EAST]);
  await world.deps.registry.put(aRegistration());
  world.cloud.live.set('fraud', aSighting());
  world.setNow(SLOT);
  await rollCall(world.deps, { slot: SLOT, holder: 'first' });
  world.setNow(LATER);
  const { lines, log } = aLog();
  return { ...world, told: world.accepted.length, lines, deps: { ...world.deps, log } };
};

export const queued = (events: readonly unknown[]) =>
  events.map((event, index) => ({ id: `m-${index + 1}`, body: typeof event === 'string' ? event : JSON.stringify(event) }));
export const announce = ({ deps }: Pick<Simulation, 'deps'>, ...events: readonly unknown[]) =>
  recheckScopes(deps, {
    messages: queued(events),
    holder: 'recheck',
    deadline: plus(deps.clock.now(), MINUTE),
  });

/** What the queue of events to tell hands on after their recheck. */
export const TELL = { messages: queued([aStateChange()]), holder: 'tell' };
export const created = (name = 'stray') => aCall('CreateEndpoint', { requestParameters: { endpointName: name }, eventID: `made-${name}` });
export const open = async ({ deps }: Pick<Simulation, 'deps'>) =>
  (await deps.findings.inScope(SCOPE)).map(({ record: { rule, about, condition, generation } }) => [
    rule,
    about.name,
    condition,
    generation,
  ]);
export const evidenceOf = async ({ deps }: Pick<Simulation, 'deps'>) =>
  (await deps.findings.inScope(SCOPE)).map(({ record }) => record.evidence['createdBy']);

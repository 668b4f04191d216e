import type { Decision, Registration } from '../../../lib/core/registration.ts';
import { PROVIDERS } from '../../../lib/core/scope.ts';
import type { Settings } from '../../../lib/core/settings.ts';
import { scopePlanner } from '../../../lib/usecases/plan-scopes.ts';
import { ACCOUNT, REGION, someSettings } from '../../support/builders.ts';
import { type Desk, PERSONS } from '../people.ts';
import { PRODUCTION } from '../reference.ts';
import { simulate, type SimulatedDeps } from '../simulated-world.ts';
import type { Plant } from '../timeline.ts';
import { ACCOUNTS, accountsOf, nothingSaid, type Said, SCOPES, sourceOf, type Truth } from './estate.ts';

/** An organisation, in whose accounts what is enabled is read. The guards are low, so that small worlds meet them. */
export const SETTINGS: Settings = someSettings({
  accounts: Object.fromEntries(PRODUCTION.map(account => [account, { environment: 'prod' }])),
  regions: 'enabled',
  spoke: { roleName: 'RollcallSpoke', externalId: 'x-1' },
  organization: {},
  ...PERSONS,
  policy: { foldAbove: 12, absenceGuardCount: 2 },
});

/** The application, with all that is true around it. */
export interface Live extends Desk {
  readonly truth: Truth;
  readonly said: Said;
  /** The ports without the planted bug: what is really stored. */
  readonly stored: SimulatedDeps;
  readonly accepted: ReturnType<typeof simulate>['accepted'];
  /** Whether the topics accept nothing just now. */
  refusing: boolean;
}

export const begin = (plant: Plant, settings: Settings): Live => {
  const { deps: memory, accepted } = simulate(settings, []);
  const truth: Truth = {
    live: new Map(),
    states: new Map(ACCOUNTS.map(account => [account, 'ACTIVE'])),
    off: new Set(),
    troubles: [],
    unanswered: new Map(),
  };
  const said = nothingSaid();
  const home = { account: ACCOUNT, region: REGION };
  const planner = scopePlanner({ home, settings, providers: PROVIDERS, accounts: accountsOf(truth, said) });
  const live = {
    truth,
    said,
    accepted,
    registered: new Map<string, Registration>(),
    decided: new Map<string, readonly Decision[]>(),
    scopes: SCOPES,
    refusing: false,
    now: '2026-11-23T06:00:00.000Z',
  };
  const publish: SimulatedDeps['publisher']['publish'] = async message =>
    live.refusing ? Promise.reject(new Error('refused')) : memory.publisher.publish(message);
  const stored = { ...memory, planner, source: sourceOf(truth, said), clock: { now: () => live.now } };
  return Object.assign(live, { stored, deps: plant({ ...stored, publisher: { ...stored.publisher, publish } }) });
};

import { memoryDescriptionCache } from '../../lib/adapters/memory/description-cache.ts';
import type { Provider } from '../../lib/core/scope.ts';
import { defaultSettings } from '../../lib/core/settings.ts';
import { HOUR, MINUTE, plus } from '../../lib/core/time.ts';
import { CONNECTIONS } from '../../lib/wiring/client-config.ts';
import { liveSource } from '../../lib/wiring/live-source.ts';
import { ACCOUNT } from './estate.ts';

/** A scope of each provider in one region. */
export interface ReadOrder {
  readonly region: string;
  readonly providers: readonly Provider[];
}

/** Each message is one listing, as a function makes it: what is kept between two lies in a store, here in memory. Another slot has come with each. */
const settings = defaultSettings();
const state = { slots: 0 };
/** Fixed, since what is due to be read anew depends on the time of the day: the calls of two benchmarks are the same. */
const START = '2026-11-23T09:00:00.000Z';
const clock = { now: () => plus(START, state.slots * settings.schedule.everyMinutes * MINUTE + Math.floor(performance.now())) };
const optionsFor = ({ region }: { readonly region: string }) =>
  ({ region, requestHandler: CONNECTIONS, retryMode: 'standard', maxAttempts: 5 }) as const;
const source = liveSource({ settings, clock, cache: memoryDescriptionCache(), optionsFor });

const list = async ({ region, providers }: ReadOrder): Promise<void> => {
  state.slots += 1;
  const started = performance.now();
  const ask = { packageGroups: [], deadline: plus(clock.now(), HOUR) };
  const listings = await Promise.all(providers.map(provider => source.list({ provider, account: ACCOUNT, region }, ask)));
  const kinds = listings.flatMap(listing => listing.kinds);
  const sightings = kinds.flatMap(kind => (kind.status === 'COMPLETE' ? kind.sightings : []));
  process.send?.({
    region,
    seconds: (performance.now() - started) / 1_000,
    unknown: sightings.filter(({ detail }) => detail.state === 'UNKNOWN').map(({ name }) => name),
    listed: sightings.length,
    notChecked: kinds.flatMap(kind => (kind.status === 'NOT_CHECKED' ? [kind.reason] : [])),
    mib: process.resourceUsage().maxRSS / 1_024,
  });
};

process.on('message', (order: ReadOrder) => void list(order));

// Whoever started it has ended, however.
process.once('disconnect', () => process.exit());

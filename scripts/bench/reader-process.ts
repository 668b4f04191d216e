import { systemClock } from '../../lib/adapters/system/clock.ts';
import { defaultSettings } from '../../lib/core/settings.ts';
import { HOUR, plus } from '../../lib/core/time.ts';
import { awsSource } from '../../lib/wiring/aws.ts';
import { ACCOUNT } from './estate.ts';

/** The reader as a function keeps it while it is warm: one source for all listings of the process. Each message is one listing. */
const source = awsSource({ home: { account: ACCOUNT, region: '' }, settings: defaultSettings() }, '2026-11-23T09:15:00.000Z');

const list = async (region: string): Promise<void> => {
  const started = performance.now();
  const deadline = plus(systemClock.now(), HOUR);
  const { kinds } = await source.list({ provider: 'sagemaker', account: ACCOUNT, region }, { packageGroups: [], deadline });
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

process.on('message', ({ region }: { readonly region: string }) => void list(region));

// Whoever started it has ended, however.
process.once('disconnect', () => process.exit());

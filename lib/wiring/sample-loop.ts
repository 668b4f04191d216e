import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { createCreatorSource } from '../adapters/aws/creators.ts';
import { createStaticDirectory } from '../adapters/directory/static-directory.ts';
import { readManifestFiles } from '../adapters/local/manifest-files.ts';
import { outboxPublisher } from '../adapters/local/outbox.ts';
import { changesText, nextText, rollCallText, toldText } from '../cli/render/roll-call.ts';
import type { Out } from '../cli/render/table.ts';
import type { StartOptions } from '../cli/wiring-interface.ts';
import { readConfig } from '../config/read-config.ts';
import { scopeId } from '../core/scope.ts';
import type { Settings } from '../core/settings.ts';
import { HOUR, type Instant, plus } from '../core/time.ts';
import { readManifests } from '../manifests/read-manifests.ts';
import type { Clock, FindingStore, Publisher } from '../ports.ts';
import { watchEstate } from '../simcloud/watch-estate.ts';
import { WRITES_AT_ONCE } from '../usecases/apply-plan.ts';
import { applyManifests } from '../usecases/apply-manifests.ts';
import { listFindings } from '../usecases/find-findings.ts';
import { fixedPlanner } from '../usecases/plan-scopes.ts';
import { readRollCall, type RollCallDeps, rollCall } from '../usecases/roll-call.ts';
import { liveSource, type LiveSourceDeps } from './live-source.ts';
import { forgetLocalState, type LocalStores, OUTBOX, offsetClock, offsetTo, openLocalStores, writeSession } from './local-state.ts';
import { type Accepted, rollCallView, toldView } from './roll-call-view.ts';

export const SAMPLE = fileURLToPath(new URL('../../sample/', import.meta.url));
/** When the sample takes place, so that its dates stay true. */
const SAMPLE_TIME: Instant = '2026-11-23T09:15:00.000Z';
/** Roll calls of the day before, about which nobody was told: without them nothing could be missing, or stale. */
const EARLIER = [25 * HOUR, 24 * HOUR];
const WATCH_EVERY_MS = 3_000;

export interface LoopSurroundings {
  readonly stdout: Out;
  readonly stderr: Out;
  readonly interrupted: () => Promise<void>;
}

/** The whole loop on the sample estate: simulated cloud, real SDK, real adapters, embedded tables. */
export const startSampleLoop = async (options: StartOptions, out: LoopSurroundings): Promise<void> => {
  const base = options.now ?? SAMPLE_TIME;
  const settingsFile = path.join(SAMPLE, 'rollcall.yaml');
  const settings = readConfig({ file: settingsFile, text: readFileSync(settingsFile) });
  forgetLocalState();
  const time = movableClock(base);
  const cloud = await watchEstate({
    file: path.join(SAMPLE, 'estate.yaml'),
    clock: () => Date.parse(time.clock.now()),
    onBroken: problem => out.stderr.write(`${problem}\n  not loaded: the last good estate stays\n`),
  });
  const stores = await openLocalStores({ endpoint: null });
  const session = { offset: offsetTo(base), settings: settingsFile };
  writeSession({ ...session, endpoint: stores.endpoint });
  try {
    const deps = loopDeps({ settings, stores, endpoint: cloud.endpoint, clock: time.clock });
    await prepare(deps, time, base);
    await showFirst(deps, out, base, time);
    if (!options.once) await watch(deps, time, { ...out, offset: session.offset });
  } finally {
    writeSession({ ...session, endpoint: null });
    await stores.close();
    await cloud.close();
  }
};

interface MovableClock {
  readonly clock: Clock;
  readonly set: (now: Instant) => void;
}

const movableClock = (start: Instant): MovableClock => {
  let now = start;
  return { clock: { now: () => now }, set: instant => (now = instant) };
};

interface LoopParts {
  readonly settings: Settings;
  readonly stores: LocalStores;
  readonly endpoint: string;
  readonly clock: Clock;
}

const loopDeps = ({ settings, stores, endpoint, clock }: LoopParts): RollCallDeps => {
  const optionsFor: LiveSourceDeps['optionsFor'] = ({ account, region }) => {
    return { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'sample' } };
  };
  const scopes = [
    { provider: 'sagemaker', account: '111122223333', region: 'eu-west-1' },
    { provider: 'sagemaker', account: '111122223333', region: 'us-east-1' },
    { provider: 'sagemaker', account: '444455556666', region: 'eu-west-1' },
    { provider: 'bedrock', account: '111122223333', region: 'eu-west-1' },
    { provider: 'agentcore', account: '111122223333', region: 'eu-west-1' },
  ] as const;
  return {
    ...stores,
    creators: createCreatorSource({ clientFor: scope => new CloudTrailClient(optionsFor(scope)), clock }),
    source: liveSource({ settings, clock, cache: stores.descriptions, optionsFor }),
    directory: createStaticDirectory(settings.directory),
    writesAtOnce: WRITES_AT_ONCE,
    publisher: outboxPublisher(OUTBOX),
    planner: fixedPlanner(scopes.map(scopeId)),
    settings,
    clock,
    log: { info: () => {}, warn: () => {} },
  };
};

/** Registers the sample's models, then holds the roll calls of the day before, which told nobody. */
const prepare = async (deps: RollCallDeps, time: MovableClock, base: Instant): Promise<void> => {
  const from = path.join(SAMPLE, 'registry');
  const registered = plus(base, -250 * 24 * HOUR);
  const declared = readManifests(
    {
      from,
      files: (await readManifestFiles(from, 1_000_000)).map(({ file, content }) => ({
        file: path.relative(path.dirname(SAMPLE), file),
        content,
      })),
    },
    { source: 'MANIFEST', by: 'registrar@example.com', now: registered },
  );
  await applyManifests(deps, { declared, prune: false, dryRun: false, by: 'registrar@example.com', now: registered });
  for (const ago of EARLIER) {
    time.set(plus(base, -ago));
    await readRollCall(deps, { slot: plus(base, -ago), holder: 'sample' });
  }
  time.set(base);
};

const showFirst = async (deps: RollCallDeps, out: LoopSurroundings, base: Instant, time: MovableClock): Promise<void> => {
  out.stdout.write('Rollcall · sample estate, simulated cloud, nothing leaves this machine\n');
  const started = performance.now();
  const accepted: Accepted[] = [];
  const result = await rollCall({ ...deps, publisher: remembering(deps.publisher, accepted) }, { slot: base, holder: 'start' });
  const seconds = (performance.now() - started) / 1_000;
  const { findings } = await listFindings(deps, { folded: false, now: base });
  out.stdout.write(`${rollCallText(await rollCallView(deps, { result, findings, seconds }))}\n`);
  const second = plus(base, deps.settings.schedule.everyMinutes * 60_000);
  time.set(second);
  const counted = countWrites(deps.findings);
  const again = await rollCall({ ...deps, findings: counted.findings }, { slot: second, holder: 'start' });
  out.stdout.write(`${toldText(toldView({ accepted, again, writes: counted.writes() }))}\n`);
  out.stdout.write(nextText(findings[0]?.id));
};

const remembering = (publisher: Publisher, accepted: Accepted[]): Publisher => ({
  ...publisher,
  publish: async message => {
    const file = await publisher.publish(message);
    accepted.push({ message, file });
    return file;
  },
});

/** Counts what a run writes to the findings, to show that a steady state writes nothing. */
export const countWrites = (findings: FindingStore): { readonly findings: FindingStore; readonly writes: () => number } => {
  let writes = 0;
  const counted =
    <A extends readonly unknown[], B>(write: (...args: A) => B) =>
    (...args: A): B => {
      writes += 1;
      return write(...args);
    };
  return {
    findings: { ...findings, writeRecord: counted(findings.writeRecord), writeTold: counted(findings.writeTold) },
    writes: () => writes,
  };
};

/** Calls the roll every few seconds of the sample's own time, and prints what changed. */
const watch = async (deps: RollCallDeps, time: MovableClock, out: LoopSurroundings & { readonly offset: number }): Promise<void> => {
  out.stdout.write(
    `\nWATCHING  edit ${path.relative(process.cwd(), path.join(SAMPLE, 'estate.yaml'))}, or answer a finding in another terminal; Ctrl-C ends\n`,
  );
  const clock = offsetClock(out.offset);
  const end = out.interrupted().then(() => 'END' as const);
  let before = (await listFindings(deps, { folded: false, now: time.clock.now() })).findings;
  while ((await Promise.race([end, pause(WATCH_EVERY_MS)])) !== 'END') {
    // One slot a second at most, and later than the two that were shown.
    const slot = plus(clock.now(), deps.settings.schedule.everyMinutes * 60_000);
    time.set(slot);
    await rollCall(deps, { slot, holder: 'start' });
    const after = (await listFindings(deps, { folded: false, now: slot })).findings;
    out.stdout.write(changesText(slot, before, after));
    before = after;
  }
};

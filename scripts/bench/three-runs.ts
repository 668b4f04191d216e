import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { createCreatorSource } from '../../lib/adapters/aws/creators.ts';
import { createStaticDirectory } from '../../lib/adapters/directory/static-directory.ts';
import { startEmbeddedDynamo } from '../../lib/adapters/local/embedded-dynamo.ts';
import { createMemoryPublisher } from '../../lib/adapters/memory/publisher.ts';
import { REGISTRY_SCOPE, scopeId } from '../../lib/core/scope.ts';
import { defaultSettings } from '../../lib/core/settings.ts';
import { type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import { readManifests } from '../../lib/manifests/read-manifests.ts';
import { WRITES_AT_ONCE } from '../../lib/usecases/apply-plan.ts';
import { applyManifests } from '../../lib/usecases/apply-manifests.ts';
import { fixedPlanner } from '../../lib/usecases/plan-scopes.ts';
import { rollCall } from '../../lib/usecases/roll-call.ts';
import { liveSource } from '../../lib/wiring/live-source.ts';
import { countWrites } from '../../lib/wiring/sample-loop.ts';
import { freshStores } from '../../test/support/dynamo-tables.ts';
import { ACCOUNT, inRegions, MANIFESTS, REGION, region } from './estate.ts';
import type { Part } from './part.ts';
import { startServer } from './server.ts';
import { runsTable } from './tables.ts';

const FIRST_SLOT: Instant = '2026-11-23T09:15:00.000Z';
const RUNS = 3;

export interface RunFigures {
  readonly messages: number;
  readonly findings: number;
  /** Of records and of who was told; each record has its entry of the history. */
  readonly writes: number;
}

const SCOPE = scopeId({ provider: 'sagemaker', account: ACCOUNT, region: REGION });

const ENDPOINTS = 200;

export const runsPart: Part = async () => {
  const runs = await threeRuns(ENDPOINTS);
  const [first, ...next] = runs;
  return {
    text: ['### Three roll calls of an estate in which nothing changes', '', ...runsTable(runs)],
    checks: [
      { what: 'the first roll call sends one message', passed: first?.messages === 1 },
      { what: 'the next ones send and write nothing', passed: next.every(({ messages, writes }) => messages + writes === 0) },
    ],
  };
};

/** Roll calls of an estate in which nothing changes: the real use cases and adapters, on an embedded DynamoDB. */
const threeRuns = async (size: number): Promise<readonly RunFigures[]> => {
  const server = await startServer(inRegions({ [REGION]: region('shared', size) }));
  const dynamo = await startEmbeddedDynamo();
  const stores = await freshStores(() => dynamo.endpoint, 'bench')();
  const { findings, writes } = countWrites(stores.findings);
  const publisher = createMemoryPublisher();
  const settings = defaultSettings();
  const time = { now: FIRST_SLOT };
  const clock = { now: () => time.now };
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: 'bench' };
  const optionsFor = () => ({ endpoint: String(server.env['AWS_ENDPOINT_URL']), region: REGION, credentials });
  const deps = {
    ...stores,
    findings,
    creators: createCreatorSource({ clientFor: () => new CloudTrailClient(optionsFor()), clock }),
    source: liveSource({ settings, clock, optionsFor }),
    directory: createStaticDirectory(settings.directory),
    writesAtOnce: WRITES_AT_ONCE,
    publisher,
    planner: fixedPlanner([SCOPE]),
    settings,
    clock,
    log: { info: () => {}, warn: () => {} },
  };
  const by = { source: 'MANIFEST', by: 'registrar@example.com', now: FIRST_SLOT } as const;
  const declared = readManifests({ from: 'bench', files: [{ file: 'models.yaml', content: MANIFESTS }] }, by);
  await applyManifests(deps, { ...by, declared, prune: false, dryRun: false });
  const figures: RunFigures[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    time.now = plus(FIRST_SLOT, run * settings.schedule.everyMinutes * MINUTE);
    const before = { messages: publisher.accepted.length, writes: writes() };
    await rollCall(deps, { slot: time.now, holder: 'bench' });
    const open = await Promise.all([SCOPE, REGISTRY_SCOPE].map(findings.inScope));
    figures.push({ messages: publisher.accepted.length - before.messages, writes: writes() - before.writes, findings: open.flat().length });
  }
  await dynamo.close();
  await server.stop();
  return figures;
};

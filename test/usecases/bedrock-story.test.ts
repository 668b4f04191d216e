import { expect, it } from 'vitest';
import { createBedrockSource } from '../../lib/adapters/bedrock/source.ts';
import { type Instant, MINUTE, plus } from '../../lib/core/time.ts';
import { readManifests } from '../../lib/manifests/read-manifests.ts';
import { applyManifests } from '../../lib/usecases/apply-manifests.ts';
import { draftForFinding } from '../../lib/usecases/draft-manifests.ts';
import { findComposition } from '../../lib/usecases/find-composition.ts';
import { listFindings } from '../../lib/usecases/find-findings.ts';
import { rollCall } from '../../lib/usecases/roll-call.ts';
import { arn, TITAN } from '../adapters/bedrock/reading.ts';
import { inRegion, type RegionInput, simulate as simulateCloud } from '../simcloud/simulated.ts';
import { simulate } from '../simulation/simulated-world.ts';
import { SLOT, someSettings } from '../support/builders.ts';

const SCOPE = 'bedrock/111122223333/eu-west-1';
const THROUGHPUT = arn('provisioned-model/fraud');
const SETTINGS = someSettings({
  manifestDecisions: 'trust',
  receivers: { 'kim@example.com': { email: 'kim@example.com' } },
  directory: ['kim', 'dana', 'lee'].map(name => ({ person: `${name}@example.com` })),
});
const manifest = (composition: string) => `
name: fraud-scorer
purpose: Score card payments for fraud
riskTier: HIGH
businessOwner: dana@example.com
technicalOwner: kim@example.com
dataSources: []
downstreamSystems: []
deployments: [{ arn: "${THROUGHPUT}", environment: prod, version: "1" }]
versions:
  - version: "1"
    composition: "${composition}"
    approval: { status: APPROVED, approver: lee@example.com, requester: kim@example.com, at: 2026-11-01T10:00:00Z }
attestation: { by: kim@example.com, at: 2026-11-02T09:00:00Z }
`;

/** As tier HIGH asks for. */
const LOGGED = { s3Config: { bucketName: 'calls' } };

/** The whole application on memory stores, over Bedrock in the simulated cloud. `call` is the roll call of a slot. */
const aWorld = async (region: RegionInput) => {
  const { simcloud, bedrock, cloudwatch, agents } = await simulateCloud(region);
  const { deps: inMemory, setNow, accepted } = simulate(SETTINGS, [SCOPE]);
  const deps = { ...inMemory, source: createBedrockSource({ clientsFor: () => ({ bedrock, cloudwatch, agents }), clock: inMemory.clock }) };
  const call = async (index: number) => {
    const slot: Instant = plus(SLOT, index * 15 * MINUTE);
    setNow(slot);
    await rollCall(deps, { slot, holder: 'story' });
    const { findings } = await listFindings(deps, { folded: false, now: slot });
    return findings.map(({ rule, severity, name, reason }) => `${severity} ${rule} ${name}: ${reason}`);
  };
  return { deps, call, accepted, edit: (next: RegionInput) => simcloud.load(inRegion(next)) };
};

it('a throughput that nobody registered is found, registered, approved as it is, found again with another model, and gone when it is', async () => {
  const called = { modelUse: [{ modelId: THROUGHPUT }], invocationLogging: LOGGED };
  const { deps, call, accepted, edit } = await aWorld({ ...called, provisionedModels: { fraud: {} } });
  expect(await call(0)).toEqual(['HIGH INV-01 fraud: nobody registered it; owner tag: none']);

  const composed = await findComposition(deps.source, { arn: THROUGHPUT, deadline: plus(SLOT, MINUTE) });
  if (composed.outcome !== 'FOUND') throw new Error(composed.reason);
  const files = [{ file: 'fraud.yaml', content: manifest(composed.composition.digest) }];
  const declared = readManifests({ from: 'registry', files }, { source: 'MANIFEST', by: 'registrar@example.com', now: SLOT });
  await applyManifests(deps, { declared, prune: false, dryRun: false, by: 'registrar@example.com', now: SLOT });
  expect(await call(1)).toEqual([]);

  edit({ ...called, provisionedModels: { fraud: { modelArn: TITAN } } });
  expect(await call(2)).toEqual(['CRITICAL APR-02 fraud: unregistered composition live, approval covers 1']);
  const mail = accepted.find(({ receiver }) => receiver === 'owner:kim@example.com');
  expect(mail?.body).toContain(`Bedrock provisioned throughput ${THROUGHPUT}`);

  edit({});
  expect(await call(3)).toHaveLength(1);
  expect(await call(4)).toEqual([]);
});

it('a change of model that is only asked for is no finding, and shown', async () => {
  const { deps, call } = await aWorld({ provisionedModels: { fraud: { status: 'Updating', desiredModelArn: TITAN } } });
  await call(0);
  const [stored] = await deps.findings.inScope(SCOPE);
  expect(stored?.record).toMatchObject({ rule: 'INV-01', evidence: { pending: `change to model ${TITAN}` } });
});

it.each([
  ['is found whatever other kinds answer', ['ListPromptRouters'], THROUGHPUT, 'FOUND'],
  ['is not there where its own kind was read', ['ListPromptRouters'], arn('provisioned-model/other'), 'NOT_FOUND'],
  ['cannot be told where its own kind was not', ['ListProvisionedModelThroughputs'], arn('provisioned-model/other'), 'NOT_CHECKED'],
  ['is none of what serves nothing', [], arn('guardrail/a1b2c3d4e5f6'), 'NOT_AN_ARN'],
])('the composition of an ARN %s', async (_, denied, asked, outcome) => {
  const { deps } = await aWorld({ provisionedModels: { fraud: {} }, denied });
  expect((await findComposition(deps.source, { arn: asked, deadline: plus(SLOT, MINUTE) })).outcome).toBe(outcome);
});

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
const OPUS = 'anthropic.claude-opus-4-20250514-v1:0';
const calling = (...modelIds: string[]): RegionInput => ({ modelUse: modelIds.map(modelId => ({ modelId })), invocationLogging: LOGGED });

it('a model that is called is found, registered by account and model, approved, found when another is called, and gone when it is silent', async () => {
  const { deps, call, accepted, edit } = await aWorld(calling(`eu.${HAIKU}`));
  expect(await call(0)).toEqual([`HIGH INV-02 ${HAIKU}: called, but nobody registered its use`]);

  const [found] = await deps.findings.inScope(SCOPE);
  const drafted = await draftForFinding(deps, { record: found!.record, ownerTags: [] });
  if (drafted.outcome !== 'DRAFTED') throw new Error(drafted.reason);
  expect(drafted.draft.manifest).toMatchObject({ match: { uses: [`111122223333/${HAIKU}`] } });
  const [version] = drafted.draft.manifest['versions'] as { composition: string }[];
  const content = manifest(version!.composition).replace(/^deployments: .*$/m, `match: { uses: ["111122223333/anthropic.claude-*"] }`);
  const files = [{ file: 'fraud.yaml', content }];
  const declared = readManifests({ from: 'registry', files }, { source: 'MANIFEST', by: 'registrar@example.com', now: SLOT });
  await applyManifests(deps, { declared, prune: false, dryRun: false, by: 'registrar@example.com', now: SLOT });
  expect(await call(1)).toEqual([]);

  edit(calling(HAIKU, `global.${OPUS}`));
  expect(await call(2)).toEqual([`CRITICAL APR-02 ${OPUS}: unregistered composition live, approval covers 1`]);
  const mail = accepted.find(({ receiver, body }) => receiver === 'owner:kim@example.com' && body.includes(OPUS));
  expect(mail?.body).toContain(`use of a Bedrock foundation model use:aws:bedrock:eu-west-1:111122223333:model/${OPUS}`);

  edit(calling(HAIKU));
  expect(await call(3)).toHaveLength(1);
  expect(await call(4)).toEqual([]);
});

it('a model whose life ends is told of ever more urgently, also while the scope cannot be read', async () => {
  const modelLifecycle = { status: 'LEGACY', legacyTime: '2026-06-01T00:00:00Z', endOfLifeTime: '2027-02-01T00:00:00Z' };
  const region: RegionInput = {
    provisionedModels: { fraud: { tags: { 'rollcall:model': 'fraud-scorer' } } },
    foundationModels: { [HAIKU]: { modelLifecycle } },
  };
  const { deps, call, edit } = await aWorld(region);
  const content = `name: fraud-scorer\nriskTier: MEDIUM\ntechnicalOwner: kim@example.com\n`;
  const files = [{ file: 'fraud.yaml', content }];
  const declared = readManifests({ from: 'registry', files }, { source: 'MANIFEST', by: 'registrar@example.com', now: SLOT });
  await applyManifests(deps, { declared, prune: false, dryRun: false, by: 'registrar@example.com', now: SLOT });
  const aDay = 4 * 24;
  const told = async (index: number) => (await call(index)).filter(line => line.includes('LIF-02'));
  const LINE = 'LIF-02 fraud: its model ends on 2027-02-01';
  expect(await told(0)).toEqual([`HIGH ${LINE}`]);
  const [before] = (await deps.findings.inScope(SCOPE)).filter(({ record }) => record.rule === 'LIF-02');
  expect([before?.record.code, await told(aDay), before?.record.head.seq]).toEqual(['SOON', [`HIGH ${LINE}`], 1]);
  edit({ ...region, denied: ['*'] });
  expect(await told(75 * aDay)).toEqual(['HIGH LIF-02 fraud: its model ended on 2027-02-01']);
  edit({ ...region, foundationModels: { [HAIKU]: {} } });
  expect(await told(76 * aDay)).toEqual([]);
});

import { describe, expect, it, test } from 'vitest';
import { type DeploymentKind, kindsOf } from '../../../lib/core/kinds.ts';
import { provesAbsence } from '../../../lib/core/sighting.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { arn, complete, DEADLINE, kindOf, reading, SCOPE } from './reading.ts';

const LISTS: Readonly<Partial<Record<DeploymentKind, string>>> = {
  AGENT_ALIAS: 'ListAgents',
  FLOW_ALIAS: 'ListFlows',
  PROMPT: 'ListPrompts',
  PROVISIONED_THROUGHPUT: 'ListProvisionedModelThroughputs',
  CUSTOM_MODEL_DEPLOYMENT: 'ListCustomModelDeployments',
  IMPORTED_MODEL: 'ListImportedModels',
  INFERENCE_PROFILE: 'ListInferenceProfiles',
  PROMPT_ROUTER: 'ListPromptRouters',
  MODEL_USE: 'ListMetrics',
};
const KINDS = kindsOf('bedrock');
const ONE_OF_EACH: RegionInput = {
  provisionedModels: { a: {} },
  customModelDeployments: { a: {} },
  importedModels: { a: {} },
  inferenceProfiles: { a: {} },
  promptRouters: { a: {} },
  modelUse: [{ modelId: 'anthropic.claude-v2:1' }],
  agents: { A1: {} },
  agentVersions: { 'A1/1': {} },
  agentAliases: { 'A1/B1': {} },
  flows: { F1: {} },
  flowVersions: { 'F1/1': {} },
  flowAliases: { 'F1/B1': {} },
  prompts: { P1: {} },
  promptVersions: { 'P1/1': { variants: [{ name: 'v', templateType: 'TEXT', templateConfiguration: { text: { text: 'Hello' } } }] } },
};
const three = { provisionedModels: { a: {}, b: {}, c: {} } };

describe('a scope of Bedrock', () => {
  it('is read kind by kind: one call each, two for uses, and one for lifecycles where something rests on a model; then more for logging, tags and versions', async () => {
    const empty = await (await reading({})).list();
    expect(empty.kinds.map(kind => [kind.kind, kind.status])).toEqual(KINDS.map(kind => [kind, 'COMPLETE']));
    expect(empty).toMatchObject({ scope: 'bedrock/111122223333/eu-west-1', packages: [], calls: 10 });
    const full = await (await reading(ONE_OF_EACH)).list();
    expect(full.kinds.map(kind => kind.status === 'COMPLETE' && kind.sightings.length)).toEqual(KINDS.map(() => 1));
    // Logging, as there is something to log; tags of each; what lies below an agent, a flow and a prompt; a version of each, with the tools and knowledge bases of the agent.
    expect(full.calls).toBe(11 + 1 + 8 + 3 + 5);
  });

  it('is whole in pages of any size', async () => {
    const { list, count } = await reading(three, { pageSize: 1 });
    expect(complete(await list(), 'PROVISIONED_THROUGHPUT').sightings.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(count('ListProvisionedModelThroughputs')).toBe(3);
  });

  it('without Bedrock is not checked, and says that the region does not offer it', async () => {
    const { list, simcloud } = await reading({});
    simcloud.faults.add({ kind: 'error', code: 'UnknownOperationException', status: 404, times: 'all' });
    for (const kind of (await list()).kinds) {
      expect(kind).toMatchObject({
        status: 'NOT_CHECKED',
        failure: 'UNSUPPORTED',
        reason: expect.stringMatching(/^not offered in this region: (bedrock|cloudwatch):List/),
      });
    }
  });
});

describe.each(KINDS)('%s', kind => {
  const operation = LISTS[kind] ?? '';
  const action = `${kind === 'MODEL_USE' ? 'cloudwatch' : 'bedrock'}:${operation}`;

  test.each([
    ['is denied', 'AccessDeniedException', 'DENIED', `access denied: ${action}`],
    ['is throttled', 'ThrottlingException', 'TRANSIENT', `failed after retries: ${action} (ThrottlingException)`],
    ['is refused', 'ValidationException', 'BAD_REQUEST', `request refused as invalid: ${action} (ValidationException)`],
    ['is "not found"', 'ResourceNotFoundException', 'UNKNOWN', `not found: ${action}`],
    ['fails in a way that nobody has seen', 'Novel', 'UNKNOWN', `failed: ${action} (Novel)`],
  ])('whose listing %s is not checked, and the other kinds are', async (_, code, failure, reason) => {
    const { list, simcloud } = await reading(ONE_OF_EACH);
    simcloud.faults.add({ kind: 'error', operation, code, times: 'all' });
    const listing = await list();
    expect(kindOf(listing, kind)).toEqual({ kind, status: 'NOT_CHECKED', failure, reason });
    for (const other of KINDS.filter(each => each !== kind)) expect(complete(listing, other).sightings).toHaveLength(1);
  });
});

describe('a listing', () => {
  const kind = 'PROVISIONED_THROUGHPUT';
  const operation = 'ListProvisionedModelThroughputs';

  test.each([
    ['repeated-token', `unreadable answer: bedrock:${operation} (the same page token twice)`],
    ['endless-pages', `unreadable answer: bedrock:${operation} (more than 1000 pages)`],
    ['html', `failed after retries: bedrock:${operation} (SyntaxError)`],
    ['truncated', `failed after retries: bedrock:${operation} (SyntaxError)`],
  ] as const)(
    'with the fault %s is not checked and says why',
    async (fault, reason) => {
      const { list, simcloud } = await reading(three);
      simcloud.faults.add({ kind: fault, operation, times: 'all' });
      expect(kindOf(await list(), kind)).toMatchObject({ status: 'NOT_CHECKED', reason });
      // A thousand pages are asked for, each over HTTP.
    },
    60_000,
  );

  test.each(['empty-page', 'duplicate-item'] as const)('with the fault %s is complete, and has everything once', async fault => {
    const { list, simcloud } = await reading(three, { pageSize: 2 });
    simcloud.faults.add({ kind: fault, operation });
    expect(complete(await list(), kind).sightings.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  test.each([
    [
      'of another account',
      { provisionedModelArn: arn('provisioned-model/x').replace('111122223333', '999999999999') },
      'arn: not a Bedrock provisioned throughput of bedrock/111122223333/eu-west-1',
    ],
    [
      'of another region',
      { provisionedModelArn: arn('provisioned-model/x').replace('eu-west-1', 'us-east-1') },
      'arn: not a Bedrock provisioned throughput of',
    ],
    ['of another kind', { provisionedModelArn: arn('imported-model/x') }, 'arn: not a Bedrock provisioned throughput of'],
    ['with a name that is none', { provisionedModelName: 'x\u202e\n' }, 'name: not a Bedrock name'],
    ['without a model', { modelArn: null }, 'modelArn: '],
    ['with a model that is no ARN', { modelArn: 'claude' }, 'modelArn: not an ARN'],
  ])('sets an item aside that is %s: it proves no absence, and the rest is seen', async (_, over, reason) => {
    const { list } = await reading({ provisionedModels: { a: {}, x: over } });
    const found = complete(await list(), kind);
    expect(found.sightings.map(({ name }) => name)).toEqual(['a']);
    expect(found.quarantined).toEqual([expect.objectContaining({ reason: expect.stringContaining(`malformed item: ${reason}`) })]);
    expect(provesAbsence(found)).toBe(false);
  });

  it('that is not done by its deadline is no listing: tags that were given up on are not tags that may not be read', async () => {
    let lists = 0;
    const { list } = await reading(
      { ...three, importedModels: {} },
      // All lists are sent before the first answer comes; after that it is too late.
      { now: () => ((lists += 1) <= 18 ? '2026-11-23T09:18:00.000Z' : DEADLINE) },
    );
    const listing = await list();
    expect(kindOf(listing, kind)).toEqual({
      kind,
      status: 'NOT_CHECKED',
      failure: 'DEADLINE',
      reason: 'out of time: bedrock:ListTagsForResource',
    });
    expect(kindOf(listing, 'IMPORTED_MODEL')).toMatchObject({ status: 'COMPLETE', sightings: [] });
  });

  it('of a deployment that is gone by the time its tags are read keeps it, with unknown tags', async () => {
    const { list, simcloud } = await reading(three);
    simcloud.faults.add({ kind: 'vanish', operation, name: 'b' });
    expect(complete(await list(), kind).sightings.map(({ name, tags }) => [name, tags])).toEqual([
      ['a', {}],
      ['b', null],
      ['c', {}],
    ]);
  });
});

test('what is of another scope, or of no kind that Bedrock serves, is never confirmed gone, and is not asked for', async () => {
  const { source, simcloud } = await reading({});
  const elsewhere = arn('imported-model/x').replace('eu-west-1', 'us-east-1');
  const strange = [elsewhere, arn('guardrail/x'), 'arn:aws:sagemaker:eu-west-1:111122223333:endpoint/x', 'x'];
  const answers = await source.confirmGone(SCOPE, strange, DEADLINE);
  for (const each of strange)
    expect(answers.get(each)).toEqual({ answer: 'UNKNOWN', reason: `no deployment of bedrock/111122223333/eu-west-1: ${each}` });
  expect(simcloud.calls()).toEqual([]);
});

test('nothing is confirmed gone once the time of the reading is over: what is kept back after it is for writing', async () => {
  const { source } = await reading({});
  const gone = arn('imported-model/x');
  const reason = 'out of time: bedrock:GetImportedModel';
  expect((await source.confirmGone(SCOPE, [gone], '2020-01-01T00:00:00.000Z')).get(gone)).toEqual({ answer: 'UNKNOWN', reason });
});

describe('whether what models are asked is logged', () => {
  test.each<[string, RegionInput, object | undefined]>([
    ['on, to a bucket', { provisionedModels: { a: {} }, invocationLogging: { s3Config: { bucketName: 'b' } } }, { state: 'ON' }],
    [
      'on, to a log group',
      { provisionedModels: { a: {} }, invocationLogging: { cloudWatchConfig: { logGroupName: 'g', roleArn: 'r' } } },
      { state: 'ON' },
    ],
    ['off', { provisionedModels: { a: {} } }, { state: 'OFF' }],
    [
      'off, with nowhere to log to',
      { provisionedModels: { a: {} }, invocationLogging: { textDataDeliveryEnabled: true } },
      { state: 'OFF' },
    ],
    ['not asked where there is nothing to call', {}, undefined],
    [
      'unknown where it may not be asked, and everything is read',
      { provisionedModels: { a: {} }, denied: ['GetModelInvocationLoggingConfiguration'] },
      { state: 'UNREAD', failure: 'DENIED', reason: 'access denied: bedrock:GetModelInvocationLoggingConfiguration' },
    ],
  ])('is %s', async (_name, region, expected) => {
    const { list, count } = await reading(region);
    const { invocationLogging, kinds } = await list();
    expect([invocationLogging, count('GetModelInvocationLoggingConfiguration')]).toEqual([expected, expected === undefined ? 0 : 1]);
    expect(kinds.every(({ status }) => status === 'COMPLETE')).toBe(true);
  });
});

import { readFileSync } from 'node:fs';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { AGENTCORE_PROBES } from '../../../lib/adapters/agentcore/probes.ts';
import { probeAll } from '../../../lib/adapters/aws/probe.ts';
import { createSession } from '../../../lib/adapters/aws/session.ts';
import { BEDROCK_PROBES } from '../../../lib/adapters/bedrock/probes.ts';
import { SAGEMAKER_PROBES } from '../../../lib/adapters/sagemaker/probes.ts';
import { type Provider, SERVICES } from '../../../lib/core/scope.ts';
import { READS } from '../../../lib/infra/reads.ts';
import { MINUTE, plus } from '../../../lib/core/time.ts';
import { ACCOUNT, endpoints, IMAGE, REGION, type RegionInput, simulate } from '../../simcloud/simulated.ts';
import { NOW } from '../../support/builders.ts';

const FULL: RegionInput = {
  ...endpoints('a'),
  inferenceComponents: { c: { endpoint: 'a', image: IMAGE } },
  modelPackages: { 'fraud/1': { image: IMAGE } },
};

const probing = async (region: RegionInput, fault?: Parameters<Awaited<ReturnType<typeof simulate>>['simcloud']['faults']['add']>[0]) => {
  const { simcloud, sagemaker, cloudwatch, cloudtrail } = await simulate(region);
  if (fault) simcloud.faults.add(fault);
  const scope = { provider: 'sagemaker', account: ACCOUNT, region: REGION } as const;
  const session = createSession({ scope, limit: pLimit(1), clock: { now: () => NOW }, deadline: plus(NOW, MINUTE) });
  const probed = await probeAll(session, { client: sagemaker, cloudwatch, cloudtrail }, SAGEMAKER_PROBES);
  const of = (outcome: string) => probed.filter(one => one.outcome === outcome).map(({ action }) => action.replace(/^.*:/, ''));
  return { probed, of, calls: simcloud.calls() };
};

/** What each provider has beside SageMaker, one of each, under the names that its clients have. */
const OTHERS: readonly (readonly [name: string, provider: Provider, full: RegionInput, denied: string])[] = [
  [
    'Bedrock',
    'bedrock',
    {
      provisionedModels: { fraud: {} },
      customModelDeployments: { fraud: {} },
      importedModels: { fraud: {} },
      inferenceProfiles: { fraud: {} },
      promptRouters: { fraud: {} },
      agents: { A1: { agentCollaboration: 'SUPERVISOR' } },
      agentVersions: { 'A1/1': {} },
      agentAliases: { 'A1/PROD': {} },
      agentActionGroups: { 'A1/DRAFT/G1': {} },
      flows: { F1: {} },
      flowVersions: { 'F1/1': {} },
      flowAliases: { 'F1/PROD': {} },
      prompts: { P1: {} },
    },
    'ListPromptRouters',
  ],
  [
    'AgentCore',
    'agentcore',
    {
      agentRuntimes: { 'bot-1': {} },
      agentRuntimeEndpoints: { 'bot-1/DEFAULT': {} },
      harnesses: { 'aide-1': {} },
      harnessEndpoints: { 'aide-1/DEFAULT': {} },
      gateways: { 'tools-1': {} },
      gatewayTargets: { 'tools-1/T1': { targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://example.com' } } } } },
    },
    'ListHarnesses',
  ],
];

describe.each(OTHERS)('the requests that a scan of %s needs', (_name, provider, full, denied) => {
  const service = SERVICES[provider];
  const probingAll = async (region: RegionInput) => {
    const { config, bedrock, cloudwatch, cloudtrail, agents } = await simulate(region);
    const session = createSession({
      scope: { provider, account: ACCOUNT, region: REGION },
      limit: pLimit(1),
      clock: { now: () => NOW },
      deadline: plus(NOW, MINUTE),
    });
    const probed = await (provider === 'bedrock'
      ? probeAll(session, { bedrock, cloudwatch, cloudtrail, agents }, BEDROCK_PROBES)
      : probeAll(session, { agentcore: new BedrockAgentCoreControlClient(config()), bedrock, cloudtrail }, AGENTCORE_PROBES));
    const of = (outcome: string) => probed.filter(one => one.outcome === outcome).map(({ action }) => action);
    return { probed, of };
  };

  it('are those that the deployed role may send in its scopes, and all are allowed where something is there', async () => {
    const { of } = await probingAll(full);
    const { lists, details, elsewhere } = READS[provider];
    const granted = [...lists, ...details].map(operation => `${service}:${operation}`).concat(elsewhere);
    expect(of('ALLOWED').toSorted()).toEqual(granted.filter(action => !action.includes('Marketplace')).toSorted());
  });

  it('are not said to be allowed where there is nothing to ask about', async () => {
    const { of } = await probingAll({});
    expect(of('FAILED')).toEqual([]);
    expect(
      of('ALLOWED').every(action => /:(List\w+s|GetMetricData|LookupEvents|GetModelInvocationLoggingConfiguration)$/.test(action)),
    ).toBe(true);
  });

  it('tell of a denied one by its name', async () => {
    const { probed } = await probingAll({ denied: [denied] });
    expect(probed.filter(({ outcome }) => outcome === 'FAILED').map(({ reason }) => reason)).toEqual([
      `access denied: ${service}:${denied}`,
    ]);
  });
});

const OPTIONAL = ['Search', 'ListEndpointConfigs', 'ListModels'];
const BESIDE = ['GetMetricData', 'LookupEvents'];
const LOST: Readonly<Record<string, string>> = { LookupEvents: 'without which no roll call can look up who made something' };
const ABOUT = ['DescribeEndpoint', 'ListTags', 'DescribeEndpointConfig', 'DescribeModel', 'DescribeInferenceComponent'];

describe('the requests that a scan of SageMaker needs', () => {
  it('are those that the deployed role may send, each sent once', async () => {
    const { probed, of, calls } = await probing(FULL);
    expect(of('ALLOWED')).toHaveLength(SAGEMAKER_PROBES.length);
    expect(calls.map(({ operation, count }) => `${operation} ${count}`)).toEqual(of('ALLOWED').map(operation => `${operation} 1`));
    const granted = readFileSync('docs/permissions.md', 'utf8').match(
      /sagemaker:(List|Describe|Batch|Search)\w*|cloudwatch:GetMetricData|cloudtrail:LookupEvents/g,
    );
    expect(new Set(probed.map(({ action }) => action))).toEqual(new Set(granted));
  });

  it('are not said to be allowed where there is nothing to ask about', async () => {
    const { probed, of } = await probing({});
    expect(of('ALLOWED')).toEqual(['ListEndpoints', 'ListInferenceComponents', 'ListModelPackages', ...OPTIONAL, ...BESIDE]);
    expect(of('NOTHING_THERE')).toEqual([...ABOUT, 'BatchDescribeModelPackage']);
    expect(probed.at(-3)?.reason).toBe('nothing is there to ask it about');
  });

  it.each(SAGEMAKER_PROBES.map(({ action }) => action))('tell of a denied %s by its name', async action => {
    const operation = action.replace(/^.*:/, '');
    const { probed, of } = await probing({ ...FULL, denied: [operation] });
    expect(of('FAILED')).toEqual([operation]);
    expect(probed.find(({ outcome }) => outcome === 'FAILED')).toMatchObject({
      failure: 'DENIED',
      reason: `access denied: ${action}`,
      lost: OPTIONAL.includes(operation) ? 'which only costs more requests' : (LOST[operation] ?? null),
    });
  });

  it.each([
    ['vanishes meanwhile', { code: 'ResourceNotFound', operation: 'DescribeModel' }, [], ['DescribeModel']],
    ['cannot be asked in that region', { code: 'UnrecognizedClientException', operation: 'ListEndpoints' }, ['ListEndpoints'], []],
    [
      'is not offered there',
      { code: 'UnknownOperationException', operation: 'ListModelPackages' },
      ['ListModelPackages'],
      ['BatchDescribeModelPackage'],
    ],
    ['does not answer', { code: 'InternalFailure', status: 500, operation: 'Search' }, ['Search'], []],
  ])('stop at what keeps all of them from an answer, and at nothing else: one %s', async (_name, fault, failed, absent) => {
    const { probed, of } = await probing(FULL, { kind: 'error', times: 'all', ...fault });
    expect([of('FAILED'), of('NOTHING_THERE')]).toEqual([failed, absent]);
    const ended = probed.findIndex(({ failure }) => failure === 'IDENTITY' || failure === 'TRANSIENT') + 1;
    expect(probed).toHaveLength(ended || SAGEMAKER_PROBES.length);
  });

  it('see a denial that a batch hides in an answer of 200', async () => {
    const [batch] = SAGEMAKER_PROBES.filter(({ action }) => action === 'sagemaker:BatchDescribeModelPackage');
    const { sagemaker, cloudwatch, cloudtrail } = await simulate({});
    const arn = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:model-package/fraud/9`;
    const options = { abortSignal: AbortSignal.timeout(10_000) };
    await expect(batch!.call({ client: sagemaker, cloudwatch, cloudtrail }, arn, options, NOW)).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

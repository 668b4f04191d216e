import { AccountClient } from '@aws-sdk/client-account';
import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import pLimit from 'p-limit';
import { AGENTCORE_PROBES } from '../adapters/agentcore/probes.ts';
import { probeAll } from '../adapters/aws/probe.ts';
import { asked, enabledRegions, stackOutputs, whoAmI } from '../adapters/aws/questions.ts';
import { createSession, type Session } from '../adapters/aws/session.ts';
import { BEDROCK_PROBES } from '../adapters/bedrock/probes.ts';
import { documentClient } from '../adapters/dynamo/client.ts';
import { dynamoInventoryStore } from '../adapters/dynamo/inventory-store.ts';
import { SAGEMAKER_PROBES } from '../adapters/sagemaker/probes.ts';
import { isConfirmed, subscriptionsOf } from '../adapters/sns/publisher.ts';
import { systemClock } from '../adapters/system/clock.ts';
import type { DoctorPorts, StackPorts } from '../cli/doctor/check.ts';
import type { CliWiring, DoctorTarget } from '../cli/wiring-interface.ts';
import { type CloudScope, type Provider, REGISTRY_SCOPE } from '../core/scope.ts';
import type { Settings } from '../core/settings.ts';
import { MINUTE, plus } from '../core/time.ts';
import type { Probed } from '../ports.ts';

export interface DoctorDeps extends Pick<CliWiring, 'connect' | 'scanner'> {
  readonly settings: Settings;
  readonly retry: { readonly retryMode: 'standard'; readonly maxAttempts: number };
  readonly homeRegion: () => Promise<string>;
}

/** How each provider's permissions are probed: a new provider is one more row. */
const PROBES: Readonly<Record<Provider, (scope: CloudScope, deps: DoctorDeps) => Promise<readonly Probed[]>>> = {
  sagemaker: (scope, { retry }) => {
    const options = { ...retry, region: scope.region };
    const clients = {
      client: new SageMakerClient(options),
      cloudwatch: new CloudWatchClient(options),
      cloudtrail: new CloudTrailClient(options),
    };
    return probeAll(sessionOf(scope), clients, SAGEMAKER_PROBES);
  },
  bedrock: (scope, { retry }) => {
    const options = { ...retry, region: scope.region };
    const clients = {
      bedrock: new BedrockClient(options),
      cloudwatch: new CloudWatchClient(options),
      cloudtrail: new CloudTrailClient(options),
      agents: new BedrockAgentClient(options),
    };
    return probeAll(sessionOf(scope), clients, BEDROCK_PROBES);
  },
  agentcore: (scope, { retry }) => {
    const options = { ...retry, region: scope.region };
    const clients = {
      agentcore: new BedrockAgentCoreControlClient(options),
      bedrock: new BedrockClient(options),
      cloudtrail: new CloudTrailClient(options),
    };
    return probeAll(sessionOf(scope), clients, AGENTCORE_PROBES);
  },
};

/** One request at a time, all within a minute: a person waits. */
const sessionOf = (scope: CloudScope): Session =>
  createSession({ scope, limit: pLimit(1), clock: systemClock, deadline: plus(systemClock.now(), MINUTE) });

export const doctorPorts = (target: DoctorTarget, deps: DoctorDeps): DoctorPorts => {
  const { retry, settings } = deps;
  const home = once(() => orMissing(deps.homeRegion()));
  const region = async () => (await home()) ?? target.regions?.[0] ?? settings.regions[0] ?? deps.homeRegion();
  return {
    now: systemClock.now,
    home,
    whoAmI: once(() => whoAmI(new STSClient({ ...retry, region }), systemClock)),
    enabledRegions: once(() => enabledRegions(new AccountClient({ ...retry, region }))),
    scopes: once(async () => (await deps.scanner({ regions: target.regions })).scopes),
    probe: scope => PROBES[scope.provider](scope, deps),
    stack: target.stack === undefined ? undefined : stackPorts(target.stack, deps),
  };
};

const stackPorts = (name: string, { retry, settings, connect }: DoctorDeps): StackPorts => ({
  name,
  everyMinutes: settings.schedule.everyMinutes,
  outputs: once(() => asked('cloudformation:DescribeStacks', stackOutputs(new CloudFormationClient(retry), name))),
  findings: async api => (await connect({ api })).findings({ folded: false }),
  subscriptions: topic =>
    asked(
      'sns:ListSubscriptionsByTopic',
      subscriptionsOf(new SNSClient(retry), topic).then(arns => arns.map(isConfirmed)),
    ),
  lastRun: async table => {
    const inventory = dynamoInventoryStore({ client: documentClient(retry), name: table });
    const closed = async () => {
      const slot = (await inventory.status(REGISTRY_SCOPE))?.lastSlot ?? null;
      return slot === null ? undefined : inventory.run(slot);
    };
    return asked('dynamodb:GetItem', closed());
  },
});

/** What several checks ask is asked once. */
const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
};

/** A region that is not set is an answer here. */
const orMissing = (region: Promise<string>): Promise<string | undefined> =>
  region.catch((error: unknown) => {
    if (error instanceof Error && error.message === 'Region is missing') return undefined;
    throw error;
  });

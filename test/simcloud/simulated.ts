import { BedrockClient } from '@aws-sdk/client-bedrock';
import { BedrockAgentClient } from '@aws-sdk/client-bedrock-agent';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { onTestFinished } from 'vitest';
import type { EstateInput } from '../../lib/simcloud/estate.ts';
import { startSimcloud, type SimcloudOptions } from '../../lib/simcloud/server.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const NOW = Date.parse('2026-11-23T09:15:00Z');
export const IMAGE = `registry/xgboost@sha256:${'9c'.repeat(32)}`;

export type RegionInput = EstateInput['accounts'][string][string];
export const inRegion = (region: RegionInput): EstateInput => ({ accounts: { [ACCOUNT]: { [REGION]: region } } });
export const endpoints = (...names: string[]): RegionInput => ({
  endpoints: Object.fromEntries(names.map(name => [name, { variants: [{ model: { image: IMAGE } }] }])),
});

/** A simcloud whose clock only moves by `pass`, and clients of the real SDK for it, or what makes one; closed with the test. */
export const simulate = async (region: RegionInput, options: Partial<SimcloudOptions> = {}) => {
  let now = NOW;
  const simcloud = await startSimcloud({ estate: inRegion(region), clock: () => now, settleMs: 60_000, ...options });
  onTestFinished(() => simcloud.close());
  const config = ({ accessKeyId = ACCOUNT, region: at = REGION, maxAttempts = 1 } = {}) => ({
    endpoint: simcloud.endpoint,
    region: at,
    maxAttempts,
    credentials: { accessKeyId, secretAccessKey: 'x' },
  });
  const client = (caller?: Parameters<typeof config>[0]) => new SageMakerClient(config(caller));
  const pass = (milliseconds: number): void => {
    now += milliseconds;
  };
  return {
    simcloud,
    config,
    client,
    sagemaker: client(),
    bedrock: new BedrockClient(config()),
    cloudtrail: new CloudTrailClient(config()),
    cloudwatch: new CloudWatchClient(config()),
    agents: new BedrockAgentClient(config()),
    pass,
  };
};

export const arn = (resource: string): string => `arn:aws:sagemaker:${REGION}:${ACCOUNT}:${resource}`;

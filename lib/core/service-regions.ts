/**
 * Regions that are known not to offer a provider's service, by the provider's word. Whatever stands in no list is asked, regions that are newer
 * than this table included: better a question too many. Source: botocore 1.44.8, `endpoints.json`, read 2026-11-25: `api.sagemaker` and
 * `bedrock` against the regions of their partitions. It has nothing on Bedrock AgentCore, so `agentcore` is asked everywhere.
 */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  sagemaker: ['us-iso-west-1', 'us-isob-west-1'],
  bedrock: ['ap-east-1', 'cn-north-1', 'cn-northwest-1', 'eu-isoe-west-1', 'us-iso-west-1', 'us-isob-west-1'],
};

/** Whether there can be anything of a provider in a region, as far as is known. */
export const isOffered = (provider: string, region: string): boolean => WITHOUT[provider]?.includes(region) !== true;

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

/** Regions that every account of a partition has without asking for them. Source: the documentation of
 * AWS on regions that are enabled by default, read 2026-11-26. */
export const REGIONS_OF_EVERY_ACCOUNT: Readonly<Record<string, readonly string[]>> = {
  aws: [
    'us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1',
    'ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2',
  ].flatMap(line => line.split(' ')),
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
};

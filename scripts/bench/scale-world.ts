import type { CloudScope, Provider } from '../../lib/core/scope.ts';

/** Every account is watched in as many regions, and has its deployments in the first two. */
export const REGIONS: readonly string[] = [
  'eu-west-1 us-east-1 us-east-2 us-west-1 us-west-2 eu-west-2 eu-west-3 eu-central-1 eu-north-1 ca-central-1',
  'ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2 sa-east-1 eu-south-1 ap-east-1 me-south-1',
].flatMap(line => line.split(' '));

/** What an account has: 100 deployments, in 4 of its 60 scopes. */
const LIVE: Readonly<Record<Provider, readonly number[]>> = { sagemaker: [60, 30], bedrock: [8], agentcore: [2] };
export const PLACES_WITH = Object.values(LIVE).flat().length;
export const DEPLOYMENTS_EACH = Object.values(LIVE)
  .flat()
  .reduce((sum, each) => sum + each, 0);

export const liveIn = ({ provider, region }: Pick<CloudScope, 'provider' | 'region'>): number =>
  LIVE[provider][REGIONS.indexOf(region)] ?? 0;

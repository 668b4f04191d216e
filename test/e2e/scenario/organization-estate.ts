import type { EstateInput } from '../../../lib/simcloud/estate.ts';
import { ACCOUNT } from '../rig.ts';

/** The hub is the management account. One member is read from the start, the other's role refuses at first. */
export const MEMBER = '111122223333';
export const REFUSED = '444455556666';
export const SPOKE = { role: 'RollcallSpoke', externalId: 'e2e-1' };

const XGBOOST = `683313688378.dkr.ecr.us-east-1.amazonaws.com/xgboost@sha256:${'9c1e4f7ab20d5836'.repeat(4)}`;
const endpoint = (name: string, tags = {}) => ({
  [name]: { tags, variants: [{ model: { image: XGBOOST, artefact: `s3://models/${name}/v1` } }] },
});

const PROVISIONED = 'k3x9f2m7q1ab';
const MODEL = 'amazon.nova-pro-v1:0';

const endpointOf = (account: string, region: string, name: string): string => `dep:arn:aws:sagemaker:${region}:${account}:endpoint/${name}`;
/** What lives in the accounts, as findings name it. */
export const SUBJECTS = {
  ranker: endpointOf(MEMBER, 'us-east-1', 'ranker'),
  pricing: endpointOf(MEMBER, 'eu-west-1', 'pricing'),
  throughput: `dep:arn:aws:bedrock:us-east-1:${MEMBER}:provisioned-model/${PROVISIONED}`,
  use: `dep:use:aws:bedrock:us-east-1:${MEMBER}:model/${MODEL}`,
  stray: endpointOf(REFUSED, 'us-east-1', 'stray'),
} as const;

/** `mended`: that the refusing role and the denied listing answer. `members`: who is in the organisation beside the hub. */
export interface Now {
  readonly mended: boolean;
  readonly members: readonly string[];
}

export const organizationEstate = ({ mended, members }: Now): EstateInput => ({
  accounts: {
    [ACCOUNT]: { 'us-east-1': {}, 'eu-west-1': {} },
    [MEMBER]: {
      'us-east-1': {
        endpoints: endpoint('ranker', { owner: 'kim@example.com' }),
        provisionedModels: { [PROVISIONED]: { provisionedModelName: 'support-chat' } },
        modelUse: [{ modelId: `us.${MODEL}` }],
      },
      'eu-west-1': { endpoints: endpoint('pricing'), denied: mended ? [] : ['ListEndpoints'] },
    },
    [REFUSED]: { 'us-east-1': { endpoints: endpoint('stray') }, 'eu-west-1': {} },
  },
  spokes: { [MEMBER]: SPOKE, [REFUSED]: mended ? SPOKE : 'denied' },
  organization: { accounts: Object.fromEntries([ACCOUNT, ...members].map(account => [account, {}])) },
});

import { type EstateInput, ROOT } from './estate.ts';
import { generate, type GenerateOptions } from './generate.ts';

type RegionInput = EstateInput['accounts'][string][string];

export interface OrganizationOptions extends Pick<GenerateOptions, 'deployments' | 'seed'> {
  readonly accounts: number;
  readonly regions: readonly string[];
}

const HAIKU = 'anthropic.claude-3-haiku-20240307-v1:0';
/** Of every kind but endpoints and components one, as its service fills it in. */
const ONE_OF_EACH: RegionInput = {
  provisionedModels: { a1b2c3d4e5f0: {} },
  customModelDeployments: { a1b2c3d4e5f1: {} },
  importedModels: { a1b2c3d4e5f2: {} },
  inferenceProfiles: { a1b2c3d4e5f3: {} },
  promptRouters: { a1b2c3d4e5f4: {} },
  modelUse: [{ modelId: HAIKU }],
  agents: { AGENT00001: {} },
  agentVersions: { 'AGENT00001/1': {} },
  agentAliases: { 'AGENT00001/ALIAS00001': {} },
  flows: { FLOW000001: {} },
  flowVersions: { 'FLOW000001/1': {} },
  flowAliases: { 'FLOW000001/ALIAS00001': {} },
  prompts: { PROMPT0001: {} },
  promptVersions: {
    'PROMPT0001/1': {
      variants: [{ name: 'one', templateType: 'TEXT', templateConfiguration: { text: { text: 'Greet {{name}}.' } }, modelId: HAIKU }],
    },
  },
  agentRuntimes: { 'bot-a1b2c3d4e5': {} },
  agentRuntimeVersions: { 'bot-a1b2c3d4e5/1': {} },
  agentRuntimeEndpoints: { 'bot-a1b2c3d4e5/DEFAULT': {} },
  harnesses: { 'aide-a1b2c3d4e5': {} },
  harnessVersions: { 'aide-a1b2c3d4e5/1': {} },
  harnessEndpoints: { 'aide-a1b2c3d4e5/DEFAULT': {} },
  gateways: { 'tools-a1b2c3d4e5': {} },
};

/** The first account answers callers that name none, and manages the organisation. */
const accountAt = (index: number): string => String(111_122_223_333 + index);

const withEveryKind = (places: Readonly<Record<string, RegionInput>>): Readonly<Record<string, RegionInput>> =>
  Object.fromEntries(Object.entries(places).map(([region, own]) => [region, { ...ONE_OF_EACH, ...own }]));

/** An organisation of so many accounts, with what `generate` makes of the seed spread over them, and beside it one of every other kind in every region. */
export const generateOrganization = ({ accounts: count, regions, ...size }: OrganizationOptions): EstateInput => {
  const accounts = Array.from({ length: count }, (_, index) => accountAt(index));
  const estate = generate({ ...size, accounts, regions });
  return {
    ...estate,
    accounts: Object.fromEntries(Object.entries(estate.accounts).map(([account, places]) => [account, withEveryKind(places)])),
    organization: { accounts: Object.fromEntries(accounts.map(account => [account, { state: 'ACTIVE', parent: ROOT }])) },
  };
};

import { deploymentOf } from './finding.ts';
import { type DeploymentKind, kindOfArn } from './kinds.ts';

/** Where a partition has its console; one that is not here has none that we know. */
const DOMAINS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** From what follows the kind's word in an ARN, the path of its page; undefined: no page of it is known. */
type Page = ((region: string, id: string) => string) | undefined;

const bedrock =
  (page: (id: string) => string): Page =>
  (region, id) =>
    `bedrock/home?region=${region}#/${page(id)}`;

/**
 * The page of each kind, or else the page that lists its kind, as public code links to them (read 2026-11-26): AWS documents none of these
 * addresses. A kind without one is left out rather than guessed.
 */
const PAGES: Readonly<Record<DeploymentKind, Page>> = {
  ENDPOINT: (region, id) => `sagemaker/home?region=${region}#/endpoints/${id}`,
  INFERENCE_COMPONENT: undefined,
  PROVISIONED_THROUGHPUT: bedrock(() => 'provisioned-throughput'),
  CUSTOM_MODEL_DEPLOYMENT: undefined,
  IMPORTED_MODEL: bedrock(() => 'imported-models'),
  INFERENCE_PROFILE: bedrock(() => 'inference-profiles'),
  PROMPT_ROUTER: undefined,
  MODEL_USE: undefined,
  AGENT_ALIAS: bedrock(id => `agents/${id}`),
  FLOW_ALIAS: bedrock(() => 'flows'),
  PROMPT: bedrock(id => `prompt-management/${id}`),
  AGENT_RUNTIME: (region, id) => `bedrock-agentcore/agents/${id}?region=${region}`,
  HARNESS: undefined,
  GATEWAY: region => `bedrock-agentcore/toolsAndGateways?region=${region}`,
};

/** The page of the AWS console for a deployment, by its ARN; undefined where none is known, or the text is no ARN of anything that serves. */
export const consoleLink = (arn: string): string | undefined => {
  const kind = kindOfArn(arn);
  const [, partition = '', , region = '', , ...resource] = arn.split(':');
  const domain = DOMAINS[partition];
  const page = kind && PAGES[kind];
  if (page === undefined || domain === undefined) return undefined;
  const [, id = ''] = resource.join(':').split('/');
  // No pattern of a kind lets through what would need it: so that a wider one does no harm.
  const here = encodeURIComponent(region);
  return `https://${here}.${domain}/${page(here, encodeURIComponent(id))}`;
};

/** Of what a finding is about: one deployment, or nothing that has a page. */
export const consoleLinkOf = (subject: string): string | undefined => {
  const arn = deploymentOf(subject);
  return arn === undefined ? undefined : consoleLink(arn);
};

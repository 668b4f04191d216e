/** What other tools list of the AI models that serve, read in their source at these versions. Facts about them, not about us. */
export const PEERS = {
  'Cloud Custodian': '0.9.52 (2026-08-22)',
  Prowler: '5.40.0 (2026-08-21)',
  Steampipe: 'AWS plugin 1.31.0 (2026-07-10)',
  Cartography: '2026-08-22',
  'AI/ML assessment': 'aws-samples/sample-aiml-security-assessment (2026-07-22)',
  'Cisco AIBOM': 'from an index of its files (2026)',
  'Trusera ai-bom': '2026-04',
  'agent-bom': '0.102.0',
} as const;

/** What is listed, and how it shows that we list it: a kind of deployment or of part that a run has seen, or a name. Cells in the order of the peers. */
export const PEER_ROWS: readonly (readonly [title: string, seen: string, ...cells: string[]])[] = [
  ['SageMaker endpoint', 'ENDPOINT', 'yes', 'no', 'no', 'yes', 'yes', 'first 100', 'first 10', 'InService only'],
  ['SageMaker model', 'IMAGE', 'yes', 'yes', 'yes', 'yes', 'yes', 'no', 'first page', 'via endpoint'],
  ['SageMaker model package, with its approval', 'PACKAGE', 'no', 'groups; "any approved?"', 'no', 'yes', 'yes', 'no', 'no', 'no'],
  ['SageMaker inference component', 'INFERENCE_COMPONENT', 'no', 'no', 'no', 'no', 'no', 'no', 'no (text of IaC only)', 'no'],
  ['Bedrock provisioned throughput', 'PROVISIONED_THROUGHPUT', 'no (PR open)', 'no', 'no', 'yes', 'no', 'no', 'IaC only', 'no'],
  ['Bedrock imported model', 'IMPORTED_MODEL', 'no', 'no', 'yes', 'no', 'yes', 'no', 'no', 'no'],
  ['Bedrock custom model deployment', 'CUSTOM_MODEL_DEPLOYMENT', 'no (issue open)', 'no', 'no', 'no', 'no', 'no', 'no', 'no'],
  ['Bedrock Marketplace endpoint, as registered', 'MARKETPLACE', 'no', 'no', 'no', 'no', 'no', 'no', 'no', 'no'],
  ['Bedrock application inference profile', 'INFERENCE_PROFILE', 'yes', 'no', 'no', 'no', 'no', 'no', 'no', 'no'],
  ['Bedrock agent', 'AGENT_ALIAS', 'yes', 'yes', 'yes', 'yes', 'yes', 'no', 'yes', 'yes'],
  ['Guardrail and knowledge base of an agent', 'GUARDRAIL', 'yes', 'yes', 'yes', 'yes', 'yes', 'no', 'knowledge base', 'no'],
  ['AgentCore runtime', 'AGENT_RUNTIME', 'no', 'no', 'no', 'no', 'yes', 'no', 'no', 'no'],
];

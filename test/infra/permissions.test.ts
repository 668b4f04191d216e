import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asText, permissionsPage, permissionTemplates, rolePermissions } from '../../scripts/permissions.ts';
import { mayDo, type Request } from './policy.ts';
import { byDefault, synthesised } from './synthesised.ts';

const json = byDefault.template.toJSON();
const withEtags = synthesised({ artefactEtags: true }).template.toJSON();
const roles = new Map(rolePermissions(json).map(({ role, statements }) => [role, statements]));
const ENDPOINT = 'arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:endpoint/fraud-scorer';
const THROUGHPUT = ENDPOINT.replace('sagemaker', 'bedrock').replace('endpoint/fraud-scorer', 'provisioned-model/a1b2c3');
const AGENT = THROUGHPUT.replace('provisioned-model/a1b2c3', 'agent/AGENT00001');
const RUNTIME = AGENT.replace(':bedrock:', ':bedrock-agentcore:').replace(
  'agent/AGENT00001',
  'runtime/bot-a1b2c3d4e5/runtime-endpoint/DEFAULT',
);
const SCOPE = 'sagemaker/111122223333/eu-west-1';

/** `Action on Resource, key and attributes`: `UpdateItem Findings f#registry pk,sk,told`, `sns:Publish SecurityTopic`. */
const request = (line: string): Request => {
  const [action = '', resource = '', key, attributes] = line.split(' ');
  const named = { endpoint: ENDPOINT, throughput: THROUGHPUT, agent: AGENT, runtime: RUNTIME }[resource];
  if (action.includes(':')) return { action, resource: named ?? resource.replace(/^([A-Z][\w.]+)/, '<$1>') };
  const [table, index] = resource.split('/');
  return {
    action: `dynamodb:${action}`,
    resource: `<${table}Table.Arn>${index === undefined ? '' : `/index/${index}`}`,
    ...(key === undefined ? {} : { leading: [key] }),
    ...(attributes === undefined ? {} : { attributes: attributes.split(',') }),
  };
};

const MAY: Readonly<Record<string, readonly string[]>> = {
  PlanScopes: ['PutItem Inventory run#2026-11-23T09:15:00.000Z', 'GetItem Inventory run#2026-11-23T09:15:00.000Z'],
  ReconcileScope: [
    ...['ListEndpoints', 'ListInferenceComponents', 'ListModelPackages', 'Search'].map(action => `sagemaker:${action} *`),
    ...['DescribeEndpoint', 'ListTags'].map(action => `sagemaker:${action} endpoint`),
    ...['ListProvisionedModelThroughputs', 'ListCustomModelDeployments', 'ListImportedModels'].map(action => `bedrock:${action} *`),
    ...['ListInferenceProfiles', 'ListPromptRouters', 'ListMarketplaceModelEndpoints'].map(action => `bedrock:${action} *`),
    'bedrock:ListFoundationModels *',
    'bedrock:GetModelInvocationLoggingConfiguration *',
    'cloudwatch:ListMetrics *',
    'cloudwatch:GetMetricData *',
    'cloudtrail:LookupEvents *',
    ...['GetProvisionedModelThroughput', 'ListTagsForResource'].map(action => `bedrock:${action} throughput`),
    ...['ListAgents', 'ListFlows', 'ListPrompts'].map(action => `bedrock:${action} *`),
    ...['ListAgentAliases', 'GetAgentVersion', 'GetAgentActionGroup', 'ListTagsForResource'].map(action => `bedrock:${action} agent`),
    ...['ListAgentRuntimes', 'ListHarnessEndpoints', 'ListGateways'].map(action => `bedrock-agentcore:${action} *`),
    ...['GetAgentRuntimeEndpoint', 'ListTagsForResource'].map(action => `bedrock-agentcore:${action} runtime`),
    `UpdateItem Findings f#${SCOPE}`,
    `PutItem Findings hr#${SCOPE}#INV-01#dep:x`,
    `Query Findings r#${SCOPE}`,
    `GetItem Findings z#${SCOPE}`,
    `UpdateItem Inventory i#${SCOPE}`,
    `DeleteItem Inventory i#${SCOPE}`,
    `DeleteItem Inventory a#${SCOPE}`,
    `UpdateItem Inventory a#${SCOPE}`,
    'UpdateItem Inventory s#a',
    'BatchGetItem Registry m#tag:x',
  ],
  Recheck: [
    'sagemaker:ListEndpoints *',
    'sagemaker:DescribeEndpoint endpoint',
    `UpdateItem Findings f#${SCOPE}`,
    `UpdateItem Inventory a#${SCOPE}`,
    `UpdateItem Inventory i#${SCOPE}`,
    'UpdateItem Inventory s#a',
    'sqs:ReceiveMessage RecheckQueue.Arn',
    'sqs:DeleteMessage RecheckQueue.Arn',
  ],
  ForwardEvents: ['events:PutEvents EventBus.Arn'],
  CloseRun: [
    'Scan Registry',
    'UpdateItem Findings f#registry',
    `UpdateItem Findings f#${SCOPE}`,
    `UpdateItem Findings z#${SCOPE}`,
    `DeleteItem Findings f#${SCOPE}`,
    'PutItem Findings hr#registry#OWN-01#model:x',
    'UpdateItem Inventory s#a',
    'UpdateItem Inventory memo',
    'DeleteItem Inventory memo',
    'UpdateItem Inventory run#2026-11-23T09:15:00.000Z',
  ],
  Notify: [
    ...['SecurityTopic', 'OwnersTopic', 'OpsTopic'].map(topic => `sns:Publish ${topic}`),
    'sns:ListSubscriptionsByTopic OwnersTopic',
    'sns:GetSubscriptionAttributes *',
    `UpdateItem Findings f#${SCOPE} pk,sk,told`,
    'UpdateItem Inventory lease#notifier',
    'sqs:ReceiveMessage TellQueue.Arn',
    'UpdateItem Inventory out',
    'UpdateItem Inventory out#m-1',
    'DeleteItem Inventory out#m-1',
    'UpdateItem Inventory summary',
    'UpdateItem Inventory run#2026-11-23T09:15:00.000Z',
  ],
  Api: [
    'Query Findings/byId',
    `UpdateItem Findings r#${SCOPE}`,
    `PutItem Findings hp#${SCOPE}#INV-01#dep:x`,
    'UpdateItem Registry g#fraud-scorer',
    'DeleteItem Registry g#fraud-scorer',
    'UpdateItem Registry m#tag:x',
    'PutItem Registry d#fraud-scorer',
    'Query Inventory s#a',
  ],
};

const MAY_NOT: Readonly<Record<string, readonly string[]>> = {
  PlanScopes: [`UpdateItem Findings f#${SCOPE}`, `UpdateItem Inventory i#${SCOPE}`, 'PutItem Inventory s#a', 'GetItem Registry g#x'],
  ReconcileScope: [
    `UpdateItem Findings r#${SCOPE}`,
    `PutItem Findings f#${SCOPE}`,
    `PutItem Findings hp#${SCOPE}#INV-01#dep:x`,
    'UpdateItem Inventory run#2026-11-23T09:15:00.000Z',
    'UpdateItem Registry g#fraud-scorer',
    'PutItem Registry d#fraud-scorer',
    'sns:Publish SecurityTopic',
    'sqs:ReceiveMessage RecheckQueue.Arn',
  ],
  Recheck: [
    'sns:Publish SecurityTopic',
    `UpdateItem Findings r#${SCOPE}`,
    `PutItem Findings hp#${SCOPE}#INV-01#dep:x`,
    `DeleteItem Inventory i#${SCOPE}`,
    `DeleteItem Inventory a#${SCOPE}`,
    'UpdateItem Inventory run#2026-11-23T09:15:00.000Z',
    'UpdateItem Inventory out',
    'UpdateItem Registry g#fraud-scorer',
    'PutItem Registry d#fraud-scorer',
    'sqs:ReceiveMessage TellQueue.Arn',
    'events:PutEvents EventBus.Arn',
  ],
  ForwardEvents: ['sqs:SendMessage RecheckQueue.Arn', 'sagemaker:ListEndpoints *', 'events:PutRule *'],
  CloseRun: [
    'sagemaker:ListEndpoints *',
    'sagemaker:DescribeEndpoint endpoint',
    'sns:Publish OwnersTopic',
    `UpdateItem Findings r#${SCOPE}`,
    `PutItem Findings hp#${SCOPE}#INV-01#dep:x`,
    'PutItem Registry d#x',
  ],
  Notify: [
    `UpdateItem Findings r#${SCOPE}`,
    `UpdateItem Findings f#${SCOPE} pk,sk,severity`,
    `UpdateItem Findings f#${SCOPE} pk,sk,told,head`,
    `UpdateItem Findings f#${SCOPE}`,
    `PutItem Findings hr#${SCOPE}`,
    `PutItem Findings hp#${SCOPE}`,
    'GetItem Registry g#x',
    'sagemaker:ListEndpoints *',
    `UpdateItem Inventory i#${SCOPE}`,
    `UpdateItem Inventory a#${SCOPE}`,
    'sqs:ReceiveMessage RecheckQueue.Arn',
    'sns:Subscribe OwnersTopic',
  ],
  Api: [
    `UpdateItem Findings f#${SCOPE}`,
    `PutItem Findings r#${SCOPE}`,
    `PutItem Findings hr#${SCOPE}#INV-01#dep:x`,
    'UpdateItem Registry d#fraud-scorer',
    'DeleteItem Registry d#fraud-scorer',
    'UpdateItem Inventory s#a',
    'sns:Publish OwnersTopic',
    'sagemaker:ListEndpoints *',
  ],
};

/** No role of the stack may do any of these. */
const NOBODY = [
  ...['UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLUpdate', 'PartiQLDelete'].flatMap(action =>
    ['hr#', 'hp#'].map(history => `${action} Findings ${history}${SCOPE}#INV-01#dep:x`),
  ),
  ...['UpdateItem', 'PutItem', 'DeleteItem'].map(action => `${action} Findings`),
  ...['DeleteItem', 'BatchWriteItem'].flatMap(action => [`${action} Findings z#${SCOPE}`, `${action} Findings r#${SCOPE}`]),
  `BatchWriteItem Findings f#${SCOPE}`,
  ...['Findings', 'Inventory', 'Registry'].flatMap(table => [`DeleteTable ${table}`, `UpdateTable ${table}`]),
  ...['CreateEndpoint', 'UpdateEndpoint', 'DeleteEndpoint', 'InvokeEndpoint', 'InvokeEndpointAsync', 'AddTags', 'StopTrainingJob'].map(
    action => `sagemaker:${action} endpoint`,
  ),
  ...['PutMetricData', 'DeleteAlarms'].map(action => `cloudwatch:${action} *`),
  'iam:PassRole *',
  'sts:AssumeRole *',
  's3:DeleteObject *',
  ...['InvokeModel', 'InvokeAgent', 'CreateProvisionedModelThroughput', 'StartAsyncInvoke'].map(action => `bedrock:${action} *`),
  ...['UpdateProvisionedModelThroughput', 'DeleteProvisionedModelThroughput', 'TagResource'].map(action => `bedrock:${action} throughput`),
  ...['UpdateAgent', 'PrepareAgent', 'DeleteAgentAlias', 'AssociateAgentKnowledgeBase', 'Retrieve'].map(
    action => `bedrock:${action} agent`,
  ),
  ...['InvokeAgentRuntime', 'UpdateAgentRuntimeEndpoint', 'GetWorkloadAccessToken', 'GetResourceApiKey', 'GetResourceOauth2Token'].map(
    action => `bedrock-agentcore:${action} runtime`,
  ),
];

const rows = (table: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(table).flatMap(([role, lines]) => lines.map(line => [role, line] as const));

describe('each role may do what its function does', () => {
  it.each(rows(MAY))('%s may %s', (role, line) => expect(mayDo(roles.get(role) ?? [], request(line))).toBe(true));

  it('plan-scopes may write scope lists, and the state machine read them', () => {
    expect(mayDo(roles.get('PlanScopes') ?? [], { action: 's3:PutObject', resource: '<ScopeBucket.Arn>/scopes/x.json' })).toBe(true);
    expect(
      mayDo(roles.get('RollCall') ?? [], { action: 's3:GetObject', resource: 'arn:<AWS::Partition>:s3:::<ScopeBucket>/scopes/x.json' }),
    ).toBe(true);
  });
});

describe('and nothing else', () => {
  it.each(rows(MAY_NOT))('%s may not %s', (role, line) => expect(mayDo(roles.get(role) ?? [], request(line))).toBe(false));
  const whoMay = (line: string) => [...roles].filter(([, statements]) => mayDo(statements, request(line))).map(([role]) => role);
  it.each(NOBODY)('nobody may %s', line => expect(whoMay(line)).toEqual([]));
  it.each([`DeleteItem Findings f#${SCOPE}`, `UpdateItem Findings z#${SCOPE}`])('only who closes a run may %s', line =>
    expect(whoMay(line)).toEqual(['CloseRun']),
  );

  it.each(['ReconcileScope', 'Recheck'])('a model cannot be changed or invoked by %s, even if a later policy allowed it', role => {
    const later = { sid: '', effect: 'Allow', actions: ['*'], resources: ['*'], conditions: {} } as const;
    const may = (line: string) => mayDo([...(roles.get(role) ?? []), later], request(line));
    expect(
      [
        'sagemaker:DeleteEndpoint endpoint',
        'bedrock:InvokeModel *',
        'bedrock:InvokeAgent agent',
        'bedrock-agentcore:InvokeHarness *',
      ].filter(may),
    ).toEqual([]);
  });

  it('each function runs under a role of its own that only Lambda can take', () => {
    const functions = ['Api', 'CloseRun', 'Notify', 'PlanScopes', 'Recheck', 'ReconcileScope'];
    expect([...roles.keys()].toSorted()).toEqual([...functions, 'ForwardEvents', 'RollCall', 'Scheduler'].toSorted());
    for (const role of functions) {
      const trust = byDefault.all('AWS::IAM::Role').get(`${role}Role`)?.['AssumeRolePolicyDocument'].Statement;
      expect(trust).toEqual([{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }]);
    }
  });
});

it('reads the configured regions only, wherever the stack itself is', () => {
  const abroad =
    rolePermissions(synthesised({ regions: ['eu-west-1'] }).template.toJSON()).find(({ role }) => role === 'ReconcileScope')?.statements ??
    [];
  const may = (region: string) => [
    mayDo(abroad, { action: 'sagemaker:ListEndpoints', resource: '*', region }),
    mayDo(abroad, { action: 'sagemaker:DescribeEndpoint', resource: ENDPOINT.replace('<AWS::Region>', region), region }),
  ];
  expect([may('eu-west-1'), may('<AWS::Region>')]).toEqual([
    [true, true],
    [false, false],
  ]);
});

/** As long as any of them can be. */
const RESOLVED: readonly (readonly [RegExp, string])[] = [
  [/<AWS::Partition>/g, 'aws-us-gov'],
  [/<AWS::(AccountId|Region)>/g, 'ap-southeast-1'],
  [/<\w+\.Arn>/g, 'x'.repeat(120)],
  [/<\w+>/g, 'x'.repeat(40)],
];

it('keeps every policy within the 6,144 characters of IAM, with every option and every region by name', () => {
  const regions = Array.from({ length: 40 }, (_, index) => `ap-southeast-${index % 10}`);
  const options = { artefactEtags: true, regions, spoke: { roleName: 'r'.repeat(49), externalId: 'e'.repeat(64) } };
  const policies = [...synthesised({ ...options, organization: { id: 'o-a1b2c3d4e5' } }).all('AWS::IAM::ManagedPolicy')];
  const isText = (value: unknown) => typeof value === 'object' && value !== null && /^(Ref|Fn::)/.test(Object.keys(value)[0] ?? '');
  const sizes = policies.map(([name, { PolicyDocument }]) => {
    const text = JSON.stringify(PolicyDocument, (_key, value: unknown) => (isText(value) ? asText(value) : value));
    return [name, RESOLVED.reduce((resolved, [pattern, by]) => resolved.replaceAll(pattern, by), text).length] as const;
  });
  expect(sizes.filter(([, size]) => size > 6_144)).toEqual([]);
});

describe('artefactEtags', () => {
  const statements = rolePermissions(withEtags).find(({ role }) => role === 'ReconcileScope')?.statements ?? [];
  const bucket = 'arn:<AWS::Partition>:s3:::models';
  it.each([
    ['no role may list buckets by default', [...roles.values()].flat(), 's3:ListBucket', bucket, false],
    ['switched on, reconcile-scope may list any', statements, 's3:ListBucket', bucket, true],
    ['and can still read no object', statements, 's3:GetObject', `${bucket}/fraud/model.tar.gz`, false],
    ['nor any version of one', statements, 's3:GetObjectVersion', `${bucket}/fraud/model.tar.gz`, false],
  ])('%s', (_what, held, action, resource, may) => expect(mayDo(held, { action, resource })).toBe(may));

  it('gives no other role more than it has by default', () => {
    const others = (template: typeof json) => rolePermissions(template).filter(({ role }) => !['ReconcileScope', 'Recheck'].includes(role));
    expect(others(withEtags)).toEqual(others(json));
  });
});

it('has no permission for a provider that is not listed', () => {
  const roleOf = rolePermissions(synthesised({ providers: ['sagemaker'] }).template.toJSON()).find(({ role }) => role === 'ReconcileScope');
  const may = (line: string) => mayDo(roleOf?.statements ?? [], request(line));
  expect([may('sagemaker:ListEndpoints *'), may('bedrock:ListImportedModels *')]).toEqual([true, false]);
});

it('docs/permissions.md says what the template says (node scripts/permissions.ts writes it)', () => {
  expect(permissionsPage(permissionTemplates())).toBe(readFileSync(new URL('../../docs/permissions.md', import.meta.url), 'utf8'));
});

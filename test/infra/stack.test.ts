import { describe, expect, it } from 'vitest';
import { TABLES } from '../../lib/adapters/dynamo/schema.ts';
import { OUTPUTS } from '../../lib/cli/doctor/stack-checks.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { asText } from '../../scripts/permissions.ts';
import { byDefault, type Properties, synthesised } from './synthesised.ts';

const { template, all } = byDefault;
const TABLE = 'AWS::DynamoDB::GlobalTable';
const FUNCTIONS = ['Api', 'CloseRun', 'Notify', 'PlanScopes', 'Recheck', 'ReconcileScope'];
const keyed = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];
const tlsOnly = (action: string) => ({
  PolicyDocument: {
    Statement: expect.arrayContaining([
      expect.objectContaining({ Effect: 'Deny', Action: action, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    ]),
  },
});

/** What every resource of a type has; emulators drop most of it without a word. */
const EVERY: readonly (readonly [what: string, type: string, count: number, properties: Properties])[] = [
  ['table is keyed as the schema says', TABLE, 3, { KeySchema: keyed('pk', 'sk') }],
  [
    'table is on demand and encrypted',
    TABLE,
    3,
    { BillingMode: 'PAY_PER_REQUEST', SSESpecification: { SSEEnabled: true, SSEType: 'KMS' } },
  ],
  [
    'table is backed up to any second and protected from deletion',
    TABLE,
    3,
    { Replicas: [{ DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }] },
  ],
  ['function is of one make', 'AWS::Lambda::Function', 6, { Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' }],
  [
    'function logs JSON and is traced',
    'AWS::Lambda::Function',
    6,
    { LoggingConfig: { LogFormat: 'JSON' }, TracingConfig: { Mode: 'Active' } },
  ],
  ['log is kept for a year', 'AWS::Logs::LogGroup', 8, { RetentionInDays: 365 }],
  ['topic refuses what is published without TLS', 'AWS::SNS::TopicPolicy', 3, tlsOnly('sns:Publish')],
  ['queue is encrypted', 'AWS::SQS::Queue', 5, { SqsManagedSseEnabled: true }],
  ['queue is TLS only', 'AWS::SQS::QueuePolicy', 5, tlsOnly('sqs:*')],
  ['bucket is TLS only', 'AWS::S3::BucketPolicy', 1, tlsOnly('s3:*')],
  ['bucket is encrypted', 'AWS::S3::Bucket', 1, { BucketEncryption: expect.anything() }],
  [
    'bucket is private',
    'AWS::S3::Bucket',
    1,
    {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  ],
  [
    'scope list is forgotten after 30 days',
    'AWS::S3::Bucket',
    1,
    { LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30, Status: 'Enabled' }] } },
  ],
  [
    'route is authorised by IAM',
    'AWS::ApiGatewayV2::Route',
    2,
    { AuthorizationType: 'AWS_IAM', RouteKey: expect.stringMatching(/^(GET|POST) \/api\//) },
  ],
  ['stage is throttled', 'AWS::ApiGatewayV2::Stage', 1, { DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 } }],
  [
    'access log says who called',
    'AWS::ApiGatewayV2::Stage',
    1,
    { AccessLogSettings: { Format: expect.stringContaining('"caller":"$context.identity.userArn"') } },
  ],
  ['policy of a function is managed and its own', 'AWS::IAM::ManagedPolicy', 12, { Roles: [expect.anything()] }],
];

it.each(EVERY)('every %s', (_what, type, count, properties) => {
  const found = [...all(type).values()];
  expect(found).toHaveLength(count);
  for (const resource of found) expect(resource).toMatchObject(properties);
});

/** What no resource of a type has. */
const NONE: readonly (readonly [type: string, property: string])[] = [
  [TABLE, 'TableName'],
  [TABLE, 'TimeToLiveSpecification'],
  [TABLE, 'StreamSpecification'],
  ['AWS::ApiGatewayV2::Api', 'CorsConfiguration'],
  ['AWS::IAM::Role', 'ManagedPolicyArns'],
  ['AWS::IAM::Role', 'Policies'],
];

it.each(NONE)('no %s has %s', (type, property) => {
  expect(all(type).size).toBeGreaterThan(0);
  for (const resource of all(type).values()) expect(resource).not.toHaveProperty(property);
});

it.each(['AWS::SNS::Subscription', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::Url'])(
  'there is no %s: nobody is mailed, and nothing is invoked where an event could be lost',
  type => expect(all(type).size).toBe(0),
);

const policies = (context: Record<string, unknown>) =>
  Object.values(synthesised({}, context).template.findResources(TABLE)).map(
    ({ DeletionPolicy, UpdateReplacePolicy, Properties: { TableName } }) => ({ DeletionPolicy, UpdateReplacePolicy, TableName }),
  );
const disposable = (TableName: string) => ({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete', TableName });

describe('tables', () => {
  it('stay when the stack goes, and go with it only under the context that tests set', () => {
    const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', TableName: undefined };
    expect(policies({})).toEqual([kept, kept, kept]);
    expect(policies({ 'rollcall:tableNamePrefix': 'e2e' })).toEqual([
      disposable('e2e-RegistryTable'),
      disposable('e2e-InventoryTable'),
      disposable('e2e-FindingsTable'),
    ]);
  });

  it('have the one index of the schema', () => {
    const [{ name, partition, sort }] = TABLES.findings.indexes;
    const index = { IndexName: name, KeySchema: keyed(partition, sort), Projection: { ProjectionType: 'ALL' } };
    expect([...all(TABLE)].map(([id, { GlobalSecondaryIndexes }]) => [id, GlobalSecondaryIndexes])).toEqual([
      ['RegistryTable', undefined],
      ['InventoryTable', undefined],
      ['FindingsTable', [index]],
    ]);
  });
});

const variables = (fn: Properties) =>
  Object.entries<unknown>(fn['Environment'].Variables).map(([key, value]) => [key, asText(value)] as const);

describe('functions', () => {
  const functions = all('AWS::Lambda::Function');
  it('are given an environment that they can read, and no endpoint', () => {
    expect([...functions.keys()].toSorted()).toEqual(FUNCTIONS);
    for (const fn of functions.values()) {
      const given = Object.fromEntries([
        ...variables(fn).map(([key, value]) => [key, sampleOf(key) ?? value]),
        ['AWS_REGION', 'eu-west-1'],
      ]);
      expect(Object.keys(readEnvironment(given)).toSorted()).toEqual(Object.keys(given).toSorted());
    }
  });

  it('name every variable that is missing', () => {
    expect(() => readEnvironment({ ROLLCALL_ACCOUNT: 'x' })).toThrow(
      /ROLLCALL_ACCOUNT: expected 12 digits.*ROLLCALL_FINDINGS_TABLE.*deploy it again/,
    );
  });

  it('call other endpoints only under the context that tests set', () => {
    const there = synthesised({}, { 'rollcall:serviceEndpoints': '{"sagemaker":"http://127.0.0.1:5001"}' });
    for (const fn of there.all('AWS::Lambda::Function').values()) {
      expect(variables(fn)).toContainEqual(['AWS_ENDPOINT_URL_SAGEMAKER', 'http://127.0.0.1:5001']);
    }
    expect(() => synthesised({}, { 'rollcall:serviceEndpoints': '{"sagemaker":"here"}' })).toThrow(
      /rollcall:serviceEndpoints[^]*sagemaker/,
    );
  });

  it('end in time for what waits for them: an Express child of five minutes, a gateway of 29 seconds', () => {
    expect(functions.get('ReconcileScope')?.['Timeout']).toBeLessThan(300);
    expect(functions.get('Api')?.['Timeout']).toBeLessThan(29);
  });
});

/** References have no value at synthesis; these are what AWS would put there. */
const sampleOf = (key: string): string | undefined =>
  key === 'ROLLCALL_ACCOUNT' ? '111122223333' : key.endsWith('_ARN') ? 'arn:aws:sns:eu-west-1:111122223333:topic' : undefined;

it('the ops topic admits alarms of this account, and no topic admits anything else', () => {
  const statements = [...all('AWS::SNS::TopicPolicy').values()].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  expect(statements.filter(({ Effect }) => Effect === 'Allow')).toEqual([
    expect.objectContaining({
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Resource: { Ref: expect.stringMatching(/^OpsTopic/) },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    }),
  ]);
});

describe('receivers', () => {
  const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:kim';
  const told = synthesised({ receivers: { 'kim@example.com': { queue: QUEUE }, 'Dana@example.com': { email: 'dana@example.com' } } });
  const subscriptions = [...told.all('AWS::SNS::Subscription').values()];

  it('get what is theirs, from the owners topic alone', () => {
    const TopicArn = { Ref: expect.stringMatching(/^OwnersTopic/) };
    const RedrivePolicy = { deadLetterTargetArn: expect.anything() };
    expect(subscriptions).toEqual([
      expect.objectContaining({ TopicArn, Protocol: 'sqs', Endpoint: QUEUE, FilterPolicy: { owner: ['kim@example.com'] } }),
      { TopicArn, Protocol: 'email', Endpoint: 'dana@example.com', FilterPolicy: { owner: ['dana@example.com'] }, RedrivePolicy },
    ]);
  });

  it('leave what could not be delivered in a queue of its own, mail included', () => {
    for (const { RedrivePolicy } of subscriptions)
      expect(asText(RedrivePolicy.deadLetterTargetArn)).toMatch(/^<UndeliveredQueue\w+\.Arn>$/);
  });

  it('keep their names out of logical ids', () => {
    expect(Object.keys(told.template.findResources('AWS::SNS::Subscription')).join()).not.toMatch(/kim|dana/i);
  });
});

it('the outputs have the names that commands look for', () => {
  const tables = ['RegistryTableName', 'InventoryTableName', 'FindingsTableName'];
  const topics = ['SecurityTopicArn', 'OwnersTopicArn', 'OpsTopicArn'];
  const outputs = Object.keys(template.findOutputs('*'));
  expect(outputs).toEqual([...tables, ...topics, 'RollCallStateMachineArn', 'ApiUrl', 'EventBusName', 'EventBusArn']);
  expect(outputs.filter(name => !name.startsWith('EventBus'))).toEqual(OUTPUTS);
});

it('the stack can be deployed to any account and region: it names neither', () => {
  expect(JSON.stringify(template.toJSON()).match(/"[a-z]{2}-[a-z]+-\d"|\b\d{12}\b/g)).toBeNull();
});

import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { TABLES } from '../../lib/adapters/dynamo/schema.ts';
import { readEnvironment } from '../../lib/config/environment.ts';
import { asText } from '../../scripts/permissions.ts';
import { byDefault, synthesised } from './synthesised.ts';

const { template, all } = byDefault;
const TABLE = 'AWS::DynamoDB::GlobalTable';
const FUNCTIONS = ['Api', 'CloseRun', 'Notify', 'PlanScopes', 'ReconcileScope'];

describe('tables', () => {
  it('are three, keyed as the schema says, on demand, without a stream and without expiry', () => {
    expect([...all(TABLE).keys()].toSorted()).toEqual(['FindingsTable', 'InventoryTable', 'RegistryTable']);
    for (const table of all(TABLE).values()) {
      expect(table).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: TABLES.findings.partition, KeyType: 'HASH' },
          { AttributeName: TABLES.findings.sort, KeyType: 'RANGE' },
        ],
      });
      expect(table).not.toHaveProperty('TimeToLiveSpecification');
      expect(table).not.toHaveProperty('StreamSpecification');
    }
  });

  it('are encrypted, backed up to any second, protected from deletion, unnamed, and kept when the stack goes', () => {
    for (const table of Object.values(template.findResources(TABLE))) {
      expect(table).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(table['Properties']).not.toHaveProperty('TableName');
      expect(table['Properties'].SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      expect(table['Properties'].Replicas).toEqual([
        expect.objectContaining({
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ]);
    }
  });

  it('have the one index of the schema', () => {
    expect(all(TABLE).get('FindingsTable')?.['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: TABLES.findings.indexes[0].name,
        KeySchema: [
          { AttributeName: 'idShard', KeyType: 'HASH' },
          { AttributeName: 'id', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ]);
  });

  it('are named and disposable only under the context that tests set', () => {
    const named = synthesised({}, { 'rollcall:tableNamePrefix': 'e2e' });
    expect([...named.all(TABLE).values()].map(({ TableName }) => TableName).toSorted()).toEqual([
      'e2e-FindingsTable',
      'e2e-InventoryTable',
      'e2e-RegistryTable',
    ]);
    expect(Object.values(named.template.findResources(TABLE)).map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([
      'Delete',
      'Delete',
      'Delete',
    ]);
  });
});

describe('functions', () => {
  const functions = all('AWS::Lambda::Function');

  it('are five, all of one make', () => {
    expect([...functions.keys()].toSorted()).toEqual(FUNCTIONS);
    for (const fn of functions.values()) {
      expect(fn).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON' },
        TracingConfig: { Mode: 'Active' },
      });
    }
  });

  it('are given an environment that they can read, and no endpoint', () => {
    for (const { Environment } of functions.values()) {
      const variables = Object.entries<unknown>(Environment.Variables).map(([key, value]) => [key, asText(value)] as const);
      const sample = variables.map(([key, value]) => [key, sampleOf(key) ?? value] as const);
      expect(() => readEnvironment(Object.fromEntries([...sample, ['AWS_REGION', 'eu-west-1']]))).not.toThrow();
      expect(variables.filter(([key]) => key.startsWith('AWS_ENDPOINT'))).toEqual([]);
    }
  });

  it('call other endpoints only under the context that tests set', () => {
    const { all: there } = synthesised({}, { 'rollcall:serviceEndpoints': '{"sagemaker":"http://127.0.0.1:5001"}' });
    for (const { Environment } of there('AWS::Lambda::Function').values()) {
      expect(Environment.Variables).toMatchObject({ AWS_ENDPOINT_URL_SAGEMAKER: 'http://127.0.0.1:5001' });
    }
    expect(() => synthesised({}, { 'rollcall:serviceEndpoints': '{"sagemaker":"here"}' })).toThrow(
      /rollcall:serviceEndpoints[^]*sagemaker/,
    );
  });

  it('end in time for what waits for them: an Express child of five minutes, a gateway of 29 seconds', () => {
    expect(functions.get('ReconcileScope')?.['Timeout']).toBeLessThan(300);
    expect(functions.get('Api')?.['Timeout']).toBeLessThan(29);
  });

  it('are never called asynchronously, so none can lose an event', () => {
    template.resourceCountIs('AWS::Lambda::EventInvokeConfig', 0);
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 0);
    template.allResourcesProperties('AWS::Lambda::Permission', { Principal: 'apigateway.amazonaws.com' });
  });

  it('have each a role of their own, whose one policy is not inline', () => {
    const roles = [...functions.values()].map(({ Role }) => asText(Role));
    expect(new Set(roles).size).toBe(FUNCTIONS.length);
    for (const policy of all('AWS::IAM::ManagedPolicy').values()) expect(policy['Roles']).toHaveLength(1);
    const inline = [...all('AWS::IAM::Policy').values()].flatMap(({ Roles }) => Roles.map(asText));
    expect(roles.filter(role => inline.includes(role.replace('.Arn', '')))).toEqual([]);
    expect([...all('AWS::IAM::Role').values()].filter(role => role['ManagedPolicyArns'] ?? role['Policies'])).toEqual([]);
  });
});

/** References have no value at synthesis; these are what AWS would put there. */
const sampleOf = (key: string): string | undefined =>
  key === 'ROLLCALL_ACCOUNT' ? '111122223333' : key.endsWith('_ARN') ? 'arn:aws:sns:eu-west-1:111122223333:topic' : undefined;

describe('logs', () => {
  it('are kept for a year, each of them', () => {
    template.resourceCountIs('AWS::Logs::LogGroup', FUNCTIONS.length + 2);
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });
});

describe('topics', () => {
  it('refuse what is published without TLS', () => {
    const policies = [...all('AWS::SNS::TopicPolicy').values()].map(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(policies).toHaveLength(3);
    for (const statements of policies) {
      expect(statements).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  it('admit alarms of this account to the ops topic and nobody else to any', () => {
    const allowed = [...all('AWS::SNS::TopicPolicy').values()]
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === 'Allow');
    expect(allowed).toEqual([
      expect.objectContaining({
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Resource: { Ref: expect.stringMatching(/^OpsTopic/) },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });

  it('have no subscription by default: nobody is mailed', () => template.resourceCountIs('AWS::SNS::Subscription', 0));
});

describe('receivers', () => {
  const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:kim';
  const told = synthesised({ receivers: { 'kim@example.com': { queue: QUEUE }, 'dana@example.com': { email: 'dana@example.com' } } });
  const subscriptions = [...told.all('AWS::SNS::Subscription').values()];

  it('get what is theirs, from the owners topic alone', () => {
    expect(subscriptions).toEqual([
      expect.objectContaining({ Protocol: 'sqs', Endpoint: QUEUE, FilterPolicy: { owner: ['kim@example.com'] } }),
      expect.objectContaining({ Protocol: 'email', Endpoint: 'dana@example.com', FilterPolicy: { owner: ['dana@example.com'] } }),
    ]);
    for (const { TopicArn } of subscriptions) expect(asText(TopicArn)).toMatch(/^<OwnersTopic/);
  });

  it('leave what their queue refuses in a queue that is watched', () => {
    expect(asText(subscriptions[0]?.['RedrivePolicy'].deadLetterTargetArn)).toMatch(/^<UndeliveredQueue\w+\.Arn>$/);
    expect(subscriptions[1]).not.toHaveProperty('RedrivePolicy');
    expect([...told.all('AWS::CloudWatch::Alarm').keys()]).toContain('UndeliveredAlarm');
  });

  it('keep their names out of logical ids', () => {
    expect(Object.keys(told.template.findResources('AWS::SNS::Subscription')).join()).not.toMatch(/kim|dana/i);
  });
});

describe('the bucket of scope lists', () => {
  it('is private, encrypted, TLS only, and forgets after 30 days', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.anyValue(),
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 30, Status: 'Enabled' })] },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      },
    });
  });
});

describe('the API', () => {
  it('authorises every route by IAM and admits no browser origin', () => {
    const routes = [...all('AWS::ApiGatewayV2::Route').values()];
    expect(routes.map(({ RouteKey }) => RouteKey)).toEqual(['GET /api/{proxy+}', 'POST /api/{proxy+}']);
    for (const route of routes) expect(route).toMatchObject({ AuthorizationType: 'AWS_IAM' });
    for (const api of all('AWS::ApiGatewayV2::Api').values()) expect(api).not.toHaveProperty('CorsConfiguration');
  });

  it('is throttled and keeps a log of who called', () => {
    const [stage] = all('AWS::ApiGatewayV2::Stage').values();
    expect(stage?.['DefaultRouteSettings']).toEqual({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 });
    expect(JSON.parse(stage?.['AccessLogSettings'].Format)).toMatchObject({ caller: '$context.identity.userArn' });
  });
});

describe('queues', () => {
  it('are encrypted, TLS only, and keep messages as long as SQS can', () => {
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
      },
    });
  });
});

describe('outputs', () => {
  it('have the names that commands look for', () => {
    expect(Object.keys(template.findOutputs('*')).toSorted()).toEqual([
      'ApiUrl',
      'FindingsTableName',
      'InventoryTableName',
      'OpsTopicArn',
      'OwnersTopicArn',
      'RegistryTableName',
      'RollCallStateMachineArn',
      'SecurityTopicArn',
    ]);
  });
});

describe('the stack', () => {
  it('can be deployed to any account and region: it names neither', () => {
    expect(JSON.stringify(template.toJSON()).match(/"[a-z]{2}-[a-z]+-\d"|\b\d{12}\b/g)).toBeNull();
  });
});

import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../lib/core/settings.ts';
import { createEventsStack } from '../../lib/infra/events-stack.ts';
import { createRollcallStack } from '../../lib/infra/stack.ts';
import { asText, rolePermissions } from '../../scripts/permissions.ts';
import { byDefault, type Properties, synthesised } from './synthesised.ts';

const { all } = byDefault;
const queue = (id: string): Properties => all('AWS::SQS::Queue').get(id) ?? {};
const timeout = (id: string): number => all('AWS::Lambda::Function').get(id)?.['Timeout'];
const mappings = new Map(
  [...all('AWS::Lambda::EventSourceMapping').values()].map(each => [asText(each['FunctionName']).slice(1, -9), each]),
);
const text = (value: unknown) => asText(value).replaceAll(/[0-9A-F]{8}(?=[.>])/g, '');

const SPOKE = { roleName: 'RollcallSpoke', externalId: 'x-1' };
const OTHER = '444455556666';
/** Whom the bus admits under a configuration, by statement. */
const admits = (settings: Record<string, unknown>) =>
  synthesised(settings)
    .all('AWS::Events::EventBus')
    .get('EventBus')
    ?.['Policy'].Statement.map(({ Sid, Principal, Condition }: Properties) => {
      const who = [Principal.AWS ?? Principal].flat().map((each: unknown) => asText(each).replace(/^arn:.*:iam::(.*):root$/, '$1'));
      return [Sid, who, Condition.StringEquals['aws:PrincipalOrgID']];
    });

describe('the bus', () => {
  const [bus] = all('AWS::Events::EventBus').values();
  it('admits our own account, with events of services that are read', () => {
    expect(bus?.['Policy'].Statement).toEqual([
      {
        Sid: 'AdmitWatchedAccounts',
        Effect: 'Allow',
        Principal: { AWS: expect.anything() },
        Action: 'events:PutEvents',
        Resource: expect.anything(),
        Condition: { StringEquals: { 'events:source': ['aws.sagemaker', 'aws.bedrock', 'aws.bedrock-agentcore'] } },
      },
    ]);
    expect(asText(bus?.['Policy'].Statement[0].Principal.AWS)).toBe('arn:<AWS::Partition>:iam::<AWS::AccountId>:root');
    expect(asText(bus?.['Policy'].Statement[0].Resource)).toBe(
      'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/<AWS::StackName>',
    );
  });

  const own = (...more: string[]) => ['AdmitWatchedAccounts', ['<AWS::AccountId>', ...more], undefined];
  it.each<[string, Record<string, unknown>, readonly unknown[]]>([
    ['those that are named', { spoke: SPOKE, accounts: { [OTHER]: {} } }, [own(OTHER)]],
    ['nobody that is named for its environment alone', { accounts: { [OTHER]: {} } }, [own()]],
    [
      'the organisation, by its id',
      { spoke: SPOKE, accounts: { [OTHER]: {} }, organization: { id: 'o-a1b2c3d4e5' } },
      [own(), ['AdmitOrganization', ['*'], 'o-a1b2c3d4e5']],
    ],
    ['nobody of an organisation without an id', { spoke: SPOKE, organization: { units: ['r-ab12'] } }, [own()]],
  ])('admits of other accounts %s', (_what, settings, expected) => expect(admits(settings)).toEqual(expected));

  it('hands on what comes from those, to be looked at and then told, and keeps what it cannot hand on', () => {
    const rule = all('AWS::Events::Rule').get('AnnouncedChanges');
    expect(rule?.['EventPattern']).toEqual({ source: ['aws.sagemaker', 'aws.bedrock', 'aws.bedrock-agentcore'] });
    const targets = rule?.['Targets'].map((target: Properties) => [text(target['Arn']), text(target['DeadLetterConfig'].Arn)]);
    expect(targets).toEqual(['RecheckQueue', 'TellQueue'].map(id => [`<${id}.Arn>`, '<UnreadEventsQueue.Arn>']));
  });
});

describe('the queues', () => {
  it.each([
    ['RecheckQueue', 'Recheck'],
    ['TellQueue', 'Notify'],
  ])('%s waits six times as long as %s may take, then a third try, then for a person', (id, fn) => {
    const { VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = queue(id);
    expect(VisibilityTimeout).toBe(6 * timeout(fn));
    expect([text(RedrivePolicy.deadLetterTargetArn), RedrivePolicy.maxReceiveCount]).toEqual(['<UnreadEventsQueue.Arn>', 3]);
    expect(MessageRetentionPeriod).toBeGreaterThan(3 * VisibilityTimeout);
  });

  it.each(['UnreadEventsQueue', 'UnforwardedEventsQueue', 'MissedRollCallQueue'])('%s keeps messages for 14 days', id => {
    expect(queue(id)).toMatchObject({ MessageRetentionPeriod: 1_209_600 });
  });

  it('are read a minute at a time, message by message, and told only when a recheck has ended', () => {
    expect(mappings.get('Recheck')).toMatchObject({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 60,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(text(mappings.get('Recheck')?.['EventSourceArn'])).toBe('<RecheckQueue.Arn>');
    expect(mappings.get('Notify')?.['FunctionResponseTypes']).toEqual(['ReportBatchItemFailures']);
    expect(text(mappings.get('Notify')?.['EventSourceArn'])).toBe('<TellQueue.Arn>');
    expect([queue('RecheckQueue')['DelaySeconds'], queue('TellQueue')['DelaySeconds']]).toEqual([0, 60 + timeout('Recheck')]);
  });
});

describe('forwarding', () => {
  const events = createEventsStack(new App(), settingsSchema.parse({ spoke: SPOKE, accounts: { [OTHER]: {} } }));
  if (events === undefined) throw new Error('nothing forwards');
  const template = Template.fromStack(events);
  const rules = Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => Properties);

  it.each<[string, Record<string, unknown>, boolean]>([
    ['nothing but our own account and region is watched', {}, false],
    ['only one region is named', { regions: ['us-east-1'] }, false],
    ['another region is watched', { regions: ['eu-west-1', 'us-east-1'] }, true],
    ['every enabled region is', { regions: 'enabled' }, true],
    ['another account is', { spoke: SPOKE, accounts: { [OTHER]: {} } }, true],
    ['an organisation is', { spoke: SPOKE, organization: { id: 'o-a1b2c3d4e5' } }, true],
    ['the bus could not admit the organisation', { spoke: SPOKE, organization: {} }, false],
    ['nothing is announced', { regions: 'enabled', events: { enabled: false } }, false],
  ])('where %s', (_what, settings, isThere) =>
    expect(createEventsStack(new App(), settingsSchema.parse(settings)) !== undefined).toBe(isThere),
  );

  it('names nothing, so that every region of an account can have it', () => {
    const resources: Properties[] = Object.values(template.toJSON()['Resources']);
    const names = resources.map(({ Properties }) => Properties.RoleName ?? Properties.QueueName ?? Properties.Name ?? []);
    expect(names.flat()).toEqual([]);
  });

  it('may put events on that bus, and nothing else', () => {
    const [role, ...others] = rolePermissions(template.toJSON());
    expect(others).toEqual([]);
    expect(role?.statements.map(({ actions, resources }) => [actions, resources])).toEqual([[['events:PutEvents'], ['<HubBusArn>']]]);
  });

  it('is the same construct in any region or account, to the bus of the hub', () => {
    const own = [...all('AWS::Events::Rule')].filter(([id]) => id.startsWith('Forward')).map(([, { EventPattern }]) => EventPattern);
    expect(rules.map(({ EventPattern }) => EventPattern)).toEqual(own);
    for (const { Targets, EventBusName } of rules) {
      expect(EventBusName).toBeUndefined();
      expect(Targets).toEqual([
        {
          Id: expect.any(String),
          Arn: { Ref: 'HubBusArn' },
          RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ForwardEventsRole/), 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^UnforwardedEventsQueue/), 'Arn'] } },
        },
      ]);
    }
  });

  it('asks for what SageMaker tells by itself, and for the calls that can change what serves', () => {
    const [states, sagemaker, bedrock, agentcore] = rules.map(({ EventPattern }) => EventPattern);
    expect(states).toEqual({
      source: ['aws.sagemaker'],
      'detail-type': ['Endpoint', 'Endpoint Config', 'Model', 'Model Package'].map(what => `SageMaker ${what} State Change`),
    });
    expect(sagemaker).toMatchObject({ source: ['aws.sagemaker'], detail: { eventSource: ['sagemaker.amazonaws.com'] } });
    expect(sagemaker.detail.eventName).toEqual(
      expect.arrayContaining(['CreateEndpoint', 'UpdateEndpoint', 'CreateInferenceComponent', 'AddTags']),
    );
    expect(bedrock).toMatchObject({ source: ['aws.bedrock'], 'detail-type': ['AWS API Call via CloudTrail'] });
    expect(agentcore).toMatchObject({ source: ['aws.bedrock-agentcore'], detail: { eventSource: ['bedrock-agentcore.amazonaws.com'] } });
    // The limit of a pattern.
    for (const { EventPattern } of rules) expect(JSON.stringify(EventPattern).length).toBeLessThan(2048);
  });

  it('is done under a role that only EventBridge can take, for this account', () => {
    expect(all('AWS::IAM::Role').get('ForwardEventsRole')?.['AssumeRolePolicyDocument'].Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });
});

it('an organisation whose accounts cannot announce anything is warned of', () => {
  const warnings = (organization: object) => {
    const stack = createRollcallStack(
      new App({ context: { 'aws:cdk:bundling-stacks': [] } }),
      settingsSchema.parse({ spoke: SPOKE, organization }),
    );
    return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('rollcall.yaml has no organization.id')).length;
  };
  expect([warnings({ units: ['r-ab12'] }), warnings({ id: 'o-a1b2c3d4e5' })]).toEqual([1, 0]);
});

it('switched off, nothing is announced, and nothing waits for it', () => {
  const off = synthesised({ events: { enabled: false } });
  for (const type of ['AWS::Events::EventBus', 'AWS::Events::Rule', 'AWS::Lambda::EventSourceMapping']) expect(off.all(type).size).toBe(0);
  expect([...off.all('AWS::SQS::Queue').keys()]).toEqual(['MissedRollCallQueue']);
  expect([...off.all('AWS::Lambda::Function').keys()]).not.toContain('Recheck');
  expect(Object.keys(off.template.findOutputs('*'))).not.toContain('EventBusName');
  expect([...off.all('AWS::CloudWatch::Alarm').keys()].filter(id => id.startsWith('Event'))).toEqual([]);
});

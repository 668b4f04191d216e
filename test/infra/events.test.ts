import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { forwardEvents } from '../../lib/infra/events.ts';
import { asText } from '../../scripts/permissions.ts';
import { byDefault, type Properties, synthesised } from './synthesised.ts';

const { all } = byDefault;
const queue = (id: string): Properties => all('AWS::SQS::Queue').get(id) ?? {};
const timeout = (id: string): number => all('AWS::Lambda::Function').get(id)?.['Timeout'];
const mappings = new Map(
  [...all('AWS::Lambda::EventSourceMapping').values()].map(each => [asText(each['FunctionName']).slice(1, -9), each]),
);
const text = (value: unknown) => asText(value).replaceAll(/[0-9A-F]{8}(?=[.>])/g, '');

describe('the bus', () => {
  const [bus] = all('AWS::Events::EventBus').values();
  it('admits the accounts that the configuration names, with events of services that are read', () => {
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

  it('hands on what comes from those, to be looked at and then told, and keeps what it cannot hand on', () => {
    const rule = all('AWS::Events::Rule').get('AnnouncedChanges');
    expect(rule?.['EventPattern']).toEqual({ source: ['aws.sagemaker', 'aws.bedrock', 'aws.bedrock-agentcore'], account: [{ Ref: 'AWS::AccountId' }] });
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
    expect(text(mappings.get('Notify')?.['EventSourceArn'])).toBe('<TellQueue.Arn>');
    expect([queue('RecheckQueue')['DelaySeconds'], queue('TellQueue')['DelaySeconds']]).toEqual([0, 60 + timeout('Recheck')]);
  });
});

describe('forwarding', () => {
  const app = new App();
  const stack = new Stack(app, 'Spoke');
  forwardEvents(stack, { busArn: 'arn:aws:events:eu-west-1:111122223333:event-bus/Rollcall' });
  const rules = Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule')).map(({ Properties }) => Properties);

  it('is the same construct in any region or account, to the bus of the hub', () => {
    const own = [...all('AWS::Events::Rule')].filter(([id]) => id.startsWith('Forward')).map(([, { EventPattern }]) => EventPattern);
    expect(rules.map(({ EventPattern }) => EventPattern)).toEqual(own);
    for (const { Targets, EventBusName } of rules) {
      expect(EventBusName).toBeUndefined();
      expect(Targets).toEqual([
        {
          Id: expect.any(String),
          Arn: 'arn:aws:events:eu-west-1:111122223333:event-bus/Rollcall',
          RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ForwardEventsRole/), 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^UnforwardedEventsQueue/), 'Arn'] } },
        },
      ]);
    }
  });

  it('asks for what SageMaker tells by itself, and for the calls that can change what serves', () => {
    const [states, sagemaker, bedrock] = rules.map(({ EventPattern }) => EventPattern);
    expect(states).toEqual({
      source: ['aws.sagemaker'],
      'detail-type': ['Endpoint', 'Endpoint Config', 'Model', 'Model Package'].map(what => `SageMaker ${what} State Change`),
    });
    expect(sagemaker).toMatchObject({ source: ['aws.sagemaker'], detail: { eventSource: ['sagemaker.amazonaws.com'] } });
    expect(sagemaker.detail.eventName).toEqual(
      expect.arrayContaining(['CreateEndpoint', 'UpdateEndpoint', 'CreateInferenceComponent', 'AddTags']),
    );
    expect(bedrock).toMatchObject({ source: ['aws.bedrock'], 'detail-type': ['AWS API Call via CloudTrail'] });
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

it('switched off, nothing is announced, and nothing waits for it', () => {
  const off = synthesised({ events: { enabled: false } });
  for (const type of ['AWS::Events::EventBus', 'AWS::Events::Rule', 'AWS::Lambda::EventSourceMapping']) expect(off.all(type).size).toBe(0);
  expect([...off.all('AWS::SQS::Queue').keys()]).toEqual(['MissedRollCallQueue']);
  expect([...off.all('AWS::Lambda::Function').keys()]).not.toContain('Recheck');
  expect(Object.keys(off.template.findOutputs('*'))).not.toContain('EventBusName');
  expect([...off.all('AWS::CloudWatch::Alarm').keys()].filter(id => id.startsWith('Event'))).toEqual([]);
});

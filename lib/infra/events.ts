import { Aws, Duration } from 'aws-cdk-lib';
import { CfnEventBus, EventBus, type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus as ToBus, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import {
  AccountPrincipal,
  type IPrincipal,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
  StarPrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Admitted } from '../core/events/admitted.ts';
import { CALL, SERVICES, STATE_CHANGES } from '../core/events/operations.ts';
import { deadLetterQueue } from './dead-letters.ts';

/** Of `recheck`: short, so that a message that comes back, after six times this, still comes before the next roll call. */
export const RECHECK_TIMEOUT = Duration.minutes(2);
/** Of `notify`. */
export const NOTIFY_TIMEOUT = Duration.minutes(10);
/** One listing answers for all that happened within it. */
const WINDOW = Duration.minutes(1);

export interface EventQueues {
  /** Events that say where to look. */
  readonly recheck: Queue;
  /** The same events, held back until a recheck of them has ended: then there may be something to tell. */
  readonly tell: Queue;
  /** What could not be delivered, read or looked at. */
  readonly unread: Queue;
}

export interface Events {
  readonly busName: string;
  readonly busArn: string;
  readonly queues: EventQueues;
}

/** The bus that all watched accounts and regions forward to, and the queues behind it. It admits Rollcall's own account and `admitted`, and nobody else. */
export const createEvents = (scope: Construct, admitted: Admitted): Events => {
  const bus = createBus(scope, admitted);
  const unread = deadLetterQueue(scope, 'UnreadEventsQueue');
  const queue = (id: string, timeout: Duration, deliveryDelay: Duration): Queue =>
    new Queue(scope, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deliveryDelay,
      // What AWS advises for a function that takes batches.
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: unread, maxReceiveCount: 3 },
    });
  const recheck = queue('RecheckQueue', RECHECK_TIMEOUT, Duration.seconds(0));
  const tell = queue('TellQueue', NOTIFY_TIMEOUT, WINDOW.plus(RECHECK_TIMEOUT));
  new Rule(scope, 'AnnouncedChanges', {
    description: 'Hands on changes of model deployments that were announced',
    eventBus: EventBus.fromEventBusName(scope, 'OwnBus', bus.ref),
    eventPattern: { source: sources() },
    targets: [recheck, tell].map(target => new SqsQueue(target, { deadLetterQueue: unread })),
  });
  return { busName: bus.ref, busArn: bus.attrArn, queues: { recheck, tell, unread } };
};

const sources = (): string[] => Object.values(SERVICES).map(({ source }) => source);

/**
 * Nobody can put an event with a source of AWS: those are AWS's own, and no others are admitted. Whoever forwards from another account does
 * it under a role, which says whose it is.
 */
const createBus = (scope: Construct, { accounts, organization }: Admitted): CfnEventBus => {
  const name = Aws.STACK_NAME;
  const admit = (sid: string, principals: IPrincipal[], of: Readonly<Record<string, string>>) =>
    new PolicyStatement({
      sid,
      principals,
      actions: ['events:PutEvents'],
      resources: [`arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/${name}`],
      conditions: { StringEquals: { 'events:source': sources(), ...of } },
    });
  const statements = [
    admit(
      'AdmitWatchedAccounts',
      [Aws.ACCOUNT_ID, ...accounts].map(account => new AccountPrincipal(account)),
      {},
    ),
  ];
  if (organization !== undefined)
    statements.push(admit('AdmitOrganization', [new StarPrincipal()], { 'aws:PrincipalOrgID': organization }));
  const policy = new PolicyDocument({ statements });
  return new CfnEventBus(scope, 'EventBus', { name, description: 'Changes of model deployments, announced to Rollcall', policy });
};

/** Both say which messages are to come back. They take few batches at a time: two readers of one scope only wait for each other, as two who tell do. */
export const takeEvents = ({ recheck, tell }: EventQueues, functions: Readonly<Record<'recheck' | 'notify', IFunction>>): void => {
  functions.recheck.addEventSource(
    new SqsEventSource(recheck, { batchSize: 100, maxBatchingWindow: WINDOW, reportBatchItemFailures: true, maxConcurrency: 2 }),
  );
  functions.notify.addEventSource(
    new SqsEventSource(tell, {
      batchSize: 1000,
      maxBatchingWindow: Duration.seconds(30),
      reportBatchItemFailures: true,
      maxConcurrency: 2,
    }),
  );
};

/**
 * Forwards changes from the default bus of this account and region to the bus at `busArn`, wherever that is. Answers with the queue of what
 * could not be forwarded. Calls are only known where a trail logs them.
 */
export const forwardEvents = (scope: Construct, { busArn }: { readonly busArn: string }): Queue => {
  const unforwarded = deadLetterQueue(scope, 'UnforwardedEventsQueue');
  const role = new Role(scope, 'ForwardEventsRole', {
    assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } } }),
    description: 'Forwards announced changes of model deployments',
  });
  const bus = EventBus.fromEventBusArn(scope, 'HubBus', busArn);
  for (const [id, eventPattern] of Object.entries(forwarded())) {
    new Rule(scope, `Forward${id}`, { eventPattern, targets: [new ToBus(bus, { role, deadLetterQueue: unforwarded })] });
  }
  return unforwarded;
};

/** What is forwarded, by rule: what SageMaker tells by itself, then the calls of each service. */
const forwarded = (): Readonly<Record<string, EventPattern>> => ({
  StateChanges: { source: ['aws.sagemaker'], detailType: [...STATE_CHANGES] },
  ...Object.fromEntries(
    Object.entries(SERVICES).map(([eventSource, { provider, source, operations }]) => [
      `${provider}Calls`,
      { source: [source], detailType: [CALL], detail: { eventSource: [eventSource], eventName: Object.keys(operations) } },
    ]),
  ),
});

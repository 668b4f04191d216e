import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Subscription, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { sha256 } from '../core/digest.ts';
import { ownerAttribute } from '../core/owner-attribute.ts';
import type { Settings } from '../core/settings.ts';
import { deadLetterQueue } from './dead-letters.ts';

export interface Topics {
  /** Every finding. Nobody is subscribed by the stack: security chooses its own mailbox. */
  readonly security: Topic;
  /** One message per owner; each receiver's filter lets only their own through. */
  readonly owners: Topic;
  /** Alarms about Rollcall itself. */
  readonly ops: Topic;
}

export const createTopics = (scope: Construct): Topics => {
  const topic = (id: string, displayName: string) => new Topic(scope, id, { displayName, enforceSSL: true });
  const ops = topic('OpsTopic', 'Rollcall operations');
  // A topic with a policy of its own loses the default one that admits alarms.
  ops.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [ops.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return { security: topic('SecurityTopic', 'Rollcall security'), owners: topic('OwnersTopic', 'Rollcall owners'), ops };
};

type Receiver = Settings['receivers'][string];

/**
 * One filtered subscription per receiver in `rollcall.yaml`. Mail must be confirmed by the person; a queue's own policy must admit the topic.
 * Answers with the queue of messages that could not be delivered, or undefined where there are no receivers.
 */
export const subscribeReceivers = (scope: Construct, owners: ITopic, receivers: Settings['receivers']): Queue | undefined => {
  const entries = Object.entries(receivers);
  const deadLetters = entries.length > 0 ? deadLetterQueue(scope, 'UndeliveredQueue') : undefined;
  for (const [person, receiver] of entries) {
    // The id is a digest: a name from the configuration never becomes part of a logical id.
    new Subscription(scope, `Receiver${sha256(person).slice(0, 12)}`, {
      topic: owners,
      ...endpointOf(receiver),
      filterPolicy: { owner: SubscriptionFilter.stringFilter({ allowlist: [ownerAttribute(person)] }) },
      ...(deadLetters ? { deadLetterQueue: deadLetters } : {}),
    });
  }
  return deadLetters;
};

const endpointOf = (receiver: Receiver) =>
  'email' in receiver
    ? { protocol: SubscriptionProtocol.EMAIL, endpoint: receiver.email }
    : { protocol: SubscriptionProtocol.SQS, endpoint: receiver.queue };

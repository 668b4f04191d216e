import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  type MessageAttributeValue,
  PublishCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import * as z from 'zod';
import type { Message, Topic } from '../../core/notice.ts';
import type { Log, Publisher } from '../../ports.ts';

export interface SnsPublisherDeps {
  readonly client: SNSClient;
  /** Topic ARNs. */
  readonly topics: Readonly<Record<Topic, string>>;
  readonly log: Log;
  /** Waits so many milliseconds; an argument so that tests need no time. */
  readonly pause?: (milliseconds: number) => Promise<unknown>;
}

/** Ten messages a second: the default SNS quota for mail. */
const SPACING = 100;
/** More subscriptions than this are not asked one by one: `reached` is then unknown. */
const SUBSCRIPTION_MAX = 500;
/** SNS hands at most ten attributes on to a queue. */
const ATTRIBUTE_MAX = 10;

/** Publishes to SNS as plain strings with attributes, so that subscription filters work. Throws what SNS answers to a refused message. */
export const snsPublisher = (deps: SnsPublisherDeps): Publisher => {
  const { client, topics, pause = sleep } = deps;
  let sent = 0;
  const publish = async ({ topic, subject, body, attributes }: Message): Promise<string> => {
    if (sent > 0) await pause(SPACING);
    sent += 1;
    const input = { TopicArn: topics[topic], Subject: subject, Message: body, MessageAttributes: snsAttributes(attributes) };
    const { MessageId } = await client.send(new PublishCommand(input));
    if (MessageId === undefined) throw new TypeError(`SNS accepted "${subject}" without a message id: it may not have arrived`);
    return MessageId;
  };
  const reached = async (): Promise<ReadonlySet<string> | undefined> => {
    try {
      return await confirmedOwners(client, topics.OWNERS);
    } catch (cause) {
      // SNS could not be asked (denied, throttled, unreachable): who is reached is then unknown, not nobody.
      deps.log.warn('sns.reached-unknown', { topic: topics.OWNERS, reason: String(cause) });
      return undefined;
    }
  };
  return { publish, reached };
};

/** SNS refuses empty values. */
const snsAttributes = (attributes: Message['attributes']): Record<string, MessageAttributeValue> => {
  const entries = Object.entries(attributes).filter(([, value]) => value.length > 0);
  return Object.fromEntries(entries.slice(0, ATTRIBUTE_MAX).map(([name, value]) => [name, snsAttribute(value)]));
};

const snsAttribute = (value: string | readonly string[]): MessageAttributeValue =>
  typeof value === 'string' ? { DataType: 'String', StringValue: value } : { DataType: 'String.Array', StringValue: JSON.stringify(value) };

/** Owners named by the filter of a confirmed subscription. */
const confirmedOwners = async (client: SNSClient, topic: string): Promise<ReadonlySet<string> | undefined> => {
  const subscriptions = await confirmedSubscriptions(client, topic);
  if (subscriptions === undefined) return undefined;
  const owners = new Set<string>();
  for (const SubscriptionArn of subscriptions) {
    const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    for (const owner of filteredOwners(Attributes?.['FilterPolicy'])) owners.add(owner);
  }
  return owners;
};

/** undefined: too many to ask. */
const confirmedSubscriptions = async (client: SNSClient, topic: string): Promise<readonly string[] | undefined> => {
  const arns = (await subscriptionsOf(client, topic)).filter(isConfirmed);
  return arns.length > SUBSCRIPTION_MAX ? undefined : arns;
};

/** Until it is confirmed, a subscription has the word `PendingConfirmation` for an ARN. */
export const isConfirmed = (subscription: string): boolean => subscription.startsWith('arn:');

/** What SNS has for the ARN of each subscription of a topic; of very many not all. */
export const subscriptionsOf = async (client: SNSClient, topic: string): Promise<readonly string[]> => {
  const arns: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topic, NextToken: token }));
    arns.push(...(page.Subscriptions ?? []).map(({ SubscriptionArn }) => SubscriptionArn ?? ''));
    if (arns.filter(isConfirmed).length > SUBSCRIPTION_MAX) return arns;
    if (token !== undefined && page.NextToken === token) throw new TypeError(`SNS repeated a page of the subscriptions of ${topic}`);
    token = page.NextToken;
  } while (token !== undefined);
  return arns;
};

const filterSchema = z.object({ owner: z.array(z.unknown()) });

/** A filter that names no owners reaches none by name: machines listen there. */
const filteredOwners = (policy: string | undefined): readonly string[] => {
  const filter = filterSchema.safeParse(JSON.parse(policy ?? '{}'));
  return filter.success ? filter.data.owner.filter(owner => typeof owner === 'string') : [];
};

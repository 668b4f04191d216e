import { createServer, type Server } from 'node:http';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { snsPublisher } from '../../lib/adapters/sns/publisher.ts';
import { aChange, planOf } from '../support/owed.ts';

type Answer = string | { readonly status: number; readonly code: string };
const TOPIC = 'arn:aws:sns:eu-west-1:111122223333:owners';
const asked: URLSearchParams[] = [];
const answers: Record<string, (form: URLSearchParams) => Answer> = {};
let server: Server;

/** Speaks as much of the SNS query protocol as the publisher uses. */
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => (body += chunk));
    request.on('end', () => {
      const form = new URLSearchParams(body);
      asked.push(form);
      const action = form.get('Action') ?? '';
      const answer = answers[action]!(form);
      if (typeof answer === 'string') response.end(`<${action}Response><${action}Result>${answer}</${action}Result></${action}Response>`);
      else
        response
          .writeHead(answer.status)
          .end(`<ErrorResponse><Error><Code>${answer.code}</Code><Message>no</Message></Error></ErrorResponse>`);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise(resolve => server.close(resolve)));
beforeEach(() => void (asked.length = 0));

const aPublisher = () => {
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const client = new SNSClient({ endpoint, region: 'eu-west-1', maxAttempts: 1, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const pauses: number[] = [];
  const warned: unknown[] = [];
  const pause = async (milliseconds: number) => pauses.push(milliseconds);
  const log = { info: () => {}, warn: (event: string, detail: unknown) => void warned.push([event, detail]) };
  return { ...snsPublisher({ client, topics: { SECURITY: 'arn:security', OWNERS: TOPIC, OPS: 'arn:ops' }, log, pause }), pauses, warned };
};
const messages = planOf([aChange()]).messages;

it('publishes plain strings with typed attributes to the topic, ten a second', async () => {
  answers['Publish'] = () => '<MessageId>id-1</MessageId>';
  const publisher = aPublisher();
  expect(await publisher.publish(messages[0]!)).toBe('id-1');
  await publisher.publish(messages.at(-1)!);
  const [first, second] = asked.map(form => Object.fromEntries(form));
  expect(first).toMatchObject({ TopicArn: TOPIC, Subject: messages[0]!.subject, Message: messages[0]!.body });
  expect(first).not.toHaveProperty('MessageStructure');
  const attributes = Object.entries(first!).filter(([key]) => key.startsWith('MessageAttributes'));
  expect(attributes.map(([, value]) => value)).toEqual(
    expect.arrayContaining([
      'owner',
      'String',
      'kim@example.com',
      'severity',
      'CRITICAL',
      'rules',
      'String.Array',
      '["APR-02"]',
      '["111122223333"]',
      '["prod"]',
    ]),
  );
  expect(second!['TopicArn']).toBe('arn:security');
  expect(Object.values(second!)).not.toContain('owner');
  expect(publisher.pauses).toEqual([100]);
});

it('rejects when SNS refuses, and when it accepts without an id', async () => {
  answers['Publish'] = () => ({ status: 400, code: 'InvalidParameter' });
  await expect(aPublisher().publish(messages[0]!)).rejects.toThrow('no');
  answers['Publish'] = () => '';
  await expect(aPublisher().publish(messages[0]!)).rejects.toThrow('without a message id');
});

const page = (arns: string[], next = '') =>
  `<Subscriptions>${arns.map(arn => `<member><SubscriptionArn>${arn}</SubscriptionArn></member>`).join('')}</Subscriptions>${next && `<NextToken>${next}</NextToken>`}`;
const policies: Record<string, string> = {
  'arn:1': '{"owner":["kim@example.com",{"prefix":"x"}]}',
  'arn:2': '{"severity":["HIGH"]}',
  'arn:3': '{"owner":["sam"]}',
};

it('reaches the owners that a confirmed subscription names, over all pages', async () => {
  answers['ListSubscriptionsByTopic'] = form =>
    form.get('NextToken') === 'two' ? page(['arn:3', 'Deleted']) : page(['arn:1', 'arn:2', 'arn:4', 'PendingConfirmation'], 'two');
  answers['GetSubscriptionAttributes'] = form => {
    const policy = policies[form.get('SubscriptionArn') ?? ''];
    return policy === undefined ? '' : `<Attributes><entry><key>FilterPolicy</key><value>${policy}</value></entry></Attributes>`;
  };
  expect(await aPublisher().reached()).toEqual(new Set(['kim@example.com', 'sam']));
  expect(asked).toHaveLength(6);
});

it.each<[string, () => Answer, string]>([
  ['SNS denies it', () => ({ status: 403, code: 'AuthorizationError' }), 'AuthorizationError'],
  ['a page repeats', () => page(['arn:1'], 'same'), 'repeated a page'],
])('does not know who is reached when %s, and says why', async (_name, answer, reason) => {
  answers['ListSubscriptionsByTopic'] = answer;
  const publisher = aPublisher();
  expect(await publisher.reached()).toBeUndefined();
  expect(JSON.stringify(publisher.warned)).toContain(reason);
});

it('does not ask one by one about more subscriptions than it is good for', async () => {
  answers['ListSubscriptionsByTopic'] = () => page(Array.from({ length: 501 }, (_, index) => `arn:${index}`));
  expect(await aPublisher().reached()).toBeUndefined();
  expect(asked).toHaveLength(1);
});

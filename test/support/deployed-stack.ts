import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createApi } from '../../lib/api/app.ts';
import { startEmbeddedDynamo } from '../../lib/adapters/local/embedded-dynamo.ts';
import { settingsSchema } from '../../lib/core/settings.ts';
import { NOW } from './builders.ts';
import { freshStores } from './dynamo-tables.ts';

const USER = 'arn:aws:iam::111122223333:user/kim';
const xml = (action: string, result: string): string =>
  `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;

/** A deployed Rollcall as its callers see it, on loopback: the tables, CloudFormation and SNS as far as they are asked, and the API. */
export const startDeployedStack = async (subscriptions: Readonly<Record<string, readonly string[]>>) => {
  const dynamo = await startEmbeddedDynamo();
  const { tables, ...stores } = await freshStores(() => dynamo.endpoint, 'stack')();
  const log = { info: () => {}, warn: () => {} };
  const app = createApi({ ...stores, settings: settingsSchema.parse({}), clock: { now: () => NOW }, log });
  const outputs: Record<string, string> = {
    RegistryTableName: tables.registry.name,
    InventoryTableName: tables.inventory.name,
    FindingsTableName: tables.findings.name,
    SecurityTopicArn: 'security',
    OwnersTopicArn: 'owners',
    OpsTopicArn: 'ops',
    RollCallStateMachineArn: 'machine',
  };
  const answer = async (request: IncomingMessage): Promise<{ readonly status: number; readonly body: string }> => {
    if (request.method === 'GET') {
      const event = { event: { requestContext: { authorizer: { iam: { userArn: USER } } } } };
      const response = await app.fetch(new Request(`http://127.0.0.1${request.url}`), event);
      return { status: response.status, body: await response.text() };
    }
    const form = new URLSearchParams(await text(request));
    if (form.get('Action') === 'ListSubscriptionsByTopic')
      return { status: 200, body: subscriptionsXml(subscriptions[form.get('TopicArn') ?? ''] ?? []) };
    return form.get('StackName') === 'Rollcall' ? { status: 200, body: stackXml(outputs) } : NO_STACK;
  };
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => response.writeHead(status).end(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  outputs['ApiUrl'] = url;
  const close = async () => {
    server.closeAllConnections();
    await Promise.all([once(server.close(), 'close'), dynamo.close()]);
  };
  return { ...stores, url, dynamo: dynamo.endpoint, close };
};

const subscriptionsXml = (arns: readonly string[]): string =>
  xml(
    'ListSubscriptionsByTopic',
    `<Subscriptions>${arns.map(arn => `<member><SubscriptionArn>${arn}</SubscriptionArn></member>`).join('')}</Subscriptions>`,
  );

const stackXml = (outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return xml('DescribeStacks', `<Stacks><member><StackName>Rollcall</StackName><Outputs>${members.join('')}</Outputs></member></Stacks>`);
};

const NO_STACK = {
  status: 400,
  body: '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id nope does not exist</Message></Error></ErrorResponse>',
};

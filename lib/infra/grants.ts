import { Aws } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Settings } from '../core/settings.ts';
import { BY_ID, LEADING } from '../adapters/dynamo/schema.ts';
import { type Provider, PROVIDERS, SERVICES } from '../core/scope.ts';
import type { EventQueues } from './events.ts';
import { READS } from './reads.ts';
import type { Tables } from './tables.ts';
import type { Topics } from './topics.ts';

/** What permissions can be about. `providers` and `regions`: whose deployments are read, and where. */
export interface Granted {
  readonly tables: Tables;
  readonly topics: Topics;
  readonly bucket: Bucket;
  readonly settings: Settings;
  /** undefined: changes are looked at by roll calls alone. */
  readonly queues: EventQueues | undefined;
}

type May = (granted: Granted) => readonly PolicyStatement[];

/** Claims the slot of a run and leaves the list of scopes for the map. */
export const mayPlanScopes: May = ({ tables, bucket, settings }) => [
  ...listAccounts(settings),
  ...listRegions(settings),
  ...(settings.regions === 'enabled' ? assumeSpokes(settings) : []),
  readTable('ReadInventory', tables.inventory),
  writeItems('ClaimSlot', tables.inventory, 'PutItem', ['run']),
  allow('WriteScopeLists', ['s3:PutObject'], [bucket.arnForObjects('scopes/*')]),
];

/** Writes the machine's side of findings. It can change nothing that it watches, and nothing that people said. */
export const mayReconcile: May = granted => observe(granted, ['item', 'act']);

/** The same where a change was announced, but that it removes no deployment: it proves no absence. It can tell nobody. */
export const mayRecheck = (granted: Granted, events: IQueue): readonly PolicyStatement[] => [...observe(granted, []), takeMessages(events)];

const observe = ({ settings, tables }: Granted, deletes: readonly ItemKind[]): readonly PolicyStatement[] => [
  ...leaveWatched(settings),
  ...assumeSpokes(settings),
  ...readRegistry(tables),
  ...writeObservations(tables, { updates: ['item', 'status', 'description', 'act'], deletes: [...deletes, 'description'] }),
];

/** That nothing in an account is changed, in our own and, by the spoke role, in every other one. */
export const leaveWatched = (settings: Settings): readonly PolicyStatement[] => [
  changeNothingWatched(),
  // Artefacts may lie in any bucket; no object can be read.
  ...(settings.artefactEtags ? [allow('ListArtefacts', ['s3:ListBucket'], [`arn:${Aws.PARTITION}:s3:::*`])] : []),
];

/** The same for what is judged without a listing: it has no access to the cloud at all. It alone archives, and so removes, records. */
export const mayCloseRun: May = ({ tables }) => [
  ...readRegistry(tables),
  ...writeObservations(tables, { updates: ['item', 'status', 'memo', 'run'], deletes: ['item', 'memo'] }),
  writeItems('CopyToArchive', tables.findings, 'UpdateItem', ['archived']),
  writeItems('LeavePartition', tables.findings, 'DeleteItem', ['record']),
];

/** Marks what was told on the record, keeps messages on their way, and publishes. */
export const mayNotify: May = ({ tables, topics, queues }) => [
  ...(queues === undefined ? [] : [takeMessages(queues.tell)]),
  readTable('ReadFindings', tables.findings),
  markTold(tables.findings),
  readTable('ReadInventory', tables.inventory),
  writeItems('WriteMessages', tables.inventory, 'UpdateItem', ['run', 'lease', 'outgoing', 'summary']),
  writeItems('ForgetMessages', tables.inventory, 'DeleteItem', ['outgoing']),
  allow(
    'Publish',
    ['sns:Publish', 'sns:ListSubscriptionsByTopic'],
    Object.values(topics).map(topic => topic.topicArn),
  ),
  allow('ReadSubscriptions', ['sns:GetSubscriptionAttributes'], ['*']),
];

/** Writes what people declare and decide; of the machine's side it can only read. */
export const mayCallApi: May = ({ tables }) => [
  readTable('ReadFindings', tables.findings),
  allow('FindById', ['dynamodb:Query'], [`${tables.findings.tableArn}/index/${BY_ID.name}`]),
  writeItems('Answer', tables.findings, 'UpdateItem', ['response']),
  writeItems('WriteHistory', tables.findings, 'PutItem', ['responseHistory']),
  readTable('ReadInventory', tables.inventory),
  ...readRegistry(tables),
  writeItems('Register', tables.registry, 'UpdateItem', ['registration', 'match']),
  writeItems('Unregister', tables.registry, 'DeleteItem', ['registration']),
  writeItems('Decide', tables.registry, 'PutItem', ['decision']),
];

const takeMessages = ({ queueArn }: IQueue): PolicyStatement =>
  allow('TakeEvents', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queueArn]);

export const writeLogs = (logGroup: LogGroup): PolicyStatement =>
  allow('WriteLogs', ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);

export const writeTraces = (): PolicyStatement => allow('WriteTraces', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']);

const allow = (sid: string, actions: readonly string[], resources: readonly string[]): PolicyStatement =>
  new PolicyStatement({ sid, actions: [...actions], resources: [...resources] });

const readTable = (sid: string, { tableArn }: TableV2): PolicyStatement =>
  allow(sid, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], [tableArn]);

/** The registry alone is ever read as a whole. */
const readRegistry = ({ registry }: Tables): readonly PolicyStatement[] => [
  readTable('ReadRegistry', registry),
  allow('ScanRegistry', ['dynamodb:Scan'], [registry.tableArn]),
];

type ItemKind = keyof typeof LEADING;
type ItemWrite = 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** Only items of these kinds may be written, told by what their partition key begins with. This keeps people's and machines' facts apart. */
const writeItems = (sid: string, { tableArn }: TableV2, action: ItemWrite, kinds: readonly ItemKind[]): PolicyStatement =>
  new PolicyStatement({
    sid,
    actions: [`dynamodb:${action}`],
    resources: [tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': kinds.map(kind => `${LEADING[kind]}*`) },
      // ForAllValues also holds for a request that names no key at all.
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });

/** `told` alone, which lies on the record. What a request touches is told by the top-level attributes that its expressions name, the key included. */
const markTold = (table: TableV2): PolicyStatement => {
  const statement = writeItems('MarkTold', table, 'UpdateItem', ['record']);
  statement.addConditions({
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'sk', 'told'] },
    Null: { 'dynamodb:Attributes': 'false' },
  });
  return statement;
};

/** Records may be updated and history added to; answers may only be read, and history can be neither updated nor deleted. */
const writeObservations = (tables: Tables, inventory: Readonly<Record<'updates' | 'deletes', readonly ItemKind[]>>) => [
  readTable('ReadInventory', tables.inventory),
  writeItems('WriteInventory', tables.inventory, 'UpdateItem', inventory.updates),
  ...(inventory.deletes.length === 0 ? [] : [writeItems('ForgetItems', tables.inventory, 'DeleteItem', inventory.deletes)]),
  readTable('ReadFindings', tables.findings),
  writeItems('WriteRecords', tables.findings, 'UpdateItem', ['record']),
  writeItems('WriteHistory', tables.findings, 'PutItem', ['recordHistory']),
];

/** An account lists its own regions: the hub its own, and every other one under its spoke role. */
export const listRegions = ({ regions }: Settings): readonly PolicyStatement[] =>
  regions === 'enabled' ? [allow('ListRegions', ['account:ListRegions'], ['*'])] : [];

const listAccounts = ({ organization }: Settings): readonly PolicyStatement[] => {
  if (!organization) return [];
  const lists = organization.units.length > 0 ? ['ListAccountsForParent', 'ListOrganizationalUnitsForParent'] : ['ListAccounts'];
  return [
    allow(
      'ListMembers',
      lists.map(list => `organizations:${list}`),
      ['*'],
    ),
  ];
};

/** Only the role of that name, with the external id that it asks for, and in no other organisation than ours where that is known. */
const assumeSpokes = ({ spoke, organization }: Settings): readonly PolicyStatement[] =>
  spoke
    ? [
        new PolicyStatement({
          sid: 'AssumeSpokes',
          actions: ['sts:AssumeRole'],
          resources: [`arn:${Aws.PARTITION}:iam::*:role/${spoke.roleName}`],
          conditions: {
            StringEquals: { 'sts:ExternalId': spoke.externalId, ...(organization?.id ? { 'aws:ResourceOrgID': organization.id } : {}) },
          },
        }),
      ]
    : [];

/** Everything that reading an account takes: the statements of each provider by its name. */
export const readDeployments = ({ providers, regions }: Settings): Readonly<Record<string, readonly PolicyStatement[]>> => {
  const named = regions === 'enabled' || regions.length > 0 ? regions : [Aws.REGION];
  const narrowed = named === 'enabled' ? {} : { conditions: { StringEquals: { 'aws:RequestedRegion': named } } };
  const ofProvider = (provider: Provider) => {
    const { name, lists, elsewhere, details, types } = READS[provider];
    const service = SERVICES[provider];
    const own = (operations: readonly string[]) => operations.map(each => `${service}:${each}`);
    const read = (what: string, actions: readonly string[], resources: readonly string[]) =>
      new PolicyStatement({ sid: `${what}${name}`, actions: [...actions], resources: [...resources], ...narrowed });
    // One ARN for all regions: a policy has no room for one each.
    const described = types.map(type => `arn:${Aws.PARTITION}:${service}:*:${Aws.ACCOUNT_ID}:${type}/*`);
    return [name, [read('List', [...own(lists), ...elsewhere], ['*']), read('Describe', own(details), described)]] as const;
  };
  return Object.fromEntries(providers.map(ofProvider));
};

/** Says once more, against any later grant, that a model is never changed or invoked from here, whoever serves it. */
const changeNothingWatched = (): PolicyStatement =>
  new PolicyStatement({
    sid: 'ChangeNothingWatched',
    effect: Effect.DENY,
    actions: PROVIDERS.flatMap(provider => READS[provider].changes.map(action => `${SERVICES[provider]}:${action}`)),
    resources: ['*'],
  });

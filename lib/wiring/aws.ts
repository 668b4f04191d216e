import { readFileSync } from 'node:fs';
import path from 'node:path';
import { AccountClient } from '@aws-sdk/client-account';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { createAccountSource } from '../adapters/accounts/source.ts';
import { createCreatorSource } from '../adapters/aws/creators.ts';
import { createStaticDirectory } from '../adapters/directory/static-directory.ts';
import { documentClient } from '../adapters/dynamo/client.ts';
import { dynamoDescriptionCache } from '../adapters/dynamo/description-cache.ts';
import { dynamoFindingStore } from '../adapters/dynamo/finding-store.ts';
import { dynamoInventoryStore } from '../adapters/dynamo/inventory-store.ts';
import { dynamoRegistryStore } from '../adapters/dynamo/registry-store.ts';
import { createScopeList } from '../adapters/s3/scope-list.ts';
import { snsPublisher } from '../adapters/sns/publisher.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { createLineLog } from '../adapters/system/log.ts';
import { type Environment, readEnvironment } from '../config/environment.ts';
import { partitionOf } from '../core/partition.ts';
import type { CloudScope } from '../core/scope.ts';
import { type Settings, settingsSchema } from '../core/settings.ts';
import type { Instant } from '../core/time.ts';
import type { DescriptionCache } from '../ports.ts';
import { WRITES_AT_ONCE } from '../usecases/apply-plan.ts';
import { scopePlanner } from '../usecases/plan-scopes.ts';
import { clientConfigs, CONNECTIONS } from './client-config.ts';
import { liveSource } from './live-source.ts';

/** Lambda sends what is written here to the function's log group. */
const log = createLineLog(line => process.stdout.write(line), systemClock);

/** Shared by all clients: the SDK's standard retry, five attempts in all. */
const RETRY = { retryMode: 'standard', maxAttempts: 5 } as const;

/** What every function needs. The other ports are functions of their own, so that a bundle carries only the clients it uses. */
export const awsPorts = () => {
  const environment = readEnvironment(process.env);
  const settings = readSettings();
  const client = documentClient(RETRY);
  const home = { account: environment.ROLLCALL_ACCOUNT, region: environment.AWS_REGION };
  return {
    environment,
    settings,
    home,
    registry: dynamoRegistryStore({ client, name: environment.ROLLCALL_REGISTRY_TABLE }),
    inventory: dynamoInventoryStore({ client, name: environment.ROLLCALL_INVENTORY_TABLE }),
    descriptions: dynamoDescriptionCache({ client, name: environment.ROLLCALL_INVENTORY_TABLE }),
    findings: dynamoFindingStore({ client, name: environment.ROLLCALL_FINDINGS_TABLE }),
    directory: createStaticDirectory(settings.directory),
    writesAtOnce: WRITES_AT_ONCE,
    clock: systemClock,
    log,
  };
};

/** Validated when the stack was synthesised and laid next to the bundle; parsed again, since what lies there decides what is told to whom. */
const readSettings = (): Settings => {
  const file = path.join(process.env['LAMBDA_TASK_ROOT'] ?? '.', 'rollcall.json');
  return settingsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
};

/** An answer that does not come must not hold up a run beyond its time. */
const STS = { ...RETRY, requestHandler: { ...CONNECTIONS, connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true } };

type Ports = Pick<ReturnType<typeof awsPorts>, 'home' | 'settings'>;

/** Reads in one run: its own account as it is, every other one under the role that is assumed there. */
const configsFor = ({ home, settings }: Ports, run: Instant) =>
  clientConfigs({
    account: home.account,
    sts: new STSClient(STS),
    spoke: settings.spoke && { ...settings.spoke, partition: partitionOf(home.region), run },
  });

const sourceBy = (configOf: ReturnType<typeof configsFor>, { settings }: Ports, cache: DescriptionCache | undefined) =>
  liveSource({ settings, clock: systemClock, cache, optionsFor: scope => ({ ...RETRY, ...configOf(scope) }) });

export const awsSource = (ports: Ports, run: Instant, cache?: DescriptionCache) => sourceBy(configsFor(ports, run), ports, cache);

/** The same, and who can tell afterwards who made what, in the same sessions. */
export const awsReading = (ports: Ports, run: Instant, cache: DescriptionCache) => {
  const configOf = configsFor(ports, run);
  const clientFor = (scope: CloudScope) => new CloudTrailClient({ ...RETRY, ...configOf(scope) });
  return { source: sourceBy(configOf, ports, cache), creators: createCreatorSource({ clientFor, clock: systemClock }) };
};

/** Finds out what there is to read in a run. */
export const accountPlanner = ({ home, settings }: Ports, run: Instant) => {
  const configOf = configsFor({ home, settings }, run);
  const accounts = createAccountSource({
    organizations: new OrganizationsClient(RETRY),
    clientFor: account => new AccountClient({ ...RETRY, ...configOf({ account, region: home.region }) }),
    clock: systemClock,
  });
  return scopePlanner({ home, settings, providers: settings.providers, accounts });
};

export const topicPublisher = (environment: Environment) =>
  snsPublisher({
    client: new SNSClient(RETRY),
    topics: {
      SECURITY: environment.ROLLCALL_SECURITY_TOPIC_ARN,
      OWNERS: environment.ROLLCALL_OWNERS_TOPIC_ARN,
      OPS: environment.ROLLCALL_OPS_TOPIC_ARN,
    },
    log,
  });

export const scopeListOf = (environment: Environment) => createScopeList(new S3Client(RETRY), environment.ROLLCALL_SCOPE_BUCKET);

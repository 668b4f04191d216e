import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type App, Aws, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Deployed, endpointVariables } from '../config/environment.ts';
import { admittedBy } from '../core/events/admitted.ts';
import type { Settings } from '../core/settings.ts';
import { createAlarms } from './alarms.ts';
import { createApi } from './api.ts';
import { warnOfSilence } from './events-stack.ts';
import { createEvents, forwardEvents, NOTIFY_TIMEOUT, RECHECK_TIMEOUT, takeEvents } from './events.ts';
import { createFunction, type FunctionSpec, type FunctionSurroundings } from './functions.ts';
import { type Granted, mayCallApi, mayCloseRun, mayNotify, mayPlanScopes, mayRecheck, mayReconcile, readDeployments } from './grants.ts';
import { createSchedule, createStateMachine } from './roll-call.ts';
import { createScopeBucket } from './scope-bucket.ts';
import { createSpokeSets } from './spoke-set.ts';
import { hubRoleName } from './spoke-stack.ts';
import { createTables } from './tables.ts';
import { createTopics, subscribeReceivers } from './topics.ts';

/**
 * Everything that Rollcall runs on, in whichever account and region it is deployed to. Two contexts exist for tests alone:
 * `rollcall:tableNamePrefix` (names the tables and lets a destroy take the data with it) and
 * `rollcall:serviceEndpoints` (JSON, service → URL: where the functions call AWS).
 */
export const createRollcallStack = (app: App, settings: Settings): Stack => {
  const stack = new Stack(app, 'Rollcall', { description: 'Rollcall: every live model answers the roll, or someone hears about it' });
  const tableNamePrefix: unknown = stack.node.tryGetContext('rollcall:tableNamePrefix');
  const prefix = typeof tableNamePrefix === 'string' ? tableNamePrefix : undefined;
  const tables = createTables(stack, prefix);
  const topics = createTopics(stack);
  const bucket = createScopeBucket(stack, prefix !== undefined);
  const events = settings.events.enabled ? createEvents(stack, admittedBy(settings)) : undefined;
  const granted: Granted = { tables, topics, bucket, settings, queues: events?.queues };
  const functions = createFunctions(stack, granted, {
    environment: deployed(granted),
    endpoints: endpointVariables(stack.node.tryGetContext('rollcall:serviceEndpoints')),
    settingsFile: writeSettings(app, settings),
  });
  const { api, recheck, ...rollCallFunctions } = functions;
  if (events && recheck) takeEvents(events.queues, { recheck, notify: functions.notify });
  const readers = [functions.planScopes, functions.reconcileScope, ...(recheck ? [recheck] : [])];
  createSpokeSets(app, stack, { settings, readers, busArn: events?.busArn });
  warnOfSilence(stack, settings);
  const machine = createStateMachine(stack, rollCallFunctions, bucket);
  const { everyMinutes } = settings.schedule;
  createAlarms(stack, {
    machine,
    everyMinutes,
    functions: Object.values(functions).filter(fn => fn !== undefined),
    missedRollCalls: createSchedule(stack, machine, everyMinutes),
    events: events && { ...events.queues, unforwarded: forwardEvents(stack, events) },
    undelivered: subscribeReceivers(stack, topics.owners, settings.receivers),
    ops: topics.ops,
  });
  const { apiEndpoint } = createApi(stack, api);
  const outputs = {
    RegistryTableName: tables.registry.tableName,
    InventoryTableName: tables.inventory.tableName,
    FindingsTableName: tables.findings.tableName,
    SecurityTopicArn: topics.security.topicArn,
    OwnersTopicArn: topics.owners.topicArn,
    OpsTopicArn: topics.ops.topicArn,
    RollCallStateMachineArn: machine.stateMachineArn,
    ApiUrl: apiEndpoint,
    ...(events ? { EventBusName: events.busName, EventBusArn: events.busArn } : {}),
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
  return stack;
};

/** The settings as every function reads them: validated here, so that no function can meet a broken file. */
const writeSettings = (app: App, settings: Settings): string => {
  const file = path.resolve(app.outdir, 'rollcall.json');
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
  return file;
};

const deployed = ({ tables, topics, bucket }: Granted): Deployed => ({
  ROLLCALL_ACCOUNT: Aws.ACCOUNT_ID,
  ROLLCALL_REGISTRY_TABLE: tables.registry.tableName,
  ROLLCALL_INVENTORY_TABLE: tables.inventory.tableName,
  ROLLCALL_FINDINGS_TABLE: tables.findings.tableName,
  ROLLCALL_SECURITY_TOPIC_ARN: topics.security.topicArn,
  ROLLCALL_OWNERS_TOPIC_ARN: topics.owners.topicArn,
  ROLLCALL_OPS_TOPIC_ARN: topics.ops.topicArn,
  ROLLCALL_SCOPE_BUCKET: bucket.bucketName,
});

/** Below the five minutes that an Express child of the map may live, a retry of a throttled start included. */
const RECONCILE_TIMEOUT = Duration.seconds(270);

const createFunctions = (scope: Construct, granted: Granted, surroundings: FunctionSurroundings) => {
  const create = (entry: string, description: string, rest: Omit<FunctionSpec, 'entry' | 'description'>) =>
    createFunction(scope, { entry, description, ...rest }, surroundings);
  return {
    planScopes: create('plan-scopes', 'Claims the slot and lists the scopes of a roll call', {
      timeout: Duration.minutes(5),
      may: mayPlanScopes(granted),
      roleName: hubRoleName(granted.settings, 'PlanScopes'),
    }),
    reconcileScope: create('reconcile-scope', 'Lists some scopes of an account and records how each differs from the registry', {
      timeout: RECONCILE_TIMEOUT,
      may: mayReconcile(granted),
      roleName: hubRoleName(granted.settings, 'ReconcileScope'),
      mayRead: readDeployments(granted.settings),
    }),
    closeRun: create('close-run', 'Judges models, owners, dates and coverage once all scopes are read', {
      timeout: Duration.minutes(10),
      may: mayCloseRun(granted),
    }),
    notify: create('notify', 'Tells each receiver what is owed, once', { timeout: NOTIFY_TIMEOUT, may: mayNotify(granted) }),
    recheck:
      granted.queues &&
      create('recheck', 'Keeps who did what, and looks at each scope where a change was announced', {
        timeout: RECHECK_TIMEOUT,
        may: mayRecheck(granted, granted.queues.recheck),
        roleName: hubRoleName(granted.settings, 'Recheck'),
        mayRead: readDeployments(granted.settings),
      }),
    api: create('api', 'Answers the command line and pipelines', { timeout: Duration.seconds(28), may: mayCallApi(granted) }),
  };
};

import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  Errors,
  Fail,
  type IChainable,
  JitterType,
  JsonPath,
  LogLevel,
  S3JsonItemReader,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { LONGEST_ROLL_CALL } from '../core/choose-slot.ts';
import { deadLetterQueue } from './dead-letters.ts';

export type RollCallFunctions = Readonly<Record<'planScopes' | 'reconcileScope' | 'closeRun' | 'notify', IFunction>>;

/** Batches read at the same time. The provider's own limits are per account and region, so more would not read one scope faster. */
const CONCURRENT_BATCHES = 10;

/**
 * plan → map over scopes → close → notify. A failure on the way is caught so that the rest still runs and what is owed is still sent, in states
 * of its own; it is kept in `$.failure`, and the execution then ends as FAILED. A state that asks whether anything had failed would be paid for
 * in every roll call that ends well.
 */
export const createStateMachine = (scope: Construct, functions: RollCallFunctions, bucket: Bucket): StateMachine => {
  const logs = new LogGroup(scope, 'RollCallLogs', { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY });
  return new StateMachine(scope, 'RollCall', {
    comment: 'One roll call: which models are live, and is each registered, owned and approved?',
    definitionBody: DefinitionBody.fromChainable(definition(scope, functions, bucket)),
    stateMachineType: StateMachineType.STANDARD,
    timeout: Duration.millis(LONGEST_ROLL_CALL),
    logs: { destination: logs, level: LogLevel.ALL, includeExecutionData: true },
    tracingEnabled: true,
  });
};

const definition = (scope: Construct, functions: RollCallFunctions, bucket: Bucket): IChainable => {
  const caught = { errors: [Errors.ALL], resultPath: '$.failure' };
  const partlyFailed = new Fail(scope, 'PartlyFailed', { error: 'PartlyFailed', causePath: '$.failure.Cause' });
  const notifyAnyway = step(scope, 'NotifyAnyway', functions.notify).next(partlyFailed);
  const closeAnyway = step(scope, 'CloseAnyway', functions.closeRun).addCatch(notifyAnyway, caught).next(notifyAnyway);
  const closeRun = step(scope, 'CloseRegistry', functions.closeRun)
    .addCatch(notifyAnyway, caught)
    .next(step(scope, 'NotifyReceivers', functions.notify));
  const readScopes = scopeMap(scope, functions.reconcileScope, bucket).addCatch(closeAnyway, caught).next(closeRun);
  return planStep(scope, functions.planScopes).next(
    new Choice(scope, 'SlotIsOurs')
      .when(Condition.stringEquals('$.outcome', 'DUPLICATE'), new Succeed(scope, 'SlotTakenByAnother'))
      // Where every scope rests there is no list: what a map over an empty file does is nowhere documented.
      .when(Condition.stringEquals('$.key', ''), closeRun)
      .otherwise(readScopes),
  );
};

/** The scheduled time arrives as `$.slot`; a start by hand may leave it out, then the start time decides. */
const planStep = (scope: Construct, planScopes: IFunction): LambdaInvoke => {
  const payload = TaskInput.fromObject({
    input: JsonPath.objectAt('$'),
    startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
    holder: JsonPath.stringAt('$$.Execution.Id'),
  });
  return retried(new LambdaInvoke(scope, 'ClaimSlot', { lambdaFunction: planScopes, payload, ...PLAIN }));
};

const step = (scope: Construct, id: string, lambdaFunction: IFunction): LambdaInvoke =>
  retried(new LambdaInvoke(scope, id, { lambdaFunction, ...PLAIN, resultPath: JsonPath.DISCARD }));

/** The function's own answer is the state's result, and retries are ours. */
const PLAIN = { payloadResponseOnly: true, retryOnServiceExceptions: false } as const;

const LAMBDA_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];
const BACK_OFF = { interval: Duration.seconds(2), backoffRate: 2, jitterStrategy: JitterType.FULL };

/** Every step may run again: repeating it continues where it stopped, under the same holder. */
const retried = (task: LambdaInvoke): LambdaInvoke => {
  task.addRetry({ errors: LAMBDA_ERRORS, maxAttempts: 5, ...BACK_OFF });
  task.addRetry({ errors: [Errors.ALL], maxAttempts: 2, ...BACK_OFF });
  return task;
};

/**
 * One child per item of the list, which is a batch of scopes: an account in every region would not cost a child each. A scope that
 * fails is one that was not read: the others count, its own findings stay as they are, and it becomes a finding itself when it stays unread.
 */
const scopeMap = (scope: Construct, reconcileScope: IFunction, bucket: Bucket): DistributedMap => {
  // What a child answers counts towards the 256 KiB that the map may answer, even where the map itself then drops it.
  const quiet = { ...PLAIN, outputPath: JsonPath.DISCARD };
  // No retry of the function's own errors: an Express child lives five minutes, and the next roll call is the retry.
  const reconcile = new LambdaInvoke(scope, 'ReconcileBatch', { lambdaFunction: reconcileScope, ...quiet }).addRetry({
    errors: LAMBDA_ERRORS,
    maxAttempts: 3,
    ...BACK_OFF,
  });
  const map = new DistributedMap(scope, 'EachBatch', {
    itemReader: new S3JsonItemReader({
      // The library's own class does not fit its interface under exactOptionalPropertyTypes.
      bucket: Bucket.fromBucketName(scope, 'ScopeLists', bucket.bucketName),
      key: JsonPath.stringAt('$.key'),
    }),
    mapExecutionType: StateMachineType.EXPRESS,
    maxConcurrency: CONCURRENT_BATCHES,
    toleratedFailurePercentage: 100,
    resultPath: JsonPath.DISCARD,
  });
  return map.itemProcessor(reconcile);
};

/** Starts a roll call every `everyMinutes`. What cannot be started within an hour is kept in the queue that is returned. */
export const createSchedule = (scope: Construct, machine: StateMachine, everyMinutes: number): Queue => {
  const deadLetters = deadLetterQueue(scope, 'MissedRollCallQueue');
  new Schedule(scope, 'RollCallSchedule', {
    description: 'Starts a roll call; the scheduled time is its slot',
    schedule: ScheduleExpression.rate(Duration.minutes(everyMinutes)),
    target: new StepFunctionsStartExecution(machine, {
      input: ScheduleTargetInput.fromObject({ slot: ContextAttribute.scheduledTime }),
      deadLetterQueue: deadLetters,
      retryAttempts: 10,
      maxEventAge: Duration.hours(1),
    }),
  });
  return deadLetters;
};

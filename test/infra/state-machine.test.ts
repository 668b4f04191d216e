import asl from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { asText } from '../../scripts/permissions.ts';
import { byDefault, synthesised } from './synthesised.ts';

const { all } = byDefault;
const [machine] = all('AWS::StepFunctions::StateMachine').values();
const definition = JSON.parse(
  asText(machine?.['DefinitionString']).replaceAll(/<(\w+?)[0-9A-F]{8}\.Arn>/g, 'arn:aws:lambda:eu-west-1:111122223333:function:$1'),
);
const states = definition.States;
const SERVICE_ERRORS = expect.arrayContaining(['Lambda.ServiceException', 'Lambda.TooManyRequestsException', 'Lambda.SdkClientException']);

describe('the state machine', () => {
  it('is valid Amazon States Language', () => {
    expect(asl(definition)).toMatchObject({ isValid: true, errors: [] });
  });

  it('logs everything and is traced', () => {
    expect(machine).toMatchObject({
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
      TracingConfiguration: { Enabled: true },
    });
  });

  it('hands the input, the start time and the execution to plan-scopes', () => {
    expect(states.ClaimSlot.Parameters).toEqual({ 'input.$': '$', 'startedAt.$': '$$.Execution.StartTime', 'holder.$': '$$.Execution.Id' });
  });

  it('ends well at once when another execution has the slot', () => {
    expect(states.SlotIsOurs.Choices[0]).toEqual({ Variable: '$.outcome', StringEquals: 'DUPLICATE', Next: 'SlotTakenByAnother' });
    expect(states.SlotTakenByAnother.Type).toBe('Succeed');
  });

  it('closes at once when no scope is to be read now', () => {
    expect(states.SlotIsOurs.Choices[1]).toEqual({ Variable: '$.key', StringEquals: '', Next: 'CloseRegistry' });
    expect(states.SlotIsOurs).toMatchObject({ Default: 'EachBatch' });
  });

  it('reads each batch of scopes in an Express child, ten at a time, tolerating any number of failures and keeping no result', () => {
    expect(states.EachBatch).toMatchObject({
      Type: 'Map',
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' } },
      ItemReader: { ReaderConfig: { InputType: 'JSON' }, Parameters: { 'Key.$': '$.key' } },
      MaxConcurrency: 10,
      ToleratedFailurePercentage: 100,
      ResultPath: null,
    });
  });

  it('lets no child answer anything: the answers of thousands of them are more than a map may answer', () => {
    expect(states.EachBatch.ItemProcessor.States.ReconcileBatch).toMatchObject({ OutputPath: null });
  });

  it('retries a batch only when Lambda itself failed: the next roll call is the retry of all else', () => {
    const { Retry } = states.EachBatch.ItemProcessor.States.ReconcileBatch;
    expect(Retry).toEqual([expect.objectContaining({ ErrorEquals: SERVICE_ERRORS, JitterStrategy: 'FULL' })]);
  });

  it.each(['ClaimSlot', 'CloseRegistry', 'NotifyReceivers', 'CloseAnyway', 'NotifyAnyway'])(
    'retries %s, first for Lambda, then for anything',
    name => {
      expect(states[name].Retry.map((retry: { ErrorEquals: string[] }) => retry.ErrorEquals)).toEqual([SERVICE_ERRORS, ['States.ALL']]);
    },
  );

  it.each([
    ['EachBatch', 'CloseRegistry', 'CloseAnyway'],
    ['CloseRegistry', 'NotifyReceivers', 'NotifyAnyway'],
    ['CloseAnyway', 'NotifyAnyway', 'NotifyAnyway'],
  ])('goes on after %s has failed, and remembers it', (name, next, anyway) => {
    expect(states[name]).toMatchObject({ Next: next, Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: anyway }] });
  });

  it('ends well where nothing had failed, and as FAILED, with the cause, where anything had', () => {
    expect(states.NotifyReceivers).toMatchObject({ End: true });
    expect(states.NotifyAnyway).toMatchObject({ Next: 'PartlyFailed' });
    for (const name of ['NotifyReceivers', 'NotifyAnyway']) expect(states[name]).not.toHaveProperty('Catch');
    expect(states.PartlyFailed).toMatchObject({ Type: 'Fail', CausePath: '$.failure.Cause' });
  });

  it.each(['Registry', 'Anyway'])('closes and notifies by the same functions, whatever had failed: Close%s', name => {
    expect(states[`Close${name}`].Resource).toMatch(/:CloseRun$/);
    expect(states[name === 'Anyway' ? 'NotifyAnyway' : 'NotifyReceivers'].Resource).toMatch(/:Notify$/);
  });
});

/** The most states that an execution enters, what the map's children do not counted. */
const longest = (name: string): number => {
  const { Next, Choices = [], Default, Catch = [] } = states[name];
  const after = [Next, Default, ...[...Choices, ...Catch].map(each => each.Next)].filter(next => next !== undefined);
  return 1 + Math.max(0, ...after.map(longest));
};

it('costs at most 12 state transitions beside its children, whatever fails on the way', () => {
  expect(longest(definition.StartAt)).toBeLessThanOrEqual(12);
});

describe('the schedule', () => {
  it('starts it every 15 minutes with the scheduled time as its slot, and keeps what could not be started', () => {
    const [schedule] = all('AWS::Scheduler::Schedule').values();
    expect(schedule).toMatchObject({ ScheduleExpression: 'rate(15 minutes)', State: 'ENABLED', FlexibleTimeWindow: { Mode: 'OFF' } });
    expect(schedule?.['Target']).toMatchObject({
      Input: '{"slot":"<aws.scheduler.scheduled-time>"}',
      RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
    });
    expect(asText(schedule?.['Target'].Arn)).toMatch(/^<RollCall/);
    expect(asText(schedule?.['Target'].DeadLetterConfig.Arn)).toMatch(/^<MissedRollCallQueue/);
  });

  it.each([
    [1, 'rate(1 minute)'],
    [60, 'rate(1 hour)'],
    [1440, 'rate(1 day)'],
  ])('follows the configuration: %i minutes', (everyMinutes, expression) => {
    const often = synthesised({ schedule: { everyMinutes } });
    expect([...often.all('AWS::Scheduler::Schedule').values()].map(({ ScheduleExpression }) => ScheduleExpression)).toEqual([expression]);
    expect(often.all('AWS::CloudWatch::Alarm').get('RollCallSilentAlarm')?.['Period']).toBe(everyMinutes * 60);
  });
});

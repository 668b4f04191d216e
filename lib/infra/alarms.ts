import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { EventQueues } from './events.ts';

export interface Watched {
  readonly machine: StateMachine;
  readonly everyMinutes: number;
  readonly functions: readonly IFunction[];
  readonly missedRollCalls: Queue;
  /** undefined: changes are not announced. */
  readonly events: (EventQueues & { readonly unforwarded: Queue }) | undefined;
  /** undefined: there are no receivers. */
  readonly undelivered: Queue | undefined;
  readonly ops: ITopic;
}

const COUNT = { period: Duration.minutes(5), statistic: 'Sum' };
const DEPTH = { period: Duration.minutes(5), statistic: 'Maximum' };

/** Every way in which Rollcall itself can fail or fall silent, told to the ops topic with the section of the runbook that mends it. */
export const createAlarms = (scope: Construct, watched: Watched): void => {
  const { machine, functions, missedRollCalls, undelivered } = watched;
  const alarm = whenAny(scope, watched.ops);
  alarm('RollCallFailed', machine.metricFailed(COUNT), see('A roll call failed.', 'roll-call-failed'));
  alarm('RollCallTimedOut', machine.metricTimedOut(COUNT), see('A roll call took longer than an hour.', 'roll-call-failed'));
  alarm('RollCallAborted', machine.metricAborted(COUNT), see('A roll call was stopped by hand.', 'roll-call-failed'));
  for (const fn of functions) {
    const { id } = fn.node;
    alarm(`${id}Failed`, fn.metricErrors(COUNT), see(`${id} threw or ran out of time.`, 'function-failed'));
    alarm(`${id}Throttled`, fn.metricThrottles(COUNT), see(`${id} was throttled.`, 'function-throttled'));
  }
  alarm('RollCallMissed', depth(missedRollCalls), see('A roll call could not be started.', 'roll-call-missed'));
  if (undelivered) alarm('Undelivered', depth(undelivered), see('Messages to an owner could not be delivered.', 'undelivered'));
  if (watched.events) watchEvents(alarm, watched.events);
  whenSilent(scope, watched);
};

/** A message that is refused for good takes three quarters of an hour to its dead-letter queue: it is not what makes the others late. */
const LATE = Duration.hours(1);

const watchEvents = (alarm: ReturnType<typeof whenAny>, { recheck, unread, unforwarded }: NonNullable<Watched['events']>): void => {
  const age = recheck.metricApproximateAgeOfOldestMessage(DEPTH);
  alarm('EventsUnread', depth(unread), see('An announced change could not be read, or not looked at.', 'events-unread'));
  alarm('EventsNotForwarded', depth(unforwarded), see('Announced changes could not be forwarded.', 'events-not-forwarded'));
  alarm('EventsLate', age, see('Announced changes wait for more than an hour.', 'events-late'), LATE.toSeconds());
};

const depth = (queue: Queue): IMetric => queue.metricApproximateNumberOfMessagesVisible(DEPTH);

const see = (what: string, section: string): string => `${what} What to do: docs/runbook.md#${section}`;

const whenAny =
  (scope: Construct, ops: ITopic) =>
  (id: string, metric: IMetric, description: string, threshold = 1) =>
    new Alarm(scope, `${id}Alarm`, {
      alarmDescription: description,
      metric,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(ops));

/** The watchdog: no data is the very thing it waits for. Right after the first deploy it stays on until a roll call has ended. */
const whenSilent = (scope: Construct, { machine, everyMinutes, ops }: Watched): void => {
  const alarm = new Alarm(scope, 'RollCallSilentAlarm', {
    alarmDescription: see('No roll call has ended well for two intervals.', 'roll-call-silent'),
    metric: machine.metricSucceeded({ period: Duration.minutes(everyMinutes), statistic: 'Sum' }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 2,
    treatMissingData: TreatMissingData.BREACHING,
  });
  alarm.addAlarmAction(new SnsAction(ops));
  alarm.addOkAction(new SnsAction(ops));
};

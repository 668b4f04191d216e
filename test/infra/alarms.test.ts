import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { asText } from '../../scripts/permissions.ts';
import { synthesised } from './synthesised.ts';

const withQueue = synthesised({ receivers: { 'kim@example.com': { queue: 'arn:aws:sqs:eu-west-1:111122223333:kim' } } });
const alarms = withQueue.all('AWS::CloudWatch::Alarm');
const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map(section => [anchorOf(section.split('\n')[0] ?? ''), section]),
);

/** As GitHub makes anchors of headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

describe('alarms', () => {
  it('watch every function, every way a roll call can end badly, and every queue of what was not delivered', () => {
    const functions = ['Api', 'CloseRun', 'Notify', 'PlanScopes', 'Recheck', 'ReconcileScope'].flatMap(name => [
      `${name}FailedAlarm`,
      `${name}ThrottledAlarm`,
    ]);
    const others = [
      'EventsLate',
      'EventsNotForwarded',
      'EventsUnread',
      'RollCallAborted',
      'RollCallFailed',
      'RollCallMissed',
      'RollCallSilent',
      'RollCallTimedOut',
      'Undelivered',
    ];
    expect([...alarms.keys()].toSorted()).toEqual([...functions, ...others.map(name => `${name}Alarm`)].toSorted());
  });

  it.each([...alarms])(
    '%s goes to the ops topic and names a section that says what it means, where to look and how to mend it',
    (_name, alarm) => {
      expect(alarm['AlarmActions'].map(asText)).toEqual([expect.stringMatching(/^<OpsTopic/)]);
      const anchor = /docs\/runbook\.md#([a-z-]+)$/.exec(alarm['AlarmDescription'])?.[1] ?? '';
      expect(sections.get(anchor)).toMatch(/\*\*Means\*\*[^]*\*\*Look\*\*[^]*\*\*Mend\*\*/);
    },
  );

  it('ring at the first failure, and not for want of data', () => {
    for (const [name, alarm] of alarms) {
      if (name === 'RollCallSilentAlarm') continue;
      const Threshold = name === 'EventsLateAlarm' ? 3600 : 1;
      expect(alarm).toMatchObject({ Threshold, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
      expect(alarm['ComparisonOperator']).toBe('GreaterThanOrEqualToThreshold');
    }
  });

  it('ring when no roll call has ended well for two intervals, and say so when one has', () => {
    const silent = alarms.get('RollCallSilentAlarm');
    expect(silent).toMatchObject({ MetricName: 'ExecutionsSucceeded', Statistic: 'Sum', Period: 900, EvaluationPeriods: 2, Threshold: 1 });
    expect(silent).toMatchObject({ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching' });
    expect(silent?.['OKActions']).toHaveLength(1);
  });

  it('watch no metric with a dimension of a scope, model or owner', () => {
    const dimensions = [...alarms.values()].flatMap(({ Dimensions }) => Dimensions.map(({ Name }: { Name: string }) => Name));
    expect(new Set(dimensions)).toEqual(new Set(['FunctionName', 'QueueName', 'StateMachineArn']));
  });
});

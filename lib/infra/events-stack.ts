import { Annotations, type App, CfnParameter, Stack } from 'aws-cdk-lib';
import { admittedBy } from '../core/events/admitted.ts';
import type { Settings } from '../core/settings.ts';
import { forwardEvents } from './events.ts';

/**
 * What forwards the changes of one account in one region: deployed to every watched one but the hub's own, which forwards by itself. It names
 * nothing, so that any number of them can be in one account; the role to read is another stack, once for all regions. Undefined where only
 * the hub's own account and region are watched, or nothing is announced.
 */
export const createEventsStack = (app: App, settings: Settings): Stack | undefined => {
  const { events, regions } = settings;
  const { accounts, organization } = admittedBy(settings);
  const others = accounts.length > 0 || organization !== undefined || regions === 'enabled' || regions.length > 1;
  if (!events.enabled || !others) return undefined;
  const stack = new Stack(app, 'RollcallEvents', { description: 'Rollcall events: forwards announced changes of models to Rollcall' });
  const hub = new CfnParameter(stack, 'HubBusArn', {
    allowedPattern: 'arn:aws[a-z-]*:events:[a-z0-9-]+:\\d{12}:event-bus/.+',
    description: 'The output EventBusArn of Rollcall',
  });
  forwardEvents(stack, { busArn: hub.valueAsString });
  return stack;
};

/** Says at each synthesis what nobody would otherwise miss. */
export const warnOfSilence = (stack: Stack, settings: Settings): void => {
  const { events, organization } = settings;
  if (events.enabled && organization && organization.id === undefined)
    Annotations.of(stack).addWarningV2(
      'rollcall:organization-id',
      'changes in other accounts are not announced, only found by roll calls: rollcall.yaml has no organization.id that the event bus could admit',
    );
};

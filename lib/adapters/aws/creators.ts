import { type CloudTrailClient, LookupEventsCommand, type LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import pLimit, { type LimitFunction } from 'p-limit';
import * as z from 'zod';
import { type ActChange, SLACK } from '../../core/act.ts';
import type { CreationWindow, CreatorAnswer } from '../../core/creators.ts';
import { readKept } from '../../core/events/read-event.ts';
import { type CloudScope, scopeId } from '../../core/scope.ts';
import { DAY, plus } from '../../core/time.ts';
import type { Clock, CreatorSource } from '../../ports.ts';
import { type Failure, ofList } from './classify-error.ts';
import type { Probe } from './probe.ts';
import { readPages } from './read-pages.ts';
import { createSession, type SendOptions, type Session } from './session.ts';

export interface CreatorSourceDeps {
  /** A client for the account and region, with the SDK's standard retries. */
  readonly clientFor: (scope: CloudScope) => CloudTrailClient;
  readonly clock: Clock;
}

export interface Trail {
  readonly cloudtrail: CloudTrailClient;
}

const ACTION = 'cloudtrail:LookupEvents';
/** Of 50 events. AWS answers two a second, whoever asks in the account and region: ten seconds of a roll call. */
const MAX_PAGES = 20;

/** Who made what, by the management events that CloudTrail keeps for 90 days, at no charge and without a trail. */
export const createCreatorSource = ({ clientFor, clock }: CreatorSourceDeps): CreatorSource => {
  const limits = new Map<string, LimitFunction>();
  return {
    lookUp: async (scope, { windows, deadline }) => {
      // One at a time for all providers of a place, as the rate is theirs together.
      const place = `${scope.account}/${scope.region}`;
      const limit = limits.get(place) ?? pLimit(1);
      limits.set(place, limit);
      const session = { ...createSession({ scope, limit, clock, deadline }), cloudtrail: clientFor(scope) };
      const read = await readWindows(session, windows);
      return { ...read, calls: session.calls(), callsByAction: session.callsByAction() };
    },
  };
};

type Reader = Session & Trail;

/** Window by window, until the pages are used up. One that takes all of them counts as answered, as it would take them again for ever. */
const readWindows = async (
  reader: Reader,
  windows: readonly CreationWindow[],
): Promise<Pick<CreatorAnswer, 'acts' | 'answered' | 'failure'>> => {
  const acts: ActChange[] = [];
  let left = MAX_PAGES;
  for (const [answered, window] of windows.entries()) {
    const before = left;
    for (const operation of window.operations) {
      const take = (page: readonly unknown[]) => {
        acts.push(...page.flatMap(event => creationIn(event, reader.scope)));
        left -= 1;
        return left === 0 ? ('STOP' as const) : undefined;
      };
      const failure = left === 0 ? null : await readWindow(reader, { ...window, operation, take });
      if (failure) return { acts, answered, failure: ofList(failure) };
    }
    if (left === 0) return { acts, answered: answered + Number(before === MAX_PAGES), failure: null };
  }
  return { acts, answered: windows.length, failure: null };
};

interface WindowAsk extends Pick<CreationWindow, 'first' | 'last'> {
  readonly operation: string;
  readonly take: Parameters<typeof readPages>[1]['take'];
}

const readWindow = (reader: Reader, { first, last, operation, take }: WindowAsk): Promise<Failure | null> =>
  readPages(reader, {
    action: ACTION,
    list: 'Events',
    tokenField: 'NextToken',
    take,
    send: (NextToken, options) => {
      const times = { StartTime: new Date(plus(first, -SLACK)), EndTime: new Date(plus(last, SLACK)) };
      return send(reader, { ...times, ...named(operation), MaxResults: 50, NextToken }, options);
    },
  });

const send = ({ cloudtrail }: Trail, input: LookupEventsCommandInput, options: SendOptions) =>
  cloudtrail.send(new LookupEventsCommand(input), options);

/** A question takes one attribute. */
const named = (operation: string) => ({ LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: operation }] });

const eventSchema = z.object({ CloudTrailEvent: z.string() });

/** What it says that made a deployment of the scope. Events of other services have the same names; one that cannot be read names nobody. */
const creationIn = (event: unknown, scope: CloudScope): readonly ActChange[] => {
  const { data } = eventSchema.safeParse(event);
  const read = data && readKept(data.CloudTrailEvent);
  if (read?.outcome !== 'CHANGE' || read.does !== 'created' || scopeId(read.cloud) !== scopeId(scope)) return [];
  const { resource, does: kind, act } = read;
  return resource === null || act === null ? [] : [{ scope: scopeId(scope), resource, kind, act }];
};

/** The cheapest request: of one operation, and of the last day. */
export const CREATOR_PROBE: Probe<Trail> = {
  action: ACTION,
  lost: 'without which no roll call can look up who made something',
  call: (clients, _about, options, now) => {
    const times = { StartTime: new Date(plus(now, -DAY)), EndTime: new Date(now) };
    return send(clients, { ...times, ...named('CreateEndpoint'), MaxResults: 1 }, options);
  },
};

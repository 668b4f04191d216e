import { type CloudTrailClient, LookupEventsCommand, type LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import pLimit, { type LimitFunction } from 'p-limit';
import * as z from 'zod';
import { type ActChange, SLACK } from '../../core/act.ts';
import { type CreationSpan, type CreationWindow, type CreatorAnswer, KEPT } from '../../core/creators.ts';
import { readKept } from '../../core/events/read-event.ts';
import { type CloudScope, scopeId } from '../../core/scope.ts';
import { DAY, type Instant, plus } from '../../core/time.ts';
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
/**
 * Of 50 events. AWS answers two a second, whoever asks in the account and region: some ten seconds, where nobody else does. What it throttles is
 * asked again by the SDK, and what that does not mend is left to the next roll call.
 */
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

/** Window by window, until the pages are used up. What was read of one counts, so that the next roll call goes on from there. */
const readWindows = async (
  reader: Reader,
  windows: readonly CreationWindow[],
): Promise<Pick<CreatorAnswer, 'acts' | 'answered' | 'failure'>> => {
  const acts: ActChange[] = [];
  const answered: CreationSpan[] = [];
  let failure: Failure | null = null;
  let left = MAX_PAGES;
  for (const window of windows) {
    // One that fails keeps none of the others waiting; but a refusal is one of all.
    if (left < window.operations.length || failure?.failure === 'DENIED') break;
    const read = await readWindow(reader, window, { acts, most: left });
    // What all pages of a roll call do not suffice for would never be answered: its latest creation is given up.
    const first = read.failure === null && read.from > window.last && left === MAX_PAGES ? window.last : read.from;
    if (first <= window.last) answered.push({ kind: window.kind, first, last: window.last });
    failure ??= read.failure;
    left -= read.pages + Number(read.failure !== null);
  }
  return { acts, answered, failure: failure && ofList(failure) };
};

interface Reach {
  /** What was made from then on was asked for; after the window: nothing. */
  readonly from: Instant;
  readonly failure: Failure | null;
  readonly pages: number;
}

interface Take {
  readonly acts: ActChange[];
  /** Pages. */
  readonly most: number;
}

/** By each operation no farther back than by the one before, and by that with no more than its share of the pages: each is asked. */
const readWindow = async (reader: Reader, { operations, first, last }: CreationWindow, { acts, most }: Take): Promise<Reach> => {
  let from = first;
  let pages = 0;
  for (const [at, operation] of operations.entries()) {
    if (from > last) break;
    const share = Math.floor((most - pages) / (operations.length - at));
    const read = await readOperation(reader, { operation, first: from, last }, { acts, most: share });
    pages += read.pages;
    if (read.failure) return { ...read, from: at === operations.length - 1 ? read.from : after(last), pages };
    from = read.from;
  }
  return { from, failure: null, pages };
};

const after = (time: Instant): Instant => plus(time, 1);

interface Ask extends Pick<CreationSpan, 'first' | 'last'> {
  readonly operation: string;
}

/** Page by page, which have the latest events first. */
const readOperation = async (reader: Reader, { operation, first, last }: Ask, { acts, most }: Take): Promise<Reach> => {
  let [reached, pages, more] = [last, 0, true];
  const failure = await readPages(reader, {
    action: ACTION,
    list: 'Events',
    tokenField: 'NextToken',
    send: async (NextToken, options) => {
      const output = await send(
        reader,
        { ...timesOf({ first, last }, reader.now()), ...named(operation), MaxResults: 50, NextToken },
        options,
      );
      more = output.NextToken !== undefined;
      return output;
    },
    take: page => {
      acts.push(...page.flatMap(event => creationIn(event, reader.scope)));
      reached = timeOf(page.at(-1)) ?? reached;
      pages += 1;
      return pages === most ? 'STOP' : undefined;
    },
  });
  return { from: failure === null && !more ? first : after(plus(reached, SLACK)), failure, pages };
};

/** No farther back than CloudTrail keeps anything. */
const timesOf = ({ first, last }: Pick<CreationSpan, 'first' | 'last'>, now: Instant) => {
  const [start, oldest] = [plus(first, -SLACK), plus(now, -KEPT)];
  return { StartTime: new Date(start > oldest ? start : oldest), EndTime: new Date(plus(last, SLACK)) };
};

const send = ({ cloudtrail }: Trail, input: LookupEventsCommandInput, options: SendOptions) =>
  cloudtrail.send(new LookupEventsCommand(input), options);

/** A question takes one attribute. */
const named = (operation: string) => ({ LookupAttributes: [{ AttributeKey: 'EventName' as const, AttributeValue: operation }] });

const timed = z.object({ EventTime: z.date() });
const timeOf = (event: unknown): Instant | undefined => timed.safeParse(event).data?.EventTime.toISOString();

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

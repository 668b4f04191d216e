import { AwsError, type Operation, rows, sha256, text } from './call.ts';
import { page, sortKey } from './paging.ts';
import type { Doc } from './world.ts';

/** How long management events are kept. */
const KEPT = 90 * 86_400_000;
/** On a page, asked for or not. */
const MOST = 50;

/** Management events by the name of their call, the newest first. */
const lookupEvents: Operation = call => {
  const { body, account, region, now, estate } = call;
  const wanted = nameIn(body);
  if (Number(body['MaxResults'] ?? 1) > MOST) throw new AwsError('InvalidMaxResultsException', `The maximum of results is ${MOST}.`);
  const [from = 0, until = now] = ['StartTime', 'EndTime'].map(field =>
    body[field] === undefined ? undefined : Number(body[field]) * 1000,
  );
  if (from > until) throw new AwsError('InvalidTimeRangeException', 'The start time must not be later than the end time.');
  const all = (estate.accounts[account]?.[region]?.trail ?? []).map((stated, at) => eventOf({ account, region }, stated, at));
  const shown = all.filter(({ EventName, EventTime }) => {
    const at = Number(EventTime) * 1000;
    return EventName === wanted && at >= Math.max(from, now - KEPT) && at <= Math.min(until, now);
  });
  const { items, NextToken } = page(call, {
    items: shown,
    keyOf: ({ EventTime, EventId }) => sortKey(EventTime, EventId),
    descending: true,
    size: MOST,
    range: [1, MOST],
  });
  return { Events: items, NextToken };
};

/** A request takes one attribute at most, of which simcloud knows one. */
const nameIn = ({ LookupAttributes }: Doc): string => {
  const [attribute, ...more] = rows(LookupAttributes);
  if (attribute?.['AttributeKey'] === 'EventName' && more.length === 0) return text(attribute['AttributeValue']);
  throw new AwsError('InvalidLookupAttributesException', 'simcloud looks up by one EventName.');
};

const eventOf = ({ account, region }: { account: string; region: string }, stated: Doc, at: number): Doc => {
  const event: Doc = {
    eventVersion: '1.11',
    eventSource: 'sagemaker.amazonaws.com',
    awsRegion: region,
    sourceIPAddress: '203.0.113.7',
    userAgent: 'simcloud',
    requestParameters: null,
    responseElements: null,
    eventID: sha256(JSON.stringify([stated, at])).slice(0, 36),
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
    ...stated,
  };
  return {
    EventId: event['eventID'],
    EventName: event['eventName'],
    ReadOnly: 'false',
    EventTime: Date.parse(text(event['eventTime'])) / 1000,
    EventSource: event['eventSource'],
    Resources: [],
    CloudTrailEvent: JSON.stringify(event),
  };
};

export const TRAIL_OPERATIONS: Readonly<Record<string, Operation>> = { LookupEvents: lookupEvents };

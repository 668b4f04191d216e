import { type LookupAttribute, LookupEventsCommand, type LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../lib/simcloud/estate.ts';
import { ACCOUNT, NOW, REGION, type RegionInput, simulate } from './simulated.ts';

const hoursAgo = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();
const call = (eventID: string, hours: number, eventName = 'CreateEndpoint') => ({ eventName, eventTime: hoursAgo(hours), eventID });
const region: RegionInput = {
  trail: [
    call('old', 90 * 24 + 1),
    call('kept', 90 * 24),
    call('newer', 5),
    call('other', 4, 'DeleteEndpoint'),
    call('newest', 3),
    call('to-come', -1),
  ],
};
const attribute = (AttributeKey: LookupAttribute['AttributeKey'] = 'EventName', AttributeValue = 'CreateEndpoint') => ({
  AttributeKey,
  AttributeValue,
});
const asking = async (ask: Partial<LookupEventsCommandInput> = {}, pageSize = 50) => {
  const { cloudtrail } = await simulate(region, { pageSize });
  return cloudtrail.send(new LookupEventsCommand({ LookupAttributes: [attribute()], ...ask }));
};

describe('CloudTrail shows events', () => {
  it.each<[string, Partial<LookupEventsCommandInput>, string[]]>([
    ['of one name, the newest first, for 90 days', {}, ['newest', 'newer', 'kept']],
    ['from a time on, that one included', { StartTime: new Date(hoursAgo(5)) }, ['newest', 'newer']],
    ['up to a time, that one included', { EndTime: new Date(hoursAgo(5)) }, ['newer', 'kept']],
  ])('%s', async (_what, ask, expected) => {
    expect((await asking(ask)).Events?.map(({ EventId }) => EventId)).toEqual(expected);
  });

  it('as the call was recorded, with what the estate does not state filled in', async () => {
    const [event] = (await asking()).Events ?? [];
    expect(event).toMatchObject({ EventName: 'CreateEndpoint', EventTime: new Date(hoursAgo(3)), EventSource: 'sagemaker.amazonaws.com' });
    expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({
      eventID: 'newest',
      eventTime: hoursAgo(3),
      awsRegion: REGION,
      recipientAccountId: ACCOUNT,
    });
  });

  it('page by page', async () => {
    const first = await asking({}, 2);
    expect([first.Events?.length, typeof first.NextToken]).toEqual([2, 'string']);
  });

  it.each<[string, Partial<LookupEventsCommandInput>, string]>([
    ['two attributes', { LookupAttributes: [attribute(), attribute()] }, 'InvalidLookupAttributesException'],
    ['another attribute', { LookupAttributes: [attribute('Username', 'kim')] }, 'InvalidLookupAttributesException'],
    ['none', { LookupAttributes: [] }, 'InvalidLookupAttributesException'],
    ['an end before the start', { StartTime: new Date(hoursAgo(1)), EndTime: new Date(hoursAgo(2)) }, 'InvalidTimeRangeException'],
    ['more than fifty', { MaxResults: 51 }, 'InvalidMaxResultsException'],
  ])('and refuses %s', async (_what, ask, name) => expect(asking(ask)).rejects.toMatchObject({ name }));
});

it('an estate whose trail has a call without a time is refused with its place', () => {
  const text = 'accounts:\n  "111122223333":\n    eu-west-1:\n      trail: [{ eventName: CreateEndpoint }]\n';
  expect(() => parseEstate(text, 'estate.yaml')).toThrow('estate.yaml:4:15: accounts.111122223333.eu-west-1.trail.0.eventTime');
});

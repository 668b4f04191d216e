import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvent, readKept } from '../../../lib/core/events/read-event.ts';
import { ACCOUNT } from '../../support/builders.ts';
import { aCall, anAct, UNTOLD } from '../../support/events.ts';

describe('a call that CloudTrail keeps', () => {
  const kept = (over: object = {}) => readKept(JSON.stringify({ ...aCall().detail, recipientAccountId: ACCOUNT, ...over }));

  it('says what the event of it would have said, and that it was looked up', () => {
    const event = readEvent(JSON.stringify(aCall()));
    expect(kept()).toEqual({ ...event, act: anAct({ at: '2026-11-23T09:15:20.000Z', heard: 'LOOKED_UP' }) });
  });

  it.each<[string, object, object]>([
    ['of a service that nobody asks for', { eventSource: 'ec2.amazonaws.com' }, { code: 'UNKNOWN_EVENT' }],
    ['of a name that every object has', { eventSource: 'constructor' }, { code: 'UNKNOWN_EVENT' }],
    [
      'of no account',
      { recipientAccountId: undefined },
      { code: 'NO_EVENT', reason: 'event.recipientAccountId is not as AWS documents it' },
    ],
    ['of no region', { awsRegion: 'here' }, { code: 'NO_EVENT' }],
    ['without a time', { eventTime: undefined }, { code: 'NO_EVENT', reason: 'detail.eventTime is not as AWS documents it' }],
  ])('is refused where it is one %s', (_what, over, refusal) => expect(kept(over)).toMatchObject({ outcome: 'REFUSED', ...refusal }));

  it.each(['', '{', 'null', '[]', '7'])('is refused where it is %j', text => expect(readKept(text).outcome).toBe('REFUSED'));

  it('has an answer whatever it is, and tells nothing else of it', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        expect(readKept(text).outcome).toBe('REFUSED');
      }),
      { seed: 5 },
    );
    expect(JSON.stringify(kept())).not.toMatch(new RegExp(UNTOLD.join('|')));
  });
});

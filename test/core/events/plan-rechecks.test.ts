import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRechecks } from '../../../lib/core/events/plan-rechecks.ts';
import { readEvent } from '../../../lib/core/events/read-event.ts';
import { SCOPE } from '../../support/builders.ts';
import { aCall, anAct, aStateChange } from '../../support/events.ts';

const EAST = SCOPE.replace('eu-west-1', 'us-east-1');
const AT = '2026-11-23T09:15:20.000Z';
const inEast = { region: 'us-east-1' };
const plan = (events: readonly unknown[], watched = [SCOPE, EAST]) =>
  planRechecks(
    events.map((event, index) => ({ id: `m-${index + 1}`, event: readEvent(typeof event === 'string' ? event : JSON.stringify(event)) })),
    watched,
  );

describe('a batch of events', () => {
  it('asks for one recheck of each scope, with every message that asks for it', () => {
    const { rechecks } = plan([aStateChange(), aCall('UpdateEndpoint', {}, inEast), aCall(), aStateChange('Model')]);
    expect(rechecks).toEqual([
      { scope: SCOPE, messages: ['m-1', 'm-3', 'm-4'] },
      { scope: EAST, messages: ['m-2'] },
    ]);
  });

  it('keeps who made and who last changed each deployment', () => {
    const update = (eventID: string, eventTime: string) => aCall('UpdateEndpoint', { eventID, eventTime });
    const { acts } = plan([
      update('b', '2026-11-23T09:20:00Z'),
      update('c', '2026-11-23T09:19:00Z'),
      aCall(),
      update('a', '2026-11-23T09:20:00Z'),
    ]);
    const of = { scope: SCOPE, resource: 'endpoint/fraud-scorer' };
    expect(acts).toEqual([
      { ...of, kind: 'created', act: anAct({ at: AT }) },
      { ...of, kind: 'changed', act: anAct({ operation: 'UpdateEndpoint', eventId: 'b', at: '2026-11-23T09:20:00.000Z' }) },
    ]);
  });

  it('counts attempts with who made them, and looks at nothing for them', () => {
    const denied = aCall('CreateEndpoint', { errorCode: 'AccessDenied' });
    expect(plan([denied, denied])).toEqual({
      rechecks: [],
      acts: [],
      attempts: [{ scope: SCOPE, act: anAct({ at: AT }), error: 'AccessDenied' }],
      refused: [],
      passed: { ATTEMPT: 2 },
    });
  });

  it.each<[string, unknown, readonly [string, string][], Record<string, number>]>([
    [
      'an event of an account that is not watched is refused',
      aStateChange('Endpoint', {}, { account: '999999999999' }),
      [['m-1', 'FOREIGN_ACCOUNT']],
      {},
    ],
    ['so is an attempt there', aCall('CreateEndpoint', { errorCode: 'X' }, { account: '999999999999' }), [['m-1', 'FOREIGN_ACCOUNT']], {}],
    ['what is no event is refused', 'text', [['m-1', 'NOT_JSON']], {}],
    ['a region that is not watched is passed over', aStateChange('Endpoint', {}, { region: 'eu-central-1' }), [], { UNWATCHED_SCOPE: 1 }],
    ['a tag on something else is passed over', aCall('AddTags', { requestParameters: {} }), [], { NO_DEPLOYMENT: 1 }],
  ])('%s', (_what, event, refused, passed) => {
    const planned = plan([event]);
    expect(planned).toMatchObject({ rechecks: [], acts: [], attempts: [], passed });
    expect(planned.refused.map(({ message, code }) => [message, code])).toEqual(refused);
  });
});

it('order and repetition of events do not matter', () => {
  const minute = fc.integer({ min: 10, max: 14 });
  const event = fc.oneof(
    fc.constantFrom(aStateChange(), aStateChange('Model', {}, inEast), 'text', aStateChange('Endpoint', {}, { account: '999999999999' })),
    fc
      .record({
        operation: fc.constantFrom('CreateEndpoint', 'UpdateEndpoint'),
        name: fc.constantFrom('a', 'b'),
        at: minute,
        number: fc.nat(20),
        errorCode: fc.constantFrom(null, null, 'AccessDenied'),
      })
      .map(({ operation, name, at, number, errorCode }) =>
        // An id is that of one event: everything that it says follows from it.
        aCall(operation, {
          requestParameters: { endpointName: name },
          eventTime: `2026-11-23T09:${at}:00Z`,
          errorCode,
          eventID: `${operation}-${name}-${at}-${number}-${errorCode}`,
        }),
      ),
  );
  const messages = fc
    .array(event, { maxLength: 8 })
    .map(events =>
      events.map((each, index) => ({ id: `m-${index}`, event: readEvent(typeof each === 'string' ? each : JSON.stringify(each)) })),
    );
  const shuffled = messages.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      const once = planRechecks(all, [SCOPE, EAST]);
      expect(planRechecks(other, [SCOPE, EAST])).toEqual(once);
      const twice = planRechecks([...all, ...all.map(each => ({ ...each, id: `again ${each.id}` }))], [SCOPE, EAST]);
      expect([twice.acts, twice.attempts, twice.rechecks.map(({ scope }) => scope)]).toEqual([
        once.acts,
        once.attempts,
        once.rechecks.map(({ scope }) => scope),
      ]);
    }),
    { seed: 9, numRuns: 300 },
  );
});

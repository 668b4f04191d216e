import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Admitted, admittedBy } from '../../../lib/core/events/admitted.ts';
import { planRechecks } from '../../../lib/core/events/plan-rechecks.ts';
import { SCOPE } from '../../support/builders.ts';
import { aCall, anAct, aStateChange } from '../../support/events.ts';

const EAST = SCOPE.replace('eu-west-1', 'us-east-1');
const AT = '2026-11-23T09:15:20.000Z';
const inEast = { region: 'us-east-1' };
const NOBODY: Admitted = { accounts: [], organization: undefined };
const plan = (events: readonly unknown[], admitted = NOBODY) =>
  planRechecks(
    events.map((event, index) => ({ id: `m-${index + 1}`, body: typeof event === 'string' ? event : JSON.stringify(event) })),
    { scopes: [SCOPE, EAST], admitted },
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
      passed: { DENIED_ATTEMPT: 2 },
    });
  });

  it.each([
    ['AccessDenied', 'eu-central-1', { DENIED_ATTEMPT: 1 }],
    ['Client.UnauthorizedOperation', 'eu-west-1', { DENIED_ATTEMPT: 1 }],
    ['ValidationException', 'eu-west-1', { FAILED_ATTEMPT: 1 }],
  ])('tells an attempt that was denied from one that failed: %s in %s', (errorCode, region, passed) => {
    const planned = plan([aCall('CreateEndpoint', { errorCode }, { region })]);
    expect([planned.passed, planned.attempts.map(({ error }) => error)]).toEqual([passed, [errorCode]]);
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

describe('an account that no roll call has', () => {
  const OTHER = '444455556666';
  const named = { spoke: { roleName: 'R', externalId: 'x-1' }, accounts: { [OTHER]: {} } };
  it.each<[string, Parameters<typeof admittedBy>[0], Record<string, number>]>([
    ['is passed over where it is named: the next roll call has it', named, { UNWATCHED_ACCOUNT: 1 }],
    [
      'is passed over where the bus admits the organisation',
      { ...named, organization: { id: 'o-a1b2c3d4e5', units: [] }, accounts: {} },
      { UNWATCHED_ACCOUNT: 1 },
    ],
    ['is refused where the organisation has no id: the bus admits nobody of it', { ...named, organization: { units: [] } }, {}],
    ['is refused where no role is assumed in it: it is named for its environment', { ...named, spoke: undefined }, {}],
  ])('%s', (_what, settings, passed) => {
    const planned = plan([aStateChange('Endpoint', {}, { account: OTHER })], admittedBy(settings));
    expect(planned).toMatchObject({ rechecks: [], passed });
    expect(planned.refused.map(({ code }) => code)).toEqual(Object.keys(passed).length === 0 ? ['FOREIGN_ACCOUNT'] : []);
    const attempt = plan([aCall('CreateEndpoint', { errorCode: 'AccessDenied' }, { account: OTHER })], admittedBy(settings));
    expect(attempt).toMatchObject({ attempts: [], passed });
  });
});

it('order and repetition of events do not matter', () => {
  const watch = { scopes: [SCOPE, EAST], admitted: NOBODY };
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
    .map(events => events.map((each, index) => ({ id: `m-${index}`, body: typeof each === 'string' ? each : JSON.stringify(each) })));
  const shuffled = messages.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      const once = planRechecks(all, watch);
      expect(planRechecks(other, watch)).toEqual(once);
      const twice = planRechecks([...all, ...all.map(each => ({ ...each, id: `again ${each.id}` }))], watch);
      expect([twice.acts, twice.attempts, twice.rechecks.map(({ scope }) => scope)]).toEqual([
        once.acts,
        once.attempts,
        once.rechecks.map(({ scope }) => scope),
      ]);
    }),
    { seed: 9, numRuns: 300 },
  );
});

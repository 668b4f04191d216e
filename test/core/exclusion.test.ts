import { describe, expect, test } from 'vitest';
import { exclusionOf } from '../../lib/core/exclusion.ts';
import { remediesOf } from '../../lib/core/finding-view.ts';
import type { KindStatus } from '../../lib/core/inventory.ts';
import { planReconcile } from '../../lib/core/plan-scope.ts';
import { judgeIncomplete } from '../../lib/core/rules/ops-01.ts';
import { judgeStale } from '../../lib/core/rules/ops-02.ts';
import { isAtRest } from '../../lib/core/scope-status.ts';
import type { KindListing } from '../../lib/core/sighting.ts';
import { HOUR, MINUTE, plus } from '../../lib/core/time.ts';
import { aListing, anItem, aScopeWorld, aSighting, aStatus, endpointsOf, SCOPE, SLOT, someSettings } from '../support/builders.ts';

describe('the line that leaves out what was not read', () => {
  const BEDROCK = 'bedrock/111122223333/eu-west-1';
  test.each<[string, string, string, string | undefined]>([
    ['some kinds of it', BEDROCK, 'FLOW_ALIAS, PROMPT', `{scope: "${BEDROCK}", kinds: [FLOW_ALIAS, PROMPT], reason: "..."}`],
    ['every kind of it', SCOPE, 'ENDPOINT, INFERENCE_COMPONENT', `{scope: "${SCOPE}", reason: "..."}`],
    ['no kind is named', SCOPE, '', `{scope: "${SCOPE}", reason: "..."}`],
    ['a word that is no kind of it', SCOPE, 'FLOW_ALIAS', `{scope: "${SCOPE}", reason: "..."}`],
    ['a list of accounts, which cannot be left out', 'organization', '', undefined],
  ])('%s', (_what, scope, kinds, line) => expect(exclusionOf(scope, kinds)).toBe(line));

  test('is a remedy of OPS-01, and none of a list', () => {
    const of = (scope: string) => remediesOf({ rule: 'OPS-01', id: 'F-1', subject: `scope:${scope}`, facts: { kinds: 'PROMPT' } });
    expect(of(BEDROCK)).toEqual([
      'Give the role the action named in the reason.',
      `Nobody needs it: leave it out in rollcall.yaml: excluded: [{scope: "${BEDROCK}", kinds: [PROMPT], reason: "..."}]`,
    ]);
    expect(of('organization')).toEqual(['Give the role the action named in the reason.']);
  });
});

describe('a kind that the settings exclude', () => {
  const reason = 'not offered here';
  const settings = someSettings({
    spoke: { roleName: 'R', externalId: 'x-1' },
    excluded: [{ scope: SCOPE, kinds: ['INFERENCE_COMPONENT'], reason }],
  });
  const failing = {
    kind: 'INFERENCE_COMPONENT',
    status: 'NOT_CHECKED',
    failure: 'UNSUPPORTED',
    reason: 'not offered in this region',
  } as const;
  const none: KindListing = { kind: 'INFERENCE_COMPONENT', status: 'COMPLETE', sightings: [], quarantined: [] };
  const component = aSighting({ kind: 'INFERENCE_COMPONENT', name: 'c' });
  const planned = (kind: KindListing, over: Parameters<typeof aScopeWorld>[0] = {}) =>
    planReconcile(aScopeWorld({ settings, listing: aListing({ kinds: [endpointsOf([]), kind] }), ...over }));
  const after = (...given: Parameters<typeof planned>): KindStatus | undefined => planned(...given).status?.kinds.INFERENCE_COMPONENT;

  test('is excluded where it cannot be read, and neither failed nor complete', () => {
    expect(after(failing)).toEqual({ excluded: reason, failure: null, lastCompleteAt: null, completeSeq: 0, count: 0 });
  });

  test.each<[string, Parameters<typeof planned>]>([
    ['that can be read', [none]],
    [
      'of another scope',
      [failing, { settings: someSettings({ excluded: [{ ...settings.excluded[0], scope: 'sagemaker/4/eu-west-1' }] }) }],
    ],
    ['of the same scope', [{ ...failing, kind: 'ENDPOINT' }]],
  ])('is no kind %s', (_what, given) => expect(after(...given)?.excluded ?? null).toBe(null));

  test('opens nothing: the scope is as complete and as fresh as its other kinds', () => {
    const { status } = planned(failing);
    const slot = plus(SLOT, 31 * MINUTE);
    expect(judgeIncomplete({ scope: SCOPE, status, slot: SLOT, settings })).toMatchObject({ outcome: 'CLEAR', code: 'COMPLETE' });
    const fresh = status && { ...status, kinds: { ...status.kinds, ENDPOINT: { ...status.kinds.ENDPOINT!, lastCompleteAt: slot } } };
    expect(judgeStale({ scope: SCOPE, status: fresh, slot, settings })).toMatchObject({ outcome: 'CLEAR', code: 'FRESH' });
  });

  test('proves no absence, and keeps what is remembered of it', () => {
    const items = [anItem({ arn: component.arn, kind: 'INFERENCE_COMPONENT', sighting: component })];
    expect(planned(failing, { items }).items).toEqual([]);
  });

  test('does not keep an empty scope awake', () => {
    const first = planned(failing).status;
    const second = planned(failing, { status: first, slot: plus(SLOT, 15 * MINUTE) }).status;
    expect([isAtRest(second, plus(SLOT, 30 * MINUTE)), isAtRest(second, plus(SLOT, HOUR))]).toEqual([true, false]);
    expect(second).toMatchObject(aStatus({ firstTriedAt: SLOT, lastSlot: plus(SLOT, 15 * MINUTE), emptySince: SLOT, kinds: {} }));
  });
});

import { describe, expect, test } from 'vitest';
import { composeParts } from '../../lib/core/compose.ts';
import type { Part } from '../../lib/core/composition.ts';
import type { DeploymentKind } from '../../lib/core/kinds.ts';
import type { OperatingConstraints, Registration } from '../../lib/core/registration.ts';
import type { InvocationLogging, Shown, Sighting } from '../../lib/core/sighting.ts';
import { aListing, aSighting, aUnit, endpointsOf, knownDetail, someSettings, unknownDetail, violated } from '../support/builders.ts';
import { dev, judge, model, of, type Over, said } from '../support/deployment-vocabulary.ts';

const asking = (over: Partial<OperatingConstraints>, more: Partial<Registration> = {}): Over =>
  model({
    operatingConstraints: {
      regions: null,
      guardrailRequired: false,
      loggingRequired: false,
      networkIsolation: false,
      allowedRoles: null,
      ...over,
    },
    ...more,
  });
const shown = (over: Partial<Shown> = {}): Sighting => {
  const detail = knownDetail(aUnit());
  return aSighting({ detail: { ...detail, shown: { roles: [], isolated: null, asynchronous: false, ...over } } as Sighting['detail'] });
};
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const made = (kind: DeploymentKind, ...parts: readonly (readonly [Part['kind'], string, string])[]): Sighting => {
  const composition = composeParts(parts.map(([of_, slot, identity]) => ({ kind: of_, slot, identity, pinned: true })));
  return aSighting({ kind, detail: knownDetail(aUnit({ composition })) });
};
const unread = aSighting({ detail: unknownDetail('DENIED') });
const judged = (sighting: Sighting, over: Over, invocationLogging?: InvocationLogging) =>
  of(judge(sighting, { ...over, listing: aListing({ kinds: [endpointsOf([sighting])], invocationLogging }) }), 'EVD-05');

const IRELAND = asking({ regions: ['eu-west-1'] });
const CLAUDE = (region: string) => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-v2`;
const [PROFILE, ROUTER] = ['inference-profile', 'default-prompt-router'].map(each => `arn:aws:bedrock:eu-west-1:111122223333:${each}`);
const FRAUD = asking({ allowedRoles: [role('fraud-*')] });
const ISOLATED = asking({ networkIsolation: true });
const GUARDED = asking({ guardrailRequired: true });
const MODEL = ['MODEL', 'model', 'anthropic.claude-v2'] as const;
const RAIL = ['GUARDRAIL', 'guardrail', 'g1 version:4'] as const;

describe('EVD-05', () => {
  test.each<[string, Sighting, Over, string]>([
    ['nobody asks anything', shown(), model(), 'CLEAR NOTHING_ASKED'],
    ['in its region', shown(), IRELAND, 'CLEAR HELD'],
    ['in another region', shown(), asking({ regions: ['us-east-1'] }), 'VIOLATED BROKEN'],
    [
      'a model of its region',
      made('INFERENCE_PROFILE', ['MODEL', 'model', CLAUDE('eu-west-1')]),
      { ...IRELAND, settings: dev },
      'CLEAR HELD',
    ],
    ['a model of another region', made('INFERENCE_PROFILE', ['MODEL', 'model', CLAUDE('us-east-1')]), IRELAND, 'VIOLATED BROKEN'],
    ...['us.anthropic.claude-v2', `${PROFILE}/eu.anthropic.claude-v2`, `${ROUTER}/a1`].map((id): [string, Sighting, Over, string] => [
      `in its region, and passes calls on: ${id}`,
      made('AGENT_ALIAS', ['MODEL', 'model', id]),
      IRELAND,
      'CANNOT_TELL NOT_SHOWN',
    ]),
    ['a use, whatever it was called by', made('MODEL_USE', MODEL), { ...IRELAND, settings: dev }, 'CANNOT_TELL NOT_SHOWN'],
    ['a use in another region', made('MODEL_USE', MODEL), asking({ regions: ['us-east-1'] }), 'VIOLATED BROKEN'],
    ['an agent on a model by its id', made('AGENT_ALIAS', MODEL), IRELAND, 'CLEAR HELD'],
    ['in its region, and what it runs is not known', unread, IRELAND, 'CANNOT_TELL NOT_READ'],
    ['in another region, and what it runs is not known', unread, asking({ regions: ['us-east-1'] }), 'VIOLATED BROKEN'],
    ['an allowed role', shown({ roles: [role('fraud-prod')] }), FRAUD, 'CLEAR HELD'],
    ['one role of two', shown({ roles: [role('fraud-prod'), role('admin')] }), FRAUD, 'VIOLATED BROKEN'],
    ['a role whose name only contains an allowed one', shown({ roles: [role('not-fraud-prod')] }), FRAUD, 'VIOLATED BROKEN'],
    ['no role is shown', shown(), FRAUD, 'CANNOT_TELL NOT_SHOWN'],
    ['its role could not be read', unread, FRAUD, 'CANNOT_TELL NOT_READ'],
    ['cut off from the network', shown({ isolated: true }), ISOLATED, 'CLEAR HELD'],
    ['not cut off', shown({ isolated: false }), ISOLATED, 'VIOLATED BROKEN'],
    ['whether it is cut off is not shown', shown(), ISOLATED, 'CANNOT_TELL NOT_SHOWN'],
    ['an agent with a guardrail', made('AGENT_ALIAS', MODEL, RAIL), GUARDED, 'CLEAR HELD'],
    ['an agent without', made('AGENT_ALIAS', MODEL), GUARDED, 'VIOLATED BROKEN'],
    [
      'a flow with one on each node that asks a model',
      made(
        'FLOW_ALIAS',
        ['MODEL', 'node/a', 'm'],
        ['GUARDRAIL', 'node/a', 'g'],
        ['MODEL', 'node/b/model', 'm'],
        ['GUARDRAIL', 'node/b/guardrail', 'g'],
      ),
      GUARDED,
      'CLEAR HELD',
    ],
    [
      'a flow with one on another node',
      made('FLOW_ALIAS', ['MODEL', 'node/ab', 'm'], ['GUARDRAIL', 'node/a', 'g']),
      GUARDED,
      'VIOLATED BROKEN',
    ],
    ['a kind whose callers choose the guardrail', made('PROMPT', MODEL), GUARDED, 'CANNOT_TELL NOT_SHOWN'],
    ['an agent that could not be read', { ...unread, kind: 'AGENT_ALIAS' }, GUARDED, 'CANNOT_TELL NOT_READ'],
    ['what is shown holds, and something is not shown', shown(), asking({ regions: ['eu-west-1'], guardrailRequired: true }), 'CLEAR HELD'],
    [
      'what is known is broken, whatever is not known',
      unread,
      asking({ regions: ['us-east-1'], networkIsolation: true }),
      'VIOLATED BROKEN',
    ],
    ['it does not serve', { ...shown(), presence: 'NOT_SERVING' }, asking({ regions: ['us-east-1'] }), 'CLEAR NOT_SERVING'],
  ])('%s', (_name, sighting, over, expected) => {
    expect(said(judged(sighting, over))).toBe(expected);
  });

  const profile = made('INFERENCE_PROFILE', MODEL);
  const [on, off] = [{ state: 'ON' }, { state: 'OFF' }] as const;
  const denied = { state: 'UNREAD', failure: 'DENIED', reason: 'access denied' } as const;
  const LOGGED = asking({ loggingRequired: true }, { riskTier: 'LOW' });
  test.each<[string, Sighting, Over, InvocationLogging | undefined, string]>([
    ['on', profile, LOGGED, on, 'CLEAR HELD'],
    ['off', profile, LOGGED, off, 'VIOLATED BROKEN'],
    ['refused', profile, LOGGED, denied, 'CANNOT_TELL NOT_READ'],
    ['not asked for', profile, LOGGED, undefined, 'CANNOT_TELL NOT_READ'],
    ['off where nobody asks', profile, model({ riskTier: 'LOW' }), off, 'CLEAR NOTHING_ASKED'],
    ['off on tier HIGH in production', profile, model(), off, 'VIOLATED BROKEN'],
    ['off on an unsaid tier in production', profile, model({ riskTier: null }), off, 'VIOLATED BROKEN'],
    ['off on tier HIGH outside production', profile, { ...model(), settings: dev }, off, 'CLEAR NOTHING_ASKED'],
    [
      'off where the policy names no tier',
      profile,
      { ...model(), settings: someSettings({ policy: { loggingTiers: [] } }) },
      off,
      'CLEAR NOTHING_ASKED',
    ],
    ['off, of a kind that it does not log', shown(), model(), off, 'CLEAR NOTHING_ASKED'],
    ['asked for of a kind that it does not log', shown(), LOGGED, off, 'CANNOT_TELL NOT_SHOWN'],
  ])('logging is %s', (_name, sighting, over, logging, expected) => {
    expect(said(judged(sighting, over, logging))).toBe(expected);
  });

  test('says in a clause what is broken, and by two names what are', () => {
    const reason = (sighting: Sighting, over: Over) => violated(judged(sighting, over, off)).reason;
    expect([
      reason(shown(), asking({ regions: ['us-east-1'] })),
      reason(shown({ roles: [role('ml/admin')] }), FRAUD),
      reason(shown({ isolated: false }), ISOLATED),
      reason(made('AGENT_ALIAS', MODEL), GUARDED),
      reason(profile, LOGGED),
      reason(shown({ isolated: false }), asking({ regions: ['us-east-1'], networkIsolation: true })),
    ]).toEqual([
      'runs in eu-west-1, which is not allowed',
      'runs as admin, which is not allowed',
      'can reach the network, and must not',
      'asks a model without a guardrail',
      'what is asked of it is not logged',
      'breaks 2 constraints: region, isolation',
    ]);
  });

  test('tells what it shows and what is asked, and is told again where what it shows is another', () => {
    const { facts, evidence, severity } = violated(judged(shown(), asking({ regions: ['us-east-1', 'us-west-2'] })));
    expect([facts['region'], evidence['region'], severity]).toEqual([
      'eu-west-1',
      'eu-west-1, asked for is us-east-1, us-west-2',
      'CRITICAL',
    ]);
  });
});

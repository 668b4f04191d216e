import type { Part } from '../composition.ts';
import type { Verdict } from '../finding.ts';
import type { DeploymentKind } from '../kinds.ts';
import { isPassedOn } from '../model-use.ts';
import { parseScopeId } from '../scope.ts';
import type { Unit } from '../sighting.ts';
import { wildcard } from '../wildcard.ts';
import { causeOf } from './inv-03.ts';
import { type MatchedCase, subjectOf, violatedBy } from './deployment-case.ts';
import { cannotTell, clear, someOf } from './verdict.ts';

/**
 * What came of one constraint. BROKEN: what the configuration shows, as a clause. UNKNOWN: it could not be read.
 * NOT_SHOWN: nothing shows it of that kind, ever; what else is asked is judged without it.
 */
type Held =
  | { readonly result: 'HELD' | 'NOT_SHOWN' }
  | { readonly result: 'BROKEN'; readonly live: string; readonly asked: string; readonly clause: string }
  | { readonly result: 'UNKNOWN'; readonly reason: string };

const HELD: Held = { result: 'HELD' };
const NOT_SHOWN: Held = { result: 'NOT_SHOWN' };

/** null: nobody asks for it. In this order they are told. */
const CONSTRAINTS: Readonly<Record<string, (c: MatchedCase) => Held | null>> = {
  region: c => regionHeld(c),
  role: c => roleHeld(c),
  isolation: c => isolationHeld(c),
  guardrail: c => guardrailHeld(c),
  logging: c => loggingHeld(c),
};

/** EVD-05: the live configuration breaks what the registration, or the policy of its tier, asks of it. */
export const judgeConstraints = (c: MatchedCase): Verdict => {
  const subject = subjectOf(c);
  const held = Object.entries(CONSTRAINTS).flatMap(([name, judge]) => {
    const result = judge(c);
    return result === null ? [] : [{ name, ...result }];
  });
  const broken = held.flatMap(each => (each.result === 'BROKEN' ? [each] : []));
  const unknown = held.flatMap(each => (each.result === 'UNKNOWN' ? [each] : []));
  if (broken.length > 0) return constraintsBroken(c, broken);
  if (held.length === 0) return clear('EVD-05', subject, 'NOTHING_ASKED', 'nobody asks anything of how it runs');
  if (unknown[0]) return cannotTell('EVD-05', subject, 'NOT_READ', `${unknown[0].name}: ${unknown[0].reason}`);
  const unseen = held.filter(({ result }) => result === 'NOT_SHOWN').map(({ name }) => name);
  if (unseen.length === held.length) return cannotTell('EVD-05', subject, 'NOT_SHOWN', `nothing shows its ${someOf(unseen)}`);
  const but = unseen.length === 0 ? '' : `; nothing shows its ${someOf(unseen)}`;
  return clear('EVD-05', subject, 'HELD', `it runs as it was asked to${but}`);
};

type Broken = Extract<Held, { result: 'BROKEN' }> & { readonly name: string };

const constraintsBroken = (c: MatchedCase, broken: readonly Broken[]): Verdict => {
  const [first] = broken;
  const names = broken.map(({ name }) => name);
  return violatedBy(c, 'EVD-05', {
    code: 'BROKEN',
    reason: broken.length === 1 && first ? first.clause : `breaks ${broken.length} constraints: ${names.join(', ')}`,
    facts: Object.fromEntries(broken.map(({ name, live }) => [name, live])),
    evidence: Object.fromEntries(broken.map(({ name, live, asked }) => [name, `${live}, asked for is ${asked}`])),
  });
};

const unread = (c: MatchedCase): Held => ({ result: 'UNKNOWN', reason: `what it runs is not known (${causeOf(c)})` });

/** Where it lies, and where models lie that it calls by an ARN. Where a profile passes a call on to, and by which name a use was called, is not shown. */
const regionHeld = (c: MatchedCase): Held | null => {
  const { registration, sighting } = c;
  const allowed = registration.operatingConstraints?.regions ?? null;
  if (allowed === null) return null;
  const models = partsOf(c).filter(({ kind }) => kind === 'MODEL');
  const named = models.flatMap(({ identity }) => /^arn:[^:]*:[^:]*:([^:*]+):/.exec(identity)?.[1] ?? []);
  const outside = [...new Set([parseScopeId(sighting.scope)?.region ?? '', ...named])]
    .filter(region => !allowed.includes(region))
    .toSorted();
  if (outside.length > 0) {
    const live = someOf(outside);
    return { result: 'BROKEN', live, asked: someOf(allowed), clause: `runs in ${live}, which is not allowed` };
  }
  if (sighting.detail.state === 'UNKNOWN') return unread(c);
  return sighting.kind === 'MODEL_USE' || models.some(({ identity }) => isPassedOn(identity)) ? NOT_SHOWN : HELD;
};

const roleHeld = (c: MatchedCase): Held | null => {
  const { registration, sighting } = c;
  const allowed = registration.operatingConstraints?.allowedRoles ?? null;
  if (allowed === null) return null;
  if (sighting.detail.state === 'UNKNOWN') return unread(c);
  const roles = sighting.detail.shown?.roles ?? [];
  if (roles.length === 0) return NOT_SHOWN;
  const patterns = allowed.map(wildcard);
  const others = roles.filter(role => !patterns.some(pattern => pattern.test(role)));
  if (others.length === 0) return HELD;
  const names = someOf(others.map(role => role.split('/').at(-1) ?? role));
  return { result: 'BROKEN', live: someOf(others), asked: someOf(allowed), clause: `runs as ${names}, which is not allowed` };
};

const isolationHeld = (c: MatchedCase): Held | null => {
  const { registration, sighting } = c;
  if (registration.operatingConstraints?.networkIsolation !== true) return null;
  if (sighting.detail.state === 'UNKNOWN') return unread(c);
  const isolated = sighting.detail.shown?.isolated ?? null;
  if (isolated === null) return NOT_SHOWN;
  const clause = 'can reach the network, and must not';
  return isolated ? HELD : { result: 'BROKEN', live: 'not isolated', asked: 'network isolation', clause };
};

/** Kinds that name the guardrails of what they ask; on any other, each caller chooses one or none. */
const GUARDED: readonly DeploymentKind[] = ['AGENT_ALIAS', 'FLOW_ALIAS'];

const guardrailHeld = (c: MatchedCase): Held | null => {
  const { registration, sighting } = c;
  if (registration.operatingConstraints?.guardrailRequired !== true) return null;
  if (!GUARDED.includes(sighting.kind)) return NOT_SHOWN;
  if (sighting.detail.state === 'UNKNOWN') return unread(c);
  const bare = sighting.detail.units.flatMap(unguarded);
  const live = `none on ${someOf([...new Set(bare.map(({ slot }) => slot))])}`;
  return bare.length === 0 ? HELD : { result: 'BROKEN', live, asked: 'a guardrail', clause: 'asks a model without a guardrail' };
};

/** Models without a guardrail at their own place or around it: that of an agent is around all that it asks, that of a node around what lies in it. */
const unguarded = ({ composition: { parts } }: Unit): readonly Part[] => {
  const places = parts.filter(({ kind }) => kind === 'GUARDRAIL').map(({ slot }) => slot.replace(/(^|\/)guardrail$/, ''));
  const isGuarded = ({ slot }: Part) => places.some(place => place === '' || slot === place || slot.startsWith(`${place}/`));
  return parts.filter(part => part.kind === 'MODEL' && !isGuarded(part));
};

/** What is called through Bedrock's runtime, whose calls one configuration logs for the whole region. Mantle's are not among them. */
const LOGGED: readonly DeploymentKind[] = [
  'PROVISIONED_THROUGHPUT',
  'CUSTOM_MODEL_DEPLOYMENT',
  'IMPORTED_MODEL',
  'INFERENCE_PROFILE',
  'PROMPT_ROUTER',
  'MODEL_USE',
];

const loggingHeld = ({ registration, sighting, environment, settings, invocationLogging }: MatchedCase): Held | null => {
  const isLogged = LOGGED.includes(sighting.kind);
  const declared = registration.operatingConstraints?.loggingRequired === true;
  const byTier = environment.production !== 'NO' && settings.policy.loggingTiers.includes(registration.riskTier ?? 'HIGH');
  if (!declared && !(byTier && isLogged)) return null;
  if (!isLogged) return NOT_SHOWN;
  if (invocationLogging === undefined) return { result: 'UNKNOWN', reason: 'it was not asked for' };
  if (invocationLogging.state === 'UNREAD') return { result: 'UNKNOWN', reason: invocationLogging.reason };
  const asked = declared ? 'logging of invocations' : `logging of invocations, on tier ${registration.riskTier ?? 'HIGH'} in production`;
  return invocationLogging.state === 'ON'
    ? HELD
    : { result: 'BROKEN', live: 'off in the region', asked, clause: 'what is asked of it is not logged' };
};

const partsOf = ({ sighting: { detail } }: MatchedCase): readonly Part[] => (detail.state === 'KNOWN' ? detail.composition.parts : []);

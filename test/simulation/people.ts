import type { Decision, Registration, Tier } from '../../lib/core/registration.ts';
import { REGISTRY_SCOPE, type ScopeId } from '../../lib/core/scope.ts';
import { DAY, HOUR, type Instant, MINUTE, plus, roundDown } from '../../lib/core/time.ts';
import { acknowledgeFinding } from '../../lib/usecases/acknowledge-finding.ts';
import { releaseFindings } from '../../lib/usecases/release-findings.ts';
import { aComposition, anApproval, anAttestation, aRegistration, aVersion, endpointArn } from '../support/builders.ts';
import type { SimulatedDeps } from './simulated-world.ts';

export const TIER_OF: Readonly<Record<string, Tier>> = { 'fraud-scorer': 'HIGH', ranker: 'LOW' };
const MODELS = Object.keys(TIER_OF);
/** What one of the models declares. */
export const DECLARED = endpointArn('ep-a');
/** Whose calls of Claude the other model claims. */
export const CLAIMED = { account: '222233334444', models: 'anthropic.claude-*' };
/** Kim and Dana are here, Lee has left. */
const [KIM, DANA, LEE] = ['kim@example.com', 'dana@example.com', 'lee@example.com'];
const OWNERS = [[KIM, DANA], [KIM], [LEE, DANA], []];
const here = (person: string, active = true) => ({ person, active });
/** Of the settings: who hears, and whom the organisation knows. */
export const PERSONS = {
  receivers: { [DANA]: { email: DANA }, [KIM]: { email: KIM } },
  directory: [here(KIM), here(DANA), here('sam'), here(LEE, false)],
};

/** Where people sit: what they have stored, and what of it is meant to be there. */
export interface Desk {
  readonly deps: SimulatedDeps;
  readonly registered: Map<string, Registration>;
  /** Decisions outlive a registration. */
  readonly decided: Map<string, readonly Decision[]>;
  /** That deployments can be in. */
  readonly scopes: readonly ScopeId[];
  now: Instant;
}

/** Stores a model as a person would; the truth remembers what was meant. */
const put = async (desk: Desk, name: string, over: Partial<Registration>): Promise<void> => {
  const before = desk.registered.get(name);
  const versions = ['3', '4'].map(version =>
    aVersion(version, { identity: { by: 'COMPOSITION', composition: aComposition(`${name}-${version}`).digest } }),
  );
  const deployments = name === 'fraud-scorer' ? [{ arn: DECLARED, environment: null, version: null }] : [];
  const match = { packageGroup: null, tags: {}, uses: name === 'ranker' ? [`${CLAIMED.account}/${CLAIMED.models}`] : [] };
  const base = before ?? aRegistration({ name, riskTier: TIER_OF[name]!, versions, deployments, match });
  const next = { ...base, ...over, decisions: desk.decided.get(name) ?? [anAttestation()], revision: (before?.revision ?? 0) + 1 };
  desk.decided.set(name, next.decisions);
  desk.registered.set(name, next);
  await desk.deps.registry.put(next);
};

const decide = async (desk: Desk, a: number, over: Parameters<typeof anApproval>[0]): Promise<void> => {
  const name = MODELS[a % 2]!;
  const before = desk.decided.get(name) ?? [anAttestation()];
  // No two decisions at the same instant: the later one holds.
  const at = plus(desk.now, before.length - 1000);
  if (!desk.registered.has(name)) return;
  const identity = { by: 'COMPOSITION', composition: aComposition(`${name}-${over?.version ?? '3'}`).digest } as const;
  desk.decided.set(name, [...before, anApproval({ at, approver: 'pat@example.com', identity, ...over })]);
  await put(desk, name, {});
};

export const midnight = (instant: Instant, days: number): Instant => plus(roundDown(instant, DAY / MINUTE), days * DAY);
const owners = (b: number) => ({ technicalOwner: OWNERS[b]?.[0] ?? null, businessOwner: OWNERS[b]?.[1] ?? null });
const SECURITY = { person: 'sam', as: 'SECURITY' } as const;
type Perform = (desk: Desk, a: number, b: number) => Promise<unknown>;

/** What people do; `a` says where (a model, a finding), `b` what of. */
export const PEOPLE = {
  register: (desk, a, b) => put(desk, MODELS[a % 2]!, owners(b)),
  approve: (desk, a, b) => decide(desk, a, { version: b % 2 ? '4' : '3', expiresAt: b < 2 ? null : midnight(desk.now, b) }),
  revoke: (desk, a, b) => decide(desk, a, { version: b % 2 ? '4' : '3', status: 'REVOKED' }),
  unregister: async (desk, a) => {
    const { name, revision } = desk.registered.get(MODELS[a % 2]!) ?? { name: '', revision: 0 };
    desk.registered.delete(name);
    await desk.deps.registry.remove(name, revision);
  },
  acknowledge: async ({ deps, now, scopes }, a, b) => {
    const open = (await Promise.all([...scopes, REGISTRY_SCOPE].map(deps.findings.inScope)))
      .flat()
      .filter(each => each.record.condition === 'OPEN');
    const { id, about } = open[(a * 4 + b) % Math.max(open.length, 1)]?.record ?? { id: 'F-0000' };
    const owner = about?.receivers[0];
    const caller = b % 2 && owner !== undefined ? ({ person: owner, as: 'OWNER' } as const) : SECURITY;
    const until = b < 2 ? undefined : plus(now, (b - 1) * 2 * HOUR);
    await acknowledgeFinding(deps, { id, caller, reason: 'known', until, generation: undefined, now });
  },
  release: ({ deps, now }) => releaseFindings(deps, { which: { all: true }, caller: SECURITY, now }),
} satisfies Record<string, Perform>;

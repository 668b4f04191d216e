import { canonicalJson } from './digest.ts';
import type { Declaration, Decision, Registration } from './registration.ts';
import type { Instant } from './time.ts';

/** One declared value that differs, as JSON; null: not there. `versions.3.identity.composition` */
export interface Difference {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface ManifestChange {
  readonly action: 'CREATE' | 'UPDATE' | 'UNCHANGED' | 'REMOVE';
  readonly name: string;
  /** What to store, at its next revision; for UNCHANGED and REMOVE what is stored. */
  readonly registration: Registration;
  readonly differences: readonly Difference[];
  /** The decisions that the manifest adds. */
  readonly decisions: readonly Decision[];
  /** DECISION_KEPT: the manifest tells a recorded decision otherwise; the record stands. */
  readonly notes: readonly { readonly code: 'DECISION_KEPT'; readonly reason: string }[];
  /** "2 fields differ, 1 new decision" */
  readonly reason: string;
}

export interface ManifestPlan {
  readonly changes: readonly ManifestChange[];
  /** Stored models that no manifest names, left alone because nothing asked to prune. */
  readonly undeclared: readonly string[];
}

export interface ManifestWorld {
  readonly declared: readonly Registration[];
  readonly stored: readonly Registration[];
  readonly prune: boolean;
  readonly now: Instant;
  /** The verified caller. */
  readonly by: string;
}

/** What applying manifests would change. Planning again after applying changes nothing; a recorded decision is never removed or altered. */
export const planManifests = (world: ManifestWorld): ManifestPlan => {
  const stored = new Map(world.stored.map(registration => [registration.name, registration]));
  const declared = new Set(world.declared.map(({ name }) => name));
  const undeclared = world.stored.filter(({ name }) => !declared.has(name));
  const changes = world.declared.map(registration => planModel(registration, stored.get(registration.name), world));
  return world.prune
    ? { changes: [...changes, ...undeclared.map(removal)], undeclared: [] }
    : { changes, undeclared: undeclared.map(({ name }) => name) };
};

const removal = (registration: Registration): ManifestChange => ({
  action: 'REMOVE',
  name: registration.name,
  registration,
  differences: [],
  decisions: [],
  notes: [],
  reason: 'no manifest names it; its decisions stay for auditors',
});

const planModel = (declared: Registration, stored: Registration | undefined, { now, by }: ManifestWorld): ManifestChange => {
  const { name } = declared;
  if (stored === undefined) {
    const registration = { ...declared, registeredAt: now, registeredBy: by, revision: 1 };
    return {
      action: 'CREATE',
      name,
      registration,
      differences: [],
      decisions: declared.decisions,
      notes: [],
      reason: 'not registered yet',
    };
  }
  const recorded = new Map(stored.decisions.map(decision => [decisionKey(decision), decision]));
  const decisions = declared.decisions.filter(decision => !recorded.has(decisionKey(decision)));
  const notes = declared.decisions.flatMap(decision => keptNote(decision, recorded.get(decisionKey(decision))));
  const differences = differencesOf(stored, declared);
  const rest = { name, differences, decisions, notes };
  if (differences.length + decisions.length === 0) return { action: 'UNCHANGED', registration: stored, ...rest, reason: 'as registered' };
  const { registeredAt, registeredBy } = stored;
  const registration = {
    ...declared,
    registeredAt,
    registeredBy,
    decisions: [...stored.decisions, ...decisions],
    revision: stored.revision + 1,
  };
  return {
    action: 'UPDATE',
    registration,
    ...rest,
    reason: `${count(differences.length, 'value differs', 'values differ')}, ${count(decisions.length, 'new decision', 'new decisions')}`,
  };
};

const count = (number: number, one: string, more: string): string => `${number} ${number === 1 ? one : more}`;

/** What makes two decisions the same. Not the identity: a version that was changed must not take its old approval along. */
const decisionKey = (decision: Decision): string => {
  if (decision.type === 'ATTESTATION') return canonicalJson(['ATTESTATION', decision.at, decision.by]);
  const { version, at, status, approver } = decision;
  return canonicalJson(['APPROVAL', version, at, status, approver]);
};

const keptNote = (declared: Decision, recorded: Decision | undefined): ManifestChange['notes'] => {
  if (declared.type !== 'APPROVAL' || recorded?.type !== 'APPROVAL') return [];
  const differing = (['identity', 'environment', 'requester', 'expiresAt'] as const).filter(
    key => canonicalJson(declared[key]) !== canonicalJson(recorded[key]),
  );
  if (differing.length === 0) return [];
  const reason = `the approval of version ${declared.version} at ${declared.at} is recorded with another ${differing.join(' and ')}: a new decision needs a new time`;
  return [{ code: 'DECISION_KEPT', reason }];
};

const differencesOf = (stored: Registration, declared: Registration): readonly Difference[] => {
  const from = leavesOf(declarationOf(stored));
  const to = leavesOf(declarationOf(declared));
  return [...new Set([...from.keys(), ...to.keys()])]
    .toSorted()
    .map(field => ({ field, from: from.get(field) ?? null, to: to.get(field) ?? null }))
    .filter(difference => difference.from !== difference.to);
};

const declarationOf = ({
  decisions: _decisions,
  registeredAt: _at,
  registeredBy: _by,
  revision: _revision,
  ...declared
}: Registration): Declaration & { readonly origin: string } => declared;

/** Every value in a declaration by its path. Versions and deployments go by their own names, so their order means nothing. */
const leavesOf = (value: unknown, path = ''): ReadonlyMap<string, string> => {
  if (value === null || value === undefined) return new Map();
  if (typeof value !== 'object') return new Map([[path, canonicalJson(value)]]);
  if (Array.isArray(value) && value.length === 0) return new Map([[path, '[]']]);
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [nameOf(item, index), item])
    : Object.entries(value);
  return new Map(entries.flatMap(([key, item]) => [...leavesOf(item, path === '' ? key : `${path}.${key}`)]));
};

const nameOf = (item: unknown, index: number): string => {
  const { version, arn } = item !== null && typeof item === 'object' ? (item as { version?: unknown; arn?: unknown }) : {};
  const name = arn ?? version;
  return typeof name === 'string' ? name : String(index);
};

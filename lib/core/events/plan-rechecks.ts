import { type Act, ACT_KINDS, type ActChange, orderOf } from '../act.ts';
import { parseScopeId, type ScopeId, scopeId } from '../scope.ts';
import type { Admitted } from './admitted.ts';
import { type Change, type ReadEvent, readEvent } from './read-event.ts';

/** One message of the queue: an event as AWS wrote it. */
export interface EventMessage {
  readonly id: string;
  readonly body: string;
}

/** What a batch of events asks for. Order and repetition of the events do not matter. */
export interface RecheckPlan {
  /** One for each scope, with the messages that ask for it. */
  readonly rechecks: readonly { readonly scope: ScopeId; readonly messages: readonly string[] }[];
  /** The latest of each kind for each deployment. */
  readonly acts: readonly ActChange[];
  /** Calls that were refused or failed, each once: somebody tried. */
  readonly attempts: readonly { readonly scope: ScopeId; readonly act: Act; readonly error: string }[];
  /** Go to the dead-letter queue: nobody should have sent them. */
  readonly refused: readonly { readonly message: string; readonly code: string; readonly reason: string }[];
  /** Done with: why nothing is to be looked at, and how often. */
  readonly passed: Readonly<Record<string, number>>;
}

/** Whose events are looked at: those of scopes that are part of the roll call. */
export interface Watch {
  readonly scopes: readonly ScopeId[];
  readonly admitted: Admitted;
}

export const planRechecks = (messages: readonly EventMessage[], watch: Watch): RecheckPlan => {
  const sorted = sortOut(messages, watch);
  const changes = sorted.flatMap(({ id, event, verdict }) => (event.outcome === 'CHANGE' && verdict === 'WATCHED' ? [{ id, event }] : []));
  const byScope = Map.groupBy(changes, ({ event }) => scopeId(event.cloud));
  return {
    rechecks: [...byScope]
      .map(([scope, asking]) => ({ scope, messages: asking.map(({ id }) => id).toSorted() }))
      .toSorted((a, b) => (a.scope < b.scope ? -1 : 1)),
    acts: latestActs(changes.map(({ event }) => event)),
    attempts: attemptsIn(sorted),
    refused: sorted.flatMap(refusalOf).toSorted((a, b) => (a.message < b.message ? -1 : 1)),
    passed: countPassed(sorted),
  };
};

/** UNWATCHED_ACCOUNT: the bus admits it, and no roll call has it yet, or none any more. FOREIGN_ACCOUNT: the bus should not have admitted it. */
type Verdict = 'WATCHED' | 'UNWATCHED_SCOPE' | 'UNWATCHED_ACCOUNT' | 'FOREIGN_ACCOUNT' | 'NO_SCOPE';

interface Sorted {
  readonly id: string;
  readonly event: ReadEvent;
  readonly verdict: Verdict;
}

const sortOut = (messages: readonly EventMessage[], watch: Watch): readonly Sorted[] => {
  const scopes = new Set(watch.scopes);
  const accounts = new Set(watch.scopes.map(scope => parseScopeId(scope)?.account));
  const isAdmitted = (account: string): boolean => watch.admitted.organization !== undefined || watch.admitted.accounts.includes(account);
  const verdictOf = (event: ReadEvent): Verdict => {
    if (!('cloud' in event)) return 'NO_SCOPE';
    const { account } = event.cloud;
    if (!accounts.has(account)) return isAdmitted(account) ? 'UNWATCHED_ACCOUNT' : 'FOREIGN_ACCOUNT';
    return scopes.has(scopeId(event.cloud)) ? 'WATCHED' : 'UNWATCHED_SCOPE';
  };
  return messages.map(({ id, body }) => {
    const event = readEvent(body);
    return { id, event, verdict: verdictOf(event) };
  });
};

/** The bus admits nobody of such an account: that its event is here is for a person to look at. */
const refusalOf = ({ id, event, verdict }: Sorted): RecheckPlan['refused'] => {
  if (event.outcome === 'REFUSED') return [{ message: id, code: event.code, reason: event.reason }];
  return verdict === 'FOREIGN_ACCOUNT' ? [{ message: id, code: verdict, reason: 'an event of an account that is not watched' }] : [];
};

/** An attempt in a region that is not watched is one all the same. */
const isOurs = (verdict: Verdict): boolean => verdict === 'WATCHED' || verdict === 'UNWATCHED_SCOPE';

const attemptsIn = (sorted: readonly Sorted[]): RecheckPlan['attempts'] => {
  const attempts = sorted.flatMap(({ event, verdict }) => (event.outcome === 'ATTEMPT' && isOurs(verdict) ? [event] : []));
  const distinct = new Map(attempts.map(({ cloud, act, error }) => [orderOf(act), { scope: scopeId(cloud), act, error }]));
  return [...distinct].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, attempt]) => attempt);
};

const latestActs = (changes: readonly Change[]): readonly ActChange[] => {
  const latest = new Map<string, ActChange>();
  for (const { cloud, resource, does: kind, act } of changes) {
    if (resource === null || act === null) continue;
    const key = JSON.stringify([scopeId(cloud), resource, ACT_KINDS.indexOf(kind)]);
    const before = latest.get(key);
    if (!before || orderOf(act) > orderOf(before.act)) latest.set(key, { scope: scopeId(cloud), resource, kind, act });
  }
  return [...latest].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change);
};

/** How services spell that somebody was not allowed to: CloudTrail takes the code as it was answered. */
const DENIED = /AccessDenied|Unauthorized|NotAuthorized/;

const countPassed = (sorted: readonly Sorted[]): Readonly<Record<string, number>> => {
  const reasons = sorted.flatMap(({ event, verdict }) => {
    if (event.outcome === 'BESIDE') return [event.code];
    if (event.outcome === 'ATTEMPT' && isOurs(verdict)) return [DENIED.test(event.error) ? 'DENIED_ATTEMPT' : 'FAILED_ATTEMPT'];
    return verdict.startsWith('UNWATCHED') ? [verdict] : [];
  });
  return Object.fromEntries([...Map.groupBy(reasons, reason => reason)].toSorted().map(([reason, same]) => [reason, same.length]));
};

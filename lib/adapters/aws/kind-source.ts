import pLimit, { type LimitFunction } from 'p-limit';
import { type DeploymentKind, kindOfArn } from '../../core/kinds.ts';
import { type CloudScope, scopeId, scopeOfArn } from '../../core/scope.ts';
import type { GoneAnswer, KindListing, Listing } from '../../core/sighting.ts';
import { type Instant, MINUTE, plus } from '../../core/time.ts';
import type { Clock, ListingQuestion, ListingSource } from '../../ports.ts';
import type { Answer } from './classify-error.ts';
import { type CallCount, createCallCount } from './call-count.ts';
import { createSession, type Session } from './session.ts';

/** Reads one kind of deployment; each kind fails on its own. Never throws for what the provider does. */
export interface KindReader<Clients> {
  readonly kind: DeploymentKind;
  readonly list: (session: Session & Clients) => Promise<KindListing>;
  /** Asks for one once more: VANISHED only where the provider says in so many words that there is none. */
  readonly describe: (session: Session & Clients, arn: string) => Promise<Answer<unknown>>;
}

export interface KindSourceDeps<Clients> {
  /** Clients for the account and region, with the SDK's standard retries. */
  readonly clientsFor: (scope: CloudScope) => Clients;
  readonly clock: Clock;
}

interface Opening {
  readonly scope: CloudScope;
  readonly deadline: Instant;
  readonly count: CallCount;
}

/** Reads what bears on deployments of every kind, beside them; the answer puts it into the listing. */
export type Beside<Clients> = (
  session: Session & Clients,
  ask: ListingQuestion,
) => Promise<(listing: Listing) => Listing | Promise<Listing>>;

/** Requests in flight per account and region. Bedrock publishes no rate for its reads; as for SageMaker. */
const CONCURRENCY = 5;

/** A source whose kinds have nothing to do with each other: one reader each. */
export const createKindSource = <Clients>(
  readers: readonly KindReader<Clients>[],
  { clientsFor, clock }: KindSourceDeps<Clients>,
  beside: Beside<Clients> = () => Promise.resolve(listing => listing),
): ListingSource => {
  const limits = new Map<string, LimitFunction>();
  const open = ({ scope, deadline, count }: Opening, clients: Clients): Session & Clients => {
    const limit = limits.get(scopeId(scope)) ?? pLimit(CONCURRENCY);
    limits.set(scopeId(scope), limit);
    return { ...createSession({ scope, limit, clock, deadline, count }), ...clients };
  };
  return {
    list: async (scope, ask): Promise<Listing> => {
      const { deadline } = ask;
      const clients = clientsFor(scope);
      const count = createCallCount();
      // A session each, so that one that runs out of time takes no other with it; limiter and count are one for all.
      const [put, kinds] = await Promise.all([
        beside(open({ scope, deadline, count }, clients), ask),
        Promise.all(readers.map(reader => reader.list(open({ scope, deadline, count }, clients)))),
      ]);
      const listing = await put({ scope: scopeId(scope), kinds, packages: [], calls: 0 });
      return { ...listing, calls: count.total(), callsByAction: count.byAction() };
    },
    confirmGone: async (scope, arns) => {
      const session = open({ scope, deadline: plus(clock.now(), MINUTE), count: createCallCount() }, clientsFor(scope));
      return new Map(await Promise.all(arns.map(async arn => [arn, await confirmGone(readers, session, arn)] as const)));
    },
  };
};

const confirmGone = async <Clients>(
  readers: readonly KindReader<Clients>[],
  session: Session & Clients,
  arn: string,
): Promise<GoneAnswer> => {
  const own = scopeOfArn(arn);
  const reader = readers.find(({ kind }) => kind === kindOfArn(arn));
  if (!own || scopeId(own) !== scopeId(session.scope) || !reader) {
    return { answer: 'UNKNOWN', reason: `no deployment of ${scopeId(session.scope)}: ${arn}` };
  }
  const answer = await reader.describe(session, arn);
  if (answer.ok) return { answer: 'PRESENT' };
  const { failure, reason } = answer.failure;
  return failure === 'VANISHED' ? { answer: 'GONE' } : { answer: 'UNKNOWN', reason };
};

import pLimit, { type LimitFunction } from 'p-limit';
import { type DeploymentKind, kindOfArn } from '../../core/kinds.ts';
import { type CloudScope, scopeId, scopeOfArn } from '../../core/scope.ts';
import type { GoneAnswer, KindListing, Listing } from '../../core/sighting.ts';
import type { Instant } from '../../core/time.ts';
import type { Clock, DescriptionCache, ListingQuestion, ListingSource } from '../../ports.ts';
import { keptOf } from './as-listed.ts';
import { type CallCount, createCallCount } from './call-count.ts';
import type { Answer } from './classify-error.ts';
import { type Memory, noCache, openMemory } from './memory.ts';
import { createSession, type Session } from './session.ts';
import { sideBySide } from './side-by-side.ts';

/** The requests for one kind of one scope, with what is known of it from earlier listings. */
export type KindSession<Clients> = Session & Clients & { readonly memory: Memory };

/** Reads one kind of deployment; each kind fails on its own. Never throws for what the provider does. */
export interface KindReader<Clients> {
  readonly kind: DeploymentKind;
  readonly list: (session: KindSession<Clients>) => Promise<KindListing>;
  /** Asks for one once more: VANISHED only where the provider says in so many words that there is none. */
  readonly describe: (session: KindSession<Clients>, arn: string) => Promise<Answer<unknown>>;
}

export interface KindSourceDeps<Clients> {
  /** Clients for the account and region, with the SDK's standard retries. */
  readonly clientsFor: (scope: CloudScope) => Clients;
  readonly clock: Clock;
  /** What was read in earlier runs; absent: each listing stands alone. */
  readonly cache?: DescriptionCache | undefined;
}

interface OwnDeps<Clients> extends KindSourceDeps<Clients> {
  /** The form in which things are kept between runs: another number or setting, and everything is read anew. */
  readonly scheme: string;
}

interface Opening {
  readonly scope: CloudScope;
  readonly deadline: Instant;
  readonly count: CallCount;
  readonly memory: Memory;
}

/** What all kinds of a scope show, and what bears on all of them. */
export type KindListings = Pick<Listing, 'kinds' | 'upstreamUnread' | 'invocations' | 'invocationLogging'>;

/** Adds what bears on deployments of every kind. */
export type Beside<Clients> = (session: Session & Clients, kinds: Listing['kinds'], ask: ListingQuestion) => Promise<KindListings>;

/** Requests in flight per account and region. Bedrock publishes no rate for its reads; as for SageMaker. */
const CONCURRENCY = 5;

/** A source whose kinds have nothing to do with each other: one reader each. */
export const createKindSource = <Clients>(
  readers: readonly KindReader<Clients>[],
  { clientsFor, clock, scheme, cache = noCache }: OwnDeps<Clients>,
  beside: Beside<Clients> = async (_session, kinds) => ({ kinds }),
): ListingSource => {
  const limits = new Map<string, LimitFunction>();
  const open = ({ memory, ...of }: Opening, clients: Clients): KindSession<Clients> => {
    const limit = limits.get(scopeId(of.scope)) ?? pLimit(CONCURRENCY);
    limits.set(scopeId(of.scope), limit);
    return { ...createSession({ ...of, limit, clock }), ...clients, memory };
  };
  const remember = (scope: CloudScope, from: DescriptionCache, announced: readonly string[]): Promise<Memory> =>
    openMemory({ cache: from, scope: scopeId(scope), scheme, now: clock.now(), isStale: keptOf(announced) });
  return {
    list: async (scope, ask): Promise<Listing> => {
      const { deadline, announced = [] } = ask;
      const clients = clientsFor(scope);
      const count = createCallCount();
      const memory = await remember(scope, cache, announced);
      // A session each, so that one that runs out of time takes no other with it; limiter and count are one for all.
      const opened = () => open({ scope, deadline, count, memory }, clients);
      const kinds = await Promise.all(readers.map(reader => reader.list(opened())));
      const listings = await beside(opened(), kinds, ask);
      await memory.close();
      const counts = { calls: count.total(), callsByAction: count.byAction(), damagedDescriptions: memory.damaged() };
      return { scope: scopeId(scope), packages: [], ...listings, ...counts };
    },
    confirmGone: async (scope, arns, deadline) => {
      const opening = { scope, deadline, count: createCallCount(), memory: await remember(scope, noCache, []) };
      const session = open(opening, clientsFor(scope));
      return new Map(await sideBySide(arns, async arn => [arn, await confirmGone(readers, session, arn)] as const));
    },
  };
};

const confirmGone = async <Clients>(
  readers: readonly KindReader<Clients>[],
  session: KindSession<Clients>,
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

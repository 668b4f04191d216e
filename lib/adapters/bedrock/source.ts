import pLimit, { type LimitFunction } from 'p-limit';
import { kindOfArn } from '../../core/kinds.ts';
import { type CloudScope, scopeId, scopeOfArn } from '../../core/scope.ts';
import type { GoneAnswer, Listing } from '../../core/sighting.ts';
import { type Instant, MINUTE, plus } from '../../core/time.ts';
import type { Clock, ListingSource } from '../../ports.ts';
import { createSession } from '../aws/session.ts';
import { CUSTOM_MODEL_DEPLOYMENT } from './custom-model-deployment.ts';
import { IMPORTED_MODEL } from './imported-model.ts';
import { INFERENCE_PROFILE } from './inference-profile.ts';
import { MODEL_USE } from './model-use.ts';
import { PROMPT_ROUTER } from './prompt-router.ts';
import { PROVISIONED_THROUGHPUT } from './provisioned-throughput.ts';
import type { BedrockSession, Clients, KindReader } from './reader.ts';
import { createReader } from './summary-kind.ts';
import { readCatalogue, withUpstream } from './upstream.ts';

export interface BedrockSourceDeps {
  /** Clients for the account and region, with the SDK's standard retries. */
  readonly clientsFor: (scope: CloudScope) => Clients;
  readonly clock: Clock;
}

const READERS: readonly KindReader[] = [
  createReader(PROVISIONED_THROUGHPUT),
  createReader(CUSTOM_MODEL_DEPLOYMENT),
  createReader(IMPORTED_MODEL),
  createReader(INFERENCE_PROFILE),
  createReader(PROMPT_ROUTER),
  MODEL_USE,
];

/** Requests in flight per account and region. Bedrock publishes no rate for its reads; as for SageMaker. */
const CONCURRENCY = 5;

/** Everything in Bedrock that somebody here made and that serves, and the use of what AWS offers to everybody. */
export const createBedrockSource = ({ clientsFor, clock }: BedrockSourceDeps): ListingSource => {
  const limits = new Map<string, LimitFunction>();
  const open = (scope: CloudScope, clients: Clients, deadline: Instant): BedrockSession => {
    const limit = limits.get(scopeId(scope)) ?? pLimit(CONCURRENCY);
    limits.set(scopeId(scope), limit);
    return { ...createSession({ scope, limit, clock, deadline }), ...clients };
  };
  return {
    list: async (scope, { deadline }): Promise<Listing> => {
      const clients = clientsFor(scope);
      // A session each, so that one that runs out of time takes no other with it; the limiter is one for all.
      const own = open(scope, clients, deadline);
      const [models, ...read] = await Promise.all([
        readCatalogue(own),
        ...READERS.map(async reader => {
          const session = open(scope, clients, deadline);
          return { kind: await reader.list(session), calls: session.calls() };
        }),
      ]);
      const calls = read.reduce((sum, each) => sum + each.calls, own.calls());
      return withUpstream({ scope: scopeId(scope), kinds: read.map(({ kind }) => kind), packages: [], calls }, models);
    },
    confirmGone: async (scope, arns) => {
      const session = open(scope, clientsFor(scope), plus(clock.now(), MINUTE));
      return new Map(await Promise.all(arns.map(async arn => [arn, await confirmGone(session, arn)] as const)));
    },
  };
};

const confirmGone = async (session: BedrockSession, arn: string): Promise<GoneAnswer> => {
  const own = scopeOfArn(arn);
  const reader = READERS.find(({ kind }) => kind === kindOfArn(arn));
  if (!own || scopeId(own) !== scopeId(session.scope) || !reader) {
    return { answer: 'UNKNOWN', reason: `no deployment of ${scopeId(session.scope)}: ${arn}` };
  }
  const answer = await reader.describe(session, arn);
  if (answer.ok) return { answer: 'PRESENT' };
  const { failure, reason } = answer.failure;
  return failure === 'VANISHED' ? { answer: 'GONE' } : { answer: 'UNKNOWN', reason };
};

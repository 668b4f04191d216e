import pLimit, { type LimitFunction } from 'p-limit';
import { kindOfArn } from '../../core/kinds.ts';
import { type CloudScope, scopeId, scopeOfArn } from '../../core/scope.ts';
import type { GoneAnswer, Listing } from '../../core/sighting.ts';
import { type Instant, MINUTE, plus } from '../../core/time.ts';
import type { Clock, ListingSource } from '../../ports.ts';
import { type CallCount, createCallCount } from '../aws/call-count.ts';
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

export const SUMMARY_KINDS = [PROVISIONED_THROUGHPUT, CUSTOM_MODEL_DEPLOYMENT, IMPORTED_MODEL, INFERENCE_PROFILE, PROMPT_ROUTER] as const;

const READERS: readonly KindReader[] = [...SUMMARY_KINDS.map(createReader), MODEL_USE];

/** Requests in flight per account and region. Bedrock publishes no rate for its reads; as for SageMaker. */
const CONCURRENCY = 5;

/** Everything in Bedrock that somebody here made and that serves, and the use of what AWS offers to everybody. */
export const createBedrockSource = ({ clientsFor, clock }: BedrockSourceDeps): ListingSource => {
  const limits = new Map<string, LimitFunction>();
  const open = (scope: CloudScope, deadline: Instant, count: CallCount): BedrockSession => {
    const limit = limits.get(scopeId(scope)) ?? pLimit(CONCURRENCY);
    limits.set(scopeId(scope), limit);
    return { ...createSession({ scope, limit, clock, deadline, count }), ...clientsFor(scope) };
  };
  return {
    list: async (scope, { deadline }): Promise<Listing> => {
      const count = createCallCount();
      // A session each, so that one that runs out of time takes no other with it; limiter and count are one for all.
      const [models, kinds] = await Promise.all([
        readCatalogue(open(scope, deadline, count)),
        Promise.all(READERS.map(reader => reader.list(open(scope, deadline, count)))),
      ]);
      const counted = { calls: count.total(), callsByAction: count.byAction() };
      return withUpstream({ scope: scopeId(scope), kinds, packages: [], ...counted }, models);
    },
    confirmGone: async (scope, arns) => {
      const session = open(scope, plus(clock.now(), MINUTE), createCallCount());
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

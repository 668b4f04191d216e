import pLimit, { type LimitFunction } from 'p-limit';
import { type CloudScope, scopeId, scopeOfArn } from '../../core/scope.ts';
import { type GoneAnswer, type KindListing, type Listing, provesAbsence, type Sighting } from '../../core/sighting.ts';
import type { Instant } from '../../core/time.ts';
import type { Clock, DescriptionCache, ListingSource } from '../../ports.ts';
import { keptOf } from '../aws/as-listed.ts';
import { failureOf } from '../aws/classify-error.ts';
import { withInvocations } from '../aws/invocations.ts';
import { createEtagReader } from './artefact-etags.ts';
import { describeComponent, describeEndpoint } from './describe.ts';
import { createLineage } from './lineage.ts';
import { listComponents } from './list-components.ts';
import { listEndpoints } from './list-endpoints.ts';
import { schemeOf } from '../aws/fields.ts';
import { notChecked } from '../aws/list-kind.ts';
import { metricsOf } from './metrics.ts';
import { noCache, openMemory } from '../aws/memory.ts';
import { readPackages } from './packages.ts';
import { createSession } from '../aws/session.ts';
import { sideBySide } from '../aws/side-by-side.ts';
import type { SagemakerClients, SagemakerSession } from './requests.ts';

export interface SagemakerSourceDeps {
  /** Clients for the account and region, with the SDK's standard retries. */
  readonly clientsFor: (scope: CloudScope) => SagemakerClients;
  readonly settings: { readonly harmlessEnvironmentKeys: readonly string[] };
  readonly clock: Clock;
  /** What was read in earlier runs; absent: each listing stands alone. */
  readonly cache?: DescriptionCache | undefined;
}

/** Requests in flight per account and region. SageMaker publishes no rate for its reads; five is what peers do without being throttled. */
const CONCURRENCY = 5;

export const createSagemakerSource = ({ clientsFor, settings, clock, cache = noCache }: SagemakerSourceDeps): ListingSource => {
  const harmless = new Set(settings.harmlessEnvironmentKeys);
  const limits = new Map<string, LimitFunction>();
  const open = (scope: CloudScope, deadline: Instant): SagemakerSession => {
    const limit = limits.get(scopeId(scope)) ?? pLimit(CONCURRENCY);
    limits.set(scopeId(scope), limit);
    return { ...createSession({ scope, limit, clock, deadline }), ...clientsFor(scope) };
  };
  return {
    list: async (scope, { packageGroups, deadline, announced = [], invocations }): Promise<Listing> => {
      const session = open(scope, deadline);
      const kept = { cache, scope: scopeId(scope), scheme: schemeOf(harmless), isStale: keptOf(announced) };
      const memory = await openMemory({ ...kept, now: clock.now() });
      const known = { session, memory, harmless };
      const deps = { ...known, lineage: createLineage({ ...known, readEtag: createEtagReader(session, session.s3For) }) };
      const inTime = timely(session, cache === noCache ? '' : 'the next run goes on from what was read');
      const endpoints = inTime(await listEndpoints(deps));
      const components = hostsNothing(endpoints) ? noComponents(session) : inTime(await listComponents(deps));
      const kinds = [endpoints, components];
      const packages = await readPackages(session, { kinds, groups: packageGroups, harmless });
      await memory.close();
      const read = { scope: scopeId(scope), kinds, ...packages, damagedDescriptions: memory.damaged() };
      const listing = await withInvocations(session, read, { ask: invocations, metricsOf });
      return { ...listing, calls: session.calls(), callsByAction: session.callsByAction() };
    },
    confirmGone: async (scope, arns, deadline) => {
      const session = open(scope, deadline);
      return new Map(await sideBySide(arns, async arn => [arn, await confirmGone(session, arn)] as const));
    },
  };
};

const noComponents = ({ spare }: SagemakerSession): KindListing => {
  spare('sagemaker:ListInferenceComponents', 'no endpoint can host any');
  return { kind: 'INFERENCE_COMPONENT', status: 'COMPLETE', sightings: [], quarantined: [] };
};

/**
 * A component lives on an endpoint with a variant that has no model of its own, and goes before it. So where every endpoint is known
 * and none of them is such a host, there are no components, and no call is needed to know it.
 */
const hostsNothing = (endpoints: KindListing): boolean =>
  provesAbsence(endpoints) && endpoints.status === 'COMPLETE' && endpoints.sightings.every(isNoHost);

const isNoHost = ({ hosts, detail }: Sighting): boolean => hosts === 'MODELS' && (detail.state === 'KNOWN' || detail.cause === 'VANISHED');

/** A listing is done by its deadline or not at all: details that were given up on are not details that are unknown. Those that were read are kept. */
const timely =
  (session: SagemakerSession, note: string) =>
  (kind: KindListing): KindListing => {
    if (kind.status === 'NOT_CHECKED' || !session.ranOut()) return kind;
    const action = kind.kind === 'ENDPOINT' ? 'sagemaker:DescribeEndpoint' : 'sagemaker:DescribeInferenceComponent';
    return notChecked(kind.kind, failureOf('DEADLINE', action, note));
  };

/** Describes one deployment once more. GONE only where SageMaker says in so many words that it could not find it. */
const confirmGone = async (session: SagemakerSession, arn: string): Promise<GoneAnswer> => {
  const own = scopeOfArn(arn);
  const [, word, name] = /:(endpoint|inference-component)\/([^/:]+)$/.exec(arn) ?? [];
  if (!own || scopeId(own) !== scopeId(session.scope) || !name) {
    return { answer: 'UNKNOWN', reason: `no endpoint or inference component of ${scopeId(session.scope)}: ${arn}` };
  }
  const answer = await (word === 'endpoint' ? describeEndpoint(session, name) : describeComponent(session, name));
  if (answer.ok) return { answer: 'PRESENT' };
  const { failure, reason } = answer.failure;
  return failure === 'VANISHED' ? { answer: 'GONE' } : { answer: 'UNKNOWN', reason };
};

import type { ListingSource } from '../../ports.ts';
import { schemeOf } from '../aws/fields.ts';
import { withInvocations } from '../aws/invocations.ts';
import { type Beside, createKindSource, type KindReader, type KindSourceDeps } from '../aws/kind-source.ts';
import { readUpstream } from '../aws/upstream.ts';
import { AGENT_ALIAS } from './agents/agent-alias.ts';
import { FLOW_ALIAS } from './agents/flow-alias.ts';
import { PROMPT } from './agents/prompt.ts';
import { CUSTOM_MODEL_DEPLOYMENT } from './custom-model-deployment.ts';
import { IMPORTED_MODEL } from './imported-model.ts';
import { INFERENCE_PROFILE } from './inference-profile.ts';
import { withLogging } from './logging.ts';
import { metricsOf } from './metrics.ts';
import { MODEL_USE } from './model-use.ts';
import { PROMPT_ROUTER } from './prompt-router.ts';
import { PROVISIONED_THROUGHPUT } from './provisioned-throughput.ts';
import type { Clients } from './reader.ts';
import { createReader } from './summary-kind.ts';

export const SUMMARY_KINDS = [PROVISIONED_THROUGHPUT, CUSTOM_MODEL_DEPLOYMENT, IMPORTED_MODEL, INFERENCE_PROFILE, PROMPT_ROUTER] as const;

const READERS: readonly KindReader<Clients>[] = [...SUMMARY_KINDS.map(createReader), MODEL_USE, AGENT_ALIAS, FLOW_ALIAS, PROMPT];

/** The lifecycles of models and the logging of calls, then what is asked of what was found. */
const beside: Beside<Clients> = async (session, kinds, ask) =>
  withInvocations(session, await withLogging(session, await readUpstream(session, kinds, ask)), { ask: ask.invocations, metricsOf });

/** Everything in Bedrock that somebody here made and that serves, and the use of what AWS offers to everybody. */
export const createBedrockSource = (deps: KindSourceDeps<Clients>): ListingSource =>
  createKindSource(READERS, { ...deps, scheme: schemeOf(new Set()) }, beside);

import { ACCOUNT_ROUTES } from './account.ts';
import type { Operation } from './call.ts';
import { LOGGING } from './invocation-logging.ts';
import { recordRoutes, TAGS_AS_OBJECT, TAGS_AS_PAIRS } from './record-operations.ts';
import { METRIC_OPERATIONS } from './metrics.ts';
import { ORGANIZATIONS_OPERATIONS } from './organizations.ts';
import type { Route } from './rest.ts';
import { S3_ROUTES } from './s3.ts';
import { SAGEMAKER_OPERATIONS } from './sagemaker.ts';
import { search } from './search.ts';
import { STS_OPERATIONS } from './sts.ts';
import { TRAIL_OPERATIONS } from './trail.ts';

/** `json`: AWS JSON 1.1, the operation stands in a header. `query`: AWS Query, it stands in the form. `rest`: method and path say it. `xml`: the same, with XML for JSON. */
export type Service =
  | { readonly protocol: 'json' | 'query'; readonly operations: Readonly<Record<string, Operation>> }
  | { readonly protocol: 'rest' | 'xml'; readonly routes: readonly Route[] };

/** Everything that simcloud serves, by the name that requests are signed for. */
export const SERVICES: Readonly<Record<string, Service>> = {
  sagemaker: { protocol: 'json', operations: { ...SAGEMAKER_OPERATIONS, Search: search } },
  sts: { protocol: 'query', operations: STS_OPERATIONS },
  s3: { protocol: 'xml', routes: S3_ROUTES },
  organizations: { protocol: 'json', operations: ORGANIZATIONS_OPERATIONS },
  cloudtrail: { protocol: 'json', operations: TRAIL_OPERATIONS },
  monitoring: { protocol: 'json', operations: METRIC_OPERATIONS },
  account: { protocol: 'rest', routes: ACCOUNT_ROUTES },
  bedrock: { protocol: 'rest', routes: [...recordRoutes('bedrock'), LOGGING, TAGS_AS_PAIRS, TAGS_AS_OBJECT] },
  'bedrock-agentcore': { protocol: 'rest', routes: [...recordRoutes('bedrock-agentcore'), TAGS_AS_OBJECT] },
};

import type { KindListing, Sighting } from '../../core/sighting.ts';
import { elapsed, type Instant } from '../../core/time.ts';
import { type Answer, failed, failureOf } from '../aws/classify-error.ts';
import { describeEndpoint, IN_SEARCH, type Lineage, readTags, tagsOf } from './describe.ts';
import { type Listed, notChecked } from '../aws/list-kind.ts';
import { listSummaries } from './list-summaries.ts';
import { unlistedEndpoints } from './marketplace.ts';
import type { SagemakerSession } from './requests.ts';
import { searchEndpoints, searchModels } from './search.ts';
import type { RawEndpoint, RawEndpointConfig } from './shapes.ts';
import { type Models, unknownBecause } from './translate/detail.ts';
import { endpointDetail, modelNamesOf } from './translate/endpoint.ts';
import { type Harmless, instantOf } from './translate/model.ts';

export interface KindDeps {
  readonly session: SagemakerSession;
  readonly lineage: Lineage;
  readonly harmless: Harmless;
}

interface DescribedEndpoint {
  readonly listed: Listed;
  readonly tags: Sighting['tags'];
  readonly endpoint: Answer<RawEndpoint>;
  readonly config: Answer<RawEndpointConfig>;
}

/** Every endpoint of the scope. ListEndpoints decides what exists; Search and descriptions say what it runs. */
export const listEndpoints = async ({ session, lineage, harmless }: KindDeps): Promise<KindListing> => {
  const { listed: own, quarantined, failure } = await listSummaries(session, 'ENDPOINT');
  if (failure) return notChecked('ENDPOINT', failure);
  const listed = [...own, ...(await unlistedEndpoints(session, own))];
  const records = listed.length > 0 ? await searchEndpoints(session) : new Map<string, RawEndpoint>();
  const described = await Promise.all(listed.map(item => describe({ session, lineage, item, record: records.get(item.name) })));
  const wanted = wantedModels(described);
  lineage.seed(await searchModels(session, { wanted, harmless }));
  const models = await lineage.models(described.flatMap(({ config }) => (config.ok ? modelNamesOf(config.value) : [])));
  return { kind: 'ENDPOINT', status: 'COMPLETE', quarantined, sightings: described.map(each => sightingOf(each, models)) };
};

interface DescribeDeps extends Pick<KindDeps, 'session' | 'lineage'> {
  readonly item: Listed;
  readonly record: RawEndpoint | undefined;
}

/** Statuses in which a change may be pending, which only DescribeEndpoint shows. */
const isChanging = (status: string): boolean => /^(Creating|Updating|SystemUpdating|RollingBack)$/.test(status);

const describe = async ({ session, lineage, item, record }: DescribeDeps): Promise<DescribedEndpoint> => {
  const fresh = record && !isOlder(record, item) ? record : undefined;
  const settled = isChanging(item.status) ? undefined : fresh;
  if (settled) session.spare('sagemaker:DescribeEndpoint', IN_SEARCH);
  const endpoint = settled ? ({ ok: true, value: settled } as const) : await describeEndpoint(session, item.name);
  if (fresh?.Tags) session.spare('sagemaker:ListTags', IN_SEARCH);
  const tags = fresh?.Tags ? tagsOf(fresh.Tags) : await readTags(session, item.arn);
  return { listed: item, tags, endpoint, config: await configOf(endpoint, lineage) };
};

/** Whether the index had not yet seen what the listing shows. */
const isOlder = (record: RawEndpoint, { lastModified, status }: Listed): boolean =>
  lastModified === null ||
  record.LastModifiedTime === undefined ||
  record.EndpointStatus !== status ||
  elapsed(instantOf(record.LastModifiedTime) ?? lastModified, lastModified) > 0;

const configOf = (endpoint: Answer<RawEndpoint>, lineage: Lineage): Promise<Answer<RawEndpointConfig>> | Answer<RawEndpointConfig> => {
  if (!endpoint.ok) return endpoint;
  const name = endpoint.value.EndpointConfigName;
  return name ? lineage.config(name) : failed(failureOf('MALFORMED', 'sagemaker:DescribeEndpoint', 'EndpointConfigName: missing'));
};

const wantedModels = (described: readonly DescribedEndpoint[]): ReadonlyMap<string, Instant | null> => {
  const wanted = new Map<string, Instant | null>();
  for (const { listed, config } of described) {
    for (const name of config.ok ? modelNamesOf(config.value) : []) {
      const known = wanted.get(name);
      if (known === undefined || (known && (!listed.lastModified || elapsed(known, listed.lastModified) > 0))) {
        wanted.set(name, listed.lastModified);
      }
    }
  }
  return wanted;
};

const sightingOf = ({ listed, tags, endpoint, config }: DescribedEndpoint, models: Models): Sighting => {
  if (!endpoint.ok) {
    return { ...listed, tags, hosts: 'MODELS', pending: null, detail: unknownBecause(endpoint.failure, 'VANISHED') };
  }
  return { ...listed, tags, pending: pendingOf(listed, endpoint.value), ...endpointDetail({ endpoint: endpoint.value, config, models }) };
};

const pendingOf = ({ status }: Listed, { PendingDeploymentSummary }: RawEndpoint): string | null => {
  if (PendingDeploymentSummary) return `change to endpoint configuration ${PendingDeploymentSummary.EndpointConfigName}`;
  return status === 'UpdateRollbackFailed' ? 'a rollback failed: parts of two configurations may serve' : null;
};

import type { KindListing, Sighting } from '../../core/sighting.ts';
import { isAsNew, isChanging, readAsListed } from '../aws/as-listed.ts';
import { type Answer, failed, failureOf } from '../aws/classify-error.ts';
import { unknownBecause } from '../aws/detail.ts';
import type { Harmless } from '../aws/fields.ts';
import { type Listed, notChecked } from '../aws/list-kind.ts';
import { sideBySide } from '../aws/side-by-side.ts';
import { describeEndpoint, readTagsAsListed, type RememberingSession, tagsOf } from './describe.ts';
import { keptEndpoint } from './kept.ts';
import type { Lineage, Selection } from './lineage.ts';
import { listSummaries } from './list-summaries.ts';
import { unlistedEndpoints } from './marketplace.ts';
import { IN_SEARCH } from './requests.ts';
import { searchEndpoints } from './search.ts';
import type { RawEndpoint } from './shapes.ts';
import { type EndpointWorld, endpointDetail, type ReadConfig } from './translate/endpoint.ts';

export interface KindDeps extends RememberingSession {
  readonly lineage: Lineage;
  readonly harmless: Harmless;
}

interface DescribedEndpoint {
  readonly listed: Listed;
  readonly tags: Sighting['tags'];
  readonly endpoint: Answer<RawEndpoint>;
}

/** Every endpoint of the scope. ListEndpoints decides what exists; Search, descriptions and what is remembered of them say what it runs. */
export const listEndpoints = async ({ session, memory, lineage }: KindDeps): Promise<KindListing> => {
  const { listed: own, quarantined, failure } = await listSummaries(session, 'ENDPOINT');
  if (failure) return notChecked('ENDPOINT', failure);
  const listed = [...own, ...(await unlistedEndpoints(session, own))];
  const records = listed.length > 0 ? await searchEndpoints(session) : new Map<string, RawEndpoint>();
  const described = await sideBySide(listed, item => describe({ session, memory, item, record: records.get(item.name) }));
  const running = described.flatMap(({ endpoint }) => (endpoint.ok ? [endpoint.value] : []));
  const configs = await lineage.configs(
    running.flatMap(({ EndpointConfigName: name, LastModifiedTime: at }): Selection[] => (name ? [[name, at]] : [])),
  );
  const models = await lineage.models(
    running.flatMap(each => modelNamesOf(configOf(each, configs)).map((name): Selection => [name, each.LastModifiedTime])),
  );
  return { kind: 'ENDPOINT', status: 'COMPLETE', quarantined, sightings: described.map(each => sightingOf(each, { configs, models })) };
};

interface DescribeDeps extends RememberingSession {
  readonly item: Listed;
  readonly record: RawEndpoint | undefined;
}

const describe = async ({ item, record, ...deps }: DescribeDeps): Promise<DescribedEndpoint> => {
  const fresh = record && isAsNew(shown(record), item) ? record : undefined;
  const endpoint = isChanging(item.status) ? undefined : fresh;
  if (endpoint) deps.session.spare('sagemaker:DescribeEndpoint', IN_SEARCH);
  if (fresh?.Tags) deps.session.spare('sagemaker:ListTags', IN_SEARCH);
  return {
    listed: item,
    tags: tagsOf(fresh?.Tags ? { ok: true, value: fresh.Tags } : await readTagsAsListed(deps, item)),
    endpoint: endpoint ? { ok: true, value: endpoint } : await readEndpoint(deps, item),
  };
};

const readEndpoint = (deps: RememberingSession, item: Listed): Promise<Answer<RawEndpoint>> =>
  readAsListed(deps, item, {
    key: `${item.kind}#${item.name}`,
    action: 'sagemaker:DescribeEndpoint',
    schema: keptEndpoint,
    read: () => describeEndpoint(deps.session, item.name),
    shown,
  });

const shown = ({ EndpointStatus: status, LastModifiedTime: lastModified }: RawEndpoint) => ({ status, lastModified });

type Configs = ReadonlyMap<string, Answer<ReadConfig>>;

const configOf = ({ EndpointConfigName: name = '' }: RawEndpoint, configs: Configs): Answer<ReadConfig> =>
  configs.get(name) ?? failed(failureOf('MALFORMED', 'sagemaker:DescribeEndpoint', 'EndpointConfigName: missing'));

/** The models that a configuration names, for reading them before its endpoint is judged. */
const modelNamesOf = (config: Answer<ReadConfig>): readonly string[] =>
  config.ok ? config.value.variants.flatMap(({ model }) => model ?? []) : [];

interface Selections extends Pick<EndpointWorld, 'models'> {
  readonly configs: Configs;
}

const sightingOf = ({ listed, tags, endpoint }: DescribedEndpoint, { configs, models }: Selections): Sighting => {
  if (!endpoint.ok) {
    return { ...listed, tags, hosts: 'MODELS', pending: null, detail: unknownBecause(endpoint.failure, 'VANISHED') };
  }
  const config = configOf(endpoint.value, configs);
  return { ...listed, tags, pending: pendingOf(listed, endpoint.value), ...endpointDetail({ endpoint: endpoint.value, config, models }) };
};

const pendingOf = ({ status }: Listed, { PendingDeploymentSummary }: RawEndpoint): string | null => {
  if (PendingDeploymentSummary) return `change to endpoint configuration ${PendingDeploymentSummary.EndpointConfigName}`;
  return status === 'UpdateRollbackFailed' ? 'a rollback failed: parts of two configurations may serve' : null;
};

import type { Detail, KindListing, Sighting } from '../../core/sighting.ts';
import type { Answer } from '../aws/classify-error.ts';
import { describeComponent, readTags } from './describe.ts';
import type { KindDeps } from './list-endpoints.ts';
import { type Listed, notChecked } from '../aws/list-kind.ts';
import { listSummaries } from './list-summaries.ts';
import type { RawComponent } from './shapes.ts';
import { type ComponentWorld, componentDetail, specificationsOf } from './translate/component.ts';
import { unknown, unknownBecause } from './translate/detail.ts';

interface DescribedComponent {
  readonly listed: Listed;
  readonly tags: Sighting['tags'];
  readonly component: Answer<RawComponent>;
}

/** Every inference component of the scope, in one region-wide listing. Search does not cover them: each is described. */
export const listComponents = async ({ session, lineage, harmless }: KindDeps): Promise<KindListing> => {
  const { listed, quarantined, failure } = await listSummaries(session, 'INFERENCE_COMPONENT');
  if (failure) return notChecked('INFERENCE_COMPONENT', failure);
  const described = await Promise.all(
    listed.map(async (item): Promise<DescribedComponent> => {
      const [component, tags] = await Promise.all([describeComponent(session, item.name), readTags(session, item.arn)]);
      return { listed: item, tags, component };
    }),
  );
  const [models, etags] = await Promise.all([lineage.models(described.flatMap(modelNames)), lineage.etags(described.flatMap(artefacts))]);
  const byName = new Map(described.map(each => [each.listed.name, each]));
  const detail = (each: DescribedComponent, bases: ComponentWorld['bases']): Detail =>
    each.component.ok
      ? componentDetail({ component: each.component.value, name: each.listed.name, models, etags, bases, harmless })
      : unknownBecause(each.component.failure, 'VANISHED');
  const sightings = described.map((each): Sighting => {
    const bases = new Map(baseNames(each).map(name => [name, baseDetail(name, byName.get(name), detail)]));
    return { ...each.listed, tags: each.tags, hosts: 'MODELS', pending: null, detail: detail(each, bases) };
  });
  return { kind: 'INFERENCE_COMPONENT', status: 'COMPLETE', quarantined, sightings };
};

const specifications = ({ component }: DescribedComponent) => (component.ok ? specificationsOf(component.value) : []);
const modelNames = (each: DescribedComponent) => specifications(each).flatMap(({ ModelName }) => ModelName ?? []);
const artefacts = (each: DescribedComponent) => specifications(each).flatMap(({ Container }) => Container?.ArtifactUrl ?? []);
const baseNames = (each: DescribedComponent) =>
  specifications(each).flatMap(({ BaseInferenceComponentName }) => BaseInferenceComponentName ?? []);

/** One level only: SageMaker lays adapters over components that are none themselves, and a circle must not hang us. */
const baseDetail = (
  name: string,
  base: DescribedComponent | undefined,
  detail: (each: DescribedComponent, bases: ComponentWorld['bases']) => Detail,
): Detail => (base ? detail(base, new Map()) : unknown('LINEAGE_LOST', `base inference component ${name} is not listed`));

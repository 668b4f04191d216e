import type { Detail, KindListing, Sighting } from '../../core/sighting.ts';
import { readAsListed } from '../aws/as-listed.ts';
import { type Answer, ifRead } from '../aws/classify-error.ts';
import { unknown, unknownBecause } from '../aws/detail.ts';
import { type Listed, notChecked } from '../aws/list-kind.ts';
import { sideBySide } from '../aws/side-by-side.ts';
import { describeComponent, readTagsAsListed, tagsOf } from './describe.ts';
import { keptComponent } from './kept.ts';
import type { Selection } from './lineage.ts';
import type { KindDeps } from './list-endpoints.ts';
import { listSummaries } from './list-summaries.ts';
import { type ComponentWorld, componentDetail, type ReadComponent, readComponent } from './translate/component.ts';

interface DescribedComponent {
  readonly listed: Listed;
  readonly tags: Sighting['tags'];
  readonly component: Answer<ReadComponent>;
}

/** Every inference component of the scope, in one region-wide listing. Search does not cover them: each is described, or remembered. */
export const listComponents = async (deps: KindDeps): Promise<KindListing> => {
  const { session, lineage } = deps;
  const { listed, quarantined, failure } = await listSummaries(session, 'INFERENCE_COMPONENT');
  if (failure) return notChecked('INFERENCE_COMPONENT', failure);
  const described = await sideBySide(listed, item => describe(item, deps));
  const models = await lineage.models(described.flatMap(selections));
  const etags = await lineage.etags(described.flatMap(artefacts));
  const byName = new Map(described.map(each => [each.listed.name, each]));
  const detail = (each: DescribedComponent, bases: ComponentWorld['bases']): Detail =>
    each.component.ok
      ? componentDetail({ component: each.component.value, name: each.listed.name, models, etags, bases })
      : unknownBecause(each.component.failure, 'VANISHED');
  const sightings = described.map((each): Sighting => {
    const bases = new Map(baseNames(each).map(name => [name, baseDetail(name, byName.get(name), detail)]));
    return { ...each.listed, tags: each.tags, hosts: 'MODELS', pending: null, detail: detail(each, bases) };
  });
  return { kind: 'INFERENCE_COMPONENT', status: 'COMPLETE', quarantined, sightings };
};

const describe = async (item: Listed, { session, memory, harmless }: KindDeps): Promise<DescribedComponent> => {
  const asked = {
    key: `${item.kind}#${item.name}`,
    action: 'sagemaker:DescribeInferenceComponent',
    schema: keptComponent,
    read: async () => ifRead(await describeComponent(session, item.name), raw => readComponent(raw, harmless)),
    shown: (component: ReadComponent) => component,
  };
  const [component, tags] = await Promise.all([
    readAsListed({ session, memory }, item, asked),
    readTagsAsListed({ session, memory }, item),
  ]);
  return { listed: item, tags: tagsOf(tags), component };
};

const specifications = ({ component }: DescribedComponent) => (component.ok ? component.value.specifications : []);
const selections = (each: DescribedComponent): readonly Selection[] =>
  specifications(each).flatMap(({ model }) => (model !== null && each.component.ok ? [[model, each.component.value.lastModified]] : []));
const artefacts = (each: DescribedComponent) => specifications(each).flatMap(({ container }) => container?.artefact ?? []);
const baseNames = (each: DescribedComponent) => specifications(each).flatMap(({ base }) => base ?? []);

/** One level only: SageMaker lays adapters over components that are none themselves, and a circle must not hang us. */
const baseDetail = (
  name: string,
  base: DescribedComponent | undefined,
  detail: (each: DescribedComponent, bases: ComponentWorld['bases']) => Detail,
): Detail => (base ? detail(base, new Map()) : unknown('LINEAGE_LOST', `base inference component ${name} is not listed`));

import { composeAdapter } from '../../../core/compose.ts';
import type { ArtefactFacts } from '../../../core/composition.ts';
import type { Detail } from '../../../core/sighting.ts';
import type { Instant } from '../../../core/time.ts';
import { detailOf, type GuardedUnit, isUnknown, type Posture, unknown, unknownBecause, type UnknownDetail } from '../../aws/detail.ts';
import { type Harmless, hashedEnvironment } from '../../aws/fields.ts';
import type { RawComponent, RawDeployedImage, RawSpecification } from '../shapes.ts';
import { type Etags, type Models, selectedModel, unitOf } from './detail.ts';
import type { ReadModel } from './model.ts';

/** What is kept of a component once it was read: no environment value gets this far. */
export interface ReadComponent {
  readonly status: string | null;
  readonly lastModified: Instant | null;
  /** Of both spellings: one specification, or one per instance type. Each is a unit of its own. */
  readonly specifications: readonly ReadSpecification[];
}

interface ReadSpecification {
  readonly model: string | null;
  readonly base: string | null;
  readonly container: {
    readonly image: RawDeployedImage | null;
    readonly artefact: string | null;
    readonly parameters: string | null;
  } | null;
}

export const readComponent = (raw: RawComponent, harmless: Harmless): ReadComponent => ({
  status: raw.InferenceComponentStatus ?? null,
  lastModified: raw.LastModifiedTime,
  specifications: [raw.Specification ?? [], raw.Specifications ?? []].flat().map(each => readSpecification(each, harmless)),
});

const readSpecification = (
  { ModelName, BaseInferenceComponentName, Container }: RawSpecification,
  harmless: Harmless,
): ReadSpecification => ({
  model: ModelName ?? null,
  base: BaseInferenceComponentName ?? null,
  container: Container
    ? {
        image: Container.DeployedImage ?? null,
        artefact: Container.ArtifactUrl ?? null,
        parameters: hashedEnvironment(Container.Environment, harmless),
      }
    : null,
});

export interface ComponentWorld {
  readonly component: ReadComponent;
  readonly name: string;
  readonly models: Models;
  /** Of the artefacts that specifications name, by URI. */
  readonly etags: Etags;
  /** Details of the components that adapters are laid over, by name. */
  readonly bases: ReadonlyMap<string, Detail>;
}

/** What an inference component runs. An adapter is its base with one artefact more. */
export const componentDetail = (world: ComponentWorld): Detail => {
  const { specifications } = world.component;
  if (specifications.length === 0) return unknown('FAILED', `inference component ${world.name} has no specification`);
  const units = specifications.map((specification, index) =>
    componentUnit(specification, index === 0 ? world.name : `${world.name}#${index + 1}`, world),
  );
  return detailOf(units, []);
};

const componentUnit = (specification: ReadSpecification, name: string, world: ComponentWorld): GuardedUnit | UnknownDetail => {
  const artefact = artefactOf(specification, world.etags);
  if (artefact && isUnknown(artefact)) return artefact;
  const { base, model, container } = specification;
  if (base !== null) return adapterUnit(artefact, name, world.bases.get(base) ?? unknown('FAILED', `base ${base} was not read`));
  const read = model === null ? undefined : selectedModel(model, world.models, world.component.lastModified);
  if (read && isUnknown(read)) return read;
  const own = ownContainer(specification, artefact);
  const containers = [...(read?.facts.containers ?? []), ...own];
  if (containers.length === 0) return unknown('FAILED', `inference component ${world.name} names neither model nor container`);
  const facts = { containers, execution: read?.facts.execution ?? null };
  const deployed = container?.image ? [container.image] : [];
  return unitOf({ name, role: 'COMPONENT', read: { facts, createdAt: null, posture: ownPosture(read) }, deployed });
};

/** Its endpoint may cut it off where its model does not: that it is not cut off, a component does not show. */
const ownPosture = (read: ReadModel | undefined): Posture => ({
  digest: read?.posture.digest ?? '',
  roles: read?.posture.roles ?? [],
  isolated: read?.posture.isolated === true ? true : null,
});

type Artefact = Pick<ArtefactFacts, 'uri' | 'etag'>;

/** The artefact that a specification names, if any; not known where its ETag should have been read. */
const artefactOf = ({ container }: ReadSpecification, etags: Etags): Artefact | UnknownDetail | null => {
  const uri = container?.artefact ?? null;
  if (uri === null) return null;
  const etag = etags.get(uri);
  return etag?.ok === false ? unknownBecause(etag.failure, 'LINEAGE_LOST') : { uri, etag: etag?.value ?? null };
};

/** A container beside a model counts only for what it adds: its image is that of the model, resolved. */
const ownContainer = ({ model, container }: ReadSpecification, artefact: Artefact | null) => {
  if (!container || (model !== null && !artefact && container.parameters === null)) return [];
  return [
    {
      image: container.image?.SpecifiedImage ?? container.image?.ResolvedImage ?? null,
      artefacts: artefact ? [{ ...artefact, role: 'MODEL' as const }] : [],
      parameters: container.parameters,
      packageArn: null,
      inferenceSpecification: null,
      mode: 'SingleModel' as const,
    },
  ];
};

const adapterUnit = (artefact: Artefact | null, name: string, base: Detail): GuardedUnit | UnknownDetail => {
  if (base.state === 'UNKNOWN') return base;
  if (!artefact) return unknown('FAILED', `adapter ${name} names no artefact`);
  const composition = composeAdapter(base.composition, { ...artefact, role: 'ADAPTER' });
  const packageArns = [...new Set(base.units.flatMap(unit => unit.packageArns))];
  return {
    posture: { digest: base.posture, roles: base.shown?.roles ?? [], isolated: base.shown?.isolated ?? null },
    unit: { name, role: 'COMPONENT', composition, packageArns },
  };
};

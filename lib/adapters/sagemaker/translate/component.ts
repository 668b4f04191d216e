import { composeAdapter } from '../../../core/compose.ts';
import type { ArtefactFacts } from '../../../core/composition.ts';
import type { Detail } from '../../../core/sighting.ts';
import type { RawComponent, RawSpecification } from '../shapes.ts';
import {
  detailOf,
  type Etags,
  type GuardedUnit,
  isUnknown,
  type Models,
  selectedModel,
  type UnknownDetail,
  unitOf,
  unknown,
  unknownBecause,
} from './detail.ts';
import { type Harmless, hashedEnvironment, instantOf } from './model.ts';

export interface ComponentWorld {
  readonly component: RawComponent;
  readonly name: string;
  readonly models: Models;
  /** Of the artefacts that specifications name, by URI. */
  readonly etags: Etags;
  /** Details of the components that adapters are laid over, by name. */
  readonly bases: ReadonlyMap<string, Detail>;
  readonly harmless: Harmless;
}

/** Both spellings: one specification, or one per instance type. Each is a unit of its own. */
export const specificationsOf = (component: RawComponent): readonly RawSpecification[] =>
  [component.Specification ?? [], component.Specifications ?? []].flat();

/** What an inference component runs. An adapter is its base with one artefact more. */
export const componentDetail = (world: ComponentWorld): Detail => {
  const specifications = specificationsOf(world.component);
  if (specifications.length === 0) return unknown('FAILED', `inference component ${world.name} has no specification`);
  const units = specifications.map((specification, index) =>
    componentUnit(specification, index === 0 ? world.name : `${world.name}#${index + 1}`, world),
  );
  return detailOf(units, []);
};

const componentUnit = (specification: RawSpecification, name: string, world: ComponentWorld): GuardedUnit | UnknownDetail => {
  const artefact = artefactOf(specification, world.etags);
  if (artefact && isUnknown(artefact)) return artefact;
  const base = specification.BaseInferenceComponentName;
  if (base !== undefined) return adapterUnit(artefact, name, world.bases.get(base) ?? unknown('FAILED', `base ${base} was not read`));
  const selectedAt = instantOf(world.component.LastModifiedTime);
  const read = specification.ModelName === undefined ? undefined : selectedModel(specification.ModelName, world.models, selectedAt);
  if (read && isUnknown(read)) return read;
  const own = ownContainer(specification, artefact, world.harmless);
  const containers = [...(read?.facts.containers ?? []), ...own];
  if (containers.length === 0) return unknown('FAILED', `inference component ${world.name} names neither model nor container`);
  const facts = { containers, execution: read?.facts.execution ?? null };
  const deployed = specification.Container?.DeployedImage ? [specification.Container.DeployedImage] : [];
  return unitOf({ name, role: 'COMPONENT', read: { facts, createdAt: null, posture: read?.posture ?? '' }, deployed });
};

type Artefact = Pick<ArtefactFacts, 'uri' | 'etag'>;

/** The artefact that a specification names, if any; not known where its ETag should have been read. */
const artefactOf = ({ Container }: RawSpecification, etags: Etags): Artefact | UnknownDetail | null => {
  const uri = Container?.ArtifactUrl;
  if (uri === undefined) return null;
  const etag = etags.get(uri);
  return etag?.ok === false ? unknownBecause(etag.failure, 'LINEAGE_LOST') : { uri, etag: etag?.value ?? null };
};

/** A container beside a model counts only for what it adds: its image is that of the model, resolved. */
const ownContainer = ({ ModelName, Container }: RawSpecification, artefact: Artefact | null, harmless: Harmless) => {
  const parameters = hashedEnvironment(Container?.Environment, harmless);
  if (!Container || (ModelName !== undefined && !artefact && Object.keys(parameters).length === 0)) return [];
  return [
    {
      image: Container.DeployedImage?.SpecifiedImage ?? Container.DeployedImage?.ResolvedImage ?? null,
      artefacts: artefact ? [{ ...artefact, role: 'MODEL' as const }] : [],
      parameters,
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
  return { posture: base.posture, unit: { name, role: 'COMPONENT', composition, packageArns } };
};

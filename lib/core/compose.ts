import type { ArtefactFacts, Composition, ContainerFacts, ModelFacts, Part } from './composition.ts';
import { SCHEME } from './composition.ts';
import { digestOf } from './digest.ts';
import type { Unit } from './sighting.ts';

const PINNED_IMAGE = /^([^@]+?)(?::[^:/@]+)?@(sha256:[0-9a-f]{64})$/;

/** Escapes what separates a name from the text around it, so that no name can imitate another name and its suffix. */
const escaped = (text: string): string => text.replace(/[%\s]/g, encodeURIComponent);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sortKey = ({ slot, kind, identity }: Part): string => JSON.stringify([slot, kind, identity]);

/** An image by digest is `repo@sha256:…` whatever tag stood between; by tag it is unpinned, as the tag can move. */
export const imageIdentity = (image: string): Pick<Part, 'identity' | 'pinned'> => {
  const match = PINNED_IMAGE.exec(image);
  return match ? { identity: `${match[1]}@${match[2]}`, pinned: true } : { identity: image, pinned: false };
};

/** `<uri> etag:<etag>`, or the URI alone where the ETag is not known: its content can change under the same name. */
export const artefactIdentity = (uri: string, etag: string | null): Pick<Part, 'identity' | 'pinned'> =>
  etag === null
    ? { identity: escaped(uri), pinned: false }
    : { identity: `${escaped(uri)} etag:${etag.replaceAll('"', '')}`, pinned: true };

/** What an artefact is called, whatever its content: the identity without its ETag. */
export const withoutEtag = (identity: string): string => identity.split(' etag:', 1)[0] ?? identity;

/** Whether the name of an artefact says which content it stands for. */
export const artefactPinned = (identity: string): boolean => identity.includes(' etag:');

/** Sorts the parts and computes their digest. `pinned` is what we know of a part, not what it is: it stays out of the digest. */
export const composeParts = (unsorted: readonly Part[]): Composition => {
  const keyed = unsorted.map(part => [sortKey(part), part] as const);
  const parts = keyed.toSorted(([a], [b]) => byText(a, b)).map(([, part]) => part);
  return { digest: `${SCHEME}:sha256:${digestOf(parts.map(({ slot, kind, identity }) => ({ slot, kind, identity })))}`, parts };
};

const artefactParts = (slot: string, container: ContainerFacts): Part[] => {
  // A multi-model container loads whatever lies under its prefix: an ETag of the prefix pins nothing.
  const identity = ({ uri, etag }: ArtefactFacts) => artefactIdentity(uri, container.mode === 'MultiModel' ? null : etag);
  const ofRole = (role: ArtefactFacts['role']): Part[] =>
    container.artefacts
      .filter(artefact => artefact.role === role)
      .map(identity)
      .toSorted((a, b) => byText(a.identity, b.identity))
      .map((artefact, index) => ({
        slot: `${slot}/${role.toLowerCase()}${index === 0 ? '' : `.${index + 1}`}`,
        kind: role === 'ADAPTER' ? 'ADAPTER' : 'ARTEFACT',
        ...artefact,
      }));
  return [...ofRole('MODEL'), ...ofRole('ADDITIONAL'), ...ofRole('ADAPTER')];
};

const containerParts = (container: ContainerFacts, index: number): Part[] => {
  const slot = `container.${index + 1}`;
  const parts = artefactParts(slot, container);
  if (container.image !== null) parts.push({ slot, kind: 'IMAGE', ...imageIdentity(container.image) });
  else if (container.packageArn !== null) {
    const specification = container.inferenceSpecification === null ? '' : `#${container.inferenceSpecification}`;
    parts.push({ slot, kind: 'PACKAGE', identity: `${container.packageArn}${specification}`, pinned: true });
  }
  if (container.mode === 'MultiModel') parts.push({ slot, kind: 'BEHAVIOUR', identity: 'mode=MultiModel', pinned: true });
  if (container.parameters !== null) parts.push({ slot, kind: 'PARAMETERS', identity: `sha256:${container.parameters}`, pinned: true });
  return parts;
};

/**
 * What one serving unit runs. The one function for a live description, a definition and a model package, so that the same model
 * has the same digest wherever it is read: a package's name is a part only where its image is hidden.
 */
export const composeModel = (facts: ModelFacts): Composition => {
  const parts = facts.containers.flatMap(containerParts);
  if (facts.execution !== null) parts.push({ slot: 'execution', kind: 'BEHAVIOUR', identity: facts.execution, pinned: true });
  return composeParts(parts);
};

/** An inference component that lays an adapter over its base. */
export const composeAdapter = (base: Composition, adapter: ArtefactFacts): Composition =>
  composeParts([...base.parts, { slot: 'adapter', kind: 'ADAPTER', ...artefactIdentity(adapter.uri, adapter.etag) }]);

const unitSlot = (unit: Unit): string => {
  const name = unit.name.replace(/[%/:\s]/g, encodeURIComponent);
  return unit.role === 'SHADOW' ? `shadow:${name}` : name;
};

/** A deployment's composition: that of its units where they are all equal, else all of them with slots named after their unit. */
export const composeUnits = (units: readonly Unit[]): Composition => {
  const [first, ...others] = units;
  if (first && others.every(unit => unit.composition.digest === first.composition.digest)) return first.composition;
  return composeParts(units.flatMap(unit => unit.composition.parts.map(part => ({ ...part, slot: `${unitSlot(unit)}/${part.slot}` }))));
};

/** Above so many artefacts only the digest without any ETag is given: each artefact doubles the number of digests. */
const MAX_TAGGED = 4;

const isTagged = ({ kind, pinned }: Part): boolean => pinned && (kind === 'ARTEFACT' || kind === 'ADAPTER');
const untagged = (part: Part): Part => (isTagged(part) ? { ...part, identity: withoutEtag(part.identity), pinned: false } : part);

/**
 * The digests of this composition as it was seen while fewer of its ETags could be read. A digest that was given then does not say
 * which content it saw, and is of nothing else.
 */
export const lessPinnedDigests = ({ parts }: Composition): readonly string[] => {
  if (parts.filter(isTagged).length > MAX_TAGGED) return [composeParts(parts.map(untagged)).digest];
  const seen = parts.reduce<readonly (readonly Part[])[]>(
    (before, part) => before.flatMap(each => (isTagged(part) ? [part, untagged(part)] : [part]).map(one => [...each, one])),
    [[]],
  );
  return seen.slice(1).map(each => composeParts(each).digest);
};

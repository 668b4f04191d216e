import { artefactIdentity, composeParts, imageIdentity, lessPinnedDigests, withoutEtag } from './compose.ts';
import type { Composition, PackageFacts, Part, PartKind } from './composition.ts';
import { SCHEME } from './composition.ts';
import type { VersionIdentity } from './registration.ts';
import type { Unit } from './sighting.ts';

/** One place where what is live is not what was approved; null: that side has nothing there. */
export interface PartDifference {
  readonly slot: string;
  /** COMPOSITION: only the digest of the approved side is known. */
  readonly kind: PartKind | 'COMPOSITION';
  readonly approved: string | null;
  readonly live: string | null;
}

/** EQUAL_UNPINNED: the same by name, but content under that name can change, or one side does not say which content it saw. */
export type Comparison =
  | { readonly result: 'EQUAL' | 'EQUAL_UNPINNED' }
  | { readonly result: 'DIFFERENT'; readonly differences: readonly PartDifference[] }
  | Doubt;

/** Why two things can neither be called equal nor different. */
export interface Doubt {
  readonly result: 'CANNOT_TELL';
  readonly code: 'OTHER_SCHEME' | 'TAG_UNRESOLVED' | 'PACKAGE_UNREAD' | 'PARAMETERS_BESIDE_PACKAGE';
  readonly reason: string;
}

/** What an approval is compared with: a serving unit, or as much of one. */
export type LiveUnit = Pick<Unit, 'composition' | 'packageArns'>;

/** Whether what was approved is what runs. */
export const isCovering = ({ result }: Comparison): boolean => result === 'EQUAL' || result === 'EQUAL_UNPINNED';

export const doubt = (code: Doubt['code'], reason: string): Doubt => ({ result: 'CANNOT_TELL', code, reason });
const different = (...differences: PartDifference[]): Comparison => ({ result: 'DIFFERENT', differences });
const digests = (approved: string, live: string) => different({ slot: 'composition', kind: 'COMPOSITION', approved, live });
const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Part by part under the approval's own scheme: a digest of a scheme that we do not know says nothing about ours. */
export const compare = (approved: Composition, live: Composition): Comparison => {
  const foreign = [approved, live].find(({ digest }) => !digest.startsWith(`${SCHEME}:`));
  if (foreign) return otherScheme(foreign.digest);
  return compareParts(approved.parts, live.parts);
};

const otherScheme = (digest: string): Doubt => {
  const scheme = digest.slice(0, 40).split(':', 1)[0];
  return doubt('OTHER_SCHEME', `the digest is of scheme ${scheme}, this version reads ${SCHEME}`);
};

const compareParts = (approved: readonly Part[], live: readonly Part[]): Comparison => {
  const differences: PartDifference[] = [];
  let pinned = true;
  let unresolved: string | undefined;
  for (const [a, b] of aligned(approved, live)) {
    if (a && b && a.identity === b.identity) pinned &&= a.pinned && b.pinned;
    else if (a && b && !isComparable(a, b) && placeOf(a) === placeOf(b)) {
      pinned = false;
      // Which digest a tag stands for can be asked of what is live alone: a tag that it does not resolve may be any image of the repository.
      if (b.kind === 'IMAGE' && !b.pinned) unresolved ??= b.identity;
    } else differences.push({ ...slotAndKind(a ?? b), approved: a?.identity ?? null, live: b?.identity ?? null });
  }
  if (differences.length > 0) return different(...differences);
  if (unresolved !== undefined) return doubt('TAG_UNRESOLVED', `which image ${unresolved} stands for could not be read`);
  return { result: pinned ? 'EQUAL' : 'EQUAL_UNPINNED' };
};

/** Two contents can be told apart only where both are known, and by the same measure: the digest of a list of objects is no ETag. */
const isComparable = (a: Part, b: Part): boolean => a.pinned === b.pinned && isOfList(a) === isOfList(b);
const isOfList = ({ identity }: Part): boolean => identity.includes(' etag:sha256:');

const slotAndKind = (part: Part | undefined): Pick<PartDifference, 'slot' | 'kind'> => ({
  slot: part?.slot ?? '',
  kind: part?.kind ?? 'COMPOSITION',
});

const slotKey = ({ slot, kind }: Part): string => JSON.stringify([slot, kind]);

/** Pairs what stands at the same place on both sides, in a fixed order. */
const aligned = (approved: readonly Part[], live: readonly Part[]): readonly (readonly [Part | undefined, Part | undefined])[] => {
  const left = Map.groupBy(approved, slotKey);
  const right = Map.groupBy(live, slotKey);
  return [...new Set([...left.keys(), ...right.keys()])].toSorted().flatMap(place => {
    const [a = [], b = []] = [left.get(place), right.get(place)];
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => [a[index], b[index]] as const);
  });
};

/** A part's name without what pins it: the repository of an image, the URI of an artefact. */
const placeOf = ({ kind, identity }: Part): string => {
  if (kind === 'IMAGE') return identity.replace(/@sha256:.*$/, '').replace(/:[^:/]+$/, '');
  return kind === 'ARTEFACT' || kind === 'ADAPTER' ? withoutEtag(identity) : identity;
};

/** What is known of the things that identities name. */
export interface Known {
  readonly packages: readonly PackageFacts[];
  /** Compositions whose parts the registry states. */
  readonly compositions: readonly Composition[];
}

/** Whether an approval or a version of that identity is what runs in `live`. */
export const covers = (identity: VersionIdentity, live: LiveUnit, known: Known): Comparison => {
  if (identity.by === 'COMPOSITION') return coversDigest(identity.composition, live, known);
  if (identity.by === 'PACKAGE') return coversPackage(identity.packageArn, live, known.packages);
  return coversImageAndArtefact(identity, live);
};

/** A digest is strict, save that one given before an ETag could be read still holds. */
const coversDigest = (approved: string, { composition }: LiveUnit, { packages, compositions }: Known): Comparison => {
  if (!approved.startsWith(`${SCHEME}:`)) return otherScheme(approved);
  if (approved === composition.digest) return { result: composition.parts.every(part => part.pinned) ? 'EQUAL' : 'EQUAL_UNPINNED' };
  if (lessPinnedDigests(composition).includes(approved)) return { result: 'EQUAL_UNPINNED' };
  const stated = [...packages.flatMap(each => each.composition ?? []), ...compositions].find(({ digest }) => digest === approved);
  const told = stated && compare(stated, composition);
  // What a package or a manifest states explains why a digest is another one, and never makes it the same: others may write those.
  return told && !isCovering(told) ? told : digests(approved, composition.digest);
};

/** A package's name is never enough: its content is what was approved, whatever changed behind the name or was laid over it. */
const coversPackage = (arn: string, live: LiveUnit, packages: readonly PackageFacts[]): Comparison => {
  const facts = packages.find(each => sameText(each.arn, arn));
  const hidden = live.composition.parts.find(({ kind, identity }) => kind === 'PACKAGE' && sameText(identity.split('#', 1)[0] ?? '', arn));
  if (hidden) return besidePackage(hidden, arn, live) ?? (facts ? { result: 'EQUAL' } : packageUnread(arn));
  if (!facts?.composition) return packageUnread(arn);
  const comparison = compare(facts.composition, live.composition);
  const named = live.packageArns.some(each => sameText(each, arn));
  return named || comparison.result === 'EQUAL' || comparison.result === 'DIFFERENT' ? comparison : notFrom(arn, live);
};

const packageUnread = (arn: string): Doubt => doubt('PACKAGE_UNREAD', `what package ${arn} holds was not read`);

/** What a unit runs besides the package that hides its image, or instead of the specification that was approved; null: nothing. */
const besidePackage = (hidden: Part, arn: string, { composition }: LiveUnit): Comparison | null => {
  const others = composition.parts.filter(part => part !== hidden);
  const added = others
    .filter(({ kind }) => kind !== 'PARAMETERS')
    .map(part => ({ ...slotAndKind(part), approved: null, live: part.identity }));
  const other = sameText(hidden.identity, arn) ? [] : [{ ...slotAndKind(hidden), approved: arn, live: hidden.identity }];
  if (added.length + other.length > 0) return different(...other, ...added);
  return others.length > 0 ? doubt('PARAMETERS_BESIDE_PACKAGE', 'whether its parameters are those of the package cannot be read') : null;
};

const notFrom = (arn: string, live: LiveUnit): Comparison =>
  different({ slot: 'package', kind: 'PACKAGE', approved: arn, live: live.packageArns.toSorted().join(', ') || null });

/** Image and artefact say nothing of parameters and modes, so those are taken as they are; anything else must be approved. */
const coversImageAndArtefact = (
  { image, artefact }: Extract<VersionIdentity, { by: 'IMAGE_AND_ARTEFACT' }>,
  { composition }: LiveUnit,
): Comparison => {
  const slot = composition.parts.find(({ kind }) => kind === 'IMAGE')?.slot ?? 'container.1';
  const [uri = artefact, etag = null] = artefact.split(' etag:', 2);
  const unsaid = composition.parts.filter(({ kind }) => kind === 'PARAMETERS' || kind === 'BEHAVIOUR');
  const approved: Part[] = [
    { slot, kind: 'IMAGE', ...imageIdentity(image) },
    { slot: `${slot}/model`, kind: 'ARTEFACT', ...artefactIdentity(uri, etag) },
  ];
  return compare(composeParts([...approved, ...unsaid]), composition);
};

import type { Composition } from './composition.ts';
import { digestOf } from './digest.ts';
import { artefactIdentity, imageIdentity, lessPinnedDigests, withoutEtag } from './compose.ts';
import { claimsOnUse, keyOfClaim } from './model-use.ts';
import type { Registration, VersionIdentity } from './registration.ts';
import { scopeOfArn } from './scope.ts';
import type { Settings } from './settings.ts';
import type { Sighting } from './sighting.ts';
import { tagOf } from './tags.ts';

/** How many words a name may lose at its end (`-prod-v2-0007`) before its stem. */
const SUFFIX = /[-_.](?:v?\d+|prod|production|stag(?:e|ing)|test(?:ing)?|dev(?:elopment)?|qa|uat|canary)$/;

/** A name without its environment and version suffixes: `embed-v2-prod` → `embed`. Only ever a hint. */
export const nameStem = (name: string): string => {
  let stem = name.toLowerCase();
  while (SUFFIX.test(stem)) stem = stem.replace(SUFFIX, '');
  return stem;
};

/** `model-package/fraud/4` → `model-package-group/fraud`; null for a package outside any group. */
export const groupOfPackage = (arn: string): string | null => {
  const match = /^(arn:[^:]*:sagemaker:[^:]*:[^:]*:)model-package\/([^/]+)\/\d+$/i.exec(arn);
  return match ? `${match[1]}model-package-group/${match[2]}` : null;
};

// SageMaker names are unique without regard to case.
const arnKey = (kind: 'dep' | 'pkg' | 'group', arn: string): string => `${kind}:${arn.toLowerCase()}`;
const packageKeys = (arn: string): string[] => {
  const group = groupOfPackage(arn);
  return [arnKey('pkg', arn), ...(group === null ? [] : [arnKey('group', group)])];
};
const partsKey = (image: string, artefact: string): string => `parts:${digestOf([image, artefact])}`;

/** Image and main artefact of each container, the artefact by its URI alone: enough to find a registration, never to approve. */
const partsKeys = ({ parts }: Composition): string[] => {
  const artefacts = new Map(parts.flatMap(({ slot, kind, identity }) => (kind === 'ARTEFACT' ? [[slot, identity]] : [])));
  return parts.flatMap(({ slot, kind, identity }) => {
    const artefact = artefacts.get(`${slot}/model`);
    return kind === 'IMAGE' && artefact !== undefined ? [partsKey(identity, withoutEtag(artefact))] : [];
  });
};

/** What a deployment says of whose it is, strongest level first. Keys of the levels are told apart by their prefix. */
export const sightingKeys = (sighting: Sighting, settings: Settings): readonly string[] => {
  const { tags, detail } = sighting;
  const units = detail.state === 'KNOWN' ? detail.units : [];
  const compositions = detail.state === 'KNOWN' ? [detail.composition, ...units.map(unit => unit.composition)] : [];
  const digests = [...compositions.map(({ digest }) => digest), ...compositions.flatMap(lessPinnedDigests)];
  return [
    ...new Set([
      ...claimsOf(sighting, settings).map(name => `claim:${name}`),
      arnKey('dep', sighting.arn),
      ...(sighting.kind === 'MODEL_USE' ? claimsOnUse(scopeOfArn(sighting.arn)?.account ?? '', sighting.name) : []),
      ...units.flatMap(unit => unit.packageArns.flatMap(packageKeys)),
      ...digests.map(digest => `digest:${digest}`),
      ...units.flatMap(unit => partsKeys(unit.composition)),
      ...Object.entries(tags ?? {}).map(([key, value]) => `tag:${key}=${value}`),
      `name:${nameStem(sighting.name)}`,
    ]),
  ];
};

/** Names that the claim tags of a deployment give, in the order of the configuration. */
export const claimsOf = ({ tags }: Sighting, settings: Settings): readonly string[] =>
  settings.claimTags.map(key => (tagOf(tags, key) ?? '').trim().toLowerCase()).filter(name => name !== '');

const identityKeys = (identity: VersionIdentity | null): string[] => {
  if (identity === null) return [];
  if (identity.by === 'COMPOSITION') return [`digest:${identity.composition}`];
  if (identity.by === 'PACKAGE') return packageKeys(identity.packageArn);
  return [partsKey(imageIdentity(identity.image).identity, artefactIdentity(withoutEtag(identity.artefact), null).identity)];
};

/** What a registration answers to. */
export const registrationKeys = ({ name, match, versions, deployments, decisions }: Registration): readonly string[] => [
  ...new Set([
    `claim:${name}`,
    ...deployments.map(({ arn }) => arnKey('dep', arn)),
    ...match.uses.map(keyOfClaim),
    ...(match.packageGroup === null ? [] : [arnKey('group', match.packageGroup)]),
    ...versions.flatMap(({ identity }) => identityKeys(identity)),
    ...decisions.flatMap(decision => (decision.type === 'APPROVAL' ? identityKeys(decision.identity) : [])),
    ...Object.entries(match.tags).map(([key, value]) => `tag:${key}=${value}`),
    `name:${nameStem(name)}`,
  ]),
];

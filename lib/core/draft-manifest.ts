import * as z from 'zod';
import { USE_CLAIM } from './model-use.ts';
import { firstInvisible } from './plain-text.ts';
import type { JudgedSighting } from './plan.ts';
import { scopeOfArn } from './scope.ts';
import type { Detail } from './sighting.ts';
import { tagOf } from './tags.ts';

/** Which deployments belong to one model: those of a package group, those that share a tag's value, those named alike. */
export type Grouping = { readonly by: 'PACKAGE_GROUP' | 'MODEL_NAME' } | { readonly by: 'TAG'; readonly key: string };

/** The `--group-by` word: `package-group`, `model-name` or `tag:KEY`; undefined for any other. */
export const parseGrouping = (word: string): Grouping | undefined => {
  if (word === 'package-group') return { by: 'PACKAGE_GROUP' };
  if (word === 'model-name') return { by: 'MODEL_NAME' };
  return /^tag:./.test(word) ? { by: 'TAG', key: word.slice('tag:'.length) } : undefined;
};

/** Why a draft's grouping or versions are a guess that a person has to look at. */
export type DraftDoubt = 'GROUPED_BY_NAME' | 'TAGS_UNREAD' | 'VERSION_UNKNOWN';

/** What only a person knows; `apply` refuses a manifest that still says it. */
export const TODO = 'TODO';

/** A manifest to be finished by a person. `manifest` has the manifest's own keys, in order; `comments` are by top key. */
export interface Draft {
  readonly name: string;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly comments: Readonly<Record<string, string>>;
  readonly deployments: number;
  readonly doubts: readonly DraftDoubt[];
}

export interface DraftAsk {
  readonly sightings: readonly JudgedSighting[];
  readonly grouping: Grouping;
  /** Names of models that exist already. */
  readonly taken: readonly string[];
  readonly ownerTags: readonly string[];
}

/** Drafts for everything that is live, serves a model of its own and is not registered; in order of name, each name new. */
export const draftManifests = ({ sightings, grouping, taken, ownerTags }: DraftAsk): readonly Draft[] => {
  const groups = new Map<string, Group>();
  for (const judged of sightings.filter(isUnregistered).toSorted((a, b) => (a.sighting.arn < b.sighting.arn ? -1 : 1))) {
    const { id, title, ...rest } = groupOf(judged, grouping);
    const group = groups.get(id) ?? { ...rest, title: plainName(title), members: [] };
    groups.set(id, { ...group, members: [...group.members, judged] });
  }
  const names = new Set(taken);
  return [...groups.values()]
    .toSorted((a, b) => (a.title < b.title ? -1 : 1))
    .map(group => draftOf(group, freeName(group.title, names), ownerTags));
};

interface Group {
  readonly title: string;
  readonly match: Readonly<Record<string, unknown>> | undefined;
  readonly doubt: DraftDoubt | undefined;
  readonly members: readonly JudgedSighting[];
}

const isUnregistered = ({ model, sighting: { presence, hosts } }: JudgedSighting): boolean =>
  model === null && hosts === 'MODELS' && (presence === 'SERVING' || presence === 'STARTING');

/** What a manifest claims a use by; undefined for what is no use, and for one in a form that is declared by its key instead. */
const claimOf = ({ sighting: { arn, kind, name } }: JudgedSighting): string | undefined => {
  const claim = `${scopeOfArn(arn)?.account}/${name}`;
  return kind === 'MODEL_USE' && USE_CLAIM.test(claim) ? claim : undefined;
};

const groupOf = (judged: JudgedSighting, grouping: Grouping): Omit<Group, 'members'> & { readonly id: string } => {
  const { sighting } = judged;
  // Of a use the name is the model itself, and it bears no tags.
  if (claimOf(judged) !== undefined) return { id: `use:${sighting.name}`, title: sighting.name, match: undefined, doubt: undefined };
  const group = grouping.by === 'PACKAGE_GROUP' ? packageGroupOf(sighting.detail) : undefined;
  if (group !== undefined) return { id: group, title: group.split('/').at(-1) ?? group, match: { packageGroup: group }, doubt: undefined };
  const value = grouping.by === 'TAG' ? tagOf(sighting.tags, grouping.key) : undefined;
  if (grouping.by === 'TAG' && value !== undefined && value !== '' && firstInvisible(value) === undefined)
    return { id: `tag:${value}`, title: value, match: { tags: { [grouping.key]: value } }, doubt: undefined };
  const title = modelNameOf(sighting.name);
  if (grouping.by === 'TAG' && sighting.tags === null) return { id: `name:${title}`, title, match: undefined, doubt: 'TAGS_UNREAD' };
  return { id: `name:${title}`, title, match: undefined, doubt: grouping.by === 'MODEL_NAME' ? undefined : 'GROUPED_BY_NAME' };
};

const packagesOf = (detail: Detail): readonly string[] =>
  detail.state === 'KNOWN' ? [...new Set(detail.units.flatMap(({ packageArns }) => packageArns))] : [];

/** `…:model-package/fraud/3` is a version of `…:model-package-group/fraud`; undefined unless all packages are of one group. */
const packageGroupOf = (detail: Detail): string | undefined => {
  const groups = new Set(
    packagesOf(detail)
      .map(arn => /^(.+):model-package\/([^/]+)\/\d+$/.exec(arn))
      .map(found => (found ? `${found[1]}:model-package-group/${found[2]}` : undefined)),
  );
  const [group] = groups;
  return groups.size === 1 ? group : undefined;
};

const SUFFIX = /[-_.]+(prod|production|staging|stage|preprod|uat|qa|test|dev|development|endpoint|ep|v?\d[\dtz]*)$/;

/** A deployment's name without what usually tells one deployment of a model from another: environment, version, date. */
const modelNameOf = (name: string): string => {
  const shorter = name.toLowerCase().replace(SUFFIX, '');
  return shorter === name.toLowerCase() ? shorter : modelNameOf(shorter);
};

/** Any text as a manifest name: `[a-z0-9-]`, never empty. */
const plainName = (title: string): string => {
  const words = title
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
  return words.join('-').slice(0, 100).replace(/-$/, '') || 'model';
};

/** The name, numbered where it is taken already. */
const freeName = (plain: string, names: Set<string>): string => {
  let name = plain;
  for (let number = 2; names.has(name); number += 1) name = `${plain}-${number}`;
  names.add(name);
  return name;
};

const BLANK = {
  apiVersion: 'rollcall/v1',
  kind: 'Model',
  name: TODO,
  purpose: TODO,
  riskTier: TODO,
  businessOwner: TODO,
  technicalOwner: TODO,
};

const draftOf = ({ match, doubt, members }: Group, name: string, ownerTags: readonly string[]): Draft => {
  const versions = versionsOf(members);
  const unknown = members.some(({ sighting }) => sighting.detail.state === 'UNKNOWN');
  const owner = ownerOf(members, ownerTags);
  const uses = [...new Set(members.flatMap(judged => claimOf(judged) ?? []))];
  const live = [...versions].map(([composition, version]) => ({ version, composition }));
  const manifest = {
    ...BLANK,
    name,
    technicalOwner: owner ?? TODO,
    ...(match === undefined ? {} : { match }),
    ...(uses.length === 0 ? {} : { match: { uses } }),
    dataSources: TODO,
    downstreamSystems: TODO,
    ...(live.length === 0 ? {} : { versions: live }),
    ...(uses.length > 0 ? {} : { deployments: members.map(judged => deploymentOf(judged, versions)) }),
  };
  const doubts = [...(doubt === undefined ? [] : [doubt]), ...(unknown ? ['VERSION_UNKNOWN' as const] : [])];
  return { name, manifest, comments: commentsOf(owner !== undefined, doubts), deployments: members.length, doubts };
};

/** Composition digest → version name: the package's own number where there is one, else `live-1`, `live-2` … */
const versionsOf = (members: readonly JudgedSighting[]): ReadonlyMap<string, string> => {
  const versions = new Map<string, string>();
  for (const {
    sighting: { detail },
  } of members) {
    if (detail.state === 'UNKNOWN' || versions.has(detail.composition.digest)) continue;
    const [arn, another] = packagesOf(detail);
    const number = another === undefined ? arn?.split('/').at(-1) : undefined;
    const isFree = number !== undefined && ![...versions.values()].includes(number);
    versions.set(detail.composition.digest, isFree ? number : `live-${versions.size + 1}`);
  }
  return versions;
};

const deploymentOf = ({ sighting: { arn, detail }, environment }: JudgedSighting, versions: ReadonlyMap<string, string>) => ({
  arn,
  ...(environment === 'unknown' ? {} : { environment }),
  ...(detail.state === 'KNOWN' ? { version: versions.get(detail.composition.digest) } : {}),
});

/** The one owner that the tags of all members agree on, if it is a name or an address that a manifest takes. */
const ownerOf = (members: readonly JudgedSighting[], ownerTags: readonly string[]): string | undefined => {
  const owners = new Set(members.map(({ sighting }) => ownerTags.map(tag => tagOf(sighting.tags, tag)).find(value => value !== undefined)));
  const [owner] = owners;
  const isPerson = owner !== undefined && (/^[\w.-]{1,64}$/.test(owner) || (owner.length <= 254 && z.email().safeParse(owner).success));
  return owners.size === 1 && isPerson ? owner : undefined;
};

const DOUBTS: Readonly<Record<DraftDoubt, string>> = {
  GROUPED_BY_NAME: 'grouped by name, as what was asked for is not there',
  TAGS_UNREAD: 'grouped by name, as the tags could not be read',
  VERSION_UNKNOWN: 'of some deployments the version could not be read',
};

const commentsOf = (ownerFromTag: boolean, doubts: readonly DraftDoubt[]) => ({
  ...(doubts.length === 0 ? {} : { name: `check: ${doubts.map(doubt => DOUBTS[doubt]).join('; ')}` }),
  purpose: 'what it decides, and for whom',
  riskTier: 'EXPERIMENT, LOW, MEDIUM or HIGH',
  businessOwner: 'who answers for its use',
  technicalOwner: ownerFromTag ? 'from a tag: check' : 'who answers for its running',
  dataSources: 'such as [{ uri: "s3://payments/2026", classification: confidential }], or []',
  downstreamSystems: 'such as [card-authoriser], or []',
});

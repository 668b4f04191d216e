import { composeParts } from '../../core/compose.ts';
import type { Part } from '../../core/composition.ts';
import type { DeploymentKind } from '../../core/kinds.ts';
import type { Detail, KindListing, Sighting } from '../../core/sighting.ts';
import { type TagReader, tagsAsListed } from './as-listed.ts';
import { READ_ONCE } from './call-count.ts';
import { type Answer, everyRead, type Failure, failureOf, ifRead } from './classify-error.ts';
import { detailOf, type GuardedUnit, unknown, unknownBecause, type UnknownDetail } from './detail.ts';
import type { KindReader, KindSession } from './kind-source.ts';
import { type Listed, type ListedKind, notChecked } from './list-kind.ts';
import { once } from './once.ts';
import { sideBySide } from './side-by-side.ts';
import { asVersion, type ReadVersion, type Reference, rememberVersion, versionKey } from './version.ts';

/** A version that a deployment lets others call, and what is laid over it there. */
export interface Route {
  /** Empty: it has no versions, and is what it is now. */
  readonly version: string;
  readonly parts: readonly Part[];
}

/** A deployment that only stands for versions of something: an alias of an agent, an endpoint of a runtime. */
export interface Versioned extends Listed {
  readonly pending: string | null;
  /** What it has versions of, as requests name it. */
  readonly parent: string;
  readonly routes: readonly Route[];
}

type VersionReader = (parent: string, version: string) => Promise<Answer<ReadVersion>>;

export interface VersionedKind<Clients, T extends Versioned> {
  readonly kind: DeploymentKind;
  readonly list: (session: KindSession<Clients>) => Promise<ListedKind<T>>;
  /** What reads a version. */
  readonly action: string;
  readonly versions: (session: KindSession<Clients>) => VersionReader;
  /** Reads what versions refer to, in every listing. Absent: they refer to nothing. */
  readonly references?: (session: KindSession<Clients>, listed: readonly T[]) => (reference: Reference) => Promise<Answer<readonly Part[]>>;
  readonly tags: TagReader<KindSession<Clients>>;
  readonly describe: KindReader<Clients>['describe'];
}

export const createVersionedReader = <Clients, T extends Versioned>(from: VersionedKind<Clients, T>): KindReader<Clients> => ({
  kind: from.kind,
  list: session => readKind(session, from),
  describe: from.describe,
});

const readKind = async <Clients, T extends Versioned>(
  session: KindSession<Clients>,
  from: VersionedKind<Clients, T>,
): Promise<KindListing> => {
  const { kind } = from;
  const { listed, quarantined, failure } = await from.list(session);
  if (failure) return notChecked(kind, failure);
  const read = readOnce(wholeVersions(session, from, listed), () => session.spare(from.action, READ_ONCE));
  const sightings = await sideBySide(listed, async ({ parent, routes, ...item }): Promise<Sighting> => {
    const [tags, units] = await Promise.all([
      tagsAsListed(session, item, from.tags),
      Promise.all(routes.map(route => unitOf(route, item.name, () => read(parent, route.version)))),
    ]);
    const isGone = async () => hasVanished(await from.describe(session, item.arn));
    return { ...item, hosts: 'MODELS', tags, detail: await asDetail(units, isGone) };
  });
  // A listing is done by its deadline or not at all: details that were given up on are not details that are unknown.
  if (session.ranOut()) return notChecked(kind, failureOf('DEADLINE', from.action));
  return { kind, status: 'COMPLETE', quarantined, sightings };
};

/** Versions with what they refer to: a version never changes, what it refers to does. */
const wholeVersions = <Clients, T extends Versioned>(
  session: KindSession<Clients>,
  { kind, action, versions, references }: VersionedKind<Clients, T>,
  listed: readonly T[],
): VersionReader => {
  const read = versions(session);
  const refer = references?.(session, listed) ?? (async () => ({ ok: true, value: [] }) as const);
  return async (parent, version) => {
    const own = await rememberVersion(session, { key: versionKey(kind, parent, version), version, action }, () => read(parent, version));
    if (!own.ok) return own;
    const { parts, refers = [] } = own.value;
    const others = everyRead(await Promise.all(refers.map(refer)));
    return ifRead(others, referred => ({ ...own.value, parts: asVersion([...parts, ...referred.flat()], version) }));
  };
};

/** The one place where versions are read: they never change, so one answer serves whoever routes to it. */
const readOnce = (read: VersionReader, hit: () => void): VersionReader => {
  const known = new Map<string, Promise<Answer<ReadVersion>>>();
  return (parent, version) => once(known, () => read(parent, version), hit)(JSON.stringify([parent, version]));
};

const unitOf = async (
  { version, parts }: Route,
  whole: string,
  read: () => Promise<Answer<ReadVersion>>,
): Promise<GuardedUnit | Failure> => {
  const answer = await read();
  if (!answer.ok) return answer.failure;
  const composition = composeParts([...answer.value.parts, ...parts]);
  const name = version === '' ? whole : `version-${version}`;
  return { posture: answer.value.posture, unit: { name, role: 'PRODUCTION', composition, packageArns: [] } };
};

/** A version that is not found is lost, unless what routes to it went with it while we read. */
const asDetail = async (units: readonly (GuardedUnit | Failure)[], isGone: () => Promise<boolean>): Promise<Detail> => {
  if (units.length === 0) return unknown('FAILED', 'it names no version');
  const obstacle = units.find(unit => 'failure' in unit);
  const vanished = obstacle?.failure === 'VANISHED' && (await isGone()) ? 'VANISHED' : 'LINEAGE_LOST';
  return detailOf(
    units.map((unit): GuardedUnit | UnknownDetail => ('failure' in unit ? unknownBecause(unit, vanished) : unit)),
    [],
  );
};

const hasVanished = (answer: Answer<unknown>): boolean => !answer.ok && answer.failure.failure === 'VANISHED';

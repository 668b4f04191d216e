import * as z from 'zod';
import type { DeploymentKind } from '../../core/kinds.ts';
import type { KindListing, QuarantinedItem, Sighting } from '../../core/sighting.ts';
import { elapsed } from '../../core/time.ts';
import { type Failure, ofList } from './classify-error.ts';
import { type Pages, readPages } from './read-pages.ts';
import { type Session, whereBroken } from './session.ts';
import { sideBySide } from './side-by-side.ts';

/** What a listing alone says of a deployment. */
export type Listed = Pick<Sighting, 'arn' | 'kind' | 'scope' | 'name' | 'status' | 'presence' | 'createdAt' | 'lastModified'>;

type Keyed = Pick<Listed, 'arn' | 'lastModified'>;

interface KindQuestion<T extends Keyed> extends Omit<Pages, 'take'> {
  /** Reads one item of the list; what it refuses is set aside. */
  readonly item: z.ZodType<T>;
}

export interface ListedKind<T extends Keyed> {
  readonly listed: readonly T[];
  readonly quarantined: readonly QuarantinedItem[];
  readonly failure: Failure | null;
}

/** Every deployment of a kind, each ARN once. Unreadable items are set aside; a failure makes the whole worthless as proof. */
export const listKind = async <T extends Keyed>(session: Session, { item: schema, ...pages }: KindQuestion<T>): Promise<ListedKind<T>> => {
  const newest = new Map<string, T>();
  const quarantined: QuarantinedItem[] = [];
  const take = (items: readonly unknown[]): undefined => {
    for (const item of items) {
      const parsed = schema.safeParse(item);
      if (!parsed.success) quarantined.push({ text: nameOf(item), reason: `malformed item: ${whereBroken(parsed.error)}` });
      else if (isNewer(parsed.data, newest.get(parsed.data.arn))) newest.set(parsed.data.arn, parsed.data);
    }
  };
  const failure = await readPages(session, { ...pages, take });
  return { listed: [...newest.values()], quarantined, failure };
};

/**
 * What lies below each of some parents: the aliases of every agent. A parent that is gone by the time it is asked has nothing below it;
 * any other that does not answer makes the whole worthless as proof.
 */
export const listBelow = async <P extends Keyed, T extends Keyed>(
  parents: ListedKind<P>,
  list: (parent: P) => Promise<ListedKind<T>>,
): Promise<ListedKind<T>> => {
  if (parents.failure) return { listed: [], quarantined: [], failure: parents.failure };
  const below = await sideBySide(parents.listed, list);
  return {
    listed: below.flatMap(({ listed }) => listed),
    quarantined: [...parents.quarantined, ...below.flatMap(({ quarantined }) => quarantined)],
    failure: below.flatMap(({ failure }) => (failure && failure.failure !== 'VANISHED' ? [failure] : []))[0] ?? null,
  };
};

const isNewer = (item: Keyed, known: Keyed | undefined): boolean =>
  !known?.lastModified || (item.lastModified !== null && elapsed(known.lastModified, item.lastModified) > 0);

/** What an unreadable item calls itself: its ARN, else its name. */
const nameOf = (item: unknown): string => {
  const fields = Object.entries(z.record(z.string(), z.unknown()).catch({}).parse(item));
  const named = (ending: RegExp) =>
    fields.flatMap(([key, value]) => (ending.test(key) && typeof value === 'string' && value ? [value] : []));
  return ([...named(/Arn$/i), ...named(/Name$/i)][0] ?? '(no name)').slice(0, 256);
};

/** A kind that cannot be told about. */
export const notChecked = (kind: DeploymentKind, failure: Failure): KindListing => ({ kind, status: 'NOT_CHECKED', ...ofList(failure) });

import type { StoredFinding } from '../../../lib/core/finding.ts';
import type { InventoryItem, RunRecord, ScopeStatus } from '../../../lib/core/inventory.ts';
import type { Message, OutgoingMessage } from '../../../lib/core/notice.ts';
import type { ScopeId } from '../../../lib/core/scope.ts';
import type { Instant } from '../../../lib/core/time.ts';
import { hear, type Heard } from '../laws.ts';
import { keyOf } from '../reference.ts';
import { accountOf, type Said, SCOPES } from './estate.ts';
import type { Live } from './live.ts';
import type { Happened } from './play.ts';

/** Everything that is stored, read past any planted bug. */
export interface Snapshot {
  readonly findings: ReadonlyMap<string, StoredFinding>;
  readonly items: ReadonlyMap<string, InventoryItem>;
  readonly statuses: ReadonlyMap<ScopeId, ScopeStatus>;
  readonly outgoing: readonly OutgoingMessage[];
  /** Of the slot that something happened in. */
  readonly run: RunRecord | undefined;
}
export const snapshot = async ({ stored: { findings, inventory } }: Live, slot: Instant | undefined): Promise<Snapshot> => {
  const items = await Promise.all(SCOPES.map(inventory.items));
  return {
    findings: new Map((await findings.withIdPrefix('F-')).map(each => [keyOf(each.record), each])),
    items: new Map(items.flat().map(item => [item.arn, item])),
    statuses: new Map((await inventory.statuses()).statuses.map(status => [status.scope, status])),
    outgoing: await inventory.outgoing(),
    run: slot === undefined ? undefined : await inventory.run(slot),
  };
};

/** What the laws remember of what the cloud said, for themselves. */
export interface Memory extends Pick<Heard['memory'], 'heard'> {
  /** By ARN: the slots of complete listings without it, since it was last seen. */
  readonly missing: Map<string, Set<Instant>>;
  /** By scope and kind: the slot of the last complete listing, and of the last one whose reconcile came to its end. */
  readonly complete: Map<string, Instant>;
  readonly kept: Map<string, Instant>;
  /** By scope: the slots of whole listings in a row in which nothing was; and when the last one was, if it was whole. */
  readonly empty: Map<ScopeId, { readonly slots: readonly Instant[]; readonly last: Instant | null }>;
  /** By account, or account and region: the slots of complete lists in a row that lack it or call it closed. */
  readonly away: Map<string, readonly Instant[]>;
  /** The same places by the slot in which they had left. */
  readonly left: Set<string>;
  /** The run that was closed last. */
  closed: RunRecord | undefined;
}
export const newMemory = (): Memory => ({
  missing: new Map(),
  complete: new Map(),
  kept: new Map(),
  empty: new Map(),
  away: new Map(),
  left: new Set(),
  heard: new Map(),
  closed: undefined,
});

export interface View {
  readonly live: Live;
  readonly happened: Happened;
  readonly said: Said;
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly accepted: readonly Message[];
  readonly memory: Memory;
}

export const kindKey = (scope: ScopeId, kind: string): string => `${scope} ${kind}`;
export const pairs = ({ before, after }: View): readonly (readonly [StoredFinding | undefined, StoredFinding])[] =>
  [...after.findings].map(([key, finding]) => [before.findings.get(key), finding] as const);

/** Roll calls, whole or in part. */
export const isRollCall = ({ happened: { kind } }: View): boolean => kind !== 'RECHECK' && kind !== 'END';

/** Complete, with nothing in it that could not be read. */
export const proves = ({ kind }: Said['kinds'][number]) => kind.status === 'COMPLETE' && kind.quarantined.length === 0;

/** What the cloud said in what happened, before the laws are asked. */
export const remember = (view: View): void => {
  if (!isRollCall(view)) return;
  for (const each of view.said.kinds) rememberKind(view, each);
  for (const [scope, kinds] of Map.groupBy(view.said.kinds, each => each.scope)) rememberEmpty(view, scope, kinds);
  for (const members of view.said.members) rememberMembers(view, members);
  for (const [account, regions] of view.said.regions) rememberRegions(view, account, regions);
};

const rememberKind = ({ memory, happened, before }: View, each: Said['kinds'][number]): void => {
  const { scope, kind } = each;
  const key = kindKey(scope, kind.kind);
  const isOver = happened.finished.has(scope);
  const listed = new Set(kind.status === 'COMPLETE' ? kind.sightings.map(({ arn }) => arn) : []);
  // What an unfinished run saw may not have ended an absence, and may have counted one.
  for (const arn of isOver ? listed : []) memory.missing.delete(arn);
  if (!proves(each)) return;
  for (const item of before.items.values())
    if (item.scope === scope && item.kind === kind.kind && !listed.has(item.arn))
      memory.missing.set(item.arn, new Set([...(memory.missing.get(item.arn) ?? []), happened.slot]));
  const later = (map: Map<string, Instant>) => map.set(key, [map.get(key) ?? '', happened.slot].toSorted().at(-1)!);
  later(memory.complete);
  if (isOver) later(memory.kept);
};

/** What an unfinished run saw may not have ended a rest, and may have begun one. */
const rememberEmpty = ({ memory, happened, live }: View, scope: ScopeId, kinds: Said['kinds']): void => {
  const isBare = kinds.every(({ kind }) => kind.status === 'COMPLETE' && kind.sightings.length === 0);
  const before = memory.empty.get(scope)?.slots ?? [];
  if (!isBare && !happened.finished.has(scope)) return;
  const isWhole = kinds.every(proves);
  const slots = isWhole && isBare ? [...new Set([...before, happened.slot])] : isWhole ? [] : before;
  memory.empty.set(scope, { slots, last: isWhole ? live.now : null });
};

const inARow = ({ memory, happened }: View, place: string, isAway: boolean): void => {
  const slots = isAway ? [...new Set([...(memory.away.get(place) ?? []), happened.slot])] : [];
  memory.away.set(place, slots);
  if (slots.length >= 2) memory.left.add(`${happened.slot} ${place}`);
};
const rememberMembers = (view: View, members: Said['members'][number]): void => {
  for (const account of new Set(SCOPES.map(accountOf)))
    inARow(view, account, members !== undefined && ['CLOSED', undefined].includes(members.get(account)));
};
const rememberRegions = (view: View, account: string, regions: readonly string[] | undefined): void => {
  for (const scope of SCOPES.filter(each => accountOf(each) === account)) {
    const region = scope.split('/')[2]!;
    inARow(view, `${account}/${region}`, regions !== undefined && !regions.includes(region));
  }
};

/** What was told, and which run was closed, after the laws were asked. */
export const rememberAfter = ({ memory, happened, accepted, after }: View): void => {
  hear({ memory, happened, accepted });
  if (happened.reached === 'CLOSED' || happened.reached === 'TOLD') memory.closed = after.run;
};

/** Whether the run itself heard the second complete list in a row that lacks its account or its region. */
export const hasLeft = ({ memory, happened }: View, scope: ScopeId): boolean => {
  const [, account = '', region = ''] = scope.split('/');
  return [account, `${account}/${region}`].some(place => memory.left.has(`${happened.slot} ${place}`));
};

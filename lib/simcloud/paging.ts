import { type Call, invalid, type Operation, type Orders, type Position, pick, sha256, text, without } from './call.ts';
import { refusal } from './refusals.ts';
import { arnOf, type Doc, type Kind, RESOURCES } from './world.ts';

/** What a request lists of the world alone: looked for once, while that stays as it is. */
interface Look {
  readonly revision: string;
  readonly look: () => readonly Doc[];
}

interface Listing {
  readonly items: readonly Doc[] | Look;
  /** What orders the items, unique to each: see `sortKey`. */
  readonly keyOf: (item: Doc) => string;
  readonly descending: boolean;
  /** Items without MaxResults, and the range of MaxResults. */
  readonly size: number;
  readonly range: readonly [least: number, most: number];
}

/** One page and the token of the next. A token is opaque, outlives its item, and works only for the request that it came from. */
export const page = (call: Call, listing: Listing): { items: Doc[]; NextToken: string | undefined } => {
  const asked = text(call.body.NextToken ?? call.body.nextToken);
  const start = positionOf(call, asked);
  const order = (a: string, b: string) => (a === b ? 0 : a < b !== listing.descending ? -1 : 1);
  const all = inOrder(call.orders, start.request, { ...listing, order });
  const from = start.after === null ? 0 : placeAfter(all, start.after, order);
  const shown = all.slice(from, from + Math.min(sizeOf(call, listing), call.pageSize ?? Number.POSITIVE_INFINITY));
  const last = all.length > from + shown.length ? shown.at(-1)?.key : undefined;
  const items = shown.map(({ item }) => item);
  const next = last && issue(call, { ...start, after: last });
  const again = (after: Position['after']) => issue(call, { ...start, after, round: start.round + 1 });
  const fault = call.fault?.kind;
  if (fault === 'empty-page') return { items: [], NextToken: again(start.after) };
  if (fault === 'repeated-token') return { items, NextToken: asked || next || again(null) };
  if (fault === 'endless-pages') return { items, NextToken: next ?? again(null) };
  if (fault === 'duplicate-item') return { items: [...items, ...items.slice(0, 1)], NextToken: next };
  return { items, NextToken: next };
};

type Compare = (a: string, b: string) => number;

/** Looking and sorting are most of the work in a large estate, so they are done once per listing while its items stay the same objects. */
const inOrder = (known: Orders, request: string, { items, keyOf, order }: Listing & { order: Compare }) => {
  const before = known.get(request);
  const revision = 'look' in items ? items.revision : null;
  if (before && revision !== null && before.revision === revision) return before.sorted;
  const found = 'look' in items ? items.look() : items;
  const isSame = before?.items.length === found.length && found.every((item, at) => item === before.items[at]);
  const sorted = isSame ? before.sorted : found.map(item => ({ item, key: keyOf(item) })).toSorted((a, b) => order(a.key, b.key));
  known.set(request, { revision, items: found, sorted });
  return sorted;
};

/** Where in order the first stands that comes after a key, which may be gone. */
const placeAfter = (sorted: readonly { readonly key: string }[], after: string, order: Compare): number => {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (order(sorted[middle]?.key ?? '', after) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
};

/** Text that sorts as the value does, numbers included, made unique by what follows it. */
export const sortKey = (value: unknown, unique: unknown): string =>
  `${typeof value === 'number' ? value.toFixed(3).padStart(20, '0') : text(value)} ${text(unique)}`;

const issue = (call: Call, position: Position): string => {
  const token = sha256(JSON.stringify(position));
  call.tokens.set(token, position);
  return token;
};

const positionOf = (call: Call, token: string): Position => {
  const asked = without(call.body, 'NextToken', 'MaxResults', 'nextToken', 'maxResults');
  const sorted = Object.fromEntries(Object.entries(asked).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const request = JSON.stringify([call.operation, call.account, call.region, sorted]);
  if (!token) return { request, after: null, round: 0 };
  const position = call.tokens.get(token);
  if (position?.request !== request) throw refusal(call, 'invalid', 'The pagination token is invalid: it does not belong to this request.');
  return position;
};

const sizeOf = (call: Call, { size, range: [least, most] }: Listing): number => {
  const asked = Number(call.body.MaxResults ?? call.body.maxResults ?? size);
  if (asked >= least && asked <= most) return asked;
  const limit = asked < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  throw invalid(
    `1 validation error detected: Value '${asked}' at 'maxResults' failed to satisfy constraint: Member must have value ${limit}`,
  );
};

const SUMMARY = ['CreationTime', 'EndpointName', 'EndpointArn', 'VariantName', 'ModelPackageGroupName', 'ModelPackageVersion'];
const SUMMARY_OF_PACKAGE = [...SUMMARY, 'ModelPackageDescription', 'ModelApprovalStatus'];

/** The fields of a summary: alone a package's lacks LastModifiedTime, and that of a version its name. */
export const summaryOf = (doc: Doc, kind: Kind): Doc => {
  const { field } = RESOURCES[kind];
  const more = kind === 'model-package' ? SUMMARY_OF_PACKAGE : [...SUMMARY, 'LastModifiedTime'];
  const name = doc.ModelPackageVersion === undefined ? [`${field}Name`] : [];
  return pick(doc, [...name, `${field}Arn`, `${field}Status`, ...more]);
};

const everything: (call: Call, doc: Doc) => boolean = () => true;

/** A List operation; `out` is the field of its answer, `only` a filter of its own. */
export const list =
  (kind: Kind, out: string, { descending = true, only = everything } = {}): Operation =>
  call => {
    const { field } = RESOURCES[kind];
    const sortBy = text(call.body.SortBy) || 'CreationTime';
    const sortField = sortBy === 'CreationTime' ? sortBy : `${field}${sortBy}`;
    const tests = filtersOf(call.body, field);
    const { items, NextToken } = page(call, {
      items: {
        revision: call.world.revision(call.now),
        look: () => call.world.all(arnOf(call, kind, ''), call.now).filter(doc => tests.every(test => test(doc)) && only(call, doc)),
      },
      keyOf: doc => sortKey(doc[sortField], doc[`${field}Arn`]),
      descending: call.body.SortOrder === undefined ? descending : call.body.SortOrder === 'Descending',
      size: 10,
      range: [1, 100],
    });
    return { [out]: items.map(doc => summaryOf(doc, kind)), NextToken };
  };

/** The filters among the fields of a request, read once for all items: a page of a large estate asks them thousands of times. */
const filtersOf = (body: Doc, field: string): ((doc: Doc) => boolean)[] =>
  Object.entries(body).flatMap(([filter, wanted]) => {
    const [, member = '', test] = /^(.*?)(After|Before|Equals|Contains)$/.exec(filter) ?? [];
    const name = ['Name', 'Status'].includes(member) ? `${field}${member}` : member;
    if (test === 'After') return (doc: Doc) => Number(doc[name]) > Number(wanted);
    if (test === 'Before') return (doc: Doc) => Number(doc[name]) < Number(wanted);
    if (test === 'Equals') return (doc: Doc) => doc[name] === wanted;
    if (test === 'Contains') return (doc: Doc) => text(doc[name]).toLowerCase().includes(text(wanted).toLowerCase());
    if (filter === 'ModelPackageGroupName') return (doc: Doc) => doc[filter] === text(wanted).split('/').at(-1);
    return filter === 'ModelApprovalStatus' ? (doc: Doc) => doc[filter] === wanted : [];
  });

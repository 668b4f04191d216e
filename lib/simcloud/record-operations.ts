import { AwsError, type Call, invalid, isDoc, type Operation, pick, type Site, text, without } from './call.ts';
import { LONG_AGO } from './estate.ts';
import { page, sortKey } from './paging.ts';
import { partsOf, RECORD_KINDS, recordArn, type RecordKind } from './records.ts';
import type { Route } from './rest.ts';
import type { Doc } from './world.ts';

/** Lists and describes every kind of record of a service. */
export const recordRoutes = (service: RecordKind['service']): readonly Route[] =>
  RECORD_KINDS.filter(kind => kind.service === service).flatMap(kind => [
    { operation: kind.list.operation, at: kind.list.at, act: listRecords(kind) },
    ...(kind.get ? [{ ...kind.get, act: getRecord(kind, kind.get) }] : []),
  ]);

/** A record with what the estate does not state filled in, put where its key says even if it calls itself otherwise. */
export const putRecord = (site: Site, kind: RecordKind, key: string, stated: Doc): void => {
  const parts = key.split('/');
  const [created, ...modified] = kind.times;
  const born = stated[created] ?? LONG_AGO;
  const name = parts.at(-1) ?? '';
  const arn = recordArn(site, kind, parts);
  const place: Readonly<Record<string, string>> = { region: site.region, account: site.account, name };
  const defaults: unknown = JSON.parse(
    JSON.stringify(kind.defaults).replaceAll(/\$(region|account|name)/g, (_, word: string) => place[word] ?? ''),
  );
  const doc = withCopies(kind, {
    ...Object.fromEntries(partsOf(kind.resource).map((part, at) => [part, parts[at]])),
    ...Object.fromEntries([created, ...modified].map(time => [time, born])),
    [kind.name]: name,
    [kind.arn]: arn,
    ...(isDoc(defaults) ? defaults : {}),
    ...stated,
  });
  site.world.put(arn, doc, Math.min(Date.parse(text(doc[modified.at(-1) ?? created])), site.now));
};

const withCopies = ({ copies = {} }: RecordKind, doc: Doc): Doc => ({
  ...Object.fromEntries(Object.entries(copies).map(([field, from]) => [field, doc[from]])),
  ...doc,
});

const PAGING = ['nextToken', 'maxResults', 'sortBy', 'sortOrder'];

const fieldsOf = ({ name, arn, times, summary }: RecordKind): string[] => [name, arn, ...times, ...summary];

const listRecords =
  (kind: RecordKind): Operation =>
  call => {
    const parents = partsOf(kind.list.at);
    const [size, most] = kind.list.pages;
    const under = partsOf(kind.resource).slice(0, parents.length);
    const isBelow = (doc: Doc) => under.every((part, at) => doc[part] === idOf(call.body[parents[at] ?? '']));
    const filters = Object.entries(without(call.body, ...PAGING, ...parents)).map(([filter, wanted]) => filterOf(kind, filter, wanted));
    const { items, NextToken } = page(call, {
      items: call.world.all(recordArn(call, kind, [])).filter(doc => isBelow(doc) && filters.every(passes => passes(doc))),
      keyOf: doc => sortKey(doc[kind.times[0]], doc[kind.arn]),
      descending: call.body.sortOrder !== 'Ascending',
      size,
      range: [1, most],
    });
    return { [kind.list.out]: items.map(doc => without(pick(doc, fieldsOf(kind)), ...(kind.list.hides ?? []))), nextToken: NextToken };
  };

/** What an ARN or an id names. */
const idOf = (value: unknown): string | undefined => text(value).split('/').at(-1);

/** `statusEquals=…` or `type=…`. A filter that is not simulated is refused: ignored, it would show what AWS does not. */
const filterOf = (kind: RecordKind, filter: string, wanted: unknown): ((doc: Doc) => boolean) => {
  const field = filter.replace(/Equals$/, '');
  if (!fieldsOf(kind).includes(field)) throw invalid(`simcloud does not filter ${kind.list.operation} by ${filter}.`);
  return doc => doc[field] === wanted;
};

const getRecord =
  (kind: RecordKind, { at, hides = [] }: NonNullable<RecordKind['get']>): Operation =>
  call => {
    const key = partsOf(at).map(part => text(call.body[part]));
    const last = key.at(-1) ?? '';
    const arn = last.startsWith('arn:') ? last : recordArn(call, kind, key);
    return without(pick(existingRecord(call, arn), [...fieldsOf(kind), ...(kind.detail ?? [])]), ...hides);
  };

const existingRecord = (call: Call, arn: string): Doc => {
  const doc = arn.startsWith(`arn:aws:${call.service}:${call.region}:${call.account}:`) ? call.world.get(arn) : undefined;
  if (doc) return doc;
  throw new AwsError('ResourceNotFoundException', `The resource ${arn} was not found.`, 404);
};

const tagsOf = (call: Call, arn: unknown): Doc => {
  const { tags } = existingRecord(call, text(arn));
  return isDoc(tags) ? tags : {};
};

/** Bedrock's control plane lists tags as pairs, the services around it as one object. */
export const TAGS_AS_PAIRS: Route = {
  operation: 'ListTagsForResource',
  at: 'POST /listTagsForResource',
  act: call => ({ tags: Object.entries(tagsOf(call, call.body.resourceARN)).map(([key, value]) => ({ key, value })) }),
};
export const TAGS_AS_OBJECT: Route = {
  operation: 'ListTagsForResource',
  at: 'GET /tags/{resourceArn}',
  act: call => ({ tags: tagsOf(call, call.body.resourceArn) }),
};

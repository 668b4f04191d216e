import { AwsError, type Call, invalid, isDoc, type Operation, pick, type Site, text, without } from './call.ts';
import { LONG_AGO } from './estate.ts';
import { page, sortKey } from './paging.ts';
import { partsOf, RECORD_KINDS, recordArn, type RecordKind, RECORDS } from './records.ts';
import type { Route } from './rest.ts';
import type { Doc } from './world.ts';

const RECORD_SECTIONS: Readonly<Record<string, RecordKind>> = RECORDS;

/** Lists and describes every kind of record of a service. */
export const recordRoutes = (service: RecordKind['service']): readonly Route[] =>
  RECORD_KINDS.filter(kind => kind.service === service).flatMap(kind => [
    ...(kind.list ? [{ operation: kind.list.operation, at: kind.list.at, act: listRecords(kind, kind.list) }] : []),
    ...(kind.get ? [{ operation: kind.get.operation, at: kind.get.at, act: getRecord(kind, kind.get) }] : []),
  ]);

/** A record with what the estate does not state filled in, put where its key says even if it calls itself otherwise. */
export const putRecord = (site: Site, kind: RecordKind, key: string, stated: Doc): void => {
  const parts = key.split('/');
  const [created, ...modified] = kind.times;
  const born = stated[created] ?? LONG_AGO;
  const name = parts.at(-1) ?? '';
  const arn = recordArn(site, kind, parts);
  const place: Readonly<Record<string, string>> = {
    ...Object.fromEntries(partsOf(kind.resource).map((part, at) => [part, parts[at] ?? ''])),
    region: site.region,
    account: site.account,
    name,
  };
  const defaults: unknown = JSON.parse(JSON.stringify(kind.defaults).replaceAll(/\$(\w+)/g, (_, word: string) => place[word] ?? ''));
  const doc = withCopies(kind, {
    ...Object.fromEntries(partsOf(kind.resource).map((part, at) => [part, parts[at]])),
    ...Object.fromEntries([created, ...modified].map(time => [time, born])),
    [kind.name]: name,
    ...(kind.arn === undefined
      ? {}
      : { [kind.arn]: kind.shows === undefined ? arn : recordArn(site, { ...kind, resource: kind.shows }, parts) }),
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

const fieldsOf = ({ name, arn, times, summary }: RecordKind): string[] => [name, ...(arn === undefined ? [] : [arn]), ...times, ...summary];

const listRecords =
  (kind: RecordKind, { at, out, pages, hides = [] }: NonNullable<RecordKind['list']>): Operation =>
  call => {
    const parents = partsOf(at);
    const names = partsOf(kind.resource);
    const under = names.slice(0, parents.length);
    const isBelow = (doc: Doc) => under.every((part, index) => doc[part] === idOf(call.body[parents[index] ?? '']));
    const filters = Object.entries(without(call.body, ...PAGING, ...parents, kind.versions?.list ?? '')).map(([filter, wanted]) =>
      filterOf(kind, filter, wanted),
    );
    const all = recordsFor(call, kind).filter(doc => isBelow(doc) && filters.every(passes => passes(doc)));
    const shown = (docs: readonly Doc[]) => docs.map(doc => without(pick(doc, fieldsOf(kind)), ...hides));
    if (pages === null) return { [out]: shown(all) };
    const [size, most] = pages;
    const { items, NextToken } = page(call, {
      items: all,
      keyOf: doc => sortKey(doc[kind.times[0]], [...names, 'version'].map(part => text(doc[part])).join('/')),
      descending: call.body.sortOrder !== 'Ascending',
      size,
      range: [1, most],
    });
    return { [out]: shown(items), nextToken: NextToken };
  };

const versionsOf = (kind: RecordKind): RecordKind | undefined => RECORD_SECTIONS[kind.versions?.section ?? ''];

/** All of a kind, or one of them with its versions where the request names it. */
const recordsFor = (call: Call, kind: RecordKind): readonly Doc[] => {
  const [id = ''] = partsOf(kind.resource);
  const versions = versionsOf(kind);
  const asked = idOf(call.body[kind.versions?.list ?? '']) ?? '';
  if (!versions || asked === '') return call.world.all(recordArn(call, kind, []));
  const own = existingRecord(call, recordArn(call, kind, [asked]));
  const all = call.world.all(recordArn(call, versions, [])).filter(doc => doc[id] === asked);
  return [own, ...all.map(version => ({ ...own, ...version }))];
};

/** The version that a request asks for: what it does not state is as the newest has it. */
const asVersion = (call: Call, kind: RecordKind, own: Doc): Doc => {
  const versions = versionsOf(kind);
  const asked = text(call.body[kind.versions?.get ?? '']);
  if (!versions || asked === '') return own;
  const arn = recordArn(call, versions, [text(own[partsOf(kind.resource)[0] ?? '']), asked]);
  return own[versions.name] === asked && !call.world.get(arn) ? own : { ...own, ...existingRecord(call, arn) };
};

/** What an ARN or an id names. */
const idOf = (value: unknown): string | undefined => text(value).split('/').at(-1);

/** `statusEquals=…` or `type=…`. A filter that is not simulated is refused: ignored, it would show what AWS does not. */
const filterOf = (kind: RecordKind, filter: string, wanted: unknown): ((doc: Doc) => boolean) => {
  const field = filter.replace(/Equals$/, '');
  if (!fieldsOf(kind).includes(field)) throw invalid(`simcloud does not filter ${kind.list?.operation} by ${filter}.`);
  return doc => doc[field] === wanted;
};

const getRecord =
  (kind: RecordKind, { at, under, hides = [] }: NonNullable<RecordKind['get']>): Operation =>
  call => {
    const key = partsOf(at).map(part => text(call.body[part]));
    const last = key.at(-1) ?? '';
    const own = existingRecord(call, last.startsWith('arn:') ? last : recordArn(call, kind, key));
    const shown = without(pick(asVersion(call, kind, own), [...fieldsOf(kind), ...(kind.detail ?? [])]), ...hides);
    return under === undefined ? shown : { [under]: shown };
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

import { sha256 } from '../../core/digest.ts';
import type { FindingKey, HistoryEntry } from '../../core/finding.ts';
import { parseScopeId, REGISTRY_SCOPE, type ScopeId } from '../../core/scope.ts';
import type { Instant } from '../../core/time.ts';

/** The string attributes that a table or index is keyed by. */
export interface KeyShape {
  readonly partition: string;
  readonly sort: string;
}

export interface TableShape extends KeyShape {
  /** Every index projects whole items. */
  readonly indexes: readonly (KeyShape & { readonly name: string })[];
}

/** Finding records by id, archived ones too, in one partition, for prefix search. Only records carry `idShard`, so only they are indexed. */
export const BY_ID = { name: 'byId', partition: 'idShard', sort: 'id' } as const;
export const ID_SHARD = 'F';

const BASE = { partition: 'pk', sort: 'sk' } as const;

/** The three tables as data; infra, local tables and adapters are all made from this. */
export const TABLES = {
  registry: { ...BASE, indexes: [] },
  inventory: { ...BASE, indexes: [] },
  findings: { ...BASE, indexes: [BY_ID] },
} as const satisfies Record<string, TableShape>;

export type TableNames = Readonly<Record<keyof typeof TABLES, string>>;

/** What the partition keys of each kind of item begin with: who may write what is granted by these (`dynamodb:LeadingKeys`). */
export const LEADING = {
  registration: 'g#',
  decision: 'd#',
  match: 'm#',
  item: 'i#',
  act: 'a#',
  description: 'c#',
  status: 's#',
  run: 'run#',
  lease: 'lease#',
  memo: 'memo',
  outgoing: 'out',
  summary: 'summary',
  record: 'f#',
  response: 'r#',
  archived: 'z#',
  recordHistory: 'hr#',
  responseHistory: 'hp#',
} as const;

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** DynamoDB allows 2048 bytes of partition key and 1024 of sort key; what is longer than this ends in a hash of the whole. */
const MAX_KEY_BYTES = 900;

/** A shortened key is longer than any key kept as it is, so the two can never be mistaken for each other. */
const bounded = (text: string): string => {
  const bytes = Buffer.from(text);
  return bytes.length <= MAX_KEY_BYTES ? text : `${bytes.subarray(0, MAX_KEY_BYTES).toString()}#${sha256(text)}`;
};

const key = (pk: string, sk: string): Key => ({ pk: bounded(pk), sk: bounded(sk) });
/** Sorts as text in the order of the numbers. */
const padded = (seq: number): string => String(seq).padStart(10, '0');

export const registrationKey = (name: string): Key => key(`${LEADING.registration}${name}`, 'registration');
export const decisionsOf = (model: string): string => decisionKey(model, 0).pk;
export const decisionKey = (model: string, seq: number): Key => key(`${LEADING.decision}${model}`, padded(seq));
/** `match` is `<kind>:<value>`, as `core/match-keys.ts` makes them. */
export const matchKey = (match: string): Key => key(`${LEADING.match}${match}`, 'models');

export const itemsOf = (scope: ScopeId): string => itemKey(scope, '').pk;
export const itemKey = (scope: ScopeId, arn: string): Key => key(`${LEADING.item}${scope}`, arn);
export const actsOf = (scope: ScopeId): string => actsKey(scope, '').pk;
export const actsKey = (scope: ScopeId, resource: string): Key => key(`${LEADING.act}${scope}`, resource);
export const descriptionsOf = (scope: ScopeId): string => descriptionKey(scope, '').pk;
export const descriptionKey = (scope: ScopeId, description: string): Key => key(`${LEADING.description}${scope}`, description);
/** The partitions of scope statuses: few enough to read them all, enough that no single one is hot. */
export const STATUS_SHARDS: readonly string[] = '0123456789abcdef'.split('').map(shard => `${LEADING.status}${shard}`);
export const statusKey = (scope: ScopeId): Key => key(`${LEADING.status}${sha256(scope).slice(0, 1)}`, scope);
/** A scope's lease lives on its status item, so that the one write that ends a run can be conditioned on it; others have an item of their own. */
export const leaseKey = (name: string): Key =>
  name === REGISTRY_SCOPE || parseScopeId(name) !== undefined ? statusKey(name) : key(`${LEADING.lease}${name}`, 'lease');
export const runKey = (slot: Instant): Key => key(`${LEADING.run}${slot}`, 'run');
export const memoKey = (memo: string): Key => key(LEADING.memo, memo);
export const outgoingKey = (messageId: string): Key => key(LEADING.outgoing, messageId);
export const outgoingMembersOf = (messageId: string): string => outgoingMembersKey(messageId, 0).pk;
/** Members lie beside the message, a chunk an item: a mass-change message can have more of them than one item holds. */
export const outgoingMembersKey = (messageId: string, chunk: number): Key => key(`${LEADING.outgoing}#${messageId}`, padded(chunk));
export const summaryKey = (receiver: string): Key => key(LEADING.summary, receiver);

const inScope = ({ rule, subject }: FindingKey): string => `${rule}#${subject}`;
export const recordsOf = (scope: ScopeId): string => bounded(`${LEADING.record}${scope}`);
export const recordKey = (finding: FindingKey): Key => ({ pk: recordsOf(finding.scope), sk: bounded(inScope(finding)) });
/** Of its own partition, which no run reads as a whole. */
export const archivedKey = (finding: FindingKey): Key => ({
  pk: bounded(`${LEADING.archived}${finding.scope}`),
  sk: bounded(inScope(finding)),
});
export const responsesOf = (scope: ScopeId): string => bounded(`${LEADING.response}${scope}`);
export const responseKey = (finding: FindingKey): Key => ({ pk: responsesOf(finding.scope), sk: bounded(inScope(finding)) });
export const CHAINS = ['record', 'response'] as const satisfies readonly HistoryEntry['chain'][];
/** Each chain has a partition of its own, so that who may write one cannot write the other. */
export const historyOf = (finding: FindingKey, chain: HistoryEntry['chain']): string =>
  bounded(`${LEADING[`${chain}History`]}${finding.scope}#${inScope(finding)}`);
export const historyKey = (finding: FindingKey, { chain, seq }: Pick<HistoryEntry, 'chain' | 'seq'>): Key => ({
  pk: historyOf(finding, chain),
  sk: padded(seq),
});

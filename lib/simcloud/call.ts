import { createHash } from 'node:crypto';
import type { Estate, RegionEstate } from './estate.ts';
import type { Fault } from './faults.ts';
import { arnOf, type Doc, type Kind, kindOf, type Place, RESOURCES, type World } from './world.ts';

/** What a service answers instead of a result, under AWS's own code and HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
export const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

/** Where an endpoint finds its models, and when (milliseconds since the epoch). */
export interface Site extends Place {
  readonly world: World;
  readonly images: Readonly<Record<string, string>>;
  readonly now: number;
}

/** Where a listing goes on: the sort key it stopped after. `round` only makes tokens differ. */
export interface Position {
  readonly request: string;
  readonly after: string | null;
  readonly round: number;
}

/** A listing as sorted last. `revision`: of the world that it was sorted in; null: it is not of the world alone. */
interface Order {
  readonly revision: string | null;
  readonly items: readonly Doc[];
  readonly sorted: readonly { readonly item: Doc; readonly key: string }[];
}

/** Listings by request. */
export type Orders = Map<string, Order>;

/** What AssumeRole gave out; `until` in milliseconds since the epoch. */
export interface Session {
  readonly account: string;
  readonly arn: string;
  readonly token: string;
  readonly until: number;
}

/** One request, identified and allowed. */
export interface Call extends Site {
  readonly service: string;
  readonly operation: string;
  readonly body: Doc;
  readonly estate: Estate;
  /** By access key. */
  readonly sessions: Map<string, Session>;
  readonly caller: string;
  /** `s3://bucket/key` → its ETag. */
  readonly objects: Readonly<Record<string, string>>;
  readonly modelUse: RegionEstate['modelUse'];
  /** How long a change of an endpoint takes. */
  readonly settleMs: number;
  /** Search shows the world as it was then. */
  readonly searchAt: number;
  /** The most items a page may hold whatever was asked for; undefined: as AWS. */
  readonly pageSize: number | undefined;
  readonly tokens: Map<string, Position>;
  readonly orders: Orders;
  readonly fault: Fault | undefined;
}
export type Operation = (call: Call) => Doc;

export const sha256 = (value: string): string => createHash('sha256').update(value).digest('hex');
export const isDoc = (value: unknown): value is Doc => typeof value === 'object' && value !== null && !Array.isArray(value);
export const rows = (value: unknown): Doc[] => (Array.isArray(value) ? value.filter(isDoc) : []);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const pick = (doc: Doc, fields: readonly string[]): Doc => Object.fromEntries(fields.map(field => [field, doc[field]]));
export const without = (doc: Doc, ...fields: string[]): Doc =>
  Object.fromEntries(Object.entries(doc).filter(([key]) => !fields.includes(key)));

/** A required string of the request. */
export const required = (call: Call, field: string): string => {
  const value = text(call.body[field]);
  if (value) return value;
  const member = `${field.charAt(0).toLowerCase()}${field.slice(1)}`;
  throw invalid(`1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be null`);
};

/** The ARN of what the request names by `<Kind>Name`, given as a name or as an ARN. */
export const namedArn = (call: Call, kind: Kind): string => {
  const value = required(call, `${RESOURCES[kind].field}Name`);
  return value.startsWith('arn:') ? value : arnOf(call, kind, value);
};

/** The resource itself. AWS has no typed "not found" here: it is a ValidationException with this text. */
export const existing = (call: Call, arn: string): Doc => {
  const doc = call.world.get(arn);
  if (doc) return doc;
  if (kindOf(arn) === 'model-package') throw invalid(`ModelPackage ${arn} does not exist.`);
  throw invalid(`Could not find ${RESOURCES[kindOf(arn)].label} "${arn}".`);
};

import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { faultSchema } from './faults.ts';
import { partsOf, type RecordKind, RECORDS, type Section, SECTIONS } from './records.ts';
import type { Doc } from './world.ts';

/** When a resource was created that does not say so. */
export const LONG_AGO = '2026-01-05T09:00:00Z';

const time = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-11-23T09:15:00Z' });
const texts = z.record(z.string(), z.string()).default({});
const name = z.string().regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/, 'expected letters, digits and inner hyphens');
const created = { createdAt: time.default(LONG_AGO), tags: texts };
/** `lastModified` defaults to `createdAt`; any `status` is taken, known to AWS or not. */
const living = { ...created, lastModified: time.optional(), status: z.string().optional(), failure: z.string().optional() };

const container = {
  /** `repo@sha256:…`, or `repo:tag`, which the estate's `images` resolves. */
  image: z.string().optional(),
  /** With an ETag it is stated as ModelDataSource, without as ModelDataUrl. */
  artefact: z.string().optional(),
  etag: z.string().optional(),
  env: texts,
  /** `group/version` of the same region, or an ARN. */
  package: z.string().optional(),
  specification: z.string().optional(),
  mode: z.enum(['SingleModel', 'MultiModel']).default('SingleModel'),
  additional: z.array(z.strictObject({ artefact: z.string(), etag: z.string().optional() })).default([]),
};
const model = {
  ...container,
  containers: z.array(z.strictObject(container)).default([]),
  execution: z.enum(['Serial', 'Direct']).default('Serial'),
};
/** A model written in place, or the name of one of `models`. */
const served = z
  .preprocess(value => (typeof value === 'string' ? { named: value } : value), z.strictObject({ ...model, named: name.optional() }))
  .optional();
const specification = z.strictObject({ ...container, model: served, base: name.optional() });

const variants = z
  .array(
    z.strictObject({
      name: name.optional(),
      /** Absent where components serve. */
      model: served,
      weight: z.number().default(1),
      instances: z.number().int().default(1),
      instanceType: z.string().default('ml.m5.large'),
      serverless: z.strictObject({ memory: z.number().int(), concurrency: z.number().int() }).optional(),
    }),
  )
  .default([]);
/** `async`: the S3 output path that makes an endpoint asynchronous. */
const config = { variants, shadow: variants, async: z.string().optional() };
const side = { ...config, config: name.optional() };
const lineage = z.array(z.enum(['config', 'model'])).default([]);

/** When it was called last; unsaid, it is called every day. */
const lastInvoked = z.union([time, z.literal('never')]).optional();
/** `pending`: the change under way. `lost`: deleted while it serves. `replaced`: created anew an hour after it was selected. */
const endpoint = { ...living, ...side, lastInvoked, pending: z.strictObject(side).optional(), lost: lineage, replaced: lineage };
const component = {
  ...living,
  endpoint: name,
  lastInvoked,
  variant: z.string().default('primary'),
  /** Instance type → specification: fills `Specifications` instead of `Specification`. */
  perInstanceType: z.record(z.string(), specification).optional(),
};
const approval = z.enum(['Approved', 'Rejected', 'PendingManualApproval']).default('PendingManualApproval');
const packageName = z.string().regex(/^[a-zA-Z0-9-]+(\/[1-9]\d*)?$/, 'expected <group>/<version> or <name>');

/** Records by key, in the service's own fields; what is not stated is filled in. */
const records = ({ resource, arn, name: named, times, summary, detail = [] }: RecordKind) => {
  const key = z.string().regex(new RegExp(`^[^/]+${'/[^/]+'.repeat(partsOf(resource).length - 1)}$`), `expected the parts of ${resource}`);
  const anything = [named, ...(arn === undefined ? [] : [arn]), ...summary, ...detail].map((field): [string, z.ZodType] => [
    field,
    z.unknown().optional(),
  ]);
  const instants = times.map((field): [string, z.ZodType] => [field, time.optional()]);
  const record: z.ZodType<Doc, Doc> = z.strictObject({ ...Object.fromEntries([...anything, ...instants]), tags: texts });
  return z.record(key, record).default({});
};
// Built from the keys of a constant object, which Object.fromEntries does not say.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const sections = Object.fromEntries(SECTIONS.map(section => [section, records(RECORDS[section])])) as Record<
  Section,
  ReturnType<typeof records>
>;

const regionSchema = z
  .strictObject({
    /** Operations this account's callers may not use here; `*` for all. */
    denied: z.array(z.string()).default([]),
    /** Whether the account can use the region, in the words of ListRegions. */
    optStatus: z.string().default('ENABLED_BY_DEFAULT'),
    searchLagSeconds: z.number().min(0).default(0),
    models: z.record(name, z.strictObject({ ...model, ...created })).default({}),
    endpointConfigs: z.record(name, z.strictObject({ ...config, ...created })).default({}),
    endpoints: z.record(name, z.strictObject(endpoint)).default({}),
    inferenceComponents: z.record(name, specification.extend(component)).default({}),
    packageGroups: z.record(name, z.strictObject(created)).default({}),
    modelPackages: z.record(packageName, z.strictObject({ ...model, ...living, approval, description: z.string().optional() })).default({}),
    /** Calls of models, as CloudWatch counts them; without a time they never stop. */
    modelUse: z
      .array(
        z.strictObject({
          modelId: z.string(),
          namespace: z.enum(['AWS/Bedrock', 'AWS/BedrockMantle']).default('AWS/Bedrock'),
          project: z.string().optional(),
          lastUsed: time.optional(),
        }),
      )
      .default([]),
    /** What Bedrock's invocation logging is set to, in the service's own fields; unsaid, it is off. */
    invocationLogging: z.record(z.string(), z.unknown()).optional(),
    /** Calls that CloudTrail keeps, in its own fields; what an event of a call has beside these is filled in. */
    trail: z.array(z.looseObject({ eventName: z.string(), eventTime: time })).default([]),
    ...sections,
  })
  .superRefine((region, context) => {
    for (const [path, list, wanted] of dangling(region, region, []))
      context.addIssue({ code: 'custom', path, message: `${list} has no ${JSON.stringify(wanted)}: add it there or correct the name` });
  });
export type RegionEstate = z.infer<typeof regionSchema>;

const REFERENCES = { named: 'models', config: 'endpointConfigs', endpoint: 'endpoints', base: 'inferenceComponents' } as const;
const FREE_TEXT = ['env', 'tags', 'invocationLogging', 'trail', ...SECTIONS];

const dangling = (
  region: Pick<RegionEstate, (typeof REFERENCES)[keyof typeof REFERENCES]>,
  node: object,
  path: string[],
): [string[], string, string][] =>
  Object.entries(node).flatMap(([key, value]: [string, unknown]): [string[], string, string][] => {
    const list = Object.entries(REFERENCES).find(([reference]) => reference === key)?.[1];
    if (typeof value === 'object' && value !== null && !FREE_TEXT.includes(key)) return dangling(region, value, [...path, key]);
    return list && typeof value === 'string' && !Object.hasOwn(region[list], value) ? [[[...path, key], list, value]] : [];
  });

/** The root of every simulated organisation. */
export const ROOT = 'r-sim1';
const accountId = z.string().regex(/^\d{12}$/, 'expected a quoted account id of 12 digits');

export const estateSchema = z.strictObject({
  /** Account id → region → what runs there. The first account answers callers whose access key names none. */
  accounts: z
    .record(accountId, z.record(z.string(), regionSchema))
    .refine(accounts => Object.keys(accounts).length > 0, 'expected at least one account'),
  /** Account id → the one role that can be assumed there, or `denied`; an account that is not named lets every role be assumed. */
  spokes: z
    .record(accountId, z.union([z.literal('denied'), z.strictObject({ role: z.string(), externalId: z.string().optional() })]))
    .default({}),
  /** Units by id with the unit they lie in, the root by default; members by account id. An estate without one is in no organisation. */
  organization: z
    .strictObject({
      units: z.record(z.string(), z.strictObject({ parent: z.string().default(ROOT) })).default({}),
      accounts: z.record(accountId, z.strictObject({ state: z.string().default('ACTIVE'), parent: z.string().default(ROOT) })),
    })
    .optional(),
  /** `repo:tag` → `sha256:…`; other tags resolve to a hash of their text. */
  images: texts,
  /** What lies in S3: `s3://bucket/key` → its ETag. */
  objects: z.record(z.string().regex(/^s3:\/\/[^/]+\/./, 'expected s3://bucket/key'), z.string()).default({}),
  faults: z.array(faultSchema).default([]),
});
/** An estate as people write it, and with its defaults filled in; parsing that again changes nothing. */
export type EstateInput = z.input<typeof estateSchema>;
export type Estate = z.infer<typeof estateSchema>;

/** Reads an estate file. Throws an Error with one `file:line:column: path: reason` per line. */
export const loadEstate = (file: string): Estate => parseEstate(readFileSync(file, 'utf8'), file);

/** Parses estate YAML (anchors and `<<` allowed); `file` only names the place in errors. */
export const parseEstate = (text: string, file: string): Estate => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const place = (offset: number): string => `${file}:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
  const [broken] = document.errors;
  if (broken)
    throw new Error(`${place(broken.pos[0])}: ${broken.message.replace(/ at line \d+, column \d+:[^]*$/, '')}`, { cause: broken });
  const result = estateSchema.safeParse(document.toJS());
  if (result.success) return result.data;
  const offsetOf = (path: readonly PropertyKey[]): number => {
    const node = document.getIn(path, true);
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) return Number(node.range[0]);
    return path.length === 0 ? 0 : offsetOf(path.slice(0, -1));
  };
  const complaints = result.error.issues.map(
    ({ path, ...issue }) =>
      `${place(offsetOf(path))}: ${path.join('.') || 'estate'}: ${'issues' in issue ? issue.issues[0]?.message : issue.message}`,
  );
  throw new Error(complaints.join('\n'));
};

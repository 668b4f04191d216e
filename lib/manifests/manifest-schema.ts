import * as z from 'zod';
import { DEPLOYMENT_ARN } from '../core/kinds.ts';
import { USE_CLAIM } from '../core/model-use.ts';
import { compositionOf } from '../core/part-text.ts';
import { samePerson } from '../core/person.ts';
import { APPROVAL_STATUSES, LIFECYCLES, TIERS, type VersionIdentity } from '../core/registration.ts';
import { elapsed, plus } from '../core/time.ts';

export const API_VERSION = 'rollcall/v1';

/** One line of text. */
const line = (max = 1024) =>
  z
    .string()
    .max(max, { abort: true })
    .regex(/^\S(.*\S)?$/, 'expected one line of text without spaces around it');
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().transform(value => value ?? null);
const instant = z.iso.datetime('expected a time in UTC such as 2026-11-01T10:00:00Z').transform(text => plus(text, 0));
const arn = (resource: string, example: string) =>
  z
    .string()
    .regex(
      new RegExp(`^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\\d{12}:${resource}/[A-Za-z0-9/_.-]+$`),
      `expected an ARN such as ${EXAMPLE}${example}`,
    );
const EXAMPLE = 'arn:aws:sagemaker:eu-west-1:111122223333:';

/** A user name or an e-mail address; 254 characters is the longest address that mail can carry (RFC 5321). */
const person = line(254).refine(text => !text.includes('@') || z.email().safeParse(text).success, 'expected a name or an e-mail address');

const approval = z
  .strictObject({
    status: z.enum(APPROVAL_STATUSES),
    environment: maybe(line(64)),
    approver: maybe(person),
    requester: maybe(person),
    at: instant,
    expiresAt: maybe(instant),
  })
  .superRefine(({ approver, requester, at, expiresAt }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (samePerson(approver, requester))
      refuse('approver', `${approver} is also the requester: nobody approves their own request (APR-04, self-approval)`);
    if (expiresAt !== null && elapsed(at, expiresAt) <= 0) refuse('expiresAt', 'the approval ends before it is given');
  });

const evidence = z.strictObject({
  type: line(64),
  uri: line(),
  digest: maybe(line(256)),
  passed: maybe(z.boolean()),
  at: maybe(instant),
});

const IDENTITY = 'a version has exactly one identity: composition, or packageArn, or image and artifact';

const version = z
  .strictObject({
    version: line(128),
    composition: z
      .string()
      .regex(/^c\d+:sha256:[0-9a-f]{64}$/, 'expected c1:sha256: and 64 hex digits, as "rollcall digest ARN" prints it')
      .optional(),
    packageArn: arn('model-package', 'model-package/fraud/3').optional(),
    image: line().optional(),
    artifact: line().optional(),
    /** The lines that `rollcall digest ARN` prints: they make the composition, and show people what differs from it. */
    parts: z.array(line(2048)).max(200).default([]),
    approval: maybe(approval),
    evidence: z.array(evidence).default([]),
  })
  .transform(({ composition, packageArn, image, artifact, ...rest }, context) => {
    const identities: VersionIdentity[] = [];
    if (composition !== undefined) identities.push({ by: 'COMPOSITION', composition });
    if (packageArn !== undefined) identities.push({ by: 'PACKAGE', packageArn });
    if (image !== undefined && artifact !== undefined) identities.push({ by: 'IMAGE_AND_ARTEFACT', image, artefact: artifact });
    const [identity, another] = identities;
    const half = (image === undefined) !== (artifact === undefined);
    const complaint = partsComplaint(rest.parts, composition);
    if (complaint !== null) context.addIssue({ code: 'custom', path: ['parts'], message: complaint });
    if (identity !== undefined && another === undefined && !half) return { ...rest, identity };
    context.addIssue({ code: 'custom', message: IDENTITY });
    return z.NEVER;
  });

/** Parts are taken only where they make the very composition that is approved: they explain it, and can add nothing to it. */
const partsComplaint = (parts: readonly string[], composition: string | undefined): string | null => {
  if (parts.length === 0) return null;
  if (composition === undefined) return 'parts explain a composition: write the composition that they make';
  const made = compositionOf(parts);
  if ('broken' in made)
    return `expected a part such as "artefact container.1/model s3://models/v3", not ${JSON.stringify(made.broken.slice(0, 80))}`;
  return made.digest === composition
    ? null
    : `these parts make ${made.digest}, not ${composition}: paste both as "rollcall digest ARN" prints them`;
};

const deployment = z.strictObject({
  arn: z.string().regex(DEPLOYMENT_ARN, `expected the ARN of a deployment such as ${EXAMPLE}endpoint/fraud-scorer`),
  environment: maybe(line(64)),
  version: maybe(line(128)),
});
const dataSource = z.strictObject({ uri: line(), classification: maybe(line(64)), personalData: maybe(z.boolean()) });

/** What a live configuration can be held against. */
const operatingConstraints = z.strictObject({
  regions: maybe(z.array(z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'expected a region such as eu-west-1')).min(1)),
  guardrailRequired: z.boolean().default(false),
  /** Of what models are asked; Bedrock's are logged region by region. */
  loggingRequired: z.boolean().default(false),
  networkIsolation: z.boolean().default(false),
  /** `*` stands for any text. */
  allowedRoles: maybe(
    z.array(line(2048).regex(/^arn:[^:\s]*:iam::[^:\s]*:role\//, 'expected roles such as "arn:aws:iam::111122223333:role/fraud-*"')).min(1),
  ),
});

const unique = (key: string) => (items: readonly Readonly<Record<string, unknown>>[], context: z.RefinementCtx) => {
  const first = new Map<unknown, number>();
  for (const [index, { [key]: name }] of items.entries()) {
    const other = first.get(name);
    if (other === undefined) first.set(name, index);
    else context.addIssue({ code: 'custom', path: [index, key], message: `given twice, first in item ${other}` });
  }
};

/** A manifest as people write it. Only `name` is required: what is merely absent becomes a finding, so registering early is always possible. */
export const manifestSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION).default(API_VERSION),
  kind: z.literal('Model').default('Model'),
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,126}[a-z0-9])?$/, 'expected a-z, 0-9 and - inside, at most 128 characters'),
  purpose: maybe(z.string().transform(text => text.replace(/\s+/g, ' ').trim())),
  riskTier: maybe(z.enum(TIERS)),
  businessOwner: maybe(person),
  technicalOwner: maybe(person),
  match: z
    .strictObject({
      packageGroup: maybe(arn('model-package-group', 'model-package-group/fraud')),
      tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
      /** Models that accounts call: `<account>/<model id>`, at its end `*` for all whose names go on with further words. */
      uses: z
        .array(z.string().max(256).regex(USE_CLAIM, 'expected an account and a model such as "111122223333/anthropic.claude-sonnet-4*"'))
        .default([]),
    })
    .prefault({}),
  approvals: z.enum(['ROLLCALL', 'SAGEMAKER']).default('ROLLCALL'),
  governanceUnit: z.enum(['MODEL', 'APPLICATION']).default('MODEL'),
  lifecycle: maybe(z.enum(LIFECYCLES)),
  dataSources: maybe(z.array(dataSource)),
  downstreamSystems: maybe(z.array(line(256))),
  operatingConstraints: maybe(operatingConstraints),
  versions: z.array(version).superRefine(unique('version')).default([]),
  deployments: z.array(deployment).superRefine(unique('arn')).default([]),
  attestation: maybe(z.strictObject({ by: person, at: instant })),
});
export type Manifest = z.infer<typeof manifestSchema>;

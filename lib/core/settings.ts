import * as z from 'zod';
import { partitionOf } from './partition.ts';
import { type Tier, TIERS } from './registration.ts';
import { DEPLOYMENT_KINDS, kindsOf } from './kinds.ts';
import { parseScopeId, PROVIDERS } from './scope.ts';

const days = (fallback: number) => z.number().int().min(0).max(3650).default(fallback);
type PerTier = Readonly<Record<Tier, number>>;
/** A number for each tier; a tier that is not named keeps its default. */
const perTier = (value: z.ZodNumber, { EXPERIMENT, LOW, MEDIUM, HIGH }: PerTier) =>
  z
    .strictObject({
      EXPERIMENT: value.default(EXPERIMENT),
      LOW: value.default(LOW),
      MEDIUM: value.default(MEDIUM),
      HIGH: value.default(HIGH),
    })
    .prefault({});

/**
 * Policy values, all with defaults; units are in the names. Sources: the project's tier table
 * (attestation and approval periods follow access-review practice, the rest are our proposals).
 */
export const policySchema = z.strictObject({
  /** Hours an unregistered deployment may serve outside production before INV-01; production has none. */
  graceHoursNonProduction: z.number().min(0).max(720).default(4),
  /** Hours a deployment may stay in a starting status before it counts as live. */
  startingGraceHours: z.number().min(0).max(48).default(1),
  attestationDays: perTier(z.number().int().min(0).max(3650), { EXPERIMENT: 0, LOW: 365, MEDIUM: 180, HIGH: 90 }),
  approvalDays: perTier(z.number().int().min(0).max(3650), { EXPERIMENT: 0, LOW: 365, MEDIUM: 365, HIGH: 180 }),
  /** Default end of an acknowledgement, and the longest one, by tier. */
  acknowledgeDays: perTier(z.number().int().min(1).max(365), { EXPERIMENT: 14, LOW: 5, MEDIUM: 2, HIGH: 1 }),
  acknowledgeMaxDays: perTier(z.number().int().min(1).max(365), { EXPERIMENT: 14, LOW: 90, MEDIUM: 30, HIGH: 14 }),
  metadataGraceDays: days(14),
  /** Days before the end of a model's life from which it is urgent (at most half the time that it is legacy), and critical. */
  upstreamWarningDays: days(90),
  upstreamLastDays: days(30),
  /** Days without a call after which what serves is idle. CloudWatch keeps its counts for 455 days. */
  idleDays: perTier(z.number().int().min(1).max(400), { EXPERIMENT: 7, LOW: 60, MEDIUM: 30, HIGH: 30 }),
  /** Tiers on which Bedrock logs what models are asked, in production. */
  loggingTiers: z.array(z.enum(TIERS)).default(['HIGH']),
  ghostCompleteListings: z.number().int().min(1).max(100).default(3),
  ghostHours: z.number().min(0).max(720).default(24),
  /** Absence guard: more deployments gone at once than both of these prove nothing in this run. */
  absenceGuardCount: z.number().int().min(1).max(10_000).default(5),
  absenceGuardPercent: z.number().min(1).max(100).default(20),
  /** Fold guard: more findings than this that owe notices in one run become one mass-change message. */
  foldAbove: z.number().int().min(1).max(10_000).default(50),
  /** Environment keys whose values do not decide how a model behaves. */
  harmlessEnvironmentKeys: z.array(z.string().min(1)).default(['SAGEMAKER_REGION', 'SAGEMAKER_CONTAINER_LOG_LEVEL']),
  /** Words that mean production in an environment name. */
  productionEnvironments: z.array(z.string().min(1)).default(['prod', 'production']),
});

export const accountId = z.string().regex(/^\d{12}$/, 'an account id has 12 digits, such as "111122223333"');

const scopeText = z.string().refine(text => parseScopeId(text) !== undefined, 'expected a scope such as sagemaker/111122223333/eu-west-1');

/** `kinds`: only these of the scope, where they cannot be read. Without it, the whole scope. */
const exclusion = z
  .strictObject({ scope: scopeText, kinds: z.array(z.enum(DEPLOYMENT_KINDS)).min(1).optional(), reason: z.string().min(1) })
  .check(({ value, issues }) => {
    const provider = parseScopeId(value.scope)?.provider;
    const strange = provider && value.kinds?.find(kind => !kindsOf(provider).includes(kind));
    if (strange === undefined) return;
    const message = `no kind of ${provider}, which has ${kindsOf(provider ?? 'sagemaker').join(', ')}`;
    issues.push({ code: 'custom', input: strange, path: ['kinds', value.kinds?.indexOf(strange) ?? 0], message });
  });

const accountSchema = z.strictObject({ environment: z.string().min(1).optional(), contact: z.string().min(1).optional() });

/** Regions of one partition: no credentials are good in two. Every name of a region ends in a direction and a number, so that one typed wrong is seen here. */
export const regionList = z
  .array(
    z.string().regex(/^[a-z]{2,4}(-[a-z]+)*-(central|north|south|(north|south)?(east|west))-\d$/, 'expected a region such as eu-west-1'),
  )
  .check(({ value, issues }) => {
    const home = partitionOf(value[0] ?? '');
    for (const [index, region] of value.entries()) {
      const own = partitionOf(region);
      if (own !== home)
        issues.push({
          code: 'custom',
          input: region,
          path: [index],
          message: `${region} lies in ${own}, ${value[0]} in ${home}: deploy one Rollcall in each`,
        });
    }
  });

export const roleName = z
  .string()
  .regex(/^[\w+=,.@-]{1,64}$/, 'expected the name of a role, such as RollcallSpoke: no ARN and no path, at most 64 characters');
/** The hub's own roles are called after the spoke and, in up to 15 characters more, after their function; IAM takes 64. */
const HUB_ROLE = 49;
export const externalId = z.string().regex(/^[\w+=,.@:/-]{2,1224}$/, 'expected an external id: 2 to 1224 letters, digits and +=,.@:/-');

const unit = z
  .string()
  .regex(/^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$/, 'expected the id of an organisational unit, such as ou-ab12-11111111');

const receiverSchema = z.union([
  z.strictObject({ email: z.email() }),
  z.strictObject({ queue: z.string().regex(/^arn:aws[a-z-]*:sqs:/, 'expected the ARN of an SQS queue') }),
]);

/** Who a caller is. `role` is a role ARN in which `*` stands for any text; its session name is the person unless `person` says otherwise. */
const personSchema = z.strictObject({
  role: z.string().startsWith('arn:').optional(),
  user: z.string().startsWith('arn:').optional(),
  person: z.string().min(1).optional(),
  as: z.enum(['OWNER', 'SECURITY']),
});

const settingsShape = z.strictObject({
  /** `enabled`: in each account those that are enabled there. */
  regions: z.union([regionList, z.literal('enabled')]).default([]),
  /** Whose deployments are listed; a provider that is not named is not looked at. */
  providers: z
    .array(z.enum(PROVIDERS))
    .min(1)
    .default([...PROVIDERS]),
  excluded: z.array(exclusion).default([]),
  /** With `spoke`, these are read beside the account that Rollcall runs in; without, they only say what a known account is. */
  accounts: z.record(accountId, accountSchema).default({}),
  /** The role that is assumed in every account but Rollcall's own. */
  spoke: z.strictObject({ roleName: roleName.max(HUB_ROLE, `at most ${HUB_ROLE} characters`), externalId }).optional(),
  /** Reads the accounts of AWS Organizations instead, all of them or those in `units`. `id`: lets spokes trust nobody outside. */
  organization: z
    .strictObject({
      id: z
        .string()
        .regex(/^o-[a-z0-9]{10,32}$/, 'expected the id of an organisation, such as o-a1b2c3d4e5')
        .optional(),
      units: z.array(unit).default([]),
      /** Deploys the spokes to the units as the management account (SELF) or as one that CloudFormation is delegated to. */
      stackSet: z.enum(['SELF', 'DELEGATED_ADMIN']).optional(),
    })
    .refine(({ stackSet, units }) => stackSet === undefined || units.length > 0, {
      path: ['stackSet'],
      message: 'needs units: where it deploys to; the root of the organisation will do, such as r-ab12',
    })
    .optional(),
  /** Minutes between two roll calls. */
  schedule: z.strictObject({ everyMinutes: z.number().int().min(1).max(1440).default(15) }).default({ everyMinutes: 15 }),
  /** Whether changes are looked at as they are announced, and not at the next roll call only. */
  events: z.strictObject({ enabled: z.boolean().default(true) }).default({ enabled: true }),
  /** UTC hour and minute of the daily summary. */
  summaryAt: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM in UTC, such as 08:00')
    .default('08:00'),
  receivers: z.record(z.string().min(1), receiverSchema).default({}),
  people: z.array(personSchema).default([]),
  /** People the organisation knows. Without any, nobody is ever judged to have left. */
  directory: z.array(z.strictObject({ person: z.string().min(1), active: z.boolean().default(true) })).default([]),
  claimTags: z.array(z.string().min(1)).default(['rollcall:model']),
  ownerTags: z.array(z.string().min(1)).default(['owner']),
  environmentTags: z.array(z.string().min(1)).default(['environment', 'env']),
  /** Whether ETags of artefacts that SageMaker does not show are read from S3: one call per artefact and listing, and `s3:ListBucket`. */
  artefactEtags: z.boolean().default(false),
  manifestDecisions: z.enum(['trust', 'record']).default('record'),
  policy: policySchema.prefault({}),
});

/** `rollcall.yaml`, after parsing. An empty file is the default deployment: this account, this region, observe. */
export const settingsSchema = settingsShape.refine(({ organization, spoke }) => organization === undefined || spoke !== undefined, {
  path: ['organization'],
  message: 'needs spoke: the role to assume in the accounts',
});
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings = (): Settings => settingsSchema.parse({});

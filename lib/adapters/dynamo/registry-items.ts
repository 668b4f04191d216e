import * as z from 'zod';
import { APPROVAL_STATUSES, type Decision, LIFECYCLES, type Registration, TIERS } from '../../core/registration.ts';
import { count, each, instant, maybe, maybeInstant, text, words } from './fields.ts';

const identity = z.discriminatedUnion('by', [
  z.object({ by: z.literal('COMPOSITION'), composition: text }),
  z.object({ by: z.literal('PACKAGE'), packageArn: text }),
  z.object({ by: z.literal('IMAGE_AND_ARTEFACT'), image: text, artefact: text }),
]);
const evidence = z.object({ ...each(text, 'type', 'uri'), digest: maybe, passed: z.boolean().nullable(), at: maybeInstant });
const version = z.object({ version: text, identity: identity.nullable(), parts: z.array(text).default([]), evidence: z.array(evidence) });
const given = { at: instant, source: z.enum(['REPOSITORY', 'MANIFEST', 'PERSON']), assertedBy: maybe };

const approval = z.object({
  ...given,
  ...each(maybe, 'environment', 'approver', 'requester'),
  type: z.literal('APPROVAL'),
  version: text,
  identity: identity.nullable(),
  status: z.enum(APPROVAL_STATUSES),
  expiresAt: maybeInstant,
});
const attestation = z.object({ ...given, type: z.literal('ATTESTATION'), by: text });

/** A `d#` item: whose decision, its place in the order, and the decision. */
export const decisionItem: z.ZodType<{ readonly model: string; readonly seq: number; readonly decision: Decision }> = z.object({
  model: text,
  seq: count,
  decision: z.discriminatedUnion('type', [approval, attestation]),
});

const constraints = z.object({
  regions: z.array(text).nullable(),
  guardrailRequired: z.boolean(),
  loggingRequired: z.boolean(),
  networkIsolation: z.boolean(),
  allowedRoles: z.array(text).nullable(),
});

/** A `g#` item: the registration without its decisions. */
export const registrationItem: z.ZodType<Omit<Registration, 'decisions'>> = z.object({
  ...each(text, 'name', 'registeredBy', 'origin'),
  ...each(maybe, 'purpose', 'businessOwner', 'technicalOwner'),
  riskTier: z.enum(TIERS).nullable(),
  match: z.object({ packageGroup: maybe, tags: words, uses: z.array(text).default([]) }),
  approvals: z.enum(['ROLLCALL', 'SAGEMAKER']),
  governanceUnit: z.enum(['MODEL', 'APPLICATION']),
  lifecycle: z.enum(LIFECYCLES).nullable(),
  dataSources: z.array(z.object({ uri: text, classification: maybe, personalData: z.boolean().nullable() })).nullable(),
  downstreamSystems: z.array(text).nullable(),
  operatingConstraints: constraints.nullable().default(null),
  versions: z.array(version),
  deployments: z.array(z.object({ arn: text, environment: maybe, version: maybe })),
  registeredAt: instant,
  revision: count,
});

import * as z from 'zod';
import { type FindingView, findingViewSchema } from './finding-view.ts';
import type { InventoryItem } from './inventory.ts';
import type { ApprovalDecision, Decision, Registration } from './registration.ts';
import { elapsed, type Instant } from './time.ts';

const text = z.string();
const maybe = text.nullable();

/** Who owns a model, what it connects to, and what changed since its last approval; sent as `rollcall.model/1`. */
export const modelViewSchema = z.object({
  schema: z.literal('rollcall.model/1'),
  name: text,
  purpose: maybe,
  riskTier: maybe,
  lifecycle: maybe,
  approvals: text,
  owners: z.object({ business: maybe, technical: maybe }),
  registered: z.object({ at: text, by: text, origin: text }),
  /** null: never said, which is not the same as none. */
  connects: z.object({
    dataSources: z.array(z.object({ uri: text, classification: maybe })).nullable(),
    downstreamSystems: z.array(text).nullable(),
  }),
  lastApproval: z.object({ version: text, approver: maybe, environment: maybe, at: text, expiresAt: maybe, source: text }).nullable(),
  deployments: z.array(
    z.object({ arn: text, name: text, scope: text, status: text, version: maybe, composition: maybe, listed: z.boolean() }),
  ),
  /** Oldest first; since the last approval, or since the registration where there is none. */
  changes: z.array(z.object({ at: text, what: text })),
  findings: z.array(findingViewSchema),
});
export type ModelView = z.infer<typeof modelViewSchema>;

interface ModelFacts {
  readonly registration: Registration;
  readonly items: readonly InventoryItem[];
  readonly findings: readonly FindingView[];
}

export const modelView = (facts: ModelFacts): ModelView => {
  const { registration: model, items, findings } = facts;
  const approval = lastApproval(model.decisions);
  return {
    schema: 'rollcall.model/1',
    name: model.name,
    purpose: model.purpose,
    riskTier: model.riskTier,
    lifecycle: model.lifecycle,
    approvals: model.approvals,
    owners: {
      business: model.businessOwner,
      technical: model.technicalOwner,
    },
    registered: {
      at: model.registeredAt,
      by: model.registeredBy,
      origin: model.origin,
    },
    connects: {
      dataSources:
        model.dataSources?.map(({ uri, classification }) => ({
          uri,
          classification,
        })) ?? null,
      downstreamSystems: model.downstreamSystems === null ? null : [...model.downstreamSystems],
    },
    lastApproval: approval && pickApproval(approval),
    deployments: items.map(deploymentOf),
    changes: changesSince(approval?.at ?? model.registeredAt, facts),
    findings: [...findings],
  };
};

const lastApproval = (decisions: readonly Decision[]): ApprovalDecision | null =>
  decisions.reduce<ApprovalDecision | null>(
    (last, decision) =>
      decision.type === 'APPROVAL' && decision.status === 'APPROVED' && (last === null || elapsed(last.at, decision.at) >= 0)
        ? decision
        : last,
    null,
  );

const pickApproval = ({ version, approver, environment, at, expiresAt, source }: ApprovalDecision) => ({
  version,
  approver,
  environment,
  at,
  expiresAt,
  source,
});

const deploymentOf = ({ arn, sighting, scope, version, absentSince }: InventoryItem) => ({
  arn,
  name: sighting.name,
  scope,
  status: sighting.status,
  version,
  composition: sighting.detail.state === 'KNOWN' ? sighting.detail.composition.digest : null,
  listed: absentSince === null,
});

const changesSince = (since: Instant, { registration, items, findings }: ModelFacts): { at: string; what: string }[] =>
  [
    ...registration.decisions.map(decision => ({ at: decision.at, what: whatWasDecided(decision) })),
    ...items.map(({ firstSeen, sighting }) => ({ at: firstSeen, what: `${sighting.name} was first seen in ${sighting.scope}` })),
    ...items.flatMap(({ sighting }) =>
      sighting.lastModified === null ? [] : [{ at: sighting.lastModified, what: `${sighting.name} was changed in ${sighting.scope}` }],
    ),
    ...findings.map(({ id, rule, reason, openedAt }) => ({ at: openedAt, what: `${id} ${rule} opened: ${reason}` })),
  ]
    .filter(({ at }) => elapsed(since, at) > 0)
    .toSorted((a, b) => elapsed(b.at, a.at));

const whatWasDecided = (decision: Decision): string =>
  decision.type === 'ATTESTATION'
    ? `${decision.by} attested the registration`
    : `the approval of version ${decision.version} became ${decision.status}${decision.approver === null ? '' : ` (${decision.approver})`}`;

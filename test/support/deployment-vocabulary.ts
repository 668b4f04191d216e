import { composeModel, composeParts } from '../../lib/core/compose.ts';
import type { Verdict } from '../../lib/core/finding.ts';
import type { ScopeWorld } from '../../lib/core/plan.ts';
import { judgeWorld } from '../../lib/core/plan-scope.ts';
import { inOrder } from '../../lib/core/reconcile-findings.ts';
import type { ApprovalDecision, Registration } from '../../lib/core/registration.ts';
import { type RuleId } from '../../lib/core/rule-catalog.ts';
import type { Sighting } from '../../lib/core/sighting.ts';
import {
  ACCOUNT,
  aComposition,
  aContainer,
  aListing,
  anApproval,
  aPackage,
  aRegistration,
  aScopeWorld,
  aSighting,
  aUnit,
  aVersion,
  endpointArn,
  endpointsOf,
  groupArn,
  IMAGE,
  knownDetail,
  NOW,
  packageArn,
  REGION,
  someSettings,
  unknownDetail,
  violated,
} from '../support/builders.ts';

export type Over = Partial<ScopeWorld> & { packages?: readonly ReturnType<typeof aPackage>[] };
/** What every rule says, also where it bears on no finding. */
export const everyVerdict = (world: ScopeWorld): readonly Verdict[] => inOrder([...judgeWorld(world)].flatMap(({ said: each }) => each));
export const judge = (sighting: Sighting, { packages = [], ...over }: Over = {}): readonly Verdict[] =>
  everyVerdict(aScopeWorld({ listing: aListing({ kinds: [endpointsOf([sighting])], packages }), ...over }));
export const of = (verdicts: readonly Verdict[], rule: RuleId) => verdicts.find(verdict => verdict.rule === rule)!;
export const said = (verdict: Verdict) => `${verdict.outcome} ${verdict.code}`;
export const violation = (sighting: Sighting, rule: RuleId, over: Over = {}) => violated(of(judge(sighting, over), rule));
export const model = (over: Partial<Registration> = {}): Over => ({ registrations: [aRegistration(over)] });

export const dev = someSettings({ accounts: { [ACCOUNT]: { environment: 'dev' } } });
export const nobodySaid = someSettings({ accounts: {} });
export const stranger = (over: Partial<Sighting> = {}) => aSighting({ name: 'chat-helper-test', tags: {}, ...over });
export const none = { registrations: [] };
export const declared = (version: string | null, environment: string | null = null) => ({
  deployments: [{ arn: endpointArn('fraud-scorer'), environment, version }],
});
export const approved = (...decisions: ApprovalDecision[]): Over => model({ decisions });
export const running = (...artefacts: string[]) =>
  aSighting({ detail: knownDetail(...artefacts.map((each, index) => aUnit({ name: `unit-${index}`, composition: aComposition(each) }))) });
export const hoursAgo = (hours: number) => new Date(Date.parse(NOW) - hours * 3_600_000).toISOString();
export const sagemaker = {
  approvals: 'SAGEMAKER',
  match: { packageGroup: groupArn('fraud'), tags: {}, uses: [] },
  versions: [],
  decisions: [],
} as const;
export const fromPackage = (version: number, artefact = `v${version}`) =>
  aSighting({ detail: knownDetail(aUnit({ composition: aComposition(artefact), packageArns: [packageArn('fraud', version)] })) });
export const pending4 = aPackage({ arn: packageArn('fraud', 4), version: 4, approval: 'PENDING', composition: aComposition('v4') });

export const v2 = aSighting({ artefact: 'v2' });
export const v3 = aSighting();
export const v4 = aSighting({ artefact: 'v4' });
export const unread = (cause: Parameters<typeof unknownDetail>[0]) => aSighting({ detail: unknownDetail(cause) });
export const inDev = { settings: dev };
export const strangerInDev = { ...none, ...inDev };
export const churn = { registrations: [aRegistration({ name: 'churn', versions: [], decisions: [] })] };
export const embeds = (riskTier: Registration['riskTier'] = 'HIGH'): Over => ({
  registrations: ['embed', 'embed-v2'].map(name => aRegistration({ name, riskTier })),
});
export const untagged = aSighting({ tags: {} });
export const unread0 = aSighting({ name: 'shadow', tags: {}, detail: unknownDetail('FAILED') });
export const others = { registrations: [aRegistration({ name: 'other' })] };
export const unversioned = { versions: [], decisions: [] };
export const ofPackage = { by: 'PACKAGE', packageArn: packageArn('fraud', 3) } as const;
export const byPackage = { versions: [aVersion('3', { identity: ofPackage })], decisions: [anApproval({ identity: ofPackage })] };
export const UNREAD = { group: groupArn('fraud'), failure: 'DENIED', reason: 'access denied: sagemaker:ListModelPackages' } as const;
export const blind = (sighting: Sighting, packages: readonly ReturnType<typeof aPackage>[] = []) => ({
  listing: aListing({ kinds: [endpointsOf([sighting])], packages, packagesUnread: [UNREAD] }),
});
export const loose = aSighting({
  detail: knownDetail(
    aUnit({ composition: composeModel({ containers: [aContainer({ image: `${IMAGE.split('@')[0]}:4` })], execution: null }) }),
  ),
});
export const foreign = aSighting({
  detail: knownDetail(aUnit({ composition: aComposition('v4'), packageArns: [packageArn('other', 3)] })),
});
export const threeAndFour = [aVersion('3'), aVersion('4')];

export const SONNET = 'anthropic.claude-sonnet-4-20250514-v1:0';
export const CLAUDE = `arn:aws:bedrock:${REGION}::foundation-model/${SONNET}`;
export const CUSTOM = `arn:aws:bedrock:${REGION}:${ACCOUNT}:custom-model/amazon.nova-lite-v1:0/a1b2c3d4e5f6`;
export const serving = (...models: string[]) =>
  knownDetail(
    aUnit({ composition: composeParts(models.map((identity, n) => ({ slot: `model.${n}`, kind: 'MODEL', identity, pinned: true }))) }),
  );

import { type App, Aws, CfnParameter, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, ManagedPolicy, PrincipalWithConditions, Role } from 'aws-cdk-lib/aws-iam';
import type { Settings } from '../core/settings.ts';
import { leaveWatched, listRegions, readDeployments } from './grants.ts';

type Reader = 'PlanScopes' | 'ReconcileScope' | 'Recheck';

/** The functions of the hub that read other accounts. IAM trusts none that does not exist. */
const readersOf = ({ events }: Settings): readonly Reader[] => [
  'PlanScopes',
  'ReconcileScope',
  ...(events.enabled ? (['Recheck'] as const) : []),
];

/** The name of such a function's role, so that other accounts can trust it and nothing beside it; undefined where there are none. */
export const hubRoleName = ({ spoke }: Settings, reader: Reader): string | undefined => spoke && `${spoke.roleName}-${reader}`;

/**
 * What another account needs to be read: one role that only the hub's own functions can assume, and that can only read.
 * It is deployed after the hub, as IAM trusts no role that does not exist. Undefined without `spoke` in `rollcall.yaml`.
 */
export const createSpokeStack = (app: App, settings: Settings): Stack | undefined => {
  const { spoke, organization } = settings;
  if (!spoke) return undefined;
  const description = 'Rollcall spoke: lets Rollcall read which models serve in this account';
  const stack = new Stack(app, 'RollcallSpoke', { description });
  const hub = new CfnParameter(stack, 'HubAccount', { allowedPattern: '\\d{12}', description: 'The account that Rollcall runs in' });
  const trusted = readersOf(settings).map(
    reader => new ArnPrincipal(`arn:${Aws.PARTITION}:iam::${hub.valueAsString}:role/${hubRoleName(settings, reader)}`),
  );
  const role = new Role(stack, 'SpokeRole', {
    roleName: spoke.roleName,
    description,
    assumedBy: new PrincipalWithConditions(new CompositePrincipal(...trusted), {
      StringEquals: { 'sts:ExternalId': spoke.externalId, ...(organization?.id ? { 'aws:PrincipalOrgID': organization.id } : {}) },
    }),
  });
  const granted = { ...readDeployments(settings), '': [...leaveWatched(settings), ...listRegions(settings)] };
  for (const [name, statements] of Object.entries(granted))
    new ManagedPolicy(stack, `Spoke${name}Policy`, { roles: [role], statements: [...statements] });
  return stack;
};

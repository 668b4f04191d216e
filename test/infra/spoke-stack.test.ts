import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../lib/core/settings.ts';
import { createSpokeStack } from '../../lib/infra/spoke-stack.ts';
import { asText, rolePermissions } from '../../scripts/permissions.ts';
import { mayDo } from './policy.ts';
import { byDefault, synthesised } from './synthesised.ts';

const SPOKE = { roleName: 'RollcallSpoke', externalId: 'x-1' };
const spokeOf = (settings: Record<string, unknown>): Template => {
  const stack = createSpokeStack(new App(), settingsSchema.parse(settings));
  if (stack === undefined) throw new Error('there is no spoke');
  return Template.fromStack(stack);
};
const spoke = spokeOf({ spoke: SPOKE }).toJSON();
const hub = synthesised({ spoke: SPOKE });
const statementsOf = (template: ReturnType<Template['toJSON']>, role: string) =>
  rolePermissions(template).find(each => each.role === role)?.statements ?? [];

describe('the role of another account', () => {
  const [role] = Object.values(spokeOf({ spoke: SPOKE }).findResources('AWS::IAM::Role'));

  it('is there only where rollcall.yaml has a spoke, and is all there is', () => {
    expect(createSpokeStack(new App(), settingsSchema.parse({}))).toBeUndefined();
    const types = Object.values(spoke.Resources).map(resource => Object(resource).Type);
    expect(types.toSorted()).toEqual(['AWS::IAM::ManagedPolicy', 'AWS::IAM::Role']);
  });

  it('trusts the functions of the hub that read, by name and with the external id, and nobody else', () => {
    const { RoleName, AssumeRolePolicyDocument } = role?.['Properties'] ?? {};
    expect(RoleName).toBe('RollcallSpoke');
    expect(AssumeRolePolicyDocument.Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: expect.anything() },
        Condition: { StringEquals: { 'sts:ExternalId': 'x-1' } },
      },
    ]);
    expect(asText(AssumeRolePolicyDocument.Statement[0].Principal.AWS)).toBe(
      'arn:<AWS::Partition>:iam::<HubAccount>:role/RollcallSpoke-ReconcileScope',
    );
    expect(JSON.stringify(spoke)).not.toContain('"AWS":"*"');
  });

  it('may do exactly what the hub does in its own account, the denial of all writes included', () => {
    const own = statementsOf(byDefault.template.toJSON(), 'ReconcileScope').filter(({ actions }) =>
      actions.some(action => action.startsWith('sagemaker:')),
    );
    expect(statementsOf(spoke, 'Spoke')).toEqual(own);
    const later = { sid: '', effect: 'Allow', actions: ['*'], resources: ['*'], conditions: {} } as const;
    const endpoint = 'arn:aws:sagemaker:eu-west-1:444455556666:endpoint/x';
    for (const action of ['CreateEndpoint', 'UpdateEndpoint', 'DeleteEndpoint', 'AddTags', 'InvokeEndpoint', 'PutModelPackageGroupPolicy'])
      expect(mayDo([...statementsOf(spoke, 'Spoke'), later], { action: `sagemaker:${action}`, resource: endpoint })).toBe(false);
  });
});

describe('the hub', () => {
  const assume = (role: string, externalId = 'x-1') =>
    mayDo(statementsOf(hub.template.toJSON(), 'ReconcileScope'), {
      action: 'sts:AssumeRole',
      resource: `arn:<AWS::Partition>:iam::444455556666:role/${role}`,
      externalId,
    });

  it('may assume that role in any account, with the external id, and no other role', () => {
    expect([assume('RollcallSpoke'), assume('RollcallSpoke', 'x-2'), assume('Admin'), assume('RollcallSpoke2')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it.each(['PlanScopes', 'CloseRun', 'Notify', 'Api'])('lets %s assume none', role => {
    const resource = 'arn:<AWS::Partition>:iam::444455556666:role/RollcallSpoke';
    expect(mayDo(statementsOf(hub.template.toJSON(), role), { action: 'sts:AssumeRole', resource, externalId: 'x-1' })).toBe(false);
  });

  it('names the role that others trust, and leaves its name to CloudFormation where nobody does', () => {
    const names = ({ all }: typeof hub) => [...all('AWS::IAM::Role').values()].flatMap(({ RoleName }) => RoleName ?? []);
    expect([names(hub), names(byDefault)]).toEqual([['RollcallSpoke-ReconcileScope'], []]);
  });
});

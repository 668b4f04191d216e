import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../lib/core/settings.ts';
import { createEventsStack } from '../../lib/infra/events-stack.ts';
import { createSpokeStack } from '../../lib/infra/spoke-stack.ts';
import { asText, rolePermissions } from '../../scripts/permissions.ts';
import { mayDo } from './policy.ts';
import { byDefault, type Properties, synthesised } from './synthesised.ts';

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
    // One policy for each provider, and one for the denial of all writes.
    expect(types.toSorted()).toEqual([...Array(4).fill('AWS::IAM::ManagedPolicy'), 'AWS::IAM::Role']);
  });

  it('trusts the functions of the hub that read, by name and with the external id, and nobody else', () => {
    const { RoleName, AssumeRolePolicyDocument } = role?.['Properties'] ?? {};
    expect(RoleName).toBe('RollcallSpoke');
    const Condition = { StringEquals: { 'sts:ExternalId': 'x-1' } };
    const trust = (reader: string) => {
      const AWS = `arn:<AWS::Partition>:iam::<HubAccount>:role/RollcallSpoke-${reader}`;
      return { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS }, Condition };
    };
    const read = AssumeRolePolicyDocument.Statement.map((each: Properties) => ({
      ...each,
      Principal: { AWS: asText(each.Principal.AWS) },
    }));
    expect(read).toEqual([trust('PlanScopes'), trust('ReconcileScope'), trust('Recheck')]);
    expect(JSON.stringify(spoke)).not.toContain('"AWS":"*"');
  });

  it('trusts no function that there is none of', () => {
    const [still] = Object.values(spokeOf({ spoke: SPOKE, events: { enabled: false } }).findResources('AWS::IAM::Role'));
    expect(still?.['Properties'].AssumeRolePolicyDocument.Statement).toHaveLength(2);
  });

  it('trusts nobody of another organisation where ours is known', () => {
    const [inOurs] = Object.values(spokeOf({ spoke: SPOKE, organization: { id: 'o-a1b2c3d4e5' } }).findResources('AWS::IAM::Role'));
    expect(inOurs?.['Properties'].AssumeRolePolicyDocument.Statement[0].Condition).toEqual({
      StringEquals: { 'sts:ExternalId': 'x-1', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
    });
  });

  it('may do exactly what the hub does in its own account, the denial of all writes included', () => {
    const own = statementsOf(byDefault.template.toJSON(), 'ReconcileScope').filter(({ actions }) =>
      actions.some(action => /^(sagemaker|bedrock|bedrock-agentcore):/.test(action)),
    );
    expect(statementsOf(spoke, 'Spoke')).toEqual(own);
    const later = { sid: '', effect: 'Allow', actions: ['*'], resources: ['*'], conditions: {} } as const;
    const endpoint = 'arn:aws:sagemaker:eu-west-1:444455556666:endpoint/x';
    for (const action of ['CreateEndpoint', 'UpdateEndpoint', 'DeleteEndpoint', 'AddTags', 'InvokeEndpoint', 'PutModelPackageGroupPolicy'])
      expect(mayDo([...statementsOf(spoke, 'Spoke'), later], { action: `sagemaker:${action}`, resource: endpoint })).toBe(false);
  });
});

describe('the hub', () => {
  const assume = (template: typeof spoke, role: string, more: { externalId?: string; organization?: string; reader?: string } = {}) =>
    mayDo(statementsOf(template, more.reader ?? 'ReconcileScope'), {
      action: 'sts:AssumeRole',
      resource: `arn:<AWS::Partition>:iam::444455556666:role/${role}`,
      externalId: 'x-1',
      ...more,
    });

  it('may assume that role in any account, with the external id, and no other role', () => {
    const own = hub.template.toJSON();
    expect([
      assume(own, 'RollcallSpoke'),
      assume(own, 'RollcallSpoke', { externalId: 'x-2' }),
      assume(own, 'Admin'),
      assume(own, 'RollcallSpoke2'),
      assume(own, 'RollcallSpoke', { reader: 'Recheck' }),
    ]).toEqual([true, false, false, false, true]);
  });

  it.each(['PlanScopes', 'CloseRun', 'Notify', 'Api'])('lets %s assume none', role => {
    const resource = 'arn:<AWS::Partition>:iam::444455556666:role/RollcallSpoke';
    expect(mayDo(statementsOf(hub.template.toJSON(), role), { action: 'sts:AssumeRole', resource, externalId: 'x-1' })).toBe(false);
  });

  it('names the role that others trust, and leaves its name to CloudFormation where nobody does', () => {
    const names = ({ all }: typeof hub) => [...all('AWS::IAM::Role').values()].flatMap(({ RoleName }) => RoleName ?? []);
    expect([names(hub), names(byDefault)]).toEqual([
      ['RollcallSpoke-PlanScopes', 'RollcallSpoke-ReconcileScope', 'RollcallSpoke-Recheck'],
      [],
    ]);
  });

  it.each([
    [{}, ['ListAccounts']],
    [{ units: ['ou-ab12-11111111'] }, ['ListAccountsForParent', 'ListOrganizationalUnitsForParent']],
  ])('lists the accounts of the organisation %j by %j alone, and assumes roles in no other', (more, expected) => {
    const organization = { id: 'o-a1b2c3d4e5', ...more };
    const template = synthesised({ spoke: SPOKE, organization }).template.toJSON();
    const lists = ['ListAccounts', 'ListAccountsForParent', 'ListOrganizationalUnitsForParent', 'CloseAccount'];
    const may = (role: string) =>
      lists.filter(list => mayDo(statementsOf(template, role), { action: `organizations:${list}`, resource: '*' }));
    expect(['PlanScopes', 'ReconcileScope', 'CloseRun', 'Notify', 'Api'].map(may)).toEqual([expected, [], [], [], []]);
    const inside = (id: string) => assume(template, 'RollcallSpoke', { organization: id });
    expect([inside('o-a1b2c3d4e5'), inside('o-zzzzzzzzzz')]).toEqual([true, false]);
  });

  it('reads every region where those that are enabled decide, and asks each account under its role which these are', () => {
    const settings = { spoke: SPOKE, regions: 'enabled' };
    const template = synthesised(settings).template.toJSON();
    const [plan, reconcile, other] = [
      statementsOf(template, 'PlanScopes'),
      statementsOf(template, 'ReconcileScope'),
      statementsOf(spokeOf(settings).toJSON(), 'Spoke'),
    ];
    const lists = { action: 'account:ListRegions', resource: '*' };
    expect([plan, reconcile, other].map(statements => mayDo(statements, lists))).toEqual([true, false, true]);
    const resource = 'arn:<AWS::Partition>:iam::444455556666:role/RollcallSpoke';
    expect(mayDo(plan, { action: 'sts:AssumeRole', resource, externalId: 'x-1' })).toBe(true);
    for (const statements of [reconcile, other])
      expect(mayDo(statements, { action: 'sagemaker:ListEndpoints', resource: '*', region: 'ap-east-1' })).toBe(true);
  });
});

describe('the StackSet', () => {
  const settings = { spoke: SPOKE, organization: { id: 'o-a1b2c3d4e5', units: ['ou-ab12-11111111'], stackSet: 'SELF' } };
  const { template, all } = synthesised(settings);
  const setsFor = (more: Record<string, unknown>) => [
    ...synthesised({ ...settings, ...more })
      .all('AWS::CloudFormation::StackSet')
      .keys(),
  ];
  const set = all('AWS::CloudFormation::StackSet').get('SpokeSet');

  it.each<[string, Record<string, unknown>, readonly string[]]>([
    ['is there with the one that forwards', {}, ['SpokeSet', 'EventsSet']],
    ['is not there where rollcall.yaml does not ask for it', { organization: { units: ['r-ab12'] } }, []],
    ['is alone where nothing is announced', { events: { enabled: false } }, ['SpokeSet']],
    ['is alone where the bus cannot admit the organisation', { organization: { units: ['r-ab12'], stackSet: 'SELF' } }, ['SpokeSet']],
  ])('%s', (_what, more, expected) => expect(setsFor(more)).toEqual(expected));

  const forwarding = (more: Record<string, unknown>) => {
    const found = synthesised({ ...settings, ...more });
    const { StackInstancesGroup, ...rest } = found.all('AWS::CloudFormation::StackSet').get('EventsSet') ?? {};
    return { found, rest, regions: StackInstancesGroup[0].Regions };
  };

  it('that forwards is in each region that is named, or else in those that every account has', () => {
    expect(forwarding({}).regions).toEqual([{ Ref: 'AWS::Region' }]);
    expect(forwarding({ regions: ['eu-west-1', 'us-east-1'] }).regions).toEqual(['eu-west-1', 'us-east-1']);
    const { found, regions } = forwarding({ regions: 'enabled' });
    expect(regions).toEqual({ 'Fn::FindInMap': ['RegionsOfEveryAccount', { Ref: 'AWS::Partition' }, 'regions'] });
    const [mapping] = Object.values(found.template.findMappings('RegionsOfEveryAccount'));
    expect(mapping?.['aws']['regions']).toContain('eu-west-1');
  });

  it('that forwards has the very template of the plain stack, and the bus of this one', () => {
    const { rest } = forwarding({});
    const plain = createEventsStack(new App(), settingsSchema.parse(settings));
    const { Parameters, Resources } = JSON.parse(rest['TemplateBody']);
    expect(Resources).toEqual(plain && Template.fromStack(plain).toJSON()['Resources']);
    expect(Object.keys(Parameters)).toEqual(['HubBusArn']);
    expect(rest['Parameters']).toEqual([
      { ParameterKey: 'HubBusArn', ParameterValue: { 'Fn::GetAtt': [expect.stringMatching(/^EventBus/), 'Arn'] } },
    ]);
    expect(rest).toMatchObject({ PermissionModel: 'SERVICE_MANAGED', CallAs: 'SELF', StackSetName: 'Rollcall-events' });
  });

  it('deploys to the units, and to whoever joins them', () => {
    expect(set).toMatchObject({
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'SELF',
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      Parameters: [{ ParameterKey: 'HubAccount', ParameterValue: { Ref: 'AWS::AccountId' } }],
      StackInstancesGroup: [{ DeploymentTargets: { OrganizationalUnitIds: ['ou-ab12-11111111'] }, Regions: [{ Ref: 'AWS::Region' }] }],
    });
  });

  it('has the very template of the plain stack, and nothing that needs a bootstrapped account', () => {
    const { Parameters, Resources, ...rest } = JSON.parse(set?.['TemplateBody']);
    expect(Resources).toEqual(spokeOf(settings).toJSON()['Resources']);
    expect(Object.keys(Parameters)).toEqual(['HubAccount']);
    expect(Object.keys(rest)).toEqual(['Description']);
    expect(set?.['TemplateBody'].length).toBeLessThan(51_200);
  });

  it('comes after the functions whose roles it trusts', () => {
    const [{ DependsOn = [] } = {}] = Object.values(template.findResources('AWS::CloudFormation::StackSet'));
    const after = ['PlanScopes', 'ReconcileScope', 'Recheck'].map(id => expect.stringMatching(new RegExp(`^${id}[0-9A-F]{8}$`)));
    expect(DependsOn).toEqual(expect.arrayContaining(after));
  });
});

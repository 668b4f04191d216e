import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { defaultSettings, settingsSchema } from '../lib/core/settings.ts';
import { createEventsStack } from '../lib/infra/events-stack.ts';
import { createSpokeStack } from '../lib/infra/spoke-stack.ts';
import { createRollcallStack } from '../lib/infra/stack.ts';
import { REASONS } from './permission-reasons.ts';

/** One statement of a synthesised policy, references as `<LogicalId.Arn>` without the hash of the id. */
export interface Statement {
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

export interface RolePermissions {
  /** The role's logical id without its hash and the word Role. */
  readonly role: string;
  readonly description: string;
  readonly statements: readonly Statement[];
}

/** A template as parsed JSON. */
type Json = ReturnType<Template['toJSON']>;

/** A resolved template value as one text: `<FindingsTable.Arn>/index/byId`. */
export const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${String(value.Ref)}>`;
  if ('Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt'])) return `<${value['Fn::GetAtt'].join('.')}>`;
  if (!('Fn::Join' in value) || !Array.isArray(value['Fn::Join'])) return JSON.stringify(value);
  const [separator, parts] = value['Fn::Join'];
  return parts.map(asText).join(separator);
};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const text = (value: unknown): string => asText(value).replaceAll(/<([A-Za-z]+?)[0-9A-F]{8}([.>])/g, '<$1$2');

/** What each role of the stack may do, from the template as it would be deployed. */
export const rolePermissions = (template: Json): readonly RolePermissions[] => {
  const resources = Object.entries<Json>(template['Resources']);
  const policies = resources
    .map(([, resource]) => resource)
    .filter(({ Type }) => Type === 'AWS::IAM::ManagedPolicy' || Type === 'AWS::IAM::Policy');
  return resources
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .map(([id, { Properties }]) => ({
      role: id.replace(/[0-9A-F]{8}$/, '').replace(/Role(ForTarget[0-9a-f]+)?$/, ''),
      description: Properties.Description ?? '',
      statements: policies
        .filter(policy => policy['Properties'].Roles.some((role: Json) => role['Ref'] === id))
        .flatMap(policy => policy['Properties'].PolicyDocument.Statement.map(readStatement)),
    }));
};

const readStatement = ({ Sid, Effect, Action, Resource, Condition }: Json): Statement => ({
  sid: Sid ?? '',
  effect: Effect,
  actions: list(Action).map(String),
  resources: list(Resource).map(text),
  conditions: Object.fromEntries(
    Object.entries<Json>(Condition ?? {}).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, list(values).map(text)])),
    ]),
  ),
});

/** What a role may do, wherever. */
const keyOf = (role: string, { sid, effect, actions, resources }: Statement) => JSON.stringify([role, sid, effect, actions, resources]);

interface Templates {
  readonly alone: Json;
  /** The same stack with `artefactEtags: true`. */
  readonly etags: Json;
  /** The same stack where `rollcall.yaml` names other accounts, and what is deployed in those. */
  readonly hub: Json;
  readonly spoke: Json;
  readonly events: Json;
}

/** What the roles of a stack may do beyond those of the default one. */
const beyond = (template: Json, known: ReadonlySet<string>, how: string): readonly RolePermissions[] =>
  rolePermissions(template)
    .map(({ role, statements }) => ({
      role: `${role}, ${how}`,
      description: '',
      statements: statements.filter(statement => !known.has(keyOf(role, statement))),
    }))
    .filter(({ statements }) => statements.length > 0);

/** `docs/permissions.md`: a security reviewer's view of the stacks, one table a role. */
export const permissionsPage = ({ alone, etags, hub, spoke, events }: Templates): string => {
  const roles = rolePermissions(alone).toSorted((a, b) => (a.role < b.role ? -1 : 1));
  const known = new Set(roles.flatMap(({ role, statements }) => statements.map(statement => keyOf(role, statement))));
  const intro = [
    '# Permissions',
    '',
    'What each role of the stack may do with an unedited `rollcall.yaml`, why, and what is lost without it. Written by `node scripts/permissions.ts` from the synthesised template; a test keeps it true.',
    '`f#` are the records that machines write, `r#` what people answered, `hr#` and `hp#` the history of either; the other prefixes are in `lib/adapters/dynamo/schema.ts`.',
    'History: no role can update or delete an entry. IAM cannot tell a first `PutItem` from one that overwrites: that is the condition of the write, and the chain of hashes shows a breach.',
  ];
  const many = [
    '',
    '# With many accounts',
    '',
    'What `spoke`, `organization` and `regions: enabled` in `rollcall.yaml` add to those roles, the one role of every other account, and the one that forwards in each of its regions. Regions that are named narrow it as above;',
    'where the enabled ones decide, none does. Whom the role trusts is in `lib/infra/spoke-stack.ts`.',
  ];
  const extra = beyond(etags, known, 'with `artefactEtags: true`').flatMap(roleSection);
  const other = [...beyond(hub, known, 'with many accounts'), ...rolePermissions(spoke), ...rolePermissions(events)];
  return `${[...intro, ...roles.flatMap(roleSection), ...extra, ...many, ...other.flatMap(roleSection)].join('\n')}\n`;
};

const roleSection = ({ role, description, statements }: RolePermissions): readonly string[] => [
  '',
  `## ${role}`,
  ...(description === '' ? [] : ['', `${description}.`]),
  '',
  '| actions | on | only where | why | without it |',
  '| --- | --- | --- | --- | --- |',
  ...statements.flatMap(statement => reasonedParts(statement).map(statementRow)),
];

/** Actions that each have a reason of their own get a row of their own. */
const reasonedParts = (statement: Statement): readonly Statement[] =>
  statement.actions.some(action => REASONS[action] === undefined)
    ? [statement]
    : statement.actions.map(action => ({ ...statement, actions: [action], resources: resourcesOf(statement, action) }));

/** `DescribeModel` needs `model/*` alone, `GetAgentRuntime` runtimes; only what can be about any type keeps all. */
const resourcesOf = ({ resources }: Statement, action: string): readonly string[] => {
  const [, what = ''] = /^(?:sagemaker:Describe|bedrock(?:-agentcore)?:(?:Get|List))(\w+)$/.exec(action) ?? [];
  const word = what.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
  const types = resources.flatMap(resource => /:([a-z-]+)\/\*$/.exec(resource)?.[1] ?? []);
  const type = types.find(each => each === word) ?? types.find(each => each.endsWith(word) || word.includes(each));
  return what === '' || type === undefined ? resources : resources.filter(resource => resource.endsWith(`:${type}/*`));
};

const statementRow = ({ sid, effect, actions, resources, conditions }: Statement): string => {
  const reason = REASONS[actions[0] ?? ''] ?? REASONS[sid];
  if (reason === undefined) throw new Error(`say in scripts/permission-reasons.ts why ${sid || actions.join(', ')} is needed`);
  const where = Object.entries(conditions).flatMap(conditionText).join('; ');
  return `| ${effect === 'Deny' ? '**never** ' : ''}${code(actions)} | ${code(resources.map(short))} | ${where} | ${reason.join(' | ')} |`;
};

/** Account, region and partition are those of the stack. */
const short = (resource: string): string =>
  resource
    .replace('arn:<AWS::Partition>:', '…:')
    .replace(/(\*|<AWS::Region>):<AWS::AccountId>:/, '')
    .replace(/\{.*\}/, '<RollCall>');

const code = (values: readonly string[]): string => values.map(value => `\`${value}\``).join(' ');

const conditionText = ([operator, keys]: [string, Readonly<Record<string, readonly string[]>>]): readonly string[] =>
  operator === 'Null' ? [] : Object.entries(keys).map(([key, values]) => `\`${key}\` is one of ${code(values)}`);

const app = () => new App({ context: { 'aws:cdk:bundling-stacks': [] } });
const jsonOf = (stack: Stack | undefined): Json => (stack === undefined ? {} : Template.fromStack(stack).toJSON());

/** The templates of the default deployment, of one with each option, and of one for many accounts, without bundling any code. */
export const permissionTemplates = (): Templates => {
  const many = settingsSchema.parse({
    spoke: { roleName: 'RollcallSpoke', externalId: 'example' },
    organization: { id: 'o-a1b2c3d4e5' },
    regions: 'enabled',
  });
  return {
    alone: jsonOf(createRollcallStack(app(), defaultSettings())),
    etags: jsonOf(createRollcallStack(app(), { ...defaultSettings(), artefactEtags: true })),
    hub: jsonOf(createRollcallStack(app(), many)),
    spoke: jsonOf(createSpokeStack(app(), many)),
    events: jsonOf(createEventsStack(app(), many)),
  };
};

if (import.meta.main) writeFileSync(path.join(import.meta.dirname, '../docs/permissions.md'), permissionsPage(permissionTemplates()));

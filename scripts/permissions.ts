import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { defaultSettings, type Settings } from '../lib/core/settings.ts';
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

/** `docs/permissions.md`: a security reviewer's view of the stack, one table a role, then what more `optional` has. */
export const permissionsPage = (template: Json, optional: Json): string => {
  const roles = rolePermissions(template).toSorted((a, b) => (a.role < b.role ? -1 : 1));
  const known = new Set(roles.flatMap(({ statements }) => statements.map(({ sid }) => sid)));
  const more = rolePermissions(optional).map(each => ({ ...each, statements: each.statements.filter(({ sid }) => !known.has(sid)) }));
  const intro = [
    '# Permissions',
    '',
    'What each role of the stack may do with an unedited `rollcall.yaml`, why, and what is lost without it. Written by `node scripts/permissions.ts` from the synthesised template; a test keeps it true.',
    '`f#` are the records that machines write, `r#` what people answered, `hr#` and `hp#` the history of either; the other prefixes are in `lib/adapters/dynamo/schema.ts`.',
    'History: no role can update or delete an entry. IAM cannot tell a first `PutItem` from one that overwrites: that is the condition of the write, and the chain of hashes shows a breach.',
  ];
  const extra = more
    .filter(({ statements }) => statements.length > 0)
    .flatMap(({ role, statements }) => roleSection({ role: `${role}, with \`artefactEtags: true\``, description: '', statements }));
  return `${[...intro, ...roles.flatMap(roleSection), ...extra].join('\n')}\n`;
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

/** `DescribeModel` needs `model/*` alone, `GetInferenceProfile` application profiles; only what can be about any type keeps all. */
const resourcesOf = ({ resources }: Statement, action: string): readonly string[] => {
  const [, what = ''] = /^(?:sagemaker:Describe|bedrock:Get)(\w+)$/.exec(action) ?? [];
  const word = what.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
  const types = resources.map(resource => /:([a-z-]+)\/\*$/.exec(resource)?.[1] ?? '');
  const type = types.find(each => each === word) ?? types.find(each => each.endsWith(word) || word.startsWith(each));
  return what === '' ? resources : resources.filter(resource => resource.endsWith(`:${type}/*`));
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
    .replace('<AWS::Region>:<AWS::AccountId>:', '')
    .replace(/\{.*\}/, '<RollCall>');

const code = (values: readonly string[]): string => values.map(value => `\`${value}\``).join(' ');

const conditionText = ([operator, keys]: [string, Readonly<Record<string, readonly string[]>>]): readonly string[] =>
  operator === 'Null' ? [] : Object.entries(keys).map(([key, values]) => `\`${key}\` is one of ${code(values)}`);

/** The template of a deployment, without bundling any code. */
const templateOf = (settings: Settings): Json => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  return Template.fromStack(createRollcallStack(app, settings)).toJSON();
};

if (import.meta.main) {
  const page = permissionsPage(templateOf(defaultSettings()), templateOf({ ...defaultSettings(), artefactEtags: true }));
  writeFileSync(path.join(import.meta.dirname, '../docs/permissions.md'), page);
}

import type { Statement } from '../../scripts/permissions.ts';

/** One request as IAM sees it. `leading`: the partition keys of the items that it names. */
export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly leading?: readonly string[];
  /** The top-level attributes that it names, the key included. */
  readonly attributes?: readonly string[];
  readonly region?: string;
  readonly externalId?: string;
  readonly organization?: string;
}

/** Whether a role with these statements may do it: an explicit deny wins, and what no statement allows is denied. */
export const mayDo = (statements: readonly Statement[], request: Request): boolean => {
  const applying = statements.filter(statement => applies(statement, request));
  return applying.some(({ effect }) => effect === 'Allow') && applying.every(({ effect }) => effect === 'Allow');
};

const applies = ({ actions, resources, conditions }: Statement, request: Request): boolean =>
  actions.some(action => like(action, request.action)) &&
  resources.some(resource => like(resource, request.resource)) &&
  Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, valuesOf(key, request), wanted)),
  );

const valuesOf = (
  key: string,
  { leading = [], attributes = [], region = '<AWS::Region>', externalId = '', organization = '' }: Request,
): readonly string[] => {
  if (key === 'dynamodb:LeadingKeys') return leading;
  if (key === 'dynamodb:Attributes') return attributes;
  if (key === 'aws:RequestedRegion') return [region];
  if (key === 'sts:ExternalId') return [externalId];
  if (key === 'aws:ResourceOrgID') return [organization];
  throw new Error(`this evaluator does not know the condition key ${key}`);
};

/** As IAM does it: `ForAllValues` holds for a request that has no value at all. */
const holds = (operator: string, values: readonly string[], wanted: readonly string[]): boolean => {
  if (operator === 'ForAllValues:StringLike') return values.every(value => wanted.some(pattern => like(pattern, value)));
  if (operator === 'ForAllValues:StringEquals') return values.every(value => wanted.includes(value));
  if (operator === 'StringEquals') return values.some(value => wanted.includes(value));
  if (operator === 'Null') return String(values.length === 0) === wanted[0];
  throw new Error(`this evaluator does not know the operator ${operator}`);
};

const like = (pattern: string, value: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(value);

import { AwsError, type Call, type Operation, text, without } from './call.ts';
import { type Estate, LONG_AGO, ROOT } from './estate.ts';
import { page } from './paging.ts';
import type { Doc } from './world.ts';

const organizationOf = ({ estate, caller }: Call): NonNullable<Estate['organization']> => {
  if (estate.organization) return estate.organization;
  throw new AwsError('AWSOrganizationsNotInUseException', `The account of ${caller} is not a member of an organization.`);
};

/** A page of a list, by id. */
const listed = (call: Call, out: string, items: readonly Doc[]): Doc => {
  const { items: shown, NextToken } = page(call, { items, keyOf: ({ Id }) => text(Id), descending: false, size: 20, range: [1, 20] });
  return { [out]: shown, NextToken };
};

/** As AWS has it once `Status` is retired. */
const accountsOf = (call: Call): readonly (Doc & { readonly parent: string })[] =>
  Object.entries(organizationOf(call).accounts).map(([Id, { state, parent }]) => ({
    Id,
    Arn: `arn:aws:organizations::${call.account}:account/o-simcloud01/${Id}`,
    Name: `account-${Id}`,
    State: state,
    Email: `account-${Id}@example.com`,
    JoinedMethod: 'CREATED',
    JoinedTimestamp: Date.parse(LONG_AGO) / 1000,
    parent,
  }));

const withoutParent = (account: Doc): Doc => without(account, 'parent');

/** The unit that a request names. */
const parentOf = (call: Call): string => {
  const parent = text(call.body.ParentId);
  if (parent === ROOT || organizationOf(call).units[parent]) return parent;
  throw new AwsError('ParentNotFoundException', "You specified parent that doesn't exist.");
};

const listAccountsForParent: Operation = call => {
  const parent = parentOf(call);
  return listed(
    call,
    'Accounts',
    accountsOf(call)
      .filter(account => account.parent === parent)
      .map(withoutParent),
  );
};

const listUnits: Operation = call => {
  const parent = parentOf(call);
  const units = Object.entries(organizationOf(call).units).filter(([, unit]) => unit.parent === parent);
  return listed(
    call,
    'OrganizationalUnits',
    units.map(([Id]) => ({ Id, Name: Id })),
  );
};

export const ORGANIZATIONS_OPERATIONS: Readonly<Record<string, Operation>> = {
  ListAccounts: call => listed(call, 'Accounts', accountsOf(call).map(withoutParent)),
  ListAccountsForParent: listAccountsForParent,
  ListOrganizationalUnitsForParent: listUnits,
};

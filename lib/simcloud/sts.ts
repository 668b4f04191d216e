import type { Operation } from './call.ts';

export const STS_OPERATIONS: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: ({ caller, account }) => ({ Arn: caller, UserId: 'AIDASIMCLOUD', Account: account }),
};

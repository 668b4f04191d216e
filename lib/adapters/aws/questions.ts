import { type AccountClient, paginateListRegions } from '@aws-sdk/client-account';
import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { elapsed } from '../../core/time.ts';
import type { Clock } from '../../ports.ts';
import { type Answer, classifyError, failed } from './classify-error.ts';

/** What a request that is made once resolves with, or why there is no answer. */
export const asked = async <T>(action: string, answer: Promise<T>): Promise<Answer<T>> => {
  try {
    return { ok: true, value: await answer };
  } catch (error) {
    // Whatever the SDK throws is a value from here on.
    return failed(classifyError(error, action));
  }
};

export interface Who {
  readonly who: Answer<{ readonly arn: string; readonly account: string }>;
  /** Milliseconds by which the clock of this machine is ahead of the one that answered; null: nothing answered. */
  readonly ahead: number | null;
}

const dated = z.object({ headers: z.object({ date: z.string() }) });

/** Who signs, and how far this clock is from AWS's, which even a refusal tells. */
export const whoAmI = async (client: STSClient, clock: Clock): Promise<Who> => {
  let ahead: number | null = null;
  client.middlewareStack.add(
    next => async request => {
      const result = await next(request);
      const { data } = dated.safeParse(result.response);
      if (data !== undefined) ahead = elapsed(data.headers.date, clock.now());
      return result;
    },
    // Nearest to the wire: what comes before it throws away the headers of an error.
    { step: 'deserialize', priority: 'low', name: 'dateOfAnswer', override: true },
  );
  const answer = await asked('sts:GetCallerIdentity', client.send(new GetCallerIdentityCommand({})));
  const who = answer.ok ? { ok: true as const, value: { arn: answer.value.Arn ?? '', account: answer.value.Account ?? '' } } : answer;
  return { who, ahead };
};

/** Regions that the account of the caller can use. */
export const enabledRegions = (client: AccountClient): Promise<Answer<readonly string[]>> => {
  const read = async () => {
    const names: string[] = [];
    const only = { MaxResults: 50, RegionOptStatusContains: ['ENABLED' as const, 'ENABLED_BY_DEFAULT' as const] };
    for await (const { Regions = [] } of paginateListRegions({ client, stopOnSameToken: true }, only))
      names.push(...Regions.flatMap(({ RegionName }) => RegionName ?? []));
    return names;
  };
  return asked('account:ListRegions', read());
};

/** The outputs of a stack by name. Throws what CloudFormation answers instead. */
export const stackOutputs = async (client: CloudFormationClient, stack: string): Promise<Readonly<Record<string, string>>> => {
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stack }));
  return Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
};

import { AccountClient, ListRegionsCommand } from '@aws-sdk/client-account';
import { ListImportedModelsCommand } from '@aws-sdk/client-bedrock';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { ListAccountsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { ListEndpointsCommand } from '@aws-sdk/client-sagemaker';
import { expect, it } from 'vitest';
import { ACCOUNT, REGION, simulate } from './simulated.ts';

type Simulated = Awaited<ReturnType<typeof simulate>>;

/** A list of each service, with a token of nobody where one is asked for. */
const LISTS: Readonly<Record<string, (simulated: Simulated, token?: string) => Promise<unknown>>> = {
  sagemaker: ({ sagemaker }, NextToken) => sagemaker.send(new ListEndpointsCommand({ NextToken })),
  bedrock: ({ bedrock }, nextToken) => bedrock.send(new ListImportedModelsCommand({ nextToken })),
  monitoring: ({ cloudwatch }, NextToken) => cloudwatch.send(new ListMetricsCommand({ NextToken })),
  cloudtrail: ({ cloudtrail }, NextToken) => {
    const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: 'CreateEndpoint' }];
    return cloudtrail.send(new LookupEventsCommand({ LookupAttributes, NextToken }));
  },
  account: ({ config }, NextToken) => new AccountClient(config()).send(new ListRegionsCommand({ NextToken })),
  organizations: ({ config }, NextToken) => new OrganizationsClient(config()).send(new ListAccountsCommand({ NextToken })),
};

const SERVICES = [
  ['sagemaker', 'AccessDeniedException 400', 'ThrottlingException 400', 'InternalFailure 500', 'ValidationException 400'],
  ['bedrock', 'AccessDeniedException 403', 'ThrottlingException 429', 'InternalServerException 500', 'ValidationException 400'],
  ['monitoring', 'AccessDeniedException 400', 'ThrottlingException 400', 'InternalServiceFault 500', 'InvalidParameterValueException 400'],
  ['cloudtrail', 'AccessDeniedException 400', 'ThrottlingException 400', 'InternalFailure 500', 'InvalidNextTokenException 400'],
  ['account', 'AccessDeniedException 403', 'TooManyRequestsException 429', 'InternalServerException 500', 'ValidationException 400'],
  ['organizations', 'AccessDeniedException 400', 'TooManyRequestsException 400', 'ServiceException 400', 'InvalidInputException 400'],
] as const;

it.each(SERVICES)('%s refuses in its own words: %s, %s, %s, %s', async (service, ...words) => {
  const simulated = await simulate({});
  const load = (denied: string[]) =>
    simulated.simcloud.load({ accounts: { [ACCOUNT]: { [REGION]: { denied } } }, organization: { accounts: {} } });
  load([]);
  const said = (token?: string) =>
    LISTS[service]!(simulated, token).then(
      () => 'answered',
      ({ name, $metadata }) => `${name} ${$metadata.httpStatusCode}`,
    );
  const [denied, throttled, broken, invalid] = words;
  for (const [kind, wanted] of [
    ['throttle', throttled],
    ['internal', broken],
  ] as const) {
    simulated.simcloud.faults.add({ kind });
    expect(await said()).toBe(wanted);
  }
  expect(await said('a-token-of-nobody')).toBe(invalid);
  load(['*']);
  expect(await said()).toBe(denied);
});

it('an operation that words a refusal otherwise than its service does so', async () => {
  const { cloudwatch } = await simulate({});
  const times = { StartTime: new Date('2026-09-13T00:00:00Z'), EndTime: new Date('2026-09-14T00:00:00Z') };
  const asked = cloudwatch.send(new GetMetricDataCommand({ ...times, MetricDataQueries: [], NextToken: 'a-token-of-nobody' }));
  await expect(asked).rejects.toMatchObject({ name: 'InvalidNextToken', $metadata: { httpStatusCode: 400 } });
});

import { ListMarketplaceModelEndpointsCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import { KINDS } from '../../core/kinds.ts';
import { arnPattern, type CloudScope, scopeId } from '../../core/scope.ts';
import { type Listed, listKind } from '../aws/list-kind.ts';
import { sideBySide } from '../aws/side-by-side.ts';
import { describeEndpoint } from './describe.ts';
import { presenceOf } from './list-summaries.ts';
import type { SagemakerSession } from './requests.ts';
import { time } from './shapes.ts';

/**
 * Endpoints that serve a model from Bedrock's Marketplace and that ListEndpoints did not show. Such an endpoint is one of SageMaker, told
 * of by two services: it answers the roll once, as that. Bedrock only ever adds: denied or broken, it is as if it had named nothing more,
 * and what SageMaker does not find is a registration that outlived its endpoint.
 */
export const unlistedEndpoints = async (session: SagemakerSession, listed: readonly Listed[]): Promise<readonly Listed[]> => {
  const { bedrock } = session;
  if (!bedrock) return [];
  const named = await listKind(session, {
    action: 'bedrock:ListMarketplaceModelEndpoints',
    list: 'marketplaceModelEndpoints',
    tokenField: 'nextToken',
    send: (nextToken, options) => bedrock.send(new ListMarketplaceModelEndpointsCommand({ maxResults: 1000, nextToken }), options),
    item: registeredEndpoint(session.scope),
  });
  const known = new Set(listed.map(({ arn }) => arn.toLowerCase()));
  const unlisted = named.listed.filter(({ arn }) => !known.has(arn.toLowerCase()));
  const found = await sideBySide(unlisted, item => asEndpoint(session, item));
  return found.flat();
};

const registeredEndpoint = (scope: CloudScope): z.ZodType<Listed> =>
  z
    .object({
      endpointArn: z.string().regex(arnPattern(scope, KINDS.ENDPOINT.resource)),
      createdAt: time,
      updatedAt: time,
    })
    .transform(({ endpointArn: arn, createdAt, updatedAt }) => {
      const own = { kind: 'ENDPOINT', scope: scopeId(scope), status: 'Unknown', presence: 'SERVING' } as const;
      return { ...own, arn, name: arn.split('/').at(-1) ?? arn, createdAt, lastModified: updatedAt };
    });

const asEndpoint = async (session: SagemakerSession, item: Listed): Promise<readonly Listed[]> => {
  const answer = await describeEndpoint(session, item.name);
  if (answer.ok) return [{ ...item, status: answer.value.EndpointStatus, presence: presenceOf(answer.value.EndpointStatus) }];
  return answer.failure.failure === 'VANISHED' ? [] : [item];
};

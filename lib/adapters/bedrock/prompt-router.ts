import { GetPromptRouterCommand, ListPromptRoutersCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import type { Part } from '../../core/composition.ts';
import { modelArn, modelParts, PAGE, status, text, time } from './shapes.ts';
import type { SummaryKind } from './summary-kind.ts';

const target = z.object({ modelArn });
const behaviour = (slot: string, identity: string): Part => ({ slot, kind: 'BEHAVIOUR', identity, pinned: true });

const item = z
  .object({
    promptRouterName: text,
    promptRouterArn: text,
    models: z.array(target).min(1),
    fallbackModel: target,
    routingCriteria: z.object({ responseQualityDifference: z.number() }),
    status,
    createdAt: time,
    updatedAt: time,
  })
  .transform(raw => ({
    name: raw.promptRouterName,
    arn: raw.promptRouterArn,
    status: raw.status,
    createdAt: raw.createdAt,
    lastModified: raw.updatedAt,
    pending: null,
    parts: [
      ...modelParts(raw.models.map(each => each.modelArn)),
      behaviour('fallback', raw.fallbackModel.modelArn),
      behaviour('routing', `responseQualityDifference=${raw.routingCriteria.responseQualityDifference}`),
    ],
  }));

/** Routers that somebody here made. Those of type `default` are AWS's catalogue, and nobody's deployment. */
export const PROMPT_ROUTER: SummaryKind = {
  kind: 'PROMPT_ROUTER',
  presence: new Map([['AVAILABLE', 'SERVING']]),
  list: {
    action: 'bedrock:ListPromptRouters',
    field: 'promptRouterSummaries',
    arn: 'promptRouterSummaries.0.promptRouterArn',
    send: (client, nextToken, options) => client.send(new ListPromptRoutersCommand({ ...PAGE, type: 'custom', nextToken }), options),
  },
  item,
  get: {
    action: 'bedrock:GetPromptRouter',
    send: (client, promptRouterArn, options) => client.send(new GetPromptRouterCommand({ promptRouterArn }), options),
  },
};

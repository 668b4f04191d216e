import { GetProvisionedModelThroughputCommand, ListProvisionedModelThroughputsCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import { modelArn, modelParts, ORDER, status, text, time } from './shapes.ts';
import type { SummaryKind } from './summary-kind.ts';

/** Serves `modelArn`; a change to `desiredModelArn` is under way where the two differ. */
const item = z
  .object({
    provisionedModelName: text,
    provisionedModelArn: text,
    modelArn,
    desiredModelArn: modelArn.optional(),
    status,
    creationTime: time,
    lastModifiedTime: time,
  })
  .transform(raw => ({
    name: raw.provisionedModelName,
    arn: raw.provisionedModelArn,
    status: raw.status,
    createdAt: raw.creationTime,
    lastModified: raw.lastModifiedTime,
    pending: (raw.desiredModelArn ?? raw.modelArn) === raw.modelArn ? null : `change to model ${raw.desiredModelArn}`,
    parts: modelParts([raw.modelArn]),
  }));

export const PROVISIONED_THROUGHPUT: SummaryKind = {
  kind: 'PROVISIONED_THROUGHPUT',
  presence: new Map([
    ['Creating', 'STARTING'],
    ['InService', 'SERVING'],
    ['Updating', 'SERVING'],
    ['Failed', 'NOT_SERVING'],
  ]),
  list: {
    action: 'bedrock:ListProvisionedModelThroughputs',
    field: 'provisionedModelSummaries',
    arn: 'provisionedModelSummaries.0.provisionedModelArn',
    send: (client, nextToken, options) => client.send(new ListProvisionedModelThroughputsCommand({ ...ORDER, nextToken }), options),
  },
  item,
  get: {
    action: 'bedrock:GetProvisionedModelThroughput',
    send: (client, provisionedModelId, options) => client.send(new GetProvisionedModelThroughputCommand({ provisionedModelId }), options),
  },
};

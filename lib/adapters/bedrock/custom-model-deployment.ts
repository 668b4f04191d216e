import { GetCustomModelDeploymentCommand, ListCustomModelDeploymentsCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import { modelArn, modelParts, ORDER, status, text, time } from './shapes.ts';
import type { SummaryKind } from './summary-kind.ts';

const item = z
  .object({
    customModelDeploymentName: text,
    customModelDeploymentArn: text,
    modelArn,
    status,
    createdAt: time,
    lastUpdatedAt: time,
  })
  .transform(raw => ({
    name: raw.customModelDeploymentName,
    arn: raw.customModelDeploymentArn,
    status: raw.status,
    createdAt: raw.createdAt,
    lastModified: raw.lastUpdatedAt ?? raw.createdAt,
    pending: null,
    parts: modelParts([raw.modelArn]),
  }));

const get: SummaryKind['get'] = {
  action: 'bedrock:GetCustomModelDeployment',
  send: (client, arn, options) => client.send(new GetCustomModelDeploymentCommand({ customModelDeploymentIdentifier: arn }), options),
};

/** What the words of an update mean for people, before the model's ARN; null: nothing is about to change. */
export const UPDATES: ReadonlyMap<string, string | null> = new Map([
  ['Updating', 'change to model'],
  ['UpdateCompleted', null],
  ['UpdateFailed', 'failed change to model'],
]);
const updated = z.object({ updateDetails: z.object({ modelArn, updateStatus: text }).optional() });

const changeOf = (update: z.infer<typeof updated>['updateDetails']): string | null => {
  if (update === undefined) return null;
  const words = UPDATES.has(update.updateStatus) ? UPDATES.get(update.updateStatus) : update.updateStatus;
  return words ? `${words} ${update.modelArn}` : null;
};

/** Only a Get shows an update, and only what was changed since it was made can have one. */
const pending: SummaryKind['pending'] = async ({ ask, bedrock }, { arn, createdAt, lastModified }) => {
  if (lastModified === createdAt) return null;
  const answer = await ask({ action: get.action, send: options => get.send(bedrock, arn, options), schema: updated });
  if (!answer.ok) return `whether it is about to change could not be read: ${answer.failure.reason}`;
  return changeOf(answer.value.updateDetails);
};

export const CUSTOM_MODEL_DEPLOYMENT: SummaryKind = {
  kind: 'CUSTOM_MODEL_DEPLOYMENT',
  presence: new Map([
    ['Creating', 'STARTING'],
    ['Active', 'SERVING'],
    ['Failed', 'NOT_SERVING'],
  ]),
  list: {
    action: 'bedrock:ListCustomModelDeployments',
    field: 'modelDeploymentSummaries',
    arn: 'modelDeploymentSummaries.0.customModelDeploymentArn',
    send: (client, nextToken, options) => client.send(new ListCustomModelDeploymentsCommand({ ...ORDER, nextToken }), options),
  },
  item,
  get,
  pending,
};

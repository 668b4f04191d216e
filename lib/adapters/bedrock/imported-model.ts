import { GetImportedModelCommand, ListImportedModelsCommand } from '@aws-sdk/client-bedrock';
import * as z from 'zod';
import { modelArn, modelParts, ORDER, text, time } from './shapes.ts';
import type { SummaryKind } from './summary-kind.ts';

/** It has no status: once imported it answers whoever calls, and its ARN stands for weights that never change. */
const item = z.object({ modelName: text, modelArn, creationTime: time }).transform(raw => ({
  name: raw.modelName,
  arn: raw.modelArn,
  status: 'Imported',
  createdAt: raw.creationTime,
  lastModified: raw.creationTime,
  pending: null,
  parts: modelParts([raw.modelArn]),
}));

export const IMPORTED_MODEL: SummaryKind = {
  kind: 'IMPORTED_MODEL',
  presence: new Map(),
  list: {
    action: 'bedrock:ListImportedModels',
    field: 'modelSummaries',
    arn: 'modelSummaries.0.modelArn',
    send: (client, nextToken, options) => client.send(new ListImportedModelsCommand({ ...ORDER, nextToken }), options),
  },
  item,
  get: {
    action: 'bedrock:GetImportedModel',
    send: (client, modelIdentifier, options) => client.send(new GetImportedModelCommand({ modelIdentifier }), options),
  },
};
